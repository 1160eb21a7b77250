"""OpenAPI: what every operation takes and every status it may answer with."""

from functools import cache
from typing import Any, Final

import django_filters
import orjson
from django.utils import translation
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from . import answers, filters, parameters

HEADER: Final = "header"
QUERY: Final = "query"
BODY_METHODS = {"POST", "PUT", "PATCH"}
# What a filter takes that is more than text.
FILTER_KINDS: dict[type, Any] = {
    django_filters.UUIDFilter: OpenApiTypes.UUID,
    filters.MomentFilter: OpenApiTypes.DATETIME,
    filters.FlagFilter: OpenApiTypes.BOOL,
}


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema names our tokens."""

    target_class = "hospital.kit.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token, issued by an administrator: `Authorization: Bearer ow_….…`",
        }


class ExternalIdsShape(OpenApiSerializerFieldExtension):
    """What `external_ids` looks like."""

    target_class = "hospital.kit.api.fields.ExternalIdsField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return answers.EXTERNAL_IDS


class PartialDateShape(OpenApiSerializerFieldExtension):
    """What a date that may be partly known looks like."""

    target_class = "hospital.kit.api.fields.PartialDateText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": answers.PARTIAL_DATE}


class PhoneShape(OpenApiSerializerFieldExtension):
    """What a phone number looks like: answered in E.164, taken in any style."""

    target_class = "hospital.kit.api.fields.PhoneText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "maxLength": 32, "examples": ["+4930123456"]}


class WallTimeShape(OpenApiSerializerFieldExtension):
    """What a time on the wall looks like. Not `format: time`, which is one of a known zone."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "pattern": answers.WALL_TIME, "examples": ["09:00:00"]}


class EmailShape(OpenApiSerializerFieldExtension):
    """What an email address looks like. Not `format: email`: most of them may be empty."""

    target_class = "hospital.kit.api.fields.EmailText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "maxLength": 254, "examples": ["ana@example.org"]}


class RecordSchema(AutoSchema):
    """Adds to what DRF tells: the headers, the parameters of lists, the page, and every refusal."""

    view: Any

    def get_operation(self, *args: Any, **options: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **options)
        if operation is not None:
            operation["responses"] = self._responses(operation["responses"])
            self._add_examples(operation)
        return operation

    def get_override_parameters(self) -> list[Any]:
        action = getattr(self.view, "action", "")
        found = [_header(name) for name in self._headers()]
        found += getattr(self.view, "documented", ())
        if action == "list":
            names = [name for name in parameters.OF_LISTS if name != "ordering"]
            found += [_query(name) for name in names] + [self._ordering()] + self._filters()
        elif action == "retrieve":
            found += [_query(name) for name in parameters.OF_ONE]
        return found

    def get_request_serializer(self) -> Any:
        body = getattr(self.view, "bodies", {}).get(getattr(self.view, "action", ""))
        return body or super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        action = getattr(self.view, "action", "")
        if action == "destroy":
            return {204: None}
        shown = getattr(self.view, "serializer_class", None)
        return super().get_response_serializers() if shown is None else {self._success(): shown}

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_operation_id(self) -> str:
        """`wards_list`, `patients_register_here`: the resource's word and the action's."""
        topic = getattr(self.view, "topic", "")
        word = topic.replace("/", "_") if "/" in topic else self.get_tags()[0]
        return f"{word}_{self._action()}"

    def _action(self) -> str:
        """The action of a viewset, or the method of a view that is none."""
        return getattr(self.view, "action", None) or self.method.lower()

    def _success(self) -> int:
        statuses = answers.statuses_of(self.view, self.method)
        return next(status for status in statuses if status < 300)

    def _headers(self) -> list[str]:
        action = getattr(self.view, "action", "")
        by_method = {
            "POST": ["Idempotency-Key"],
            "PUT": ["If-Match"],
            "PATCH": ["If-Match"],
            "DELETE": ["X-Reason", "If-Match"],
        }
        if action == "retrieve":
            return ["If-None-Match"]
        found = by_method.get(self.method, [])
        return [*found, "If-Match"] if action in getattr(self.view, "acts_on_one", ()) else found

    def _ordering(self) -> OpenApiParameter:
        words = list(self.view.orderings)
        default = self.view.default_ordering
        said = (
            f"The order of the list. `{default}` when left out (`updated_at` with updated_since)."
        )
        return OpenApiParameter("ordering", str, QUERY, enum=words, description=said)

    def _filters(self) -> list[OpenApiParameter]:
        filterset = self.view.filterset_class
        return [
            _filter(name, each)
            for name, each in (filterset.base_filters if filterset else {}).items()
        ]

    def _responses(self, made: dict[str, Any]) -> dict[str, Any]:
        statuses = answers.statuses_of(self.view, self.method)
        said: dict[str, Any] = {}
        for status in statuses:
            if status < 300:
                success = made.get(str(status), {})
                said[str(status)] = answers.success(self.view, self.method, status, success)
            else:
                said[str(status)] = answers.reference(status)
        return said

    def _add_examples(self, operation: dict[str, Any]) -> None:
        """A body to send and what comes back, from the serializers' own `Meta`."""
        action = self._action()
        sent = _example(self.get_request_serializer(), "sent")
        for media in operation.get("requestBody", {}).get("content", {}).values():
            if sent:
                media["example"] = sent
        shown = _example(getattr(self.view, "serializer_class", None), "shown")
        is_list = action == "list" or action in getattr(self.view, "lists", ())
        for status in ("200", "201"):
            for media in operation["responses"].get(status, {}).get("content", {}).values():
                if shown:
                    media["example"] = {"results": [shown], "next": None} if is_list else shown


def _example(serializer: Any, name: str) -> Any:
    return getattr(getattr(serializer, "Meta", None), name, None)


def _header(name: str) -> OpenApiParameter:
    said, pattern, required = answers.HEADERS_SENT[name]
    schema = {"type": "string"} | ({"pattern": pattern} if pattern else {})
    return OpenApiParameter(name, schema, HEADER, description=said, required=required)


def _query(name: str) -> OpenApiParameter:
    schema, said = answers.PARAMETERS[name]
    return OpenApiParameter(name, schema, QUERY, description=said)


def _filter(name: str, each: Any) -> OpenApiParameter:
    kinds = (kind for cls, kind in FILTER_KINDS.items() if isinstance(each, cls))
    kind = next(kinds, {"type": "string", "minLength": 1})
    return OpenApiParameter(name, kind, QUERY, description=each.extra.get("help_text", ""))


@cache
def document() -> bytes:
    """The OpenAPI document, made once per process, in English whoever asks first."""
    with translation.override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)
    return orjson.dumps(made, option=orjson.OPT_INDENT_2, default=str)


def without_final_slash(endpoints: list[tuple]) -> list[tuple]:
    """The addresses as they are documented: the final slash is optional, so it is left out."""
    return [(path.rstrip("/"), *rest) for path, *rest in endpoints]


def add_shared_answers(result: dict[str, Any], **about: Any) -> dict[str, Any]:
    """Put the problem, the refusals and their headers among the components."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = answers.PROBLEM_SCHEMA
    components["responses"] = answers.shared()
    return result
