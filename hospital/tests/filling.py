"""Filling in a page's form as a browser would: what the page offers, changed where a test says so."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class _Forms(HTMLParser):
    """Every POST form of a page: its address and the values that sending it as it is would carry."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: tuple[str, list[str]] | None = None
        self._area: str | None = None
        self._text = ""
        self._is_open = False
        # What stands outside of the form that it belongs to: that form's id, name, value.
        self._outside: list[tuple[str, str, str]] = []

    def close(self) -> None:
        super().close()
        for form in self.forms:
            for belongs_to, name, value in self._outside:
                if belongs_to == form["id"]:
                    form["data"].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._is_open = True
            self.forms.append(
                {
                    "action": given.get("action") or "", "method": given.get("method"),
                    "id": given.get("id"), "data": {},
                }
            )  # fmt: skip
        elif tag == "input" and name and given.get("form"):
            self._outside.append((given["form"] or "", name, value))
        elif not self._is_open or not name:
            if tag == "option" and self._select:
                self._option(given, value)
        elif tag == "input" and given.get("type") not in {"submit", "button"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self._add(name, value or ("on" if given.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False
        elif tag == "select" and self._select:
            for value in self._select[1]:
                self._add(self._select[0], value)
            self._select = None
        elif tag == "textarea" and self._area:
            self._add(self._area, self._text.removeprefix("\r\n").removeprefix("\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def _option(self, given: dict[str, str | None], value: str) -> None:
        assert self._select
        if "selected" in given:
            self._select[1].append(value)

    def _add(self, name: str, value: str) -> None:
        self.forms[-1]["data"].setdefault(name, []).append(value)


def form_on(
    response: HttpResponse, *, having: str = "form_token", action: str = ""
) -> dict[str, Any]:
    """The page's last POST form with a field named ``having`` (and ``action`` in its address)."""
    page = _Forms()
    page.feed(response.content.decode())
    page.close()
    fitting = [
        form
        for form in page.forms
        if form["method"] == "post" and having in form["data"] and action in form["action"]
    ]
    # The shell's own forms (search, switching) come first.
    assert fitting, "there is no such form on this page"
    return fitting[-1]


def lasting(response: HttpResponse) -> str:
    """The page without what differs each time it is drawn: tokens and the request's number."""
    page = response.content.decode().replace(response["X-Request-Id"], "")
    tokens = r'((?:name="(?:csrfmiddlewaretoken|form_token)" value=|"X-CSRFToken": )")[^"]+'
    return re.sub(tokens, r"\1", page)


def send(client: Client, form: dict[str, Any], url: str, /, **typed: Any) -> HttpResponse:
    """Send the form; a value None leaves the field out, as an unticked box does."""
    data = {**form["data"], **typed}
    return client.post(
        form["action"] or url, {name: value for name, value in data.items() if value is not None}
    )


def fill(client: Client, url: str, /, *, having: str = "form_token", **typed: Any) -> HttpResponse:
    """Open the page, change what is typed, send it."""
    return send(client, form_on(client.get(url), having=having), url, **typed)
