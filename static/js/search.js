// Suggestions under the search: arrow keys choose, Enter opens the chosen one, Escape closes.
export function start(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector(".search__list");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.replaceChildren();
    opened();
  };
  const opened = () => {
    const found = options().length;
    input.setAttribute("aria-expanded", String(found > 0));
    if (found) input.setAttribute("aria-controls", "search-options");
    else input.removeAttribute("aria-controls");
    choose(null);
    return found;
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  list.addEventListener("htmx:afterSwap", () => {
    if (!form.contains(document.activeElement)) return close();
    opened();
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && list.childElementCount) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (all.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = all.indexOf(chosen());
      choose(all.at((from < 0 && step < 0 ? -1 : from + step) % all.length));
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  opened();
}
