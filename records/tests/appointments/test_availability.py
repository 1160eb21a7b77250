"""Free times: what is found can be booked and what can be booked is found, in the order of time."""

import dataclasses
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import facts
from hospital.kit.errors import Denied
from hospital.tests.factories import (
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    ResourceFactory,
    actor,
)
from records.models import Appointment, Booking
from records.services import appointments, availability
from records.services.availability import Wish
from records.services.clashes import TimeConflict
from records.tests.factories import (
    AbsenceFactory,
    HolidayFactory,
    PatientFactory,
    SessionFactory,
    register,
)

from .ground import BERLIN, FRIDAY, MONDAY, Ground, at, clashes_of, it_is, on_monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
WEEK = dt.timedelta(days=7)


def found(ground, limit=3, after=None, before=None, **wish):
    """The free times of the wish; of the doctor, when it names nothing."""
    wish = wish or {"doctor": ground.doctor}
    times = availability.find(
        ground.reception, Wish(**wish), after=after, before=before, limit=limit
    )
    assert times == sorted(times, key=lambda time: time.starts_at)
    return times


def told(times):
    return [f"{time.starts_at.astimezone(BERLIN):%a %H:%M}" for time in times]


def second_doctor(ground, clinic=None, bookable=None, **facts):
    doctor = DoctorFactory(hospital=ground.here, **facts)
    return doctor, SessionFactory(
        hospital=ground.here, bookable=doctor.as_resource, clinic=clinic or ground.clinic
    )


# ---- of whom


def test_the_first_times_of_a_doctor(ground):
    ground.book("09:20")
    first, second = found(ground, limit=2)
    assert told([first, second]) == ["Mon 09:00", "Mon 09:40"]
    assert (first.resource, first.clinic, first.session_id, first.left) == (
        ground.doctor.as_resource, ground.clinic, ground.hours.pk, 1,
    )  # fmt: skip
    assert (first.starts_at, first.ends_at) == (at("09:00"), at("09:20"))
    assert first.as_told() == {
        "starts_at": at("09:00"), "ends_at": at("09:20"), "clinic_id": ground.clinic.pk,
        "doctor_id": ground.doctor.pk, "resource_id": ground.doctor.as_resource.pk, "left": 1,
    }  # fmt: skip


def test_of_a_clinic_a_speciality_or_anybody(ground):
    elsewhere = ClinicFactory(hospital=ground.here)
    here, _hours = second_doctor(ground, speciality="Cardiology")
    there, _hours = second_doctor(ground, clinic=elsewhere, speciality="cardiology")
    room = ResourceFactory(hospital=ground.here)  # with hours, and yet nobody to see
    SessionFactory(hospital=ground.here, bookable=room, clinic=ground.clinic)
    Ground(HospitalFactory())  # another hospital's doctor

    def of(limit=20, **wish):
        times = found(ground, limit, before=at("09:10"), **wish)
        return {time.resource.doctor for time in times}

    assert of(clinic=ground.clinic) == {ground.doctor, here}
    assert of(speciality="CARDIOLOGY") == {here, there}
    assert of(speciality="cardiology", clinic=elsewhere) == {there}
    assert of(minutes=20) == {ground.doctor, here, there}
    assert of(doctor=there, clinic=ground.clinic) == set()
    assert found(ground, resource=room)[0].resource == room


def test_who_has_gone_and_what_has_closed_is_not_offered(ground):
    chief = actor("administrator", ground.here)
    gone, _hours = second_doctor(ground)
    facts.retire(chief, gone, reason="Moved away")
    assert {time.resource.doctor for time in found(ground, 40, minutes=20)} == {ground.doctor}
    facts.retire(chief, ground.hours, reason="On leave for good")
    assert found(ground, minutes=20) == []


def test_who_may_not_see_the_calendar_gets_none_of_it(ground):
    with pytest.raises(Denied):
        availability.find(actor("pharmacist", ground.here), Wish(doctor=ground.doctor))


def test_a_refusal_offers_times_to_those_alone_who_may_see_them(ground):
    ground.book("09:00")
    writes = frozenset({"records.appointment:write"})
    ground.reception = dataclasses.replace(ground.reception, scopes=writes)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00")
    assert (clashes_of(refused), refused.value.free) == ({"doctor_busy"}, ())


# ---- from when, until when, how long


def test_from_a_date_and_before_another(ground):
    later = at("09:00", MONDAY + WEEK)
    assert found(ground, after=at("11:45"))[0].starts_at == later
    assert told(found(ground, after=at("11:30"), before=at("11:50"))) == ["Mon 11:40"]
    assert found(ground, after=at("11:30"), before=at("11:40")) == []
    assert found(ground, after=at("12:00"), before=later) == []


def test_what_has_passed_is_not_offered(ground):
    with on_monday("09:01"):
        assert told(found(ground, after=at("08:00")))[0] == "Mon 09:20"


def test_something_longer_than_a_slot_begins_where_slots_do_and_ends_within_the_hours(ground):
    ground.book("09:40")
    assert told(found(ground, 4, doctor=ground.doctor, minutes=40)) == [
        "Mon 09:00", "Mon 10:00", "Mon 10:20", "Mon 10:40",
    ]  # fmt: skip
    last = found(ground, 99, before=at("12:00"), doctor=ground.doctor, minutes=50)[-1]
    assert (last.starts_at, last.ends_at) == (at("11:00"), at("11:50"))
    assert found(ground, doctor=ground.doctor, minutes=181) == []


def test_hours_without_slots_are_cut_by_the_length(ground):
    lab = ResourceFactory(hospital=ground.here)
    SessionFactory(
        hospital=ground.here, bookable=lab, clinic=ground.clinic, slot_minutes=None, capacity=2
    )
    times = found(ground, 99, before=at("12:00"), resource=lab, minutes=45)
    assert told(times) == ["Mon 09:00", "Mon 09:45", "Mon 10:30", "Mon 11:15"]
    assert found(ground, resource=lab)[1].starts_at == at("09:30")
    ground.book("11:00", doctor=None, resources=[lab])
    assert [time.left for time in found(ground, 99, before=at("12:00"), resource=lab)] == [1] * 6
    ground.book("09:00", doctor=None, resources=[lab])
    assert found(ground, resource=lab)[0].starts_at == at("09:00", MONDAY + WEEK)


def test_it_looks_120_days_ahead_and_no_further(ground):
    far = (FRIDAY + dt.timedelta(days=120)).date()  # a Saturday
    ground.hours.weekday, ground.hours.valid_from = "sat", far
    ground.hours.opens_at = dt.time(8)
    ground.hours.save()
    # 120 days from Friday, 09:00; the clocks have changed in between.
    assert told(found(ground, 9)) == [
        "Sat 08:00",
        "Sat 08:20",
        "Sat 08:40",
        "Sat 09:00",
        "Sat 09:20",
        "Sat 09:40",
    ]
    later = FRIDAY + dt.timedelta(days=1)
    assert len(found(ground, 9, after=later)) == 9
    ground.hours.valid_from = far + WEEK
    ground.hours.save()
    assert found(ground) == []


# ---- what stands against it


def test_leave_holidays_and_holds_are_left_out(ground):
    elsewhere, other = ClinicFactory(hospital=ground.here), HospitalFactory()
    AbsenceFactory(bookable=ground.doctor.as_resource, starts_at=at("09:50"), ends_at=at("10:10"))
    ground.hold("09:00")
    HolidayFactory(hospital=ground.here, clinic=elsewhere, first_on=MONDAY, last_on=MONDAY)
    HolidayFactory(hospital=other, first_on=MONDAY, last_on=MONDAY)
    assert told(found(ground)) == ["Mon 09:20", "Mon 10:20", "Mon 10:40"]
    closed = HolidayFactory(hospital=ground.here, first_on=MONDAY - WEEK, last_on=MONDAY)
    assert found(ground)[0].starts_at == at("09:00", MONDAY + WEEK)
    closed.clinic = ground.clinic
    closed.save()
    assert found(ground)[0].starts_at == at("09:00", MONDAY + WEEK)


def test_rooms_beside_the_doctor_must_be_free_at_the_same_time(ground):
    room, lab = ResourceFactory(hospital=ground.here), ResourceFactory(hospital=ground.here)
    SessionFactory(
        hospital=ground.here, bookable=lab, clinic=ClinicFactory(hospital=ground.here),
        opens_at=dt.time(10), closes_at=dt.time(11), capacity=2,
    )  # fmt: skip
    ground.book("10:00", doctor=None, resources=[room])
    ground.book("10:20", doctor=None, resources=[lab])
    AbsenceFactory(bookable=room, starts_at=at("10:45"), ends_at=at("11:00"))
    wish = {"doctor": ground.doctor, "also": [room, lab]}
    times = found(ground, 9, before=at("12:00"), **wish)
    assert told(times) == ["Mon 10:20"]


def test_the_patient_must_not_be_elsewhere_be_it_at_another_hospital(ground):
    patient, elsewhere = PatientFactory(at=ground.here), Ground(HospitalFactory())
    register(patient, elsewhere.here)
    other, _hours = second_doctor(ground)
    ground.book("09:00", patient=patient, doctor=other)
    elsewhere.book("09:30", patient=patient)
    gone = ground.book("10:00", patient=patient, doctor=other)
    appointments.cancel(ground.reception, appointment=gone, reason="Called")
    wish = {"doctor": ground.doctor, "patient_id": patient.pk}
    assert told(found(ground, **wish)) == ["Mon 10:00", "Mon 10:20", "Mon 10:40"]


def test_the_time_of_the_one_that_is_moved_counts_as_free(ground):
    mine = ground.book("09:00")
    wish = {"doctor": ground.doctor, "patient_id": mine.patient_id}
    assert told(found(ground, **wish))[0] == "Mon 09:20"
    assert told(found(ground, appointment_id=mine.pk, **wish))[0] == "Mon 09:00"


def test_places_left_are_those_of_the_session(ground):
    ground.hours.capacity, ground.hours.overbook_limit = 3, 1
    ground.hours.save()
    assert found(ground)[0].left == 3
    ground.book("09:00")
    assert found(ground)[0].left == 2
    for _ in range(2):
        ground.book("09:00")
    ground.book("09:00", overbook_reason="Urgent")
    assert told(found(ground))[0] == "Mon 09:20"


def test_a_place_above_a_lower_capacity_is_none_of_those_left(ground):
    """As booking judges it: the one above has to be moved, and the place below is free."""
    ground.hours.capacity = 2
    ground.hours.save()
    below = ground.book("09:00")
    ground.book("09:00")
    ground.hours.capacity = 1
    ground.hours.save()
    assert told(found(ground))[0] == "Mon 09:20"
    appointments.cancel(ground.reception, appointment=below, reason="Called")
    assert (told(found(ground))[0], found(ground)[0].left) == ("Mon 09:00", 1)
    ground.book("09:00")


# ---- days of 23 and 25 hours, and nights


@pytest.mark.parametrize(
    ("day", "walls"),
    [
        (dt.date(2027, 3, 28), ["00:00+1", "01:00+1", "03:00+2", "04:00+2"]),
        (dt.date(2027, 10, 31), ["00:00+2", "01:00+2", "02:00+2", "02:00+1", "03:00+1", "04:00+1"]),
        (dt.date(2027, 5, 2), ["00:00+2", "01:00+2", "02:00+2", "03:00+2", "04:00+2"]),
    ],
)
def test_slots_stay_at_their_time_on_the_wall_when_the_clocks_change(ground, day, walls):
    ground.hours.weekday, ground.hours.slot_minutes = "sun", 60
    ground.hours.opens_at, ground.hours.closes_at = dt.time(0), dt.time(5)
    ground.hours.save()
    with it_is(at("12:00", day - dt.timedelta(days=1))):
        times = found(ground, 9, before=at("23:00", day))
        local = [time.starts_at.astimezone(BERLIN) for time in times]
        assert [f"{t:%H:%M}+{t.utcoffset().seconds // 3600}" for t in local] == walls
        for time in times:
            assert time.ends_at - time.starts_at == dt.timedelta(hours=1)
            appointment = ground.plan("00:00", ends_at=time.ends_at)
            appointment.starts_at = time.starts_at
            appointments.book(ground.reception, appointment=appointment)
        assert found(ground, 9, before=at("23:00", day)) == []
    assert Booking.objects.filter(held_on=day, session=ground.hours).count() == len(walls)


def test_a_night_belongs_to_the_day_on_which_it_began(ground):
    ground.hours.opens_at, ground.hours.closes_at = dt.time(22), dt.time(2)
    ground.hours.slot_minutes = 60
    ground.hours.save()
    assert told(found(ground, 4)) == ["Mon 22:00", "Mon 23:00", "Tue 00:00", "Tue 01:00"]
    tuesday = MONDAY + dt.timedelta(days=1)
    assert told(found(ground, 1, after=at("00:30", tuesday))) == ["Tue 01:00"]
    booking = ground.book("01:00", day=tuesday, minutes=60).bookings.get()
    assert (booking.held_on, booking.session) == (MONDAY, ground.hours)
    HolidayFactory(hospital=ground.here, first_on=tuesday, last_on=tuesday)
    assert told(found(ground, 9, before=at("12:00", tuesday))) == ["Mon 22:00", "Mon 23:00"]


def test_the_night_of_one_and_the_morning_of_another_come_in_the_order_of_time(ground):
    ground.hours.opens_at, ground.hours.closes_at = dt.time(22), dt.time(6)
    ground.hours.slot_minutes = 60
    ground.hours.save()
    other, hours = second_doctor(ground)
    hours.weekday, hours.slot_minutes = "tue", 60
    hours.opens_at, hours.closes_at = dt.time(3), dt.time(5)
    hours.save()
    tuesday = MONDAY + dt.timedelta(days=1)
    times = found(ground, 5, after=at("02:30", tuesday), minutes=60)
    assert [(word, time.resource.doctor) for word, time in zip(told(times), times, strict=True)] == [
        ("Tue 03:00", ground.doctor), ("Tue 03:00", other),
        ("Tue 04:00", ground.doctor), ("Tue 04:00", other), ("Tue 05:00", ground.doctor),
    ]  # fmt: skip


# ---- however much is booked


def crowd(ground, number):
    """So many bookings, on the Mondays from that one on."""
    rows = []
    for place in range(number):
        week, slot = divmod(place, 8)  # of nine
        start = at("09:00", MONDAY + week * WEEK) + slot * dt.timedelta(minutes=20)
        facts = {
            "hospital": ground.here,
            "starts_at": start,
            "ends_at": start + dt.timedelta(minutes=20),
        }
        appointment = Appointment(
            clinic=ground.clinic, doctor=ground.doctor, caller_name="X", **facts
        )
        booking = Booking(
            appointment=appointment, bookable=ground.doctor.as_resource, session=ground.hours,
            held_on=MONDAY + week * WEEK, **facts,
        )  # fmt: skip
        rows.append((appointment, booking))
    Appointment.objects.bulk_create([row for row, _ in rows])
    Booking.objects.bulk_create([row for _, row in rows])


def test_it_takes_as_many_queries_with_300_bookings_as_with_3(ground):
    patient = PatientFactory(at=ground.here)
    asked = []
    for number in (3, 300):
        crowd(ground, number)  # for 38 weeks; the search goes on to its end at 17
        with CaptureQueriesContext(connection) as queries:
            times = found(ground, patient_id=patient.pk, clinic=ground.clinic, limit=300)
        asked.append(len(queries))
        assert times
        Booking.objects.all().delete()
        Appointment.objects.all().delete()
    assert asked[0] == asked[1] <= 20
