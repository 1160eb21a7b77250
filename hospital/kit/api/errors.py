"""Refusals as application/problem+json (RFC 9457): the API's one translation of what went wrong."""

import contextlib
import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework import exceptions

from hospital.kit import audit, codes
from hospital.kit.errors import (
    SAME_CODE,
    Busy,
    Denied,
    Link,
    Moved,
    Problem,
    Refusal,
    problem_of,
)

from . import links
from .renderers import PROBLEM, dumped

log = logging.getLogger("openward.api")

CHALLENGE = 'Bearer realm="openward"'
RETRY_AFTER = "1"
# DRF's words for what we have a word for already.
OURS = SAME_CODE | {
    "does_not_exist": "invalid_choice",
    "incorrect_type": "invalid",
    "max_string_length": "invalid",
    "not_a_list": "invalid",
    "not_a_dict": "invalid",
    "surrogate_characters_not_allowed": "invalid",
}
OF_DRF: dict[type[Exception], str] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    RequestDataTooBig: "too_large",
    UnreadablePostError: "malformed",
}


def handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: a problem for every refusal, None for an error that is our own fault."""
    request = context["request"]
    problem = described(exc)
    if problem is None:
        return None
    _book_denial(exc, problem, context)
    if isinstance(exc, Moved) and request.method in {"GET", "HEAD"}:
        problem = replace(problem, status=308)
    response = answer(problem, request)
    if isinstance(exc, exceptions.Throttled):
        response["Retry-After"] = str(_seconds(exc))
    return response


def described(exc: Exception) -> Problem | None:
    """The problem an exception stands for, DRF's own ones included."""
    if isinstance(exc, (OperationalError, InterfaceError)):
        log.error("database unavailable", exc_info=exc)
        return problem_of(Busy())
    if isinstance(exc, exceptions.ValidationError):
        return Problem(400, "invalid_input", codes.sentence("invalid_input"), errors_of(exc.detail))
    if isinstance(exc, exceptions.Throttled):
        return problem_of(Refusal("throttled", seconds=_seconds(exc)))
    for kind, code in OF_DRF.items():
        if isinstance(exc, kind):
            return problem_of(Refusal(code))
    return problem_of(exc)


def answer(problem: Problem, request: Any) -> HttpResponse:
    """The response for a problem, with the headers its status asks for."""
    response = HttpResponse(dumped(body(problem)), status=problem.status, content_type=PROBLEM)
    if problem.status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    if problem.status == 503:
        response["Retry-After"] = RETRY_AFTER
    if problem.status == 412 and problem.current is not None:
        response["ETag"] = f'"{problem.current.version}"'
    if address := _existing(problem, request):
        response["Location"] = address
    return response


def _existing(problem: Problem, request: Any) -> str | None:
    """Where the one record is that a POST would have made a second time.

    What has more to tell is about something else in the way, not about the same thing again.
    """
    if problem.status == 308:
        return links.href(problem.links[0])
    is_of_post = problem.status == 409 and request.method == "POST"
    if not is_of_post or problem.more or len(problem.links) != 1:
        return None
    return links.href(problem.links[0])


def body(problem: Problem, **extra: Any) -> dict[str, Any]:
    """What the body says. It names no request, so that two answers to the same question are equal."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.errors:
        said["errors"] = {
            name: [{"code": code, "detail": text} for code, text in found]
            for name, found in problem.errors.items()
        }
    if problem.links:
        said["links"] = [_link(link) for link in problem.links]
    if problem.current is not None:
        said["current_version"] = problem.current.version
    return said | problem.more | extra


def errors_of(detail: Any, path: str = "") -> dict[str, list[tuple[str, str]]]:
    """DRF's nested error details as dotted path -> [(code, sentence)]; "" is the whole body."""
    if isinstance(detail, dict):
        rows = [(_joined(path, str(name)), inner) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(inner, (dict, list)) for inner in detail):
        rows = [(_joined(path, str(number)), inner) for number, inner in enumerate(detail) if inner]
    else:
        found = detail if isinstance(detail, list) else [detail]
        return {path: [_coded(error) for error in found]}
    flat: dict[str, list[tuple[str, str]]] = {}
    for name, inner in rows:
        for where, errors in errors_of(inner, name).items():
            flat.setdefault(where, []).extend(errors)
    return flat


def _joined(path: str, name: str) -> str:
    return path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")


def _coded(error: Any) -> tuple[str, str]:
    code = OURS.get(error.code, error.code)
    if code == "required":
        return code, codes.sentence("required")
    return (code if codes.find(code) else "invalid"), str(error)


def _link(link: Link) -> dict[str, Any]:
    return {"resource": link.resource, "id": link.id, "label": link.label, "href": links.href(link)}


def _seconds(exc: Any) -> int:
    return max(1, int(exc.wait or 1))


def _book_denial(exc: Exception, problem: Problem, context: dict[str, Any]) -> None:
    """A refusal stands in the audit, in a transaction of its own; it is refused either way."""
    actor = getattr(context["request"], "actor", None)
    view = context["view"]
    if actor is None or not isinstance(exc, (Denied, Http404)):
        return
    permission = exc.permission if isinstance(exc, Denied) else getattr(view, "permission", "")
    if not permission:
        return
    with contextlib.suppress(OperationalError, InterfaceError):
        audit.denied(
            actor, permission, code=problem.code, object_id=getattr(view, "object_id", None)
        )


def our_fault(exc: Exception, request: Any) -> HttpResponse:
    """The 500 of a programming error: logged whole, told by its request id and nothing else."""
    got_request_exception.send(sender=handler, request=request)
    log.error("unhandled error in the API", exc_info=exc)
    problem = Problem(500, "server_error", codes.sentence("server_error"))
    said = body(problem, request_id=getattr(request, "request_id", ""))
    return HttpResponse(dumped(said), status=500, content_type=PROBLEM)
