"""A real browser on a live server. Run with ``./run test --all``."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from hospital.kit.storage import inlined
from hospital.launch.testing import browser as system_browser
from hospital.models import Hospital, User
from hospital.tests.factories import signed_in

from .faults import faults_of

# Playwright's own event loop makes Django think that it is called from asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The browser knows no other host, so that a page which leans on one fails here.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
# A refused form answers 400, 409 or 412 on purpose; the browser reports that as an error of its own.
REFUSED = "Failed to load resource: the server responded"
LEFT_BEHIND = "net::ERR_ABORTED"
# What htmx says of a request in whose place a later one was sent; one that failed it calls htmx:sendError.
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")

# A machine that does other work too is slow, not wrong.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same journey without JavaScript is made once: the database is asked the same."""
    for item in items:
        if "no-js" in item.name:
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The distribution's Chromium; Playwright's own is never downloaded."""
    return {"executable_path": system_browser() or "/usr/bin/chromium", "args": FLAGS}


@pytest.fixture
def own_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """On SQLite a file of this test's own.

    The database in memory is one connection for all threads: two requests at once, as any browser
    sends them, would stand in each other's transactions.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, known = connections["default"], connections.settings["default"]
    name, path = known["NAME"], tmp_path / "live.sqlite3"
    file = memory.Database.connect(path)
    memory.connection.backup(file)
    file.close()
    known["NAME"] = str(path)
    del connections["default"]
    yield
    connections["default"].close()
    known["NAME"] = name
    connections["default"] = memory


@cache
def sheet(name: str) -> str:
    """Our own sheet in one piece, as the real server sends it: a browser asks for one file, not for sixty."""
    return inlined(lambda each: Path(str(finders.find(each))).read_text(), name)


class ServedFiles(StaticFilesHandler):
    """Static files as the real server sends them, and as a browser keeps them from there."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        name = self.file_path(request.path)
        if name.startswith("css/"):
            response: HttpResponseBase = HttpResponse(sheet(name), content_type="text/css")
        else:
            response = super().get_response(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture
def live_server(own_database: None) -> Iterator[LiveServer]:
    """The whole product on a port of its own."""
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = ServedFiles
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watched(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """``watched(javascript=…, colours=…, width=…)`` opens a page whose addresses begin at the server.

    Whatever it complains of fails the test: an error of a script, a breach of the content security
    policy, a file that does not load, a request to anywhere else.
    """
    complaints: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        source = message.location.get("url")  # none: what a test itself put into the page
        if message.type == "error" and source and not message.text.startswith((REFUSED, *REPLACED)):
            complaints.append(f"{source}: {message.text}")

    def on_failure(request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            complaints.append(f"not loaded: {request.url} ({request.failure})")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"asked elsewhere: {request.url}")

    def open_page(*, javascript: bool = True, colours: str = "light", width: int = 1366) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            color_scheme=colours,  # type: ignore[arg-type]
            reduced_motion="reduce",  # colours are measured at once, not on their way
            viewport={"width": width, "height": 820},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("requestfailed", on_failure)
        page.on("request", on_request)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def enter(watched: Callable[..., Page], live_server: LiveServer) -> Callable[..., Page]:
    """``enter("receptionist", hospital)`` opens the browser of somebody who has just signed in.

    ``user=`` for one who is there already; what else is given goes to ``watched``.
    """

    def open_page(
        role: str, hospital: Hospital | None = None, *, user: User | None = None, **how: Any
    ) -> Page:
        client = Client()
        signed_in(client, role, hospital, **({"user": user} if user else {}))
        page = watched(**how)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page

    return open_page


@pytest.fixture
def fine() -> Callable[[Page], None]:
    """``fine(page)`` fails on anything that UI.md's bars forbid of a page, see faults.py."""

    def check(page: Page) -> None:
        found = faults_of(page)
        assert not found, "\n".join(found)

    return check
