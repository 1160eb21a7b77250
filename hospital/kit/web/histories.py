"""What happened to a record, in plain words: who, when, which act, old and new values.

``entries()`` feeds templates/components/history.html. An act with words of its own is told so with
``say()``, from the app's ``ready()``; the plain ones (create, update, retire, restore) are known.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.records import Record

from . import values

MOST = 100
WORDS: dict[str, str | Promise] = {
    "create": _("added this record"),
    "retire": _("retired it"),
    "restore": _("brought it back"),
}
Hide = Callable[[str, str], str]


def say(permission: str, words: str | Promise) -> None:
    """Tell this act by ``words``, which go on after the person's name: "registered the patient"."""
    WORDS[permission] = words


def entries(
    *records: Record, limit: int = MOST, hide: Hide | None = None, leave_out: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The newest ``limit`` changes of the records, newest first; one query per table and one for names.

    ``hide(field name, value)`` may mask a value; fields named in ``leave_out`` are not told.
    """
    told = {"hospital", *leave_out}
    steps = [step for record in records for step in _steps(record, limit, told)]
    steps.sort(key=lambda step: step["row"].history_date, reverse=True)
    steps = steps[:limit]
    people = names_of(step["row"].history_user_id for step in steps)
    related = _related_names(steps)
    return [_entry(step, people, related, hide) for step in steps]


def names_of(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Account id -> name, of every account there ever was; one query, none for no ids."""
    wanted = {pk for pk in ids if pk}
    if not wanted:
        return {}
    users = apps.get_model("hospital", "User")._base_manager.filter(pk__in=wanted)
    return {user.pk: str(user) for user in users}


def last_change(record: Record) -> dict[str, Any]:
    """Who saved the record last, and when: {"who", "when"}."""
    row = record.history.order_by("-history_date", "-history_id").first()
    if row is None:
        return {}
    return {
        "who": names_of([row.history_user_id]).get(row.history_user_id, ""),
        "when": row.history_date,
    }


def _steps(record: Record, limit: int, leave_out: set[str]) -> list[dict[str, Any]]:
    """Each history row with the one before it and the fields on which the two differ."""
    rows = list(record.history.order_by("-history_date", "-history_id")[: limit + 1])
    fields = [
        field
        for field in record._meta.concrete_fields
        if field.name not in record.SERVER_FIELDS | record.UNTRACKED | leave_out
    ]
    return [
        {"record": record, "row": row, "before": before, "fields": _differing(fields, row, before)}
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ][:limit]


def _differing(fields: list[models.Field], row: Any, before: Any) -> list[models.Field]:
    if before is None:
        return []
    return [
        field for field in fields if getattr(row, field.attname) != getattr(before, field.attname)
    ]


def _related_names(steps: list[dict[str, Any]]) -> dict[tuple[type, Any], str]:
    """(model, id) -> what it is called, for every reference that changed; one query per model."""
    wanted: dict[type, set[Any]] = {}
    for step in steps:
        for field in step["fields"]:
            if field.is_relation:
                ids = {getattr(row, field.attname) for row in (step["row"], step["before"])}
                wanted.setdefault(field.related_model, set()).update(ids - {None})
    return {
        (model, found.pk): str(found)
        for model, ids in wanted.items()
        for found in model._base_manager.filter(pk__in=ids)  # type: ignore[attr-defined]
    }


def _entry(
    step: dict[str, Any], people: dict[UUID, str], related: dict, hide: Hide | None
) -> dict[str, Any]:
    row = step["row"]
    changes = [
        {
            "label": values.heading(type(step["record"]), field.name),
            "old": _shown(step["before"], field, related, hide),
            "new": _shown(row, field, related, hide),
        }
        for field in step["fields"]
    ]
    return {
        "when": row.history_date,
        "who": people.get(row.history_user_id) or gettext("The system"),
        "what": _what(row, len(changes)),
        "reason": row.retired_reason if row.retired_at and not changes else "",
        "changes": changes,
    }


def _what(row: Any, count: int) -> str:
    act = row.history_change_reason or ""
    action = act.rpartition(".")[2] if row.history_type != "+" else "create"
    words = WORDS.get(act) or (WORDS.get(action) if action != "update" else None)
    if words:
        return str(words)
    if not count:
        return gettext("saved it again")
    return ngettext("changed one field", "changed %(count)s fields", count) % {"count": count}


def _shown(row: Any, field: models.Field, related: dict, hide: Hide | None) -> str:
    value = getattr(row, field.attname)
    if field.is_relation and value is not None:
        value = related.get((field.related_model, value), value)
    text = values.text(field, value)
    return hide(field.name, text) if hide and text else text
