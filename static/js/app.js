// Loads a behaviour only when a page has an element that asks for it, and again after a swap.
const behaviours = {
  "[data-search]": "./search.js",
  "[data-shortcuts]": "./shortcuts.js",
  "[data-focus]": "./focus.js",
  "[data-guard]": "./guard.js",
  "[data-menu]": "./menu.js",
  "[data-opens]": "./dialog.js",
  "[data-theme-switch]": "./theme.js",
  "[data-hx-target], [data-hx-get]": "./live.js",
};

export function wake(root) {
  for (const [selector, path] of Object.entries(behaviours)) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    const fresh = found.filter((element) => !element.dataset.awake?.includes(path));
    if (!fresh.length) continue;
    for (const element of fresh) element.dataset.awake = `${element.dataset.awake ?? ""}${path}`;
    import(path).then((module) => fresh.forEach((element) => module.start(element)));
  }
}

wake(document.documentElement);
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
