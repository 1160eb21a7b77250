"""Lists of appointments by the API: filters, orders, pages, and what they cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.tests.factories import ClinicFactory, DoctorFactory, ResourceFactory, actor
from records.models import Appointment
from records.services import schedules
from records.tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    AppointmentKindFactory,
    SessionFactory,
)

from .ground import at, on_friday
from .program import LIST, codes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def ids(program, **asked):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_they_are_narrowed_by_whom_where_what_for_and_what_they_take_up(program):
    room, kind = (
        ResourceFactory(hospital=program.here),
        AppointmentKindFactory(hospital=program.here),
    )
    doctor, clinic = DoctorFactory(hospital=program.here), ClinicFactory(hospital=program.here)
    SessionFactory(hospital=program.here, bookable=doctor.as_resource, clinic=clinic)
    first = program.booked("09:00", resource_ids=[str(room.pk)], kind_id=str(kind.pk))
    other = program.booked("09:00", doctor_id=str(doctor.pk), clinic_id=str(clinic.pk))
    assert ids(program) == [first["id"], other["id"]]
    for name in ("doctor_id", "clinic_id", "patient_id"):
        assert ids(program, **{name: other[name]}) == [other["id"]]
    assert ids(program, kind_id=str(kind.pk)) == [first["id"]]
    assert ids(program, resource_id=str(room.pk)) == [first["id"]]
    assert ids(program, resource_id=str(doctor.as_resource.pk)) == [other["id"]]
    assert ids(program, doctor_id=str(program.doctor.pk), resource_id=str(room.pk)) == [first["id"]]


def test_from_and_to_are_half_open_on_the_start(program):
    rows = {time: program.booked(time)["id"] for time in ("09:00", "09:20", "09:40")}
    within = {"from": at("09:00").isoformat(), "to": at("09:40").isoformat()}
    assert ids(program, **within) == [rows["09:00"], rows["09:20"]]
    assert ids(program, **{"from": "2027-03-01T08:20:00Z"}) == [rows["09:20"], rows["09:40"]]
    assert ids(program, to="2027-03-01T08:00:00Z") == []


def test_status_attention_and_overbooking(program):
    usual, moved, extra = (
        program.booked("09:00"), program.booked("11:00"),
        program.booked("12:00", overbook_reason="Urgent"),
    )  # fmt: skip
    gone = program.booked("10:00")
    program.act(gone, "cancel", {"reason": "Ill"})
    absence = AbsenceFactory.build(
        hospital=program.here, bookable=program.doctor.as_resource,
        starts_at=at("10:30"), ends_at=at("11:30"),
    )  # fmt: skip
    schedules.save(actor("administrator", program.here), absence, accepts_affected=True)
    assert ids(program, status="cancelled") == [gone["id"]]
    assert ids(program, attention="true") == [moved["id"]]
    assert ids(program, attention="false") == [usual["id"], gone["id"], extra["id"]]
    assert program.read(moved)["attention"] == "absence"
    assert ids(program, overbooked="true") == [extra["id"]]
    assert ids(program, overbooked="false", status="scheduled") == [usual["id"], moved["id"]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2027-03-01T09:00:00"}, "naive_datetime"),
        ({"to": "tomorrow"}, "invalid"),
        ({"attention": "yes"}, "invalid_choice"),
        ({"overbooked": "1"}, "invalid_choice"),
        ({"status": "done"}, "invalid_choice"),
        ({"doctor_id": "x"}, "invalid"),
        ({"resource_id": "x"}, "invalid"),
        ({"patient": "x"}, "unknown_parameter"),
        ({"ordering": "status"}, "invalid_choice"),
        ({"from": ""}, "required"),
    ],
)
def test_a_filter_that_is_wrong_is_named_with_its_code(program, asked, code):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 400
    assert codes_of(answer, next(iter(asked))) == [code]


def test_orders_pages_and_counts(program):
    times = ("10:00", "09:00", "09:40", "09:20")
    rows = {time: program.booked(time)["id"] for time in times}
    by_time = [rows[time] for time in sorted(times)]
    assert ids(program) == by_time
    assert ids(program, ordering="-starts_at") == by_time[::-1]
    assert ids(program, ordering="id") == sorted(rows.values())
    assert ids(program, ordering="updated_at") == [rows[time] for time in times]
    address, seen = f"{LIST}?limit=3&count=true&ordering=-starts_at", []
    while address:
        page = program.client.get(address).json()
        assert page["count"] == 4
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == by_time[::-1]


def test_what_has_changed_is_followed_by_updated_since_with_what_is_gone(program):
    first, second = program.booked("09:00"), program.booked("09:20")
    later = dt.timedelta(minutes=1)
    with on_friday() as clock:
        clock.shift(later)
        since = program.act(second, "cancel", {"reason": "Ill"}).json()["updated_at"]
        program.client.delete(f"{LIST}/{first['id']}", headers={"X-Reason": "Wrong patient"})
    changed = {"updated_since": since}
    assert ids(program, **changed) == [second["id"]]
    everything = ids(program, **changed, include_retired="true")
    assert set(everything) == {first["id"], second["id"]}


def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(program):
    costs = []
    for wanted in (3, 30):
        AppointmentFactory.create_batch(
            wanted - Appointment.objects.count(), hospital=program.here, clinic=program.clinic
        )
        program.client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            rows = program.client.get(LIST, {"limit": 100}).json()["results"]
        assert len(rows) == wanted
        costs.append(len(queries))
    assert costs[0] == costs[1]
