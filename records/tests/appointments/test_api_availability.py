"""Free times by the API."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit.api import throttling
from hospital.kit.throttling import Buckets
from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, DoctorFactory, ResourceFactory, api
from records.models import Booking
from records.tests.factories import (
    AppointmentFactory,
    AppointmentKindFactory,
    PatientFactory,
    SessionFactory,
)

from .ground import MONDAY, at
from .program import FREE, codes_of, status_and_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def found(program, **asked):
    answer = program.client.get(FREE, asked)
    assert answer.status_code == 200, answer.content
    assert answer.json()["next"] is None
    return answer.json()["results"]


def times(program, **asked):
    return [row["starts_at"] for row in found(program, **asked)]


def test_the_next_free_times_can_be_booked_as_they_are_told(program):
    program.booked("09:00")
    first, *others = found(program)
    assert first == {
        "starts_at": "2027-03-01T09:20:00+01:00", "ends_at": "2027-03-01T09:40:00+01:00",
        "clinic_id": str(program.clinic.pk), "doctor_id": str(program.doctor.pk),
        "resource_id": str(program.doctor.as_resource.pk), "left": 1,
    }  # fmt: skip
    assert len(others) == 9
    sent = {name: first[name] for name in ("clinic_id", "doctor_id", "starts_at", "ends_at")}
    assert program.booked(**sent)["starts_at"] == first["starts_at"]
    assert times(program, limit="1") == ["2027-03-01T09:40:00+01:00"]


def test_they_are_narrowed_by_whom_where_and_what_for(program):
    other, clinic = (
        DoctorFactory(hospital=program.here, speciality="Neurology"),
        ClinicFactory(hospital=program.here),
    )
    SessionFactory(
        hospital=program.here, bookable=other.as_resource, clinic=clinic, opens_at=dt.time(8)
    )
    kind = AppointmentKindFactory(hospital=program.here, minutes=60)
    room = ResourceFactory(hospital=program.here)
    doctors = [row["doctor_id"] for row in found(program, limit="4")]
    assert doctors == [str(other.pk)] * 3 + [str(program.doctor.pk)]
    theirs = {"doctor_id": str(other.pk)}, {"clinic_id": str(clinic.pk)}, {
        "speciality": "neurology"
    }, {"resource_id": str(other.as_resource.pk)}  # fmt: skip
    for asked in theirs:
        assert {row["doctor_id"] for row in found(program, **asked)} == {str(other.pk)}
    assert found(program, doctor_id=str(other.pk), clinic_id=str(program.clinic.pk)) == []
    long = found(program, kind_id=str(kind.pk), limit="1")[0]
    assert (long["starts_at"], long["ends_at"]) == (
        "2027-03-01T08:00:00+01:00", "2027-03-01T09:00:00+01:00",
    )  # fmt: skip
    assert found(program, minutes="30", limit="1")[0]["ends_at"] == "2027-03-01T08:30:00+01:00"
    program.booked("09:00", resource_ids=[str(room.pk)])
    free = times(program, also=str(room.pk), doctor_id=str(other.pk))
    assert "2027-03-01T08:40:00+01:00" in free
    assert "2027-03-01T09:00:00+01:00" not in free


def test_from_and_to_bound_the_search_and_without_an_end_it_goes_far(program):
    within = {"from": at("10:00").isoformat(), "to": at("10:40").isoformat()}
    assert times(program, **within) == ["2027-03-01T10:00:00+01:00", "2027-03-01T10:20:00+01:00"]
    far = at("10:00", MONDAY + dt.timedelta(weeks=10))
    assert times(program, **{"from": far.isoformat()})[0] == "2027-05-10T10:00:00+02:00"
    program.hours.valid_from = MONDAY + dt.timedelta(weeks=12)
    program.hours.save()
    assert times(program)[0] == "2027-05-24T09:00:00+02:00"
    program.hours.valid_from = MONDAY + dt.timedelta(weeks=20)
    program.hours.save()
    assert times(program) == []


def test_the_times_at_which_a_patient_is_elsewhere_are_left_out_and_the_look_is_booked(program):
    patient = program.booked("09:00")["patient_id"]
    other = DoctorFactory(hospital=program.here)
    SessionFactory(hospital=program.here, bookable=other.as_resource, clinic=program.clinic)
    asked = {"doctor_id": str(other.pk), "limit": "1"}
    assert times(program, **asked) == ["2027-03-01T09:00:00+01:00"]
    assert not AuditEvent.objects.filter(act="records.appointment.list").exists()
    assert times(program, **asked, patient_id=patient) == ["2027-03-01T09:20:00+01:00"]
    look = AuditEvent.objects.get(act="records.appointment.list")
    assert (str(look.patient_id), look.user_id) == (patient, program.client.user.pk)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"docter_id": "x"}, "unknown_parameter"),
        ({"doctor_id": "x"}, "invalid"),
        ({"doctor_id": ""}, "required"),
        ({"clinic_id": "00000000-0000-7000-8000-000000000000"}, "invalid_choice"),
        ({"also": "x,y"}, "invalid"),
        ({"also": ",".join(["00000000-0000-7000-8000-000000000000"] * 21)}, "out_of_range"),
        ({"minutes": "0"}, "out_of_range"),
        ({"minutes": "1441"}, "out_of_range"),
        ({"minutes": "9" * 5000}, "out_of_range"),
        ({"minutes": "half"}, "invalid"),
        ({"minutes": "²"}, "invalid"),
        ({"limit": "101"}, "limit_invalid"),
        ({"limit": "0"}, "limit_invalid"),
        ({"from": "2027-03-01T09:00:00"}, "naive_datetime"),
        ({"from": "9999-12-31T00:00:00Z"}, "out_of_range"),
        ({"to": "2028-03-01T00:00:00Z"}, "out_of_range"),
        ({"speciality": "\0"}, "nul_character"),
    ],
)
def test_a_parameter_that_is_wrong_is_named_with_its_code(program, asked, code):
    answer = program.client.get(FREE, asked)
    assert answer.status_code == 400
    assert codes_of(answer, next(iter(asked))) == [code]


def test_an_end_before_the_beginning_is_named(program):
    asked = {"from": at("10:00").isoformat(), "to": at("09:00").isoformat()}
    assert codes_of(program.client.get(FREE, asked), "to") == ["interval_reversed"]


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("doctor_id", DoctorFactory), ("resource_id", ResourceFactory), ("clinic_id", ClinicFactory),
        ("kind_id", AppointmentKindFactory), ("patient_id", PatientFactory), ("also", ResourceFactory),
    ],
)  # fmt: skip
def test_what_another_hospital_has_is_no_choice(program, name, factory):
    answer = program.client.get(FREE, {name: str(factory().pk)})
    assert codes_of(answer, name) == ["invalid_choice"]


def test_it_is_for_who_may_list_appointments_and_a_refusal_is_booked(program):
    assert api("cashier", program.here).get(FREE).status_code == 200
    pharmacist = api("pharmacist", program.here)
    assert status_and_code(pharmacist.get(FREE)) == (403, "forbidden")
    denied = AuditEvent.objects.get(outcome="denied", user_id=pharmacist.user.pk)
    assert denied.act == "records.appointment.list"
    program.client.credentials()
    assert program.client.get(FREE).status_code == 401


def test_methods_slashes_and_a_program_that_has_run_away(program, settings, monkeypatch):
    assert program.client.get(f"{FREE}/").status_code == 200
    assert program.client.post(FREE, {}).status_code == 405
    assert program.client.get(FREE)["Cache-Control"] == "no-store"
    settings.API_REQUESTS_PER_MINUTE = 2
    monkeypatch.setattr(throttling.TokenThrottle, "_buckets", Buckets())
    assert [program.client.get(FREE).status_code for _ in range(3)] == [200, 200, 429]


def test_it_costs_as_many_queries_for_300_bookings_as_for_three(program):
    costs = []
    for wanted in (3, 300):
        taken(program, wanted - Booking.objects.count())
        program.client.get(FREE)
        with CaptureQueriesContext(connection) as queries:
            rows = found(program, limit="100", to=at("12:00").isoformat())
        assert rows
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14, costs


def taken(program, number):
    """So many bookings of the day, of rooms and of the doctor in the afternoon."""
    room = ResourceFactory(hospital=program.here)
    first = Booking.objects.count()
    row = AppointmentFactory(hospital=program.here, clinic=program.clinic, doctor=None)
    Booking.objects.bulk_create(
        Booking(
            hospital=program.here, appointment=row, bookable=room if each % 2 else program.doctor.as_resource,
            starts_at=at("13:00") + dt.timedelta(minutes=first + each),
            ends_at=at("13:00") + dt.timedelta(minutes=first + each + 1),
        )
        for each in range(number)
    )  # fmt: skip
