"""A page without its persons: what tells its making from another's, so that each making is judged once."""

import re
from html.parser import HTMLParser
from typing import Any

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"
}  # fmt: skip
# Attributes whose value says how an element looks or what it is; of others it counts whether there is one.
TELLING = {
    "role", "type", "scope", "dir", "lang", "tabindex", "colspan", "rowspan", "hidden", "disabled",
    "aria-hidden", "aria-expanded", "aria-sort", "aria-live",
}  # fmt: skip
PAGES_OWN = re.compile("(app|model)-|current-")
# A word of so many letters may be wider than a narrow screen.
LONG = 24


class Outline(HTMLParser):
    """``links``, ``nodes``, and ``shapes``: the elements as they are nested, of equal neighbours one; what is in
    ``main`` apart from what stands around it, which is the same on most pages.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.nodes = 0
        self._main: list[Any] = []
        self._open: list[tuple[Any, list[Any]]] = [((), [])]
        self.feed(text)
        self.close()
        while len(self._open) > 1:
            self._end()

    @property
    def shapes(self) -> tuple[str, str]:
        return repr(self._main), repr(self._open[0][1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes += 1
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.links.append(said["href"] or "")
        told = sorted(_told(name, text or "") for name, text in attrs if name != "aria-current")
        self._open.append(((tag, tuple(told)), []))
        if tag in VOID:
            self._end()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        names = [begun[:1] for begun, _ in self._open]
        while (tag,) in names and self._end() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if words := data.split():
            self._add("long" if max(map(len, words)) >= LONG else "text")

    def _end(self) -> str:
        (tag, told), inside = self._open.pop()
        if tag == "main":
            self._main, inside = inside, []
        self._add((tag, told, () if tag == "svg" else tuple(inside)))
        return str(tag)

    def _add(self, what: Any) -> None:
        inside = self._open[-1][1]
        if inside[-1:] != [what]:
            inside.append(what)


def _told(name: str, text: str) -> tuple[str, Any]:
    """Every link of a menu is the current one on some page, and the admin's classes name its models."""
    if name == "class":
        return name, " ".join(each for each in text.split() if not PAGES_OWN.match(each))
    return name, text if name in TELLING else bool(text)
