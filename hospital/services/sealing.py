"""The hash chain over the audit: who changes or removes an event breaks it."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from django.db import transaction

from hospital.kit.audit import hash_of
from hospital.models import AuditEvent, AuditPatient, AuditSeal, Series

BATCH = 1000
START = "0" * 64


def seal_new() -> int:
    """Append every event not sealed yet to the chain; returns how many. One sealer at a time."""
    with transaction.atomic():
        Series.objects.get_or_create(name="audit-seal")
        Series.objects.select_for_update(no_key=True).get(name="audit-seal")
        last = AuditSeal.objects.order_by("-sequence").first()
        sequence, previous = (last.sequence, last.hash) if last else (0, START)
        events = list(AuditEvent.objects.filter(seal__isnull=True).order_by("id")[:BATCH])
        patients, seals = _patients_of(events), []
        for event in events:
            sequence += 1
            previous = link(sequence, previous, event, patients[event.pk])
            seals.append(AuditSeal(sequence=sequence, event=event, hash=previous))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def link(sequence: int, previous: str, event: AuditEvent, patients: Sequence[str]) -> str:
    """The hash of one link: over the number, the hash before it, the event and the patients shown."""
    row = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    return hash_of(row, sequence, previous, sorted(patients))


def first_broken(*, latest: int | None = None) -> int | None:
    """The sequence number of the first link that does not fit, or None when the chain is whole.

    ``latest`` looks at that many of the newest links alone, and takes the one before them as given.
    """
    seals = AuditSeal.objects.select_related("event").order_by("sequence")
    previous, expected = START, 1
    if latest and (given := AuditSeal.objects.order_by("-sequence")[latest : latest + 1].first()):
        previous, expected = given.hash, given.sequence + 1
    rows = seals.filter(sequence__gte=expected).iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        patients = _patients_of([seal.event for seal in batch])
        for seal in batch:
            fits = link(expected, previous, seal.event, patients[seal.event_id])
            if seal.sequence != expected or seal.hash != fits:
                return expected
            previous, expected = seal.hash, expected + 1
    return None


def _patients_of(events: Sequence[AuditEvent]) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = AuditPatient.objects.filter(event_id__in=[event.pk for event in events])
    for event_id, patient_id in rows.values_list("event_id", "patient_id"):
        found[event_id].append(str(patient_id))
    return found
