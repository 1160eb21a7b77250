"""Every page that somebody can click their way to, one of each kind."""

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import resolve
from playwright.sync_api import Page

from .outlines import Outline

# As a browser asks for a page.
ASKED = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def pages(
    page: Page, *, begin: tuple[str, ...] = ("/",), but: tuple[str, ...] = ()
) -> Iterator[tuple[str, int, Outline]]:
    """Ask for the pages one after the other, without showing them; yields address, status and outline of each.

    Those whose address begins as one in ``but`` are left alone.
    """
    seen: set[Any] = set()
    waiting = deque(begin)
    while waiting:
        path = waiting.popleft()
        answer = page.request.get(path, headers=ASKED)
        outline = Outline(answer.text())
        yield path, answer.status, outline
        for href in outline.links:
            target = _within(urljoin(answer.url, href), answer.url)
            if not target or target.startswith(but):
                continue
            if (kind := _kind(target)) not in seen:
                seen.add(kind)
                waiting.append(target)


def _within(href: str, here: str) -> str | None:
    """The path and query of a link to a page of ours, without its fragment.

    With one filter at most, and none in the admin: every two of them together say nothing new.
    """
    link = urlsplit(href)
    is_no_page = link.path.startswith(("/docs", "/redoc", "/api/")) or link.path.endswith(".pdf")
    most = 0 if link.path.startswith("/admin/") else 1
    if link.netloc != urlsplit(here).netloc or is_no_page:
        return None
    if len(parse_qsl(link.query)) > most:
        return None
    return f"{link.path}?{link.query}" if link.query else link.path


def _kind(path: str) -> Any:
    """What tells one page from another of the same making: its view, and which filter is on."""
    link = urlsplit(path)
    return resolve(link.path).view_name, frozenset(name for name, _ in parse_qsl(link.query))
