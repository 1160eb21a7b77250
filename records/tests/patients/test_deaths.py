"""A death is recorded: what is still to come is listed first, and then called off."""

import datetime as dt

import pytest

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, WardFactory, actor, api
from records.models import Appointment, InPatient
from records.services import charts, deaths, inpatients, patients
from records.services.deaths import BookingsToCancel
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=3)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def desk(here):
    return actor("receptionist", here)


@pytest.fixture
def expected(here):
    """Somebody with an appointment and a planned stay."""
    patient = PatientFactory(at=here)
    begins = clock.now() + SOON
    AppointmentFactory(
        hospital=here, patient=patient, starts_at=begins, ends_at=begins + dt.timedelta(minutes=20)
    )
    InPatientFactory(hospital=here, patient=patient, status="planned", starts_at=begins)
    return patient


def statuses():
    return {Appointment.objects.get().status, InPatient.objects.get().status}


def opened(desk, patient):
    return charts.one(desk, patient.pk)


def test_a_death_lists_what_is_still_to_come_and_changes_nothing(desk, expected):
    patient = opened(desk, expected)
    patient.is_deceased = True
    with pytest.raises(BookingsToCancel) as refused:
        patients.update(desk, patient=patient)
    assert len(refused.value.links) == 2
    expected.refresh_from_db()
    assert not expected.is_deceased
    assert statuses() == {"scheduled", "planned"}


def test_once_accepted_the_bookings_are_cancelled_with_the_reason(desk, expected):
    patient = opened(desk, expected)
    patient.is_deceased = True
    patients.update(desk, patient=patient, accepts_cancelling=True)
    assert statuses() == {"cancelled"}
    assert Appointment.objects.get().cancel_reason == "The patient has died"


def test_what_another_hospital_has_booked_stays_its_own(desk, expected):
    patient = opened(desk, expected)
    assert len(deaths.to_come(desk, patient)) == 2
    assert deaths.to_come(actor("receptionist", HospitalFactory()), patient) == []


def test_a_discharge_because_of_death_is_noted_on_the_chart(here, expected):
    nurse, doctor = actor("nurse", here), actor("doctor", here)
    stay = InPatient(hospital=here, patient=expected, summary="x")
    inpatients.admit(nurse, stay=stay, ward=WardFactory(hospital=here))
    inpatients.discharge(doctor, stay=stay, disposition="exp", override_reason="Died at night")
    expected.refresh_from_db()
    assert expected.is_deceased
    assert Appointment.objects.get().status == "cancelled"


def test_the_api_is_told_what_is_to_come_and_accepts_it(here, expected):
    client = api("integrator", here)
    address = f"/api/v1/patients/{expected.pk}"
    body = {"is_deceased": True, "version": expected.version}
    refused = client.patch(address, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "bookings_to_cancel")
    done = client.patch(address, {**body, "cancels_bookings": True}, format="json")
    assert done.status_code == 200
    assert statuses() == {"cancelled"}
