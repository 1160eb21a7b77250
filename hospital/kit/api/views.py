"""What every view of the API does before and after its own work."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.views import APIView

from hospital.kit import phones
from hospital.kit.actors import Actor
from hospital.kit.errors import NotSignedIn

from .errors import our_fault
from .parsers import take_whole


class ApiView(APIView):
    """Signed in by token; answers are never cached; the hospital's zone ends with the request."""

    is_public = False
    request: Any
    # What the policy is asked for; a viewset finds it from its resource and the action.
    permission = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        take_whole(request)
        try:
            response = super().dispatch(request, *args, **kwargs)
        finally:
            timezone.deactivate()
            phones.activate(None)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.is_public and request.auth is None:
            raise NotSignedIn

    def handle_exception(self, exc: Exception) -> Any:
        try:
            return super().handle_exception(exc)
        except Exception as fault:  # noqa: BLE001  the last resort: nothing of it may leave
            return our_fault(fault, self.request)

    @property
    def actor(self) -> Actor:
        """Who is calling."""
        return self.request.actor

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Which methods there are, in the Allow header; the schema says the rest."""
        return HttpResponse(status=204)
