"""Visits of appointments by the API: one opens the other, and both doors tell the same."""

import datetime as dt

import pytest

from hospital.tests.factories import ClinicFactory, DoctorFactory
from records.models import OutPatient
from records.tests.appointments.ground import MONDAY, Ground, on_friday, on_monday
from records.tests.encounter_factories import ObservationFactory
from records.tests.factories import PatientFactory
from records.tests.inpatients.program import codes_of, status_and_code

from .program import LIST, Program

pytestmark = pytest.mark.django_db
APPOINTMENTS = "/api/v1/appointments"


@pytest.fixture
def ground():
    with on_friday():
        return Ground()


@pytest.fixture
def booked(ground):
    with on_friday():
        return ground.book("09:00", note="Brings the X-rays")


@pytest.fixture
def monday(booked):
    with on_monday("08:50") as clock:
        yield clock


@pytest.fixture
def program(ground, monday):
    return Program(ground.here)


def of(program, appointment, word="", body=None):
    """The answer to a look at an appointment, or to an act on it."""
    address = f"{APPOINTMENTS}/{appointment.pk}"
    return (
        program.client.post(f"{address}/{word}", body or {})
        if word
        else program.client.get(address)
    )


def opened(program, appointment, **facts):
    """The answer to opening the visit of an appointment."""
    return program.client.post(LIST, {"appointment_id": str(appointment.pk), **facts})


def test_opening_a_visit_checks_its_appointment_in(program, booked, ground):
    made = opened(program, booked, external_id="V7")
    assert made.status_code == 201, made.content
    row = made.json()
    told = [row[name] for name in ("patient_id", "clinic_id", "attending_id", "appointment_id")]
    assert told == [
        str(pk) for pk in (booked.patient_id, ground.clinic.pk, ground.doctor.pk, booked.pk)
    ]
    assert (row["kind"], row["complaint"], row["version"]) == ("outpatient", "Brings the X-rays", 1)
    assert of(program, booked).json()["status"] == "checked_in"
    found = program.client.get(LIST, {"appointment_id": str(booked.pk)}).json()["results"]
    assert found == [row]
    assert program.client.get(LIST, {"external_id": "V7"}).json()["results"] == [row]


def test_further_facts_are_kept_with_it(program, booked, ground):
    other = DoctorFactory(hospital=ground.here)
    made = opened(
        program, booked, patient_id=str(booked.patient_id), clinic_id=str(ground.clinic.pk),
        kind="outpatient", complaint="Cough", notes="Since May", attending_id=str(other.pk),
    )  # fmt: skip
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["complaint"], row["notes"]) == ("Cough", "Since May")
    assert row["attending_id"] == str(other.pk)


def test_what_the_appointment_does_not_say_is_refused_and_nothing_is_checked_in(
    program, booked, ground
):
    for name, value, code in (
        ("patient_id", str(PatientFactory(at=ground.here).pk), "other_patient"),
        ("clinic_id", str(ClinicFactory(hospital=ground.here).pk), "read_only"),
        ("kind", "emergency", "read_only"), ("at", "2027-03-01T08:00:00+01:00", "read_only"),
        ("complaint", "x" * 201, "max_length"), ("notes", "a\0b", "nul_character"),
    ):  # fmt: skip
        answer = opened(program, booked, **{name: value})
        assert (answer.status_code, codes_of(answer, name)) == (400, [code])
    assert of(program, booked).json()["status"] == "scheduled"
    assert not OutPatient.objects.exists()


def test_a_second_visit_of_an_appointment_is_409(program, booked):
    opened(program, booked)
    assert status_and_code(opened(program, booked)) == (409, "visit_exists")
    assert OutPatient.objects.count() == 1


def test_what_forbids_the_check_in_forbids_the_visit(program, booked, ground):
    of(program, booked, "cancel", {"reason": "Has a cold"})
    assert status_and_code(opened(program, booked)) == (409, "wrong_step")
    with on_friday():
        early = ground.book("09:00", day=MONDAY + dt.timedelta(days=7))
    with on_monday("08:55"):
        assert status_and_code(opened(program, early)) == (409, "not_its_day")
    assert not OutPatient.objects.exists()


def test_both_doors_tell_the_same_from_the_check_in_to_the_end(program, booked, monday):
    of(program, booked, "check-in")
    [row] = program.client.get(LIST).json()["results"]
    for address, word, appointment, visit in (
        (LIST, "start", "in_progress", "in_progress"),
        (APPOINTMENTS, "undo", "checked_in", "arrived"),
        (APPOINTMENTS, "start", "in_progress", "in_progress"),
        (LIST, "finish", "completed", "finished"),
        (LIST, "undo", "in_progress", "in_progress"),
        (APPOINTMENTS, "complete", "completed", "finished"),
    ):
        monday.shift(dt.timedelta(minutes=5))
        pk = row["id"] if address == LIST else booked.pk
        assert program.client.post(f"{address}/{pk}/{word}", {}).status_code == 200
        assert of(program, booked).json()["status"] == appointment
        assert program.read(row)["status"] == visit


def test_a_check_in_is_not_taken_back_over_what_was_written(program, booked, ground):
    row = opened(program, booked).json()
    ObservationFactory(hospital=ground.here, patient=booked.patient, encounter_id=row["id"])
    refused = of(program, booked, "undo")
    assert status_and_code(refused) == (409, "in_use")
    assert of(program, booked).json()["status"] == "checked_in"
    assert program.read(row) == row


def test_reassigned_before_it_begins_the_visit_changes_hands_and_afterwards_it_does_not(
    program, booked, ground
):
    other = DoctorFactory(hospital=ground.here)
    row = opened(program, booked).json()
    body = {"doctor_id": str(other.pk)}
    clash = of(program, booked, "reassign", body)
    assert status_and_code(clash) == (409, "time_conflict")
    assert program.read(row)["attending_id"] == str(ground.doctor.pk)
    program.act(row, "start")
    assert status_and_code(of(program, booked, "reassign", body)) == (409, "appointment_over")
    assert program.read(row)["attending_id"] == str(ground.doctor.pk)


def test_who_walks_in_has_a_visit(program, ground):
    body = {
        "patient_id": str(PatientFactory(at=ground.here).pk), "clinic_id": str(ground.clinic.pk),
        "doctor_id": str(ground.doctor.pk), "starts_at": "2027-03-01T09:20:00+01:00",
    }  # fmt: skip
    made = program.client.post(f"{APPOINTMENTS}/walk-in", body)
    assert made.status_code == 201, made.content
    [row] = program.client.get(LIST).json()["results"]
    assert (row["appointment_id"], row["status"]) == (made.json()["id"], "arrived")


@pytest.mark.parametrize("role", ["nurse", "doctor"])
def test_who_sees_patients_opens_the_visit_of_an_appointment_and_begins(
    ground, program, booked, role
):
    clinician = Program(ground.here, role=role)
    refused = of(clinician, booked, "check-in")
    assert status_and_code(refused) == (403, "forbidden")
    made = opened(clinician, booked, notes="Since May")
    assert made.status_code == 201, made.content
    assert (made.json()["notes"], of(program, booked).json()["status"]) == (
        "Since May",
        "checked_in",
    )
    assert clinician.act(made.json(), "start").status_code == 200
    booked.refresh_from_db()
    assert booked.status == "in_progress"


def test_who_opens_no_visits_checks_nobody_in_by_one(ground, program, booked):
    refused = opened(Program(ground.here, role="cashier"), booked)
    assert status_and_code(refused) == (403, "forbidden")
    assert of(program, booked).json()["status"] == "scheduled"
    assert not OutPatient.objects.exists()
