// A form is sent once; leaving with unsaved text asks first.
const typed = (form) => new URLSearchParams(new FormData(form)).toString();

export function start(form) {
  let before = typed(form);
  const onLeave = (event) => {
    if (typed(form) !== before) event.preventDefault();
  };
  form.addEventListener("input", () => addEventListener("beforeunload", onLeave), { once: true });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    removeEventListener("beforeunload", onLeave);
    // Back opens the form afresh, instead of sending again what led to this page.
    history.replaceState(history.state, "");
  });
  // Back shows the page as it was left: it may be sent again, and the server knows its token.
  const open = () => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    before = typed(form);
  };
  addEventListener("pageshow", (event) => event.persisted && open());
  form.addEventListener("htmx:afterRequest", open);
}
