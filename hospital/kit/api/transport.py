"""A token sent in the clear is a token lost: the client must be told, not quietly led on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hospital.kit.errors import Refusal, problem_of

from . import errors

API = "/api/"


class RefusePlainHttp:
    """Middleware of production: the API over plain HTTP is 403 ``https_required`` (ASVS 4.1.2).

    Pages are redirected by Django; a redirected API client would go on sending its token unencrypted
    with every first request and never notice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API) and not request.is_secure():
            problem = problem_of(Refusal("https_required"))
            if problem:
                return errors.answer(problem, request)
        return self.get_response(request)
