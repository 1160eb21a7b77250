"""Visits, diagnoses and observations in the admin: looked at from outside and brought back, nothing clinical."""

import pytest
from django.urls import reverse

from hospital.kit import facts
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import fill
from records.services import outpatients
from records.tests.encounter_factories import (
    DiagnosisFactory,
    ObservationFactory,
    OutPatientFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Gonorrhoea"
# What is made of each kind, with a text that nobody reads in the admin.
KINDS = {
    "outpatient": (OutPatientFactory, {"summary": SECRET, "complaint": SECRET}),
    "diagnosis": (DiagnosisFactory, {"description": SECRET}),
    "observation": (ObservationFactory, {"value_text": SECRET, "name": SECRET}),
}


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def row(kind, here):
    factory, said = KINDS[kind]
    return factory(hospital=here, **said)


def at(kind, page, *args):
    return reverse(f"admin:records_{kind}_{page}", args=args)


def retire(kind, row, here):
    doctor = actor("doctor", here)
    if kind == "outpatient":
        outpatients.retire(doctor, visit=row, reason="Entered twice")
    else:
        facts.retire(doctor, row, reason="Entered twice")


def test_it_is_listed_and_looked_at_but_not_read_or_changed(client, here, kind, row):
    signed_in(client, "administrator", here)
    for page, args, word in (
        ("changelist", [], "list"), ("change", [row.pk], "read"), ("history", [row.pk], "read"),
    ):  # fmt: skip
        answer = client.get(at(kind, page, *args))
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.{kind}.{word}", row.patient_id)
    assert client.get(at(kind, "add")).status_code == 403
    assert client.post(at(kind, "change", row.pk), {"_save": "1"}).status_code == 403


def test_what_was_retired_by_mistake_is_brought_back(client, here, kind, row):
    retire(kind, row, here)
    signed_in(client, "administrator", here)
    assert "Entered twice" in client.get(at(kind, "change", row.pk)).content.decode()
    fill(client, at(kind, "restore", row.pk), having="version")
    row.refresh_from_db()
    assert not row.is_retired


def test_the_history_names_the_fields_and_hides_what_they_said(client, here, kind, row):
    name = next(iter(KINDS[kind][1]))
    setattr(row, name, "Syphilis")
    row.save()
    signed_in(client, "administrator", here)
    page = client.get(at(kind, "history", row.pk)).content.decode()
    assert SECRET not in page
    assert "Syphilis" not in page


def test_another_hospitals_is_not_there(client, kind, row):
    signed_in(client, "administrator", HospitalFactory())
    assert client.get(at(kind, "change", row.pk)).status_code == 404
    assert str(row.pk) not in client.get(at(kind, "changelist")).content.decode()
