// The idle lock lies over the page, text and all. The server decides; this asks it when time is up.
export function start(dialog) {
  const { left, seen, lock } = dialog.dataset;
  let due, noted = Date.now();

  const wait = (seconds) => {
    clearTimeout(due);
    due = setTimeout(ask, seconds * 1000 + 1000);
  };
  async function ask() {
    const answer = await fetch(left).catch(() => null);
    if (answer?.ok) return wait(Number(await answer.text()));
    if (answer && !answer.headers.has("Openward-Locked")) return location.reload();
    if (!answer) setTimeout(ask, 5000);
    show(answer ? await answer.text() : "");
  }
  function show(form) {
    dialog.innerHTML = form;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[type=password]")?.focus();
  }
  async function send(event) {
    const form = event.target;
    if (!form.querySelector("[type=password]")) return;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.status !== 204) return show(await answer.text());
    dialog.close();
    dialog.replaceChildren();
    wait(lock);
  }

  dialog.addEventListener("submit", send);
  // A second Escape closes any dialog, whatever it says.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => dialog.childElementCount && dialog.showModal());
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      if (dialog.open || Date.now() - noted < 60000) return;
      noted = Date.now();
      const { "X-CSRFToken": token } = JSON.parse(document.body.dataset.hxHeaders);
      fetch(seen, { method: "POST", headers: { "X-CSRFToken": token } }).then(({ ok }) => (ok ? wait(lock) : ask()), () => {});
    });
  }
  document.addEventListener("locked", ask);
  document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.getResponseHeader("Openward-Locked") && ask());
  wait(lock);
}
