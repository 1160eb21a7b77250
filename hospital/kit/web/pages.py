"""Pages: what each is for, and what a refusal looks like on them."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from hospital.kit import audit, policy
from hospital.kit.errors import (
    Denied,
    Moved,
    NotSignedIn,
    Problem,
    Refusal,
    StaleError,
    problem_of,
)

from . import spoken_back, stepup
from .links import url_of

View = Callable[..., HttpResponse]


def page(permission: str, *, methods: str = "GET", watches: bool = False) -> Callable[[View], View]:
    """Declare a page: the permission it needs and the methods it answers (HEAD comes with GET).

    One that ``watches`` is asked for by a script again and again: that is no sign of a person.

    The policy is asked on the role before the view runs; the view asks again with the object. What
    the view refuses becomes a sign-in, a 403, 404, 409 or 503 page.
    """

    def mark(view: View) -> View:
        @never_cache
        @require_http_methods([*methods.split(), *(["HEAD"] if "GET" in methods else [])])
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            stepup.lift(request)
            # The answer to a form, at an address that can be opened as well: see base.html.
            request.is_answer = request.method == "POST" and "GET" in methods.split()  # type: ignore[attr-defined]
            try:
                policy.require(request.actor, permission)  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)
            except (Refusal, Denied, NotSignedIn, StaleError, Http404) as exc:
                if stepup.is_proven(request, exc):
                    return run(request, *args, **kwargs)
                return refused(request, exc, permission, object_id=kwargs.get("pk"))

        run.permission = permission  # type: ignore[attr-defined]
        run.watches = watches  # type: ignore[attr-defined]
        return run

    return mark


def refused(
    request: HttpRequest, exc: Exception, permission: str, *, object_id: Any = None
) -> HttpResponse:
    """The page that tells a refusal; the refusal is booked, except that nobody was signed in."""
    if isinstance(exc, NotSignedIn):
        return _lead_to(request, sign_in_url(request, _here(request)))
    if isinstance(exc, Moved) and request.method in {"GET", "HEAD"}:
        messages.info(request, gettext("The record that was asked for was merged into this one."))
        return _lead_to(request, url_of(exc.links[0]))
    problem = problem_of(exc)
    assert problem is not None
    actor = request.actor  # type: ignore[attr-defined]
    if actor is not None and problem.status in {403, 404}:
        audit.denied(actor, permission, code=problem.code, object_id=object_id)
    if problem.code == "reauth":
        if request.method == "POST" and not getattr(request, "htmx", None):
            return stepup.asked(request)
        query = urlencode({"next": _here(request)})
        return _lead_to(request, f"{reverse('account_reauthenticate')}?{query}")
    return problem_page(request, problem, resource=permission.rpartition(".")[0])


def problem_page(request: HttpRequest, problem: Problem, *, resource: str = "") -> HttpResponse:
    """The error page of a status: 403, 404, or the one for conflicts and everything else.

    What was typed in the form of a ``resource`` stands on the latter: no other page has it any more.
    What was done before is told on the next page that a person opens, not on one that a browser asks for by itself.
    """
    template = {403: "403.html", 404: "404.html"}.get(problem.status, "refused.html")
    context: dict[str, Any] = {"problem": problem, "messages": ()}
    if template == "refused.html":
        context["typed"] = spoken_back.told(request, resource)
    response = render(request, template, context, status=problem.status)
    if problem.status == 503:
        response["Retry-After"] = "2"
    return response


def sign_in_url(request: HttpRequest, after: str) -> str:
    """The sign-in page that goes on to ``after``; who came with a session that has ended is told so there."""
    url = redirect_to_login(after, settings.LOGIN_URL).url
    return f"{url}&ended=1" if settings.SESSION_COOKIE_NAME in request.COOKIES else url


def _lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go there with the whole page, also when only a part of it was asked for."""
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(url)
    return redirect(url)


def _here(request: HttpRequest) -> str:
    """Where to come back to: the page itself, or for a form sent too late the page it was on."""
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.current_url_abs_path:
        return str(htmx.current_url_abs_path)
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came.netloc != request.get_host():
        return request.path
    return urlunsplit(("", "", came.path, came.query, ""))
