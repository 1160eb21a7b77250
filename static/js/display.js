// Shows a choice of colours or density at once; the form keeps it when it is saved.
export function start(form) {
  const root = document.documentElement;
  form.addEventListener("change", ({ target }) => {
    if (target.name === "theme" || target.name === "density") root.dataset[target.name] = target.value;
  });
}
