// data-key="/" or "g p" on a link, button or box. Never while typing; the account page switches it off.
const keyed = () => [...document.querySelectorAll("[data-key]")];
const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable]");
let before = "";

function act(element) {
  if (element.matches("input")) {
    element.focus();
    element.select();
  } else if (element.dataset.opens) {
    document.getElementById(element.dataset.opens).showModal();
  } else {
    element.click();
  }
}

function onKey(event) {
  const isOurs = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isOurs || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const found = keyed().find(({ dataset }) => [before + event.key, event.key].includes(dataset.key));
  const isPrefix = keyed().some(({ dataset }) => dataset.key.startsWith(`${event.key} `));
  before = isPrefix ? `${event.key} ` : "";
  if (!found) return;
  event.preventDefault();
  act(found);
}

function row(element) {
  const line = document.createElement("div");
  const key = line.appendChild(document.createElement("dt")).appendChild(document.createElement("kbd"));
  key.textContent = element.dataset.key;
  const name = element.labels?.[0] ?? element;
  line.appendChild(document.createElement("dd")).textContent = name.textContent.trim();
  return line;
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-keys]")?.replaceChildren(...keyed().map(row));
}
