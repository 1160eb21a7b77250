// After a swap: what happened is spoken, and the focus goes to the heading of the result.
let listening = false;

export function start() {
  if (listening) return;
  listening = true;
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    const said = target.querySelector("[data-announce]");
    if (said) document.getElementById("live").textContent = said.textContent.trim();
    if (event.detail.requestConfig?.triggeringEvent?.type.match(/^(click|submit)$/)) {
      target.querySelector("h1[tabindex], h2[tabindex], [data-focus]")?.focus();
    }
  });
}
