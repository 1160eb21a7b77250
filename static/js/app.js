// Loads a behaviour only when something on the page asks for it: at once, or when it is first used.
const atOnce = [
  ["[data-focus]", () => import("./focus.js")],
  ["[data-guard]", () => import("./guard.js")],
  ["[data-opens]", () => import("./dialog.js")],
  ["[data-display]", () => import("./display.js")],
  ["[data-live]", () => import("./live.js")],
  ["[data-lock]", () => import("./lock.js")],
  ["[data-print]", async () => ({ start: offerPrinting })],
  ["[data-now]", async () => ({ start: openHere })],
  ["[data-answer]", async () => ({ start: openAgain })],
  ["[data-cue]", async () => ({ start: leadTo })],
];
const whenUsed = [
  ["[data-search]", () => import("./search.js")],
  ["[data-menu]", () => import("./menu.js")],
];
const awake = new WeakMap();

// A button that prints the page: shown only where a script can do it.
function offerPrinting(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// data-now on the row of the present: a day opens there, unless the address names another place.
function openHere(row) {
  if (!location.hash) row.scrollIntoView({ block: "center" });
}

// data-answer: what a form was answered with. Back to it opens its page afresh, with what is kept of what was typed;
// the browser would ask whether to send the form again.
function openAgain() {
  history.replaceState(history.state, "");
}

// data-cue: a link to what it stands in, which came up while somebody typed, as long as nothing of that is in sight.
function leadTo(link) {
  const told = ([{ isIntersecting }]) => { link.hidden = isIntersecting; };
  new IntersectionObserver(told, { rootMargin: "-80px 0px 0px" }).observe(link.parentElement); // below the bar on top
}

function start(element, load) {
  const known = awake.get(element) ?? new Set();
  if (known.has(load)) return;
  awake.set(element, known.add(load));
  load().then((behaviour) => behaviour.start(element));
}

// What lies in a closed menu waits until the menu is used.
function wake(root, menu = null) {
  for (const [selector, load] of atOnce) {
    for (const element of [root, ...root.querySelectorAll(selector)]) {
      if (element.matches(selector) && element.closest("[data-menu]") === menu) start(element, load);
    }
  }
}

function use(event) {
  for (const [selector, load] of whenUsed) {
    const element = event.target.closest?.(selector);
    if (!element) continue;
    start(element, load);
    if (element.matches("[data-menu]")) wake(element, element);
  }
}

document.addEventListener("focusin", use);
document.addEventListener("pointerdown", use);
wake(document.documentElement);
if (document.activeElement !== document.body) use({ target: document.activeElement });
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));

// Keys: data-key="/" or "g p" on a link, button or box. Never while typing; the account page switches it off.
// They stand here because every page has them: a file of their own is one request more.
const keyed = () => [...document.querySelectorAll("[data-key]")];
const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable]");
let before = "";

function act(element) {
  if (element.matches("input")) {
    element.focus();
    element.select();
  } else if (element.dataset.opens) {
    fill(element);
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

// Only when somebody looks: fifteen keys are sixty elements.
function fill(target) {
  if (!target.closest('[data-opens="keyboard"]')) return;
  document.querySelector("[data-keys]").replaceChildren(...keyed().map(row));
}

if (document.querySelector("[data-shortcuts]")) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", ({ target }) => fill(target), true);
}
