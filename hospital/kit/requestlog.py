"""Every request: where it really came from, an id to quote, and one line in the log."""

import re
import time
from collections.abc import MutableMapping
from typing import Any, cast

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from hospital.kit.ids import uuid7

_UPSTREAM_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestLog(RequestMiddleware):
    """Sets ``request.request_id`` (answered as ``X-Request-Id``) and the true ``REMOTE_ADDR``.

    The line at the end names method, path, status, milliseconds and who; never the query string, a
    header or the body, and no path that is not ours: what a person searched for is not kept. Neither
    is a part of a path that its address calls ``secret``.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        believe_proxies(request.META, settings.TRUSTED_PROXIES)
        said = cast("Any", request)
        said.request_id = request_id(request.META, settings.TRUSTED_PROXIES)
        said.request_started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=said.request_id, ip=request.META.get("REMOTE_ADDR")
        )
        response = cast("HttpResponse", self.get_response(request))
        response.headers["X-Request-Id"] = said.request_id
        self.handle_response(request, response)
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        if not request.resolver_match:
            return f"{request.method} (no such page)"
        secret = request.resolver_match.kwargs.get("secret")
        path = request.path.replace(secret, "(secret)") if secret else request.path
        return f"{request.method} {path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Add what is known at the end: the time taken, and the actor if somebody was one."""
        actor = getattr(request, "actor", None)
        facts: dict[str, Any] = {"user_id": str(actor.user_id)} if actor else {}
        if started := getattr(request, "request_started", None):
            facts["ms"] = round((time.perf_counter() - started) * 1000)
        structlog.contextvars.bind_contextvars(**facts)


def believe_proxies(meta: MutableMapping[str, Any], proxies: int) -> None:
    """Set ``REMOTE_ADDR`` to the client as our own ``proxies`` saw it, and drop the header.

    The last entry of X-Forwarded-For was written by the nearest proxy; whatever stands further to
    the left than our proxies reach was written by the client and is worth nothing. Throttling,
    audit and logs all read ``REMOTE_ADDR`` afterwards and so agree.
    """
    seen = [address.strip() for address in meta.pop("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < proxies <= len(seen) and seen[-proxies]:
        meta["REMOTE_ADDR"] = seen[-proxies]


def request_id(meta: MutableMapping[str, Any], proxies: int) -> str:
    """The id a trusted proxy gave this request, else a new one."""
    given = meta.get("HTTP_X_REQUEST_ID", "")
    if proxies and _UPSTREAM_ID.fullmatch(given):
        return str(given)
    return str(uuid7())
