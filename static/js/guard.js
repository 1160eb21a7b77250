// A form is sent once; leaving with unsaved text asks first, or keeps it where the form has a draft.
const typed = (form) => new URLSearchParams(new FormData(form)).toString();
// A fast hand types before this is there.
// A box to tick has a value ("on") that nobody wrote.
const isTouched = (one) => one.checked !== one.defaultChecked
  || (!/box|radio/.test(one.type) && one.value !== one.defaultValue);
const isBegun = ({ elements }) => [...elements].some((one) => "defaultValue" in one && isTouched(one));

export function start(form) {
  const keepsDraft = "draft" in form.dataset;
  // What came back with errors is not kept yet.
  let before = form.dataset.draft || isBegun(form) ? "" : typed(form);
  const onLeave = (event) => {
    if (typed(form) !== before) event.preventDefault();
  };
  const keep = async () => {
    const now = typed(form);
    if (now === before || form.dataset.sent) return;
    before = now;
    const to = `/drafts/keep${location.pathname}`;
    const answer = await fetch(to, { method: "POST", keepalive: true, body: new URLSearchParams(now) }).catch(() => null);
    if (answer?.ok) return;
    before = ""; // not kept: it is tried again
    if (answer?.headers.has("Openward-Locked")) document.dispatchEvent(new Event("locked"));
  };
  if (keepsDraft) {
    setInterval(keep, 10000);
    // Asked before the next page is: on "pagehide" that one is already here, and may be this form again.
    addEventListener("beforeunload", keep);
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => document.hidden && keep());
    document.querySelector("[data-discard]")?.addEventListener("submit", () => { form.dataset.sent = "away"; });
  } else {
    form.addEventListener("input", () => addEventListener("beforeunload", onLeave), { once: true });
  }
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
