"""JSON out: one encoder for every answer, whatever the caller's Accept header asks for."""

from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer

JSON = "application/json"
PROBLEM = "application/problem+json"


def dumped(data: Any) -> bytes:
    """The bytes of `data`; UUIDs and dates in their usual text form, lazy texts in today's language."""
    return orjson.dumps(data, default=str)


def answer(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A JSON answer, already rendered: DRF's renderer layer costs more than the encoding."""
    return HttpResponse(dumped(data), status=status, content_type=JSON, headers=headers)


class JsonRenderer(BaseRenderer):
    """What DRF and the schema know our answers by."""

    media_type = JSON
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else dumped(data)


class OneFormat(BaseContentNegotiation):
    """There is one format, so an unusual Accept header is no reason to refuse."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        sent = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
