// Suggestions under the search: arrow keys choose, Enter opens the chosen one, Escape closes.
export function start(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector(".search__list");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  // What the list answers; until it answers what stands there, no key chooses from it. It may have come before this script.
  let asked = options().length ? input.defaultValue : null;
  let due = 0; // arrow keys that wait for the answer: so far down, or up
  let isSent = false; // and Enter behind them; pressed again, it waits no longer
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
  list.addEventListener("htmx:afterSwap", ({ detail }) => {
    asked = detail.requestConfig.parameters.q;
    if (!form.contains(document.activeElement)) return close();
    opened();
    if (input.value !== asked) return;
    const found = options();
    if (due) choose(found.at((due > 0 ? due - 1 : due) % found.length));
    if (isSent && chosen()) chosen().click();
    else if (isSent) form.requestSubmit();
    due = 0;
    isSent = false;
  });
  input.addEventListener("input", () => {
    due = 0;
    isSent = false;
    if (asked) choose(null);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && list.childElementCount) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Enter" && due && !isSent) {
      event.preventDefault();
      isSent = true;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (input.value !== asked) due += step;
      if (due || !all.length) return;
      event.preventDefault();
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
