// data-opens="<id>" opens that dialog; the browser keeps the focus in it and gives it back.
export function start(opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => {
    opener.closest("details")?.removeAttribute("open");
    document.getElementById(opener.dataset.opens)?.showModal();
  });
}
