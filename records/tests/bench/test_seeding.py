"""A database filled for measuring is one that the services could have filled."""

from datetime import date
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms import model_to_dict

from hospital.kit import audit, phones
from hospital.models import AuditEvent, Hospital, Installation
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.bench import seeding
from records.bench.people import person
from records.models import (
    NameForm,
    Patient,
    PatientContact,
    PatientIdentifier,
    Registration,
    SearchKey,
)
from records.services import patients, vocabulary

pytestmark = pytest.mark.django_db

COUNT = 300
# What differs between two registrations of equal people: who they are, when, and under which number.
OWN = {
    "id", "mrn", "patient", "registration", "registered_at", "changed_at", "history_id", "history_date",
}  # fmt: skip


def without_own(row: Any, *more: str) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in OWN | {"created_at", "updated_at", *more}
    }


def left_by(chart: Patient) -> dict[str, list[Any]]:
    """Every row there is about a chart, without what is its own."""
    here = chart.registrations.get()
    parts = [*chart.identifiers.all(), *chart.contacts.all()]
    rows = {
        "records": [chart, here, *parts],
        "histories": [record.history.get() for record in (chart, here, *parts)],
        "events": AuditEvent.objects.filter(patient_id=chart.pk).order_by("resource", "digest"),
    }
    found = {name: [without_own(row, "at", "object_id", "patient_id", "digest") for row in of]
             for name, of in rows.items()}  # fmt: skip
    for listed in found.values():
        listed.sort(key=str)
    keys = SearchKey.objects.filter(registration=here).exclude(kind="m")
    return {**found, "keys": sorted(keys.values_list("kind", "key", "shared"))}


def told(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def register_alike(chart: Patient) -> Patient:
    """The same person, registered by the service once the first one's numbers are free."""
    actor = command_actor(chart.registrations.get().hospital_id, "integrator", name="bench")
    before = left_by(chart)
    names = set(model_to_dict(chart))
    parts = {
        "identifiers": [
            PatientIdentifier(**told(row, row.CONTENT)) for row in chart.identifiers.all()
        ],
        "contacts": [PatientContact(**told(row, row.CONTENT)) for row in chart.contacts.all()],
    }
    chart.identifiers.update(value_key="FREED", kind="other")
    alike = patients.register(actor, patient=Patient(**told(chart, names)), **parts)
    assert left_by(alike) == before
    return alike


def test_every_row_is_one_that_the_service_would_have_written() -> None:
    seeding.fill(COUNT)
    seen = [register_alike(chart) for chart in Patient.objects.order_by("id")[:120]]
    assert any(chart.identifiers.exists() for chart in seen)
    assert any(chart.contacts.exists() for chart in seen)
    assert len(seen) == 120


def test_every_digest_is_that_of_the_row() -> None:
    seeding.fill(60)
    for event in AuditEvent.objects.exclude(resource="hospital.hospital"):
        models = {model.resource: model for model in (Patient, PatientIdentifier, PatientContact)}
        assert event.digest == audit.digest(models[event.resource].objects.get(pk=event.object_id))


def test_everybody_is_valid_and_the_shares_are_as_announced() -> None:
    seeding.fill(COUNT)
    with phones.activated(None):
        for chart in Patient.objects.all():
            chart.full_clean()
    assert Registration.objects.count() == COUNT
    large = Registration.objects.filter(hospital__code=seeding.LARGE).count()
    assert 0.5 < large / COUNT < 0.7


def test_every_word_of_a_name_is_found_by_what_it_is_mistaken_for() -> None:
    for _ in range(2):
        seeding.fill(60)
    called = set(SearchKey.objects.filter(kind="n").values_list("key", flat=True))
    learned = set(NameForm.objects.values_list("form", "word"))
    assert learned == {(form, word) for word in called for form in vocabulary.forms_of(word)}


def test_filling_goes_on_where_it_ended() -> None:
    seeding.fill(20)
    first = set(Patient.objects.values_list("pk", flat=True))
    seeding.fill(20)
    assert Patient.objects.count() == 40
    assert first < set(Patient.objects.values_list("pk", flat=True))
    assert len(set(Patient.objects.values_list("mrn", flat=True))) == 40
    assert Hospital.objects.count() == len(seeding.SHARES)
    assert Installation.objects.get().is_demo


def test_the_same_seed_gives_the_same_people() -> None:
    day = date(2026, 1, 1)
    people = [[person(Random(seed), number, day) for number in range(50)] for seed in (1, 1, 2)]
    assert people[0] == people[1] != people[2]


def test_a_database_with_a_hospital_in_it_is_left_alone() -> None:
    HospitalFactory()
    with pytest.raises(seeding.NotForMeasuring):
        seeding.fill(10)
    assert not Patient.objects.exists()
    assert not Hospital.objects.filter(code__startswith=seeding.MARK).exists()


def test_the_command_wants_the_mode_of_its_own() -> None:
    with pytest.raises(CommandError, match="OPENWARD_MODE=bench"):
        call_command("bench", "seed", "10")
    assert not Patient.objects.exists()
