"""The query parameters every list understands; a name nobody reads is refused, never ignored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from rest_framework import serializers

from hospital.kit import codes

from .serializers import unknown_name

OF_LISTS = (
    "limit",
    "cursor",
    "ordering",
    "count",
    "updated_since",
    "include_retired",
    "external_id",
)
OF_ONE = ("include_retired",)


def refuse_unknown(request: Any, known: Sequence[str]) -> None:
    """400 for every parameter nobody reads, naming the nearest there is, and for every one that is empty or blank."""
    sent = request.query_params
    errors = {
        name: unknown_name("unknown_parameter", name, list(known))
        for name in sent
        if name not in known
    }
    for name in sent:
        if name in known and not sent[name].strip():
            errors[name] = serializers.ErrorDetail(codes.sentence("required"), "required")
    if errors:
        raise serializers.ValidationError(errors)


def flag(request: Any, name: str) -> bool:
    """A parameter that is `true` or `false`, and false when it is left out."""
    sent = request.query_params.get(name, "false")
    if sent not in ("true", "false"):
        raise refused(name, "invalid_choice")
    return sent == "true"


def moment(request: Any, name: str) -> datetime | None:
    """A moment with its offset, in UTC."""
    sent = request.query_params.get(name)
    try:
        return None if sent is None else read_moment(sent)
    except ValidationError as exc:
        raise ValidationError({name: exc}) from exc


def read_moment(sent: str) -> datetime:
    """What a text says, in UTC; a `+` that was not escaped in the URL is put right.

    ValidationError `naive_datetime` without an offset, `invalid` when it is no moment.
    """
    try:
        parsed = parse_datetime(sent.replace(" ", "+")) if "T" in sent else None
        # The first and the last day there are overflow on the way to UTC.
        in_utc = parsed and parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        parsed = in_utc = None
    if parsed is None or in_utc is None:
        raise ValidationError(codes.sentence("invalid"), "invalid")
    if is_naive(parsed):
        raise ValidationError(codes.sentence("naive_datetime"), "naive_datetime")
    return in_utc


def text(request: Any, name: str) -> str:
    """A parameter's text, "" when it is left out; NUL characters are refused."""
    sent = request.query_params.get(name, "")
    if "\0" in sent:
        raise refused(name, "nul_character")
    return sent


def refused(name: str, code: str) -> ValidationError:
    """The 400 for one parameter."""
    return ValidationError({name: ValidationError(codes.sentence(code), code)})


def of_form(form: Any) -> ValidationError:
    """The 400 for the parameters that a filter's form did not understand."""
    return ValidationError(form.errors.as_data())
