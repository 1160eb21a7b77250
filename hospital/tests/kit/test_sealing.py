"""The chain over the audit: whoever gets past the guards and changes the past is found."""

import random

import pytest
from django.db import connection

from hospital.kit import audit, guards
from hospital.models import AuditEvent, AuditPatient, AuditSeal
from hospital.services import sealing
from hospital.tests.factories import HospitalFactory, actor

pytestmark = pytest.mark.django_db
EVENTS = 40
TAMPERINGS = 120


@pytest.fixture
def somebody():
    return actor("receptionist", HospitalFactory())


@pytest.fixture
def chain(somebody):
    """A sealed chain, made in several rounds, and the guards lifted as a thief with the database would."""
    for number in range(EVENTS):
        patients = [somebody.user_id] if number % 3 else [somebody.user_id, somebody.hospital_id]
        audit.looked(somebody, "records.patient.read", patient_ids=patients, detail=str(number))
        if number % 7 == 0:
            sealing.seal_new()
    sealing.seal_new()
    assert sealing.first_broken() is None
    with guards.lifted(connection):
        yield list(AuditSeal.objects.order_by("sequence").values_list("event_id", flat=True))


def test_everything_is_sealed_once_and_in_one_line(somebody):
    for _ in range(5):
        audit.looked(somebody, "records.patient.read")
    assert sealing.seal_new() == 5
    assert sealing.seal_new() == 0
    audit.looked(somebody, "records.patient.read")
    assert sealing.seal_new() == 1
    assert list(AuditSeal.objects.order_by("sequence").values_list("sequence", flat=True)) == [
        *range(1, 7)
    ]
    assert sealing.first_broken() is None


def test_a_long_backlog_is_sealed_round_by_round(somebody, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    for _ in range(10):
        audit.looked(somebody, "records.patient.read")
    assert [sealing.seal_new() for _ in range(4)] == [4, 4, 2, 0]
    assert sealing.first_broken() is None


def edit(pk, chance):
    field = chance.choice(["act", "outcome", "reason", "user_id", "door", "resource", "patient_id"])
    new = None if field in {"user_id", "patient_id"} else "changed"
    rows = AuditEvent.objects.filter(pk=pk).exclude(**{field: new})
    before = rows.values(field).first()
    if before is None:
        return None
    rows.update(**{field: new})
    return lambda: AuditEvent.objects.filter(pk=pk).update(**before)


def delete(pk, chance):
    event = AuditEvent.objects.get(pk=pk)
    seal, patients = event.seal, list(event.patients.all())
    for row in patients:
        AuditPatient.objects.filter(pk=row.pk).delete()
    AuditSeal.objects.filter(pk=seal.pk).delete()
    AuditEvent.objects.filter(pk=pk).delete()

    def put_back():
        event.save(force_insert=True)
        AuditPatient.objects.bulk_create(patients)
        seal.save(force_insert=True)

    return put_back


def swap(pk, chance):
    other = (
        AuditSeal.objects.exclude(event_id=pk).order_by("?").values_list("event_id", flat=True)[0]
    )
    mine, theirs = AuditEvent.objects.get(pk=pk), AuditEvent.objects.get(pk=other)
    if mine.reason == theirs.reason:
        return None
    for row, reason in ((mine, theirs.reason), (theirs, mine.reason)):
        AuditEvent.objects.filter(pk=row.pk).update(reason=reason)

    def put_back():
        for row in (mine, theirs):
            AuditEvent.objects.filter(pk=row.pk).update(reason=row.reason)

    return put_back


def hide_patient(pk, chance):
    row = AuditPatient.objects.filter(event_id=pk).first()
    if row is None:
        return None
    AuditPatient.objects.filter(pk=row.pk).delete()
    return lambda: row.save(force_insert=True)


def forge_hash(pk, chance):
    seal = AuditSeal.objects.get(event_id=pk)
    AuditSeal.objects.filter(pk=seal.pk).update(hash="0" * 64)
    return lambda: AuditSeal.objects.filter(pk=seal.pk).update(hash=seal.hash)


def test_every_tampering_in_the_middle_is_found_and_nothing_is_found_where_nobody_tampered(
    chain, count
):
    chance = random.Random(7)
    found = 0
    while found < TAMPERINGS:
        place = chance.randrange(len(chain) - 1)
        way = chance.choice([edit, delete, swap, hide_patient, forge_hash])
        put_back = way(chain[place], chance)
        if put_back is None:
            continue
        broken = sealing.first_broken()
        assert broken is not None, f"{way.__name__} of link {place + 1} was not found"
        assert broken <= place + 1
        put_back()
        found += 1
        if found % 20 == 0:
            assert sealing.first_broken() is None, "a false alarm"
    count("tamperings of the audit found", found)


def test_an_event_slipped_in_between_is_sealed_late_not_silently_in_its_place(chain, somebody):
    first = AuditEvent.objects.order_by("id").first()
    forged = AuditEvent(act="records.patient.read", actor_kind="person", door="web")
    forged.id = first.id.__class__(int=first.id.int + 1)
    forged.save(force_insert=True)
    assert sealing.seal_new() == 1
    assert AuditSeal.objects.order_by("sequence").last().event_id == forged.pk
    assert sealing.first_broken() is None
