// Loads a behaviour only when something on the page asks for it: at once, or when it is first used.
const atOnce = [
  ["[data-shortcuts]", () => import("./shortcuts.js")],
  ["[data-focus]", () => import("./focus.js")],
  ["[data-guard]", () => import("./guard.js")],
  ["[data-opens]", () => import("./dialog.js")],
  ["[data-display]", () => import("./display.js")],
  ["[data-live]", () => import("./live.js")],
  ["[data-lock]", () => import("./lock.js")],
];
const whenUsed = [
  ["[data-search]", () => import("./search.js")],
  ["[data-menu]", () => import("./menu.js")],
];
const awake = new WeakMap();

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
