"""Taking back charts that an import opened, as long as nobody has touched them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import ForeignObjectRel
from simple_history.models import HistoricalChanges

from hospital.kit import audit, clock, facts
from hospital.kit.actors import Actor, acting
from hospital.kit.records import Record, stamp_retired
from hospital.models import ExternalId
from records.models import Patient, PatientContact, PatientIdentifier, Registration, SearchKey

from . import mrns

REASON = "import undone"
# Written with the chart's own version: whoever touches them touches that.
OF_THE_CHART = (Registration, PatientIdentifier, PatientContact)


def undo(actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
    """Retire those of the charts that are as the import left them and that nothing refers to; returns which.

    A chart gives its MRN up: a kept one can be brought in again, one from the series is never given again.
    """
    charts = list(Patient.objects.filter(pk__in=ids).order_by("pk").select_for_update())
    here = Registration.objects.filter(patient__in=ids)
    touched = {chart.pk for chart in charts if chart.version > 1 or chart.is_retired}
    touched |= {
        row.patient_id
        for row in here
        if row.hospital_id != actor.here or row.version > 1 or row.is_retired
    }
    touched |= _referred_to(ids)
    gone = {chart.pk: chart for chart in charts if chart.pk not in touched}
    with acting(actor, "records.patient.retire"):
        numbers = PatientIdentifier.objects.live().filter(patient__in=gone)
        _retire(actor, [*here.filter(patient__in=gone), *numbers])
        for chart in gone.values():
            chart.mrn = mrns.stand_in(chart.pk)
        _retire(actor, list(gone.values()))
    SearchKey.objects.filter(registration__patient__in=gone).delete()
    return set(gone)


def _retire(actor: Actor, rows: Sequence[Record]) -> None:
    for row in rows:
        stamp_retired(row, reason=REASON, at=clock.now(), by=actor.user_id)
        if isinstance(row, Registration):
            row.changed_at = clock.now()
        facts.save(row)
        audit.wrote(row, changed={"retired_at"}, reason=REASON)


def _referred_to(ids: Sequence[UUID]) -> set[UUID]:
    """Those that a row of any table points at, or a program knows by an id of its own."""
    found: set[UUID] = set(
        ExternalId.objects.filter(object_id__in=ids).values_list("object_id", flat=True)
    )
    for relation in Patient._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        field = relation.field
        if issubclass(field.model, (HistoricalChanges, *OF_THE_CHART)):
            continue
        rows = field.model._base_manager.filter(**{f"{field.name}__in": ids})
        found |= set(rows.values_list(field.attname, flat=True))
    return found
