"""What happened to a record, in plain words: who, when, which act, old and new values.

``entries()`` feeds templates/components/history.html. An act with words of its own is told so with
``say()``, from the app's ``ready()``; the plain ones (create, update, retire, restore) are known.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
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
ONE_ACT = timedelta(seconds=2)
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
    *records: Record,
    parts: Mapping[str, models.QuerySet] | None = None,
    limit: int = MOST,
    hide: Hide | None = None,
    leave_out: Iterable[str] = (),
    tell_too: Iterable[str] = (),
    beside: Callable[[Any], list[dict[str, str]]] | None = None,
) -> list[dict[str, Any]]:
    """The newest ``limit`` changes of the records, newest first; one query per table and one for names.

    ``parts`` are history rows of what is written together with a record, by list name: a row that
    came or went is one change of the act that did it. ``hide(field name, value)`` may mask a value
    (``"list.field"`` for a part's); fields named in ``leave_out`` are not told, and of
    those that the server sets the ones named in ``tell_too`` alone. ``beside(row)`` is what else the act
    of this row of the history changed: {label, old, new}.
    """
    told = {"hospital", *leave_out}
    too = set(tell_too)
    steps = [step for record in records for step in _steps(record, limit, told, too)]
    for name, rows in (parts or {}).items():
        steps += _part_steps(name, rows, told)
    steps.sort(key=lambda step: step["row"].history_date, reverse=True)
    acts = _acts(steps)[:limit]
    shown = [step for act in acts for step in act]
    people = names_of(step["row"].history_user_id for step in shown)
    related = _related_names(shown)
    told_by = [(act, beside(act[0]["row"]) if beside else []) for act in acts]
    return [_entry(act, also, people, related, hide) for act, also in told_by]


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


def _steps(record: Record, limit: int, leave_out: set[str], too: set[str]) -> list[dict[str, Any]]:
    """Each history row with the one before it and the fields on which the two differ."""
    rows = list(record.history.order_by("-history_date", "-history_id")[: limit + 1])
    fields = [
        field
        for field in record._meta.concrete_fields
        if field.name not in (record.SERVER_FIELDS - too) | record.UNTRACKED | leave_out
    ]
    return [
        {"record": record, "row": row, "before": before, "fields": _differing(fields, row, before)}
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ][:limit]


def _part_steps(name: str, rows: models.QuerySet, leave_out: set[str]) -> list[dict[str, Any]]:
    """The rows of a list that came or went: a standing row is never changed, only replaced."""
    before: dict[Any, Any] = {}
    steps = []
    for row in rows.order_by("history_date", "history_id"):
        fields = [field for field in _part_fields(row) if field.name not in leave_out]
        steps.append({"part": name, "row": row, "before": before.get(row.id), "fields": fields})
        before[row.id] = row
    return steps


def _acts(steps: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The steps that one act made, together; those of the record itself first."""
    acts: list[list[dict[str, Any]]] = []
    for step in steps:
        if acts and is_same_act(acts[-1][-1]["row"], step["row"]):
            acts[-1].append(step)
        else:
            acts.append([step])
    return [sorted(act, key=lambda step: "part" in step) for act in acts]


def is_same_act(one: Any, other: Any) -> bool:
    """Rows of one transaction carry no common mark; the same person, act and moment tell it."""
    return (
        one.history_user_id == other.history_user_id
        and one.history_change_reason == other.history_change_reason
        and abs(one.history_date - other.history_date) <= ONE_ACT
    )


def _differing(fields: list[models.Field], row: Any, before: Any) -> list[models.Field]:
    if before is None:
        return []
    return [
        field for field in fields if getattr(row, field.attname) != getattr(before, field.attname)
    ]


def _related_names(steps: list[dict[str, Any]]) -> dict[tuple[type, Any], str]:
    """(model, id) -> what it is called, for every reference that changed; one query per model."""
    wanted: dict[Any, set[Any]] = {}
    for step in steps:
        rows = [row for row in (step["row"], step["before"]) if row]
        for field in step["fields"]:
            if field.is_relation:
                ids = {getattr(row, field.attname) for row in rows}
                wanted.setdefault(field.related_model, set()).update(ids - {None})
    return {
        (model, found.pk): str(found)
        for model, ids in wanted.items()
        for found in model._base_manager.filter(pk__in=ids)  # type: ignore[attr-defined]
    }


def _entry(
    act: list[dict[str, Any]], also: list[dict[str, str]], people: dict[UUID, str], related: dict,
    hide: Hide | None,
) -> dict[str, Any]:  # fmt: skip
    changes = [*also, *(change for step in act for change in _changes(step, related, hide))]
    row = act[0]["row"]
    return {
        "when": row.history_date,
        "who": people.get(row.history_user_id) or gettext("The system"),
        "what": _what(row, len(changes)),
        "reason": next(filter(None, (_reason(step) for step in act)), ""),
        "changes": changes,
    }


def _changes(step: dict[str, Any], related: dict, hide: Hide | None) -> list[dict[str, str]]:
    if "part" in step:
        return _part_change(step, related, hide)
    return [
        {
            "label": values.heading(type(step["record"]), field.name),
            "old": _shown(step["before"], field, related, hide),
            "new": _shown(step["row"], field, related, hide),
        }
        for field in step["fields"]
    ]


def _part_change(step: dict[str, Any], related: dict, hide: Hide | None) -> list[dict[str, str]]:
    rows = (step["before"], step["row"])
    old, new = (_part_text(step, row, related, hide) for row in rows)
    label = str(step["row"].instance_type._meta.verbose_name)
    return [{"label": label[:1].upper() + label[1:], "old": old, "new": new}] if old != new else []


def _part_text(step: dict[str, Any], row: Any, related: dict, hide: Hide | None) -> str:
    """What a row of a list says; nothing while it does not count."""
    if row is None or row.retired_at:
        return ""
    told = []
    for field in step["fields"]:
        text = _shown(row, field, related, None)
        told.append(hide(f"{step['part']}.{field.name}", text) if hide and text else text)
    return " · ".join(filter(None, told))


def _part_fields(row: Any) -> list[models.Field]:
    fields = row.instance_type._meta.concrete_fields
    return [f for f in fields if f.editable and f.name not in row.instance_type.SERVER_FIELDS]


def _reason(step: dict[str, Any]) -> str:
    """Why, where the act said so: on retiring, or on making the row."""
    row, before = step["row"], step["before"]
    if "part" in step:
        return ""
    if row.retired_at and not (before and before.retired_at):
        return str(row.retired_reason)
    return "" if before else str(getattr(row, "reason", ""))


def _what(row: Any, count: int) -> str:
    act = row.history_change_reason or ""
    action = act.rpartition(".")[2] if row.history_type != "+" else "create"
    # What another record's making has changed in this one was not made by it.
    is_plain = action != "update" and (action != "create" or row.history_type == "+")
    words = WORDS.get(act) or (WORDS.get(action) if is_plain else None)
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
