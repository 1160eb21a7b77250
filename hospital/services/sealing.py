"""The hash chain over the audit: who changes or removes an event breaks it."""

import hashlib
from itertools import islice

import orjson
from django.db import transaction

from hospital.models import AuditEvent, AuditSeal, Series

BATCH = 1000
START = "0" * 64


def seal_new() -> int:
    """Append every event not sealed yet to the chain; returns how many. One sealer at a time."""
    with transaction.atomic():
        Series.objects.get_or_create(name="audit-seal")
        Series.objects.select_for_update(no_key=True).get(name="audit-seal")
        last = AuditSeal.objects.order_by("-sequence").first()
        sequence, previous = (last.sequence, last.hash) if last else (0, START)
        seals = []
        for event in AuditEvent.objects.filter(seal__isnull=True).order_by("id")[:BATCH]:
            sequence, previous = sequence + 1, link(sequence + 1, previous, event)
            seals.append(AuditSeal(sequence=sequence, event=event, hash=previous))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def link(sequence: int, previous: str, event: AuditEvent) -> str:
    """The hash of one link: SHA-256 over the number, the hash before it, and the event with its patients."""
    row = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    patients = sorted(str(pk) for pk in event.patients.values_list("patient_id", flat=True))
    return hashlib.sha256(
        orjson.dumps([sequence, previous, row, patients], option=orjson.OPT_SORT_KEYS, default=str)
    ).hexdigest()


def first_broken() -> int | None:
    """The sequence number of the first link that does not fit, or None when the chain is whole."""
    previous, expected = START, 1
    seals = AuditSeal.objects.select_related("event").order_by("sequence").iterator(BATCH)
    while batch := list(islice(seals, BATCH)):
        for seal in batch:
            if seal.sequence != expected or seal.hash != link(expected, previous, seal.event):
                return expected
            previous, expected = seal.hash, expected + 1
    return None
