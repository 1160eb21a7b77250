"""The pages for what goes wrong outside of any page of ours."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What could not be read."""
    return render(request, "400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What is not allowed; never why, which is the policy's to say."""
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """No such address, the same as for a record that is not there: see ``pages.problem_page``."""
    return render(request, "404.html", {"messages": ()}, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. Asks nothing of the database, which may be what is broken, and needs no template."""
    context = {"request_id": getattr(request, "request_id", "")}
    try:
        return HttpResponse(render_to_string("500.html", context), status=500)
    except Exception:  # noqa: BLE001 (whatever breaks the page must not hide the number)
        words = gettext("Something went wrong on our side. Request %(request_id)s") % context
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")
