// The idle lock lies over the page, text and all. The server decides; this asks it when time is up.
export function start(dialog) {
  const { left, seen, lock } = dialog.dataset;
  let due, asking, locked = false, noted = Date.now();

  const wait = (seconds) => {
    clearTimeout(due);
    due = setTimeout(ask, seconds * 1000 + 1000);
  };
  // One question at a time, and none while the password is being typed: an answer that comes late
  // would lock again what has been opened meanwhile.
  function ask() {
    if (!dialog.childElementCount) asking ??= look().finally(() => (asking = null));
  }
  async function look() {
    const answer = await fetch(left).catch(() => null);
    if (answer?.ok) return open(Number(await answer.text()));
    if (answer && !answer.headers.has("Openward-Locked")) return location.reload();
    if (!answer) setTimeout(ask, 5000);
    show(answer ? await answer.text() : "");
  }
  function show(form) {
    locked = true;
    dialog.innerHTML = form;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[type=password]")?.focus();
  }
  function open(seconds) {
    locked = false;
    dialog.close();
    dialog.replaceChildren();
    wait(seconds);
  }
  async function send(event) {
    const form = event.target;
    if (!form.querySelector("[type=password]")) return;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.status === 204) open(lock);
    else show(await answer.text());
  }

  dialog.addEventListener("submit", send);
  // A second Escape closes any dialog, whatever it says.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => locked && dialog.showModal());
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      if (locked || Date.now() - noted < 60000) return;
      noted = Date.now();
      const { "X-CSRFToken": token } = JSON.parse(document.body.dataset.hxHeaders);
      fetch(seen, { method: "POST", headers: { "X-CSRFToken": token } }).then(({ ok }) => (ok ? wait(lock) : ask()), () => {});
    });
  }
  document.addEventListener("locked", ask);
  document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.getResponseHeader("Openward-Locked") && ask());
  wait(lock);
}
