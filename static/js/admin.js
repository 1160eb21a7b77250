// Django's pickers leave what they draw without a name: it gets its label's.
const named = (select, element) =>
  element?.setAttribute("aria-label", select.labels?.[0]?.textContent.replace(/:\s*$/, "") ?? "");

addEventListener("load", () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const drawn = select.nextElementSibling;
    drawn?.querySelectorAll("[role=combobox], [role=textbox]").forEach((part) => {
      part.removeAttribute("aria-labelledby");
      named(select, part);
    });
    drawn?.addEventListener("click", () => {
      for (const part of document.querySelectorAll(".select2-search__field, .select2-results__options")) named(select, part);
    });
  }
});
