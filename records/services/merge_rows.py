"""Moving the rows of one chart to another, each on record, and moving them back.

The patients are locked. Columns are told apart one by one: undoing gives a column its old value where it
still says what the merge wrote, and keeps what somebody wrote since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hospital.kit import audit, bulk, clock, facts
from hospital.kit.inserts import insert
from hospital.kit.records import stamp_retired
from hospital.models import ExternalId
from records.models import (
    Appointment,
    Encounter,
    MergedRow,
    MergeEvent,
    Patient,
    Registration,
)

from . import merge_plans, search_keys

RETIRED = ("retired_at", "retired_by", "retired_reason")
# Columns that belong together: all of them are given back, or none.
UNITS = [RETIRED, *((*names, *also) for names, also in merge_plans.FILLED.items())]
# What is written down about an appointment or within a visit stays with it.
PARENTS: dict[str, Any] = {"appointment": Appointment, "encounter": Encounter}


class Kept:
    """What rows were before; ``store`` writes down what became of them."""

    def __init__(self, event: MergeEvent):
        self.event = event
        self._rows: list[tuple[Any, tuple[str, ...], dict[str, Any], str]] = []

    def note(self, row: Any, *names: str) -> None:
        """Remember these columns of a row that is about to be changed."""
        self._rows.append((row, names, columns(row, names), audit.digest(row)))

    def store(self) -> None:
        made = [
            MergedRow(
                event=self.event, model=row._meta.label, object_id=row.pk, before=before,
                after=columns(row, names), version=row.version, digest_before=digest,
                digest_after=audit.digest(row),
            )
            for row, names, before, digest in self._rows
        ]  # fmt: skip
        for start in range(0, len(made), bulk.AT_ONCE):
            insert(made[start : start + bulk.AT_ONCE])


def merge(event: MergeEvent, survivor: Patient, merged: Patient) -> None:
    """Move everything of ``merged`` to ``survivor``, which takes over what it does not know itself."""
    kept = Kept(event)
    for model, name in merge_plans.moving():
        rows = locked(merge_plans.rows_of(model, name, merged))
        stay = set(_ids(merge_plans.staying(merge_plans.rows_of(model, name, merged), survivor)))
        going = [row for row in rows if row.pk not in stay]
        for row in going:
            kept.note(row, f"{name}_id")
        bulk.change(going, **{f"{name}_id": survivor.pk})
        if model is Registration:
            _retire(kept, [row for row in rows if row.pk in stay and not row.is_retired])
    new = merge_plans.filled(survivor, merged)
    kept.note(survivor, *new)
    for name, value in new.items():
        setattr(survivor, name, value)
    facts.save(survivor)
    _retire(kept, [merged], merged_into_id=survivor.pk)
    kept.store()
    _lead_ids(event, merged, survivor)
    search_keys.rewrite(survivor)
    search_keys.rewrite(merged)


def unmerge(event: MergeEvent, survivor: Patient, merged: Patient) -> None:
    """Give ``merged`` back what is recorded of it; what was written since stays with ``survivor``, but for what was
    written within a visit or about an appointment that goes back.
    """
    _give_back(event, merged)
    _give_back(event, survivor)
    going = _going(event, survivor)
    for rows in going.values():
        bulk.change(list(rows.values()), patient_id=merged.pk)
    retired = Registration.objects.filter(patient=merged.pk).exclude(pk__in=going[Registration])
    for row in locked(retired.filter(pk__in=_recorded(event, Registration))):
        _give_back(event, row)
    for row in going[Registration].values():
        if not row.is_retired:
            _keep_registered(event, survivor, row.hospital_id)
    moved = _recorded(event, ExternalId)
    ExternalId.objects.filter(pk__in=moved, object_id=survivor.pk).update(object_id=merged.pk)
    search_keys.rewrite(survivor)
    search_keys.rewrite(merged)


def _retire(kept: Kept, rows: Iterable[Any], **also: Any) -> None:
    for row in rows:
        kept.note(row, *also, *RETIRED)
        for name, value in also.items():
            setattr(row, name, value)
        stamp_retired(row, reason=kept.event.reason, at=clock.now(), by=kept.event.decided_by)
        facts.save(row)


def _lead_ids(event: MergeEvent, merged: Patient, survivor: Patient) -> None:
    """The ids that other systems know the chart by lead to the one that stays."""
    rows = ExternalId.objects.filter(resource=Patient.resource, object_id=merged.pk)
    before, after = ({"object_id": str(chart.pk)} for chart in (merged, survivor))
    made = [
        MergedRow(
            event=event, model=ExternalId._meta.label, object_id=pk, before=before, after=after,
            version=1,
        )
        for pk in _ids(rows)
    ]  # fmt: skip
    if made:
        insert(made)
        rows.update(object_id=survivor.pk)


def _going(event: MergeEvent, survivor: Patient) -> dict[Any, dict[UUID, Any]]:
    """Model -> the rows that go back, locked: those recorded and still with ``survivor``, and what hangs on them."""
    models = [model for model, _name in merge_plans.moving()]
    going = {
        model: _by_id(model, patient=survivor.pk, pk__in=_recorded(event, model, "patient_id"))
        for model in models
    }
    for name, parent in PARENTS.items():
        for model in models:
            if not any(field.name == name for field in model._meta.fields):
                continue
            back = going[parent]
            hanging = _by_id(model, patient=survivor.pk, **{f"{name}__in": list(back)})
            going[model] = hanging | {
                pk: row
                for pk, row in going[model].items()
                if getattr(row, f"{name}_id") is None or getattr(row, f"{name}_id") in back
            }
    return going


def _keep_registered(event: MergeEvent, survivor: Patient, hospital_id: UUID) -> None:
    """The hospital whose registration goes back keeps ``survivor``, too, where it has to: because another chart that
    was merged brought one, or because it has written something down since.
    """
    brought = Registration.objects.retired().filter(
        hospital=hospital_id, patient__merged_into=survivor.pk
    )
    for row in locked(brought):
        if entry := _standing_entry(row):
            kept = Kept(entry.event)
            kept.note(row, "patient_id")
            give_back(row, [entry])
            row.patient_id = survivor.pk
            facts.save(row)
            kept.store()
            return
    here = {"patient": survivor.pk, "hospital": hospital_id}
    since = [
        model._base_manager.filter(**here, created_at__gte=event.decided_at)
        for model, _name in merge_plans.moving()
    ]
    if any(rows.exists() for rows in since):
        facts.save(Registration(patient=survivor, hospital_id=hospital_id, sex=survivor.sex))


def _standing_entry(row: Registration) -> MergedRow | None:
    """By which merge, still in force, this registration was retired."""
    entries = MergedRow.objects.filter(object_id=row.pk, event__status=MergeEvent.Status.MERGED)
    told = columns(row, RETIRED)
    return next((each for each in entries.order_by("-id") if each.after == told), None)


def _give_back(event: MergeEvent, row: Any) -> None:
    """Undo what the merge did to the columns of a row itself, on record even when nothing is left of it."""
    give_back(row, MergedRow.objects.filter(event=event, object_id=row.pk).order_by("id"))
    facts.save(row)


def give_back(row: Any, entries: Iterable[MergedRow]) -> None:
    """Set the old values of what still says what the merge wrote, of what belongs together all or nothing."""
    for entry in entries:
        for unit in (*UNITS, *((name,) for name in entry.before if name == "merged_into_id")):
            names = [name for name in unit if name in entry.before]
            if columns(row, names) != {name: entry.after[name] for name in names}:
                continue
            for name in names:
                field: Any = row._meta.get_field(name)
                setattr(row, name, field.to_python(entry.before[name]))


def columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Columns as JSON has them, exactly."""
    return {name: _told(getattr(row, name)) for name in names}


def locked(rows: QuerySet) -> list[Any]:
    """The rows, held until the transaction ends."""
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _by_id(model: Any, **which: Any) -> dict[UUID, Any]:
    return {row.pk: row for row in locked(model._base_manager.filter(**which))}


def _recorded(event: MergeEvent, model: Any, name: str = "") -> QuerySet:
    """The ids of the rows of a model that the merge changed, in a column."""
    rows = MergedRow.objects.filter(event=event, model=model._meta.label)
    return (rows.filter(before__has_key=name) if name else rows).values("object_id")


def _ids(rows: QuerySet) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))


def _told(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, dt.datetime) else value
