"""A real browser on a live server. Run with ``./run test --all``."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

# Playwright's own event loop makes Django think that it is called from asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "a quiet ward at three in the morning"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The distribution's Chromium; Playwright's own is never downloaded."""
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``watched(javascript=…, colours=…, width=…)`` opens a page; any complaint it makes fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(*, javascript: bool = True, colours: str = "light", width: int = 1366) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript,
            color_scheme=colours,  # type: ignore[arg-type]
            viewport={"width": width, "height": 820},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(complaints, message.type, message.text))
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"not loaded: {request.url}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _note(complaints: list[str], kind: str, text: str) -> None:
    # A refused form answers 400, 409 or 412 on purpose; the browser reports that as an error of its own.
    if kind == "error" and not text.startswith("Failed to load resource: the server responded"):
        complaints.append(text)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, str], None]:
    """``sign_in(page, username)`` signs somebody in through the form, with PASSWORD."""

    def through_the_form(page: Page, username: str) -> None:
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    return through_the_form


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails on any violation of WCAG 2.2 A and AA or of axe's best practices."""

    def check(page: Page) -> None:
        result = Axe().run(page)
        assert not result.violations_count, result.generate_report()

    return check
