// A <details> menu closes on Escape, on a click elsewhere and when the focus leaves it.
export function start(menu) {
  const summary = menu.querySelector("summary");
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    menu.open = true;
    const entries = [...menu.querySelectorAll("a, button")].filter((entry) => entry.checkVisibility());
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = entries.indexOf(document.activeElement) + step;
    entries.at(next % entries.length)?.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
