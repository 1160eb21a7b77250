"""Where those who work with patients and medications start."""

import pytest

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, signed_in
from records.models import MedicationPrice
from records.tests.factories import MedicationFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return HospitalFactory()


def main(client):
    return client.get("/").content.decode().partition('id="main"')[2]


def test_reception_starts_at_registering_and_at_todays_registrations(client, place):
    patient = PatientFactory(at=place)
    signed_in(client, "receptionist", place)
    page = main(client)
    places = ("Register patient", "Registered today", f"/patients/{patient.pk}/")
    assert sorted(places, key=page.index) == list(places)


@pytest.mark.parametrize("role", ["doctor", "nurse", "cashier"])
def test_others_start_at_the_patients_they_opened_and_register_nobody(client, place, role):
    opened, other = PatientFactory.create_batch(2, at=place)
    signed_in(client, role, place)
    client.get(f"/patients/{opened.pk}/")
    page = main(client)
    assert f"/patients/{opened.pk}/" in page
    assert f"/patients/{other.pk}/" not in page
    assert "Registered today" not in page
    assert "/patients/register/" not in page
    looks = AuditEvent.objects.filter(act="records.patient.list", reason="home")
    assert [event.patient_id for event in looks] == [opened.pk]


@pytest.mark.parametrize("role", ["pharmacist", "lab", "auditor", "administrator"])
def test_who_works_with_no_patients_is_shown_none(client, place, role):
    patient = PatientFactory(at=place)
    signed_in(client, role, place)
    page = main(client)
    assert str(patient.pk) not in page
    assert "Opened by you" not in page


def test_a_pharmacist_starts_at_what_has_no_price_today(client, place):
    priced, unpriced = MedicationFactory.create_batch(2, hospital=place)
    MedicationFactory()
    MedicationPrice.objects.create(medication=priced, amount="1.50", valid_from=clock.today())
    signed_in(client, "pharmacist", place)
    page = main(client)
    assert "/medications/new/" in page
    assert f"/medications/{unpriced.pk}/" in page
    assert f"/medications/{priced.pk}/" not in page


def test_only_pharmacists_start_at_the_catalogue(client, place):
    MedicationFactory(hospital=place)
    signed_in(client, "administrator", place)
    assert "Without a price today" not in main(client)
