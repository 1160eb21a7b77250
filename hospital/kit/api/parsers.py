"""JSON in: bounded, strict, and without the NUL characters PostgreSQL cannot store."""

from io import BytesIO
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from rest_framework.parsers import BaseParser

from hospital.kit import codes
from hospital.kit.errors import Refusal

from .renderers import JSON

LARGEST_BODY = 1024 * 1024


def take_whole(request: Any) -> None:
    """Read a body that came in chunks, without a length: Django would take it for an empty one."""
    is_chunked = request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    if is_chunked and request.META.get("wsgi.input_terminated"):
        body = request.META["wsgi.input"].read(LARGEST_BODY + 1)
        request.META["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)


class JsonParser(BaseParser):
    """Reads a JSON object. Refusals: `too_large` (413), `malformed` (400), `nul_character` (400)."""

    media_type = JSON

    def parse(
        self, stream: Any, media_type: Any = None, parser_context: Any = None
    ) -> dict[str, Any]:
        data = self._loaded(self._read(stream))
        if not isinstance(data, dict):
            raise Refusal("malformed")
        if found := _nul_in(data):
            raise ValidationError(
                {found: ValidationError(codes.sentence("nul_character"), "nul_character")}
            )
        return data

    def _read(self, stream: Any) -> bytes:
        announced = getattr(stream, "META", {}).get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > LARGEST_BODY:
            raise Refusal("too_large")
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise Refusal("too_large")
        return body

    def _loaded(self, body: bytes) -> Any:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as broken:
            raise Refusal("malformed") from broken


def _nul_in(value: Any, path: str = "") -> str:
    """The path of the first text, or field name, that holds a NUL character; "" when none does."""
    if isinstance(value, str):
        return path if "\0" in value else ""
    if isinstance(value, dict):
        rows = list(value.items())
        if any("\0" in name for name, _ in rows):
            return path or "body"
    else:
        rows = list(enumerate(value)) if isinstance(value, list) else []
    return next(
        (found for name, item in rows if (found := _nul_in(item, f"{path}.{name}".lstrip(".")))), ""
    )
