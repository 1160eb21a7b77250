// Goes round system, light, dark; the cookie tells the server, so the next page comes right.
const names = ["", "light", "dark"];

export function start(button) {
  const root = document.documentElement;
  const words = button.dataset.words.split("|");
  const show = () => {
    button.querySelector("span").textContent = words[names.indexOf(root.dataset.theme ?? "")];
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(root.dataset.theme ?? "") + 1) % names.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    document.cookie = `theme=${next}; path=/; max-age=${next ? 31536000 : 0}; samesite=lax`;
    show();
  });
}
