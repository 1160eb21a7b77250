"""Twenty thousand appointments are read through indexes: no table is walked, no list sorted whole."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit.testing import kept
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, ResourceFactory
from records.models import Appointment, Booking
from records.tests.bench.test_plans import faults
from records.tests.factories import PatientFactory

from .ground import at, on_friday
from .program import FREE, LIST, Program

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]

DOCTORS, EACH = 20, 1000
# The tables that were filled; of the others a database walks through the few rows there are.
LARGE = ("records_appointment", "records_booking")


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        with on_friday():
            program = Program()
            fill(program.here, DOCTORS - 1)
            fill(HospitalFactory(), 1)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield program


@pytest.fixture
def program(filled, db):
    """A hospital with most of the appointments, of twenty doctors over two years, in a room every tenth time."""
    with on_friday():
        yield filled


def fill(here, doctors):
    clinics = [ClinicFactory(hospital=here) for _ in range(3)]
    room, patient = ResourceFactory(hospital=here), PatientFactory(at=here)
    for number in range(doctors):
        doctor = DoctorFactory(hospital=here)
        rows = [planned(here, doctor, clinics, number, each) for each in range(EACH)]
        if number == 0:
            for row in rows[:: EACH // 20]:
                row.patient, row.overbook_reason, row.attention = patient, "Urgent", "hours"
        Appointment.objects.bulk_create(rows)
        Booking.objects.bulk_create(
            booked(row, bookable)
            for row in rows
            for bookable in ((doctor.as_resource, room) if number == 0 else (doctor.as_resource,))
        )


def planned(here, doctor, clinics, number, each):
    starts_at = at("08:00") + dt.timedelta(days=each // 20 - 25, minutes=20 * (each % 20))
    return Appointment(
        hospital=here, doctor=doctor, clinic=clinics[number % 3], caller_name="Somebody",
        starts_at=starts_at, ends_at=starts_at + dt.timedelta(minutes=20),
        updated_at=starts_at - dt.timedelta(days=30),
    )  # fmt: skip


def booked(row, bookable):
    return Booking(
        hospital_id=row.hospital_id, appointment=row, bookable=bookable,
        starts_at=row.starts_at, ends_at=row.ends_at,
    )  # fmt: skip


def asked(program):
    """Every way in which appointments are listed."""
    one = Appointment.objects.filter(patient__isnull=False, hospital=program.here)[3]
    room = Booking.objects.filter(bookable__doctor=None, hospital=program.here)[0].bookable_id
    day = {"from": at("00:00").isoformat(), "to": at("23:59").isoformat()}
    whom = ("doctor_id", "clinic_id", "patient_id")
    return [
        {}, {"ordering": "-starts_at"}, day, {**day, "ordering": "-starts_at"},
        *({name: str(getattr(one, name))} for name in whom),
        *({name: str(getattr(one, name)), **day} for name in whom),
        {"doctor_id": str(one.doctor_id), "clinic_id": str(one.clinic_id), "status": "scheduled"},
        {"resource_id": str(room), **day}, {"resource_id": str(one.doctor.as_resource.pk), **day},
        {"attention": "true"}, {"attention": "true", **day}, {"overbooked": "true", **day},
        {"updated_since": at("08:00").isoformat()}, {"ordering": "updated_at"}, {"ordering": "id"},
    ]  # fmt: skip


def test_lists_and_pages_are_read_through_indexes(program):
    count = 0
    for query in asked(program):
        address, params = LIST, {**query, "limit": 20}
        for _page in range(2):
            with CaptureQueriesContext(connection) as queries:
                answer = program.client.get(address, params)
            assert answer.status_code == 200
            for sql in (row["sql"] for row in queries if 'FROM "records_' in row["sql"]):
                count += 1
                assert large_faults(sql) == [], f"{query}: {sql}"
            if not (address := answer.json()["next"]):
                break
            params = None
    assert count > 50


def test_free_times_are_found_through_indexes(program):
    with CaptureQueriesContext(connection) as queries:
        program.client.get(FREE, {"limit": 20})
    found = [row["sql"] for row in queries if any(f'FROM "{name}"' in row["sql"] for name in LARGE)]
    assert found
    assert [fault for sql in found for fault in large_faults(sql)] == []


def test_the_looking_glass_sees_a_walked_table(program):
    """The control: a question that no index answers."""
    with CaptureQueriesContext(connection) as queries:
        list(Appointment.objects.filter(note="x"))
    assert large_faults(queries[0]["sql"])


def large_faults(sql):
    """A large table that is walked or sorted whole; SQLite tells of every sort, also of a page's few rows."""
    found = [fault for fault in faults(sql) if not fault.startswith("USE TEMP B-TREE")]
    return [fault for fault in found if fault.startswith("Sort") or any(n in fault for n in LARGE)]
