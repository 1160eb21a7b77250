"""The four generic acts on plain facts, the same from every door: create, change, retire, restore.

Each runs in the order permission, check, change, save, audit, inside the door's transaction. Acts
that change a status or touch several rows have services of their own.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext as _

from . import audit, clock, codes, policy
from .actors import Actor, acting
from .errors import RuleError, StaleError, errors_of
from .records import Record, stamp_restored, stamp_retired
from .violations import as_validation_error

R = TypeVar("R", bound=Record)

# Set by the server on the way in, so not facts that a person chose.
UNCHOSEN = {"hospital"}
# Of each kind that forbids a retirement, at most so many are linked.
LINKED = 20


def create(actor: Actor, record: R, *, external_id: str = "") -> R:
    """Store a new record. ValidationError when it breaks a rule of its model."""
    permission = f"{record.resource}.create"
    chosen = record.changed_fields() - UNCHOSEN
    with transaction.atomic(), acting(actor, permission):
        policy.require(actor, permission, record, fields=chosen)
        external_ids = apps.get_model("hospital", "ExternalId").objects
        if external_id:
            external_ids.refuse_taken(actor, record.resource, external_id)
        hold_parents(record)
        record.full_clean()
        save(record)
        if external_id:
            external_ids.claim(actor, record, external_id)
        audit.wrote(record, changed=chosen)
    return record


def change(
    actor: Actor, record: R, *, expected_version: int | None = None, forced: bool = False
) -> R:
    """Store the changes made to a loaded record; without any, nothing is written.

    ``expected_version`` is what the person was looking at: StaleError when it is no longer current.
    ``forced`` marks a deliberate overwrite in the audit.
    """
    permission = f"{record.resource}.update"
    changed = record.changed_fields()
    with transaction.atomic(), acting(actor, permission):
        policy.require(actor, permission, record, fields=changed)
        refuse_stale(record, expected_version)
        refuse_retired(record)
        if not changed:
            return record
        hold_parents(record)
        record.full_clean()
        changed = record.changed_fields()
        if changed:
            save(record)
            audit.wrote(record, changed=changed, forced=forced)
    return record


def retire(actor: Actor, record: R, *, reason: str, expected_version: int | None = None) -> R:
    """Hide a record from lists and pickers for ever or until restored; its past stays.

    RuleError ``in_use`` while something is open or still to come; ``reason`` is required.
    """
    permission = f"{record.resource}.retire"
    with transaction.atomic(), acting(actor, permission):
        policy.require(actor, permission, record)
        refuse_stale(record, expected_version)
        refuse_retired(record)
        require_reason(reason)
        lock(record)
        _lock_all(record.held_with())
        refuse_in_use(record)
        stamp_retired(record, reason=reason.strip(), at=clock.now(), by=actor.user_id)
        save(record)
        audit.wrote(record, changed={"retired_at"}, reason=reason.strip())
    return record


def restore(actor: Actor, record: R, *, expected_version: int | None = None) -> R:
    """Bring a retired record back. RuleError when its place has been taken meanwhile."""
    permission = f"{record.resource}.restore"
    with transaction.atomic(), acting(actor, permission):
        policy.require(actor, permission, record)
        refuse_stale(record, expected_version)
        if not record.is_retired:
            raise RuleError("not_retired")
        hold_parents(record)
        _lock_all(record.needs_back())
        stamp_restored(record)
        try:
            record.full_clean()
        except ValidationError as exc:
            raise _restore_conflict(exc) from exc
        save(record)
        audit.wrote(record, changed={"retired_at"})
    return record


def save(record: Record) -> None:
    """Save, turning a constraint that only the database could see into the same ValidationError.

    A refusal ends the act around it: there is no savepoint to go on from.
    """
    try:
        with transaction.atomic(savepoint=False):
            record.save()
    except IntegrityError as exc:
        raise as_validation_error(record, exc) from exc


def lock(record: Record) -> None:
    """Hold the row until the transaction ends, so that nothing starts to lean on it meanwhile."""
    type(record)._base_manager.select_for_update(no_key=True).filter(pk=record.pk).first()


def _lock_all(kinds: list[QuerySet]) -> None:
    for rows in kinds:
        list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def hold_parents(record: Record) -> None:
    """Lock what the record leans on and look at it afresh: it must not be retired in between."""
    hold_parents_of([record])


def hold_parents_of(records: Sequence[Record]) -> None:
    """The same for many records of one kind, each parent once: two that name one then share it."""
    for name in records[0].leans_on:
        field: Any = records[0]._meta.get_field(name)
        ids = {key for record in records if (key := getattr(record, field.attname))}
        if not ids:
            continue
        rows = field.related_model._base_manager.filter(pk__in=ids).order_by("pk")
        held = {row.pk: row for row in rows.select_for_update(no_key=True)}
        for record in records:
            if key := getattr(record, field.attname):
                setattr(record, name, held.get(key))


def refuse_stale(record: Record, expected_version: int | None) -> None:
    """StaleError when ``record`` is not the version the person was looking at."""
    if expected_version is not None and expected_version != record.version:
        raise StaleError(type(record)._base_manager.filter(pk=record.pk).first())


def refuse_retired(record: Record) -> None:
    """RuleError when the record is retired: restore it first."""
    if record.is_retired:
        raise RuleError("retired")


def refuse_in_use(record: Record) -> None:
    """RuleError ``in_use`` linking the first of what is open or still to come, and counting all of it."""
    links, count = [], 0
    for rows in record.open_work():
        found = list(rows.annotate(in_all=Window(Count("pk")))[:LINKED])
        links += [row.as_link() for row in found]
        count += found[0].in_all if found else 0
    if not count:
        return
    detail = ""  # the code's own sentence
    if count > len(links):
        told = _("%(sentence)s There are %(count)s; the first of them are listed.")
        detail = told % {"sentence": codes.sentence("in_use"), "count": count}
    raise RuleError("in_use", links=tuple(links), detail=detail, count=count)


def require_reason(reason: str) -> None:
    """ValidationError when no reason was given or it is longer than the column."""
    code = "reason_required" if not reason.strip() else "reason_too_long"
    if not reason.strip() or len(reason.strip()) > 200:
        raise ValidationError({"reason": ValidationError(codes.sentence(code), code)})


def _restore_conflict(exc: ValidationError) -> RuleError:
    code, text = next(row for rows in errors_of(exc).values() for row in rows)
    return RuleError("restore_conflict", problem=text, cause=code)
