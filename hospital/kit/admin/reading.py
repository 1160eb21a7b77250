"""Records that the admin shows and never changes: their acts are asked for on pages of their own."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from hospital.kit.errors import Denied

from .records import RecordAdmin

READING = {"read", "list"}


class ReadingAdmin(RecordAdmin):
    """Shows ``fields``; whatever else is asked for is refused, whoever asks."""

    acts = ()

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        return action in READING and super().may(request, action, obj)

    def require(
        self, request: HttpRequest, action: str, obj: Any = None, fields: Iterable[str] = ()
    ) -> None:
        if action not in READING:
            raise Denied(f"{self.resource}.{action}")
        super().require(request, action, obj, fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields
