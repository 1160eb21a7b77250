"""Allergies and statements in the admin: brought back by the same rules, looks on record, nothing clinical."""

import pytest
from django.urls import reverse

from hospital.kit import facts
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import fill
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


def at(page, *args, model="allergy"):
    return reverse(f"admin:records_{model}_{page}", args=args)


def test_a_statement_does_not_come_back_beside_an_allergy(client, here, patient):
    statement = AllergyStatementFactory(patient=patient)
    facts.retire(actor("nurse", here), statement, reason="Taken back")
    AllergyFactory(patient=patient)
    signed_in(client, "administrator", here)
    address = at("restore", statement.pk, model="allergystatement")
    answer = fill(client, address, having="version")
    assert answer.status_code == 409
    assert "allergies on record" in answer.content.decode()
    statement.refresh_from_db()
    assert statement.is_retired


def test_an_allergy_brought_back_ends_a_statement(client, here, patient):
    allergy = AllergyFactory(patient=patient)
    facts.retire(actor("nurse", here), allergy, reason="Wrong patient")
    statement = AllergyStatementFactory(patient=patient)
    signed_in(client, "administrator", here)
    fill(client, at("restore", allergy.pk), having="version")
    for row in (allergy, statement):
        row.refresh_from_db()
    assert (allergy.is_retired, statement.is_retired) == (False, True)


def test_an_auditor_sees_who_and_when_and_not_whose_name(client, here, patient):
    allergy = AllergyFactory(patient=patient, substance="Latex")
    signed_in(client, "auditor", here)
    for address in (at("changelist"), at("change", allergy.pk)):
        page = client.get(address).content.decode()
        assert "Recorded by" in page
        assert patient.mrn not in page
        assert "Latex" not in page
    assert client.get(at("restore", allergy.pk)).status_code == 403


def test_the_history_names_the_fields_and_hides_what_they_said(client, here, patient):
    allergy = AllergyFactory(patient=patient, reaction="Hives")
    allergy.reaction = "Fainting"
    facts.change(actor("nurse", here), allergy)
    signed_in(client, "administrator", here)
    page = client.get(at("history", allergy.pk)).content.decode()
    assert "Reaction" in page
    assert "Hives" not in page
    assert "Fainting" not in page


def test_every_look_is_on_record(client, here, patient):
    allergy = AllergyFactory(patient=patient)
    signed_in(client, "administrator", here)
    for address, word in ((at("changelist"), "list"), (at("change", allergy.pk), "read")):
        client.get(address)
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.allergy.{word}", patient.pk)
