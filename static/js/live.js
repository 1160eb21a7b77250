// After a swap of a data-live region: what happened is spoken, and the focus goes to its heading.
export function start(region) {
  region.addEventListener("htmx:beforeRequest", () => region.setAttribute("aria-busy", "true"));
  region.addEventListener("htmx:afterRequest", () => region.removeAttribute("aria-busy"));
  region.addEventListener("htmx:afterSwap", (event) => {
    const said = region.querySelector("[data-announce]");
    if (said) document.getElementById("live").textContent = said.textContent.trim();
    const cause = event.detail.requestConfig?.triggeringEvent?.type;
    if (cause === "click" || cause === "submit") region.querySelector("[tabindex='-1']")?.focus();
  });
}
