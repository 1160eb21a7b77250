"""One record after the other: save one, and go on with the form of the next, filled in alike."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.http import urlencode

NAME = "another"


def is_wanted(request: HttpRequest) -> bool:
    """Whether the form was sent by the button that goes on with the next one."""
    return NAME in request.POST


def address(create: str, record: Any, names: Sequence[str]) -> str:
    """The form at ``create`` with what the next record has in common with this one: the fields ``names``."""
    values = {name: getattr(record, record._meta.get_field(name).attname) for name in names}
    known = {name: value for name, value in values.items() if value not in {None, ""}}
    return f"{create}?{urlencode(known)}" if known else create


def begin_at_first_empty(form: BaseForm) -> None:
    """Put the cursor where typing begins: into the first field that must be filled in and is not."""
    empty = (field for field in form if field.field.required and not field.value())
    if not form.is_bound and (first := next(empty, None)):
        first.field.widget.attrs["autofocus"] = True
