"""Hours, absences and holidays by the API: to read, by whose, where and when."""

import datetime as dt

import pytest
from django.utils.http import urlencode

from hospital.tests.factories import (
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    ResourceFactory,
    api,
)
from records.tests.factories import (
    AbsenceFactory,
    HolidayFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


def found(program, topic, **asked):
    answer = program.get(f"/api/v1/{topic}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def ids(*rows):
    return [str(row.pk) for row in rows]


@pytest.mark.parametrize(
    ("topic", "factory"),
    [("sessions", SessionFactory), ("absences", AbsenceFactory), ("holidays", HolidayFactory)],
)
def test_programs_read_and_write_nothing(program, here, topic, factory):
    row = factory(hospital=here)
    at = f"/api/v1/{topic}/{row.pk}"
    shown = program.get(at)
    assert (shown.status_code, shown["ETag"], shown.json()["id"]) == (200, '"1"', str(row.pk))
    assert found(program, topic, updated_since="2026-01-01T00:00:00Z") == ids(row)
    for method, address in (
        ("post", f"/api/v1/{topic}"),
        ("put", at),
        ("patch", at),
        ("delete", at),
    ):
        assert getattr(program, method)(address, {}).status_code == 405
    assert program.post(f"{at}/restore", {}).status_code == 404
    cashier = api("cashier", here)
    assert cashier.get(f"/api/v1/{topic}").status_code == 403


def test_hours_say_whose_and_when(program, here):
    doctor = DoctorFactory(hospital=here)
    session = SessionFactory(hospital=here, bookable=doctor.as_resource)
    shown = program.get(f"/api/v1/sessions/{session.pk}").json()
    assert (shown["resource_id"], shown["doctor_id"]) == tuple(ids(doctor.as_resource, doctor))
    assert (shown["weekday"], shown["opens_at"], shown["closes_at"]) == (
        "mon", "09:00:00", "12:00:00",
    )  # fmt: skip
    room = SessionFactory(hospital=here, bookable=ResourceFactory(hospital=here))
    assert program.get(f"/api/v1/sessions/{room.pk}").json()["doctor_id"] is None


def test_hours_by_whose_where_and_weekday(program, here):
    doctor, clinic = DoctorFactory(hospital=here), ClinicFactory(hospital=here)
    monday = SessionFactory(hospital=here, bookable=doctor.as_resource)
    tuesday = SessionFactory(hospital=here, bookable=doctor.as_resource, weekday="tue")
    elsewhere = SessionFactory(hospital=here, clinic=clinic)
    SessionFactory()
    assert found(program, "sessions", doctor_id=doctor.pk) == ids(monday, tuesday)
    assert found(program, "sessions", resource_id=doctor.as_resource.pk, weekday="tue") == ids(
        tuesday
    )
    assert found(program, "sessions", clinic_id=clinic.pk) == ids(elsewhere)


def test_absences_within_a_time(program, here):
    before, within, after = (
        AbsenceFactory(hospital=here, starts_at=begins, ends_at=begins + HOUR)
        for begins in (MOMENT - HOUR, MOMENT, MOMENT + HOUR)
    )
    asked = {"from": MOMENT.isoformat(), "to": (MOMENT + HOUR).isoformat()}
    assert found(program, "absences") == ids(before, within, after)
    assert found(program, "absences", **asked) == ids(within)
    assert found(program, "absences", **{"from": asked["from"]}) == ids(within, after)
    doctor = within.bookable.doctor
    assert found(program, "absences", doctor_id=doctor.pk) == ids(within)
    assert found(program, "absences", resource_id=before.bookable_id) == ids(before)


@pytest.mark.parametrize(
    ("topic", "asked", "code"),
    [
        ("absences", "from=2027-03-01", "invalid"),
        ("absences", "to=2027-03-01T09:00:00", "naive_datetime"),
        ("holidays", "from=someday", "invalid"),
        ("sessions", "weekday=monday", "invalid_choice"),
        ("sessions", "doctor_id=x", "invalid"),
    ],
)
def test_what_was_asked_wrongly_is_named(program, topic, asked, code):
    answer = program.get(f"/api/v1/{topic}?{asked}")
    errors = answer.json()["errors"][asked.partition("=")[0]]
    assert (answer.status_code, [error["code"] for error in errors]) == (400, [code])


def test_holidays_by_day_and_clinic(program, here):
    clinic = ClinicFactory(hospital=here)
    first = dt.date(2027, 3, 1)
    fair = HolidayFactory(hospital=here, first_on=first, last_on=first + 2 * DAY)
    moving = HolidayFactory(hospital=here, first_on=first + DAY, last_on=first + DAY, clinic=clinic)
    other = HolidayFactory(
        hospital=here, first_on=first + 5 * DAY, last_on=first + 5 * DAY,
        clinic=ClinicFactory(hospital=here),
    )  # fmt: skip
    assert found(program, "holidays") == ids(fair, moving, other)
    assert found(program, "holidays", **{"from": "2027-03-03", "to": "2027-03-05"}) == ids(fair)
    assert found(program, "holidays", clinic_id=clinic.pk) == ids(fair, moving)


def test_pages_of_days_follow_each_other(program, here):
    rows = [
        HolidayFactory(hospital=here, first_on=day, last_on=day)
        for day in (dt.date(2027, 3, n) for n in (3, 1, 2))
    ]
    seen, address = [], "/api/v1/holidays?limit=1"
    while address:
        answer = program.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert seen == ids(rows[1], rows[2], rows[0])
