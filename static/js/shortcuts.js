// data-key="/" or "g p" on a link, button or box; never while typing, and only if the person wants it.
const off = "openward-shortcuts-off";
const isOn = () => !localStorage.getItem(off);
const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]");
const keyed = () => [...document.querySelectorAll("[data-key]")];
let before = "";

function act(element) {
  if (element.matches("input")) {
    element.focus();
    element.select();
  } else {
    element.click();
  }
}

function onKey(event) {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key.length > 1 || document.querySelector("dialog[open]")) return;
  const keys = `${before}${event.key}`;
  const found = keyed().find((element) => [keys, event.key].includes(element.dataset.key));
  before = keyed().some((element) => element.dataset.key.startsWith(`${event.key} `)) ? `${event.key} ` : "";
  if (!found) return;
  event.preventDefault();
  act(found);
}

function list(into) {
  into.replaceChildren();
  for (const element of keyed()) {
    const row = into.appendChild(document.createElement("div"));
    const key = row.appendChild(document.createElement("dt")).appendChild(document.createElement("kbd"));
    key.textContent = element.dataset.key;
    const name = element.labels?.[0] ?? element;
    row.appendChild(document.createElement("dd")).textContent = name.textContent.trim();
  }
}

export function start() {
  document.addEventListener("keydown", onKey);
  const box = document.querySelector("[data-shortcuts-switch]");
  if (!box) return;
  box.checked = isOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(off);
    else localStorage.setItem(off, "yes");
  });
  list(document.querySelector("[data-keys]"));
}
