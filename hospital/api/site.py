"""The rest of the REST door: schema, documentation, old addresses, and what is not there."""

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import re_path
from django.utils.encoding import escape_uri_path
from django.views.decorators.http import conditional_page, require_safe

from hospital.kit.api.errors import answer, problem_of
from hospital.kit.api.renderers import JSON
from hospital.kit.api.schema import document
from hospital.kit.errors import NotVisible

# ReDoc and Swagger write styles of their own and search in a worker made on the fly. Nothing may
# come from, or go to, anywhere else: images of ours only, so ReDoc's logo is never fetched.
RELAXED = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "worker-src": ["blob:"],
    "child-src": ["blob:"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}


class Moved(HttpResponsePermanentRedirect):
    """Moved for good; the method and the body go along."""

    status_code = 308


@require_safe
@conditional_page
def schema(request: Any) -> HttpResponse:
    """The OpenAPI 3.1 document; the same for everybody, and no secret."""
    return HttpResponse(document(), content_type=JSON)


@require_safe
@csp_replace(RELAXED)
def swagger(request: Any) -> HttpResponse:
    """The API to try out, by Swagger UI from our own static files."""
    return render(request, "hospital/api/swagger.html")


@require_safe
@csp_replace(RELAXED)
def redoc(request: Any) -> HttpResponse:
    """The API to read, by ReDoc from our own static files."""
    return render(request, "hospital/api/redoc.html")


def moved(request: Any, path: str) -> HttpResponse:
    """An address without its version."""
    query = request.META.get("QUERY_STRING", "")
    return Moved(f"/api/v1/{escape_uri_path(path)}" + (f"?{query}" if query else ""))


def not_there(request: Any) -> HttpResponse:
    """No such address: the same answer as for a record that is not there."""
    problem = problem_of(NotVisible())
    assert problem is not None
    return answer(problem, request)


not_there.csrf_exempt = moved.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    re_path(r"^api/schema/?$", schema, name="api-schema"),
    re_path(r"^docs/?$", swagger, name="api-docs"),
    re_path(r"^redoc/?$", redoc, name="api-redoc"),
    # With a line break in it an address is still one of the API's.
    re_path(r"^api/v1(?:/[\s\S]*)?$", not_there, name="api-nothing"),
    re_path(r"^api/(?P<path>[\s\S]*)$", moved, name="api-moved"),
]
