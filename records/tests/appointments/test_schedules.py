"""Hours, absences and holidays change under appointments: told beforehand, and none is lost on the way."""

import datetime as dt

import pytest

from hospital.kit import codes
from hospital.kit.errors import Denied
from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, DoctorFactory, ResourceFactory, actor
from records.models import Absence, Appointment, Booking, Holiday, Session
from records.services import appointment_steps as steps
from records.services import appointments, schedules
from records.services.clashes import TimeConflict
from records.services.schedules import AppointmentsAffected
from records.tests.factories import SessionFactory

from .ground import MONDAY, at, clashes_of, code_of, on_monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def chief(ground):
    return actor("administrator", ground.here)


def absence(ground, first="08:00", last="10:00", **facts):
    facts = {"hospital": ground.here, "bookable": ground.doctor.as_resource, **facts}
    return Absence(starts_at=at(first), ends_at=at(last), **facts)


def holiday(ground, **facts):
    return Holiday(hospital=ground.here, name="Fair", first_on=MONDAY, last_on=MONDAY, **facts)


def hours(ground, **facts):
    """The session as it is stored now, with other facts."""
    row = Session.objects.get(pk=ground.hours.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    return row


def to_move():
    return [row.pk for row in Appointment.objects.to_move()]


def state():
    """Everything that a refusal must leave as it was."""
    models = (Appointment, Booking, Session, Absence, Holiday, AuditEvent)
    rows = {model: list(model.objects.order_by("pk").values()) for model in models}
    rows |= {m.history.model: m.history.count() for m in models[:-1]}
    return rows


def changes(ground):
    """Each way of taking 09:00 away, and the mark that is left by it."""
    other = ClinicFactory(hospital=ground.here)
    return {
        "absence": (lambda: absence(ground), "absence"),
        "holiday": (lambda: holiday(ground), "closed"),
        "clinic closed": (lambda: holiday(ground, clinic=ground.clinic), "closed"),
        "begins later": (lambda: hours(ground, opens_at=dt.time(9, 30)), "hours"),
        "ends before": (lambda: hours(ground, valid_to=MONDAY - dt.timedelta(days=1)), "hours"),
        "other weekday": (lambda: hours(ground, weekday="tue"), "hours"),
        "elsewhere": (lambda: hours(ground, clinic=other), "hours"),
    }


WAYS = [
    "absence",
    "holiday",
    "clinic closed",
    "begins later",
    "ends before",
    "other weekday",
    "elsewhere",
]


@pytest.mark.parametrize("way", WAYS)
def test_who_would_lose_their_time_is_listed_and_nothing_is_changed(ground, chief, way):
    lost = [ground.book("09:00"), ground.book("09:20", caller_name="Somebody")]
    make, _mark = changes(ground)[way]
    before = state()
    with pytest.raises(AppointmentsAffected) as refused:
        schedules.save(chief, make())
    assert list(refused.value.affected) == lost
    assert code_of(refused) == "appointments_affected"
    assert [link.id for link in refused.value.links] == [row.pk for row in lost]
    assert codes.get("appointments_affected").status == 409
    assert "2 appointments would lose their time." in refused.value.detail
    assert state() == before


@pytest.mark.parametrize("way", WAYS)
def test_accepted_it_is_stored_and_each_of_them_is_to_be_moved(ground, chief, way):
    lost = [ground.book("09:00"), ground.book("09:20", caller_name="Somebody")]
    make, mark = changes(ground)[way]
    stored = schedules.save(chief, make(), accepts_affected=True)
    assert type(stored).objects.live().filter(pk=stored.pk).exists()
    assert to_move() == [row.pk for row in lost]
    for row in Appointment.objects.all():
        assert (row.attention, row.status, row.version) == (mark, "scheduled", 2)
        assert row.bookings.live().count() == 1  # until it is moved
        act = f"records.{type(stored).__name__.lower()}.{'update' if mark == 'hours' else 'create'}"
        assert AuditEvent.objects.filter(act=act, object_id=row.pk, changed=["attention"]).exists()


@pytest.mark.parametrize("way", WAYS)
def test_who_keeps_their_time_stands_in_the_way_of_nothing(ground, chief, way):
    """At another time, with another doctor, over, called off, missed, or at another clinic."""
    if way in ("absence", "begins later"):
        ground.book("10:00")
    if way not in ("holiday", "clinic closed"):
        other = DoctorFactory(hospital=ground.here)
        SessionFactory(hospital=ground.here, bookable=other.as_resource, clinic=ground.clinic)
        ground.book("09:00", doctor=other)
    if way == "clinic closed":
        other = DoctorFactory(hospital=ground.here)
        there = SessionFactory(hospital=ground.here, bookable=other.as_resource).clinic
        ground.book("09:00", doctor=other, clinic=there)
    gone = ground.book("09:00")
    appointments.cancel(ground.reception, appointment=gone, reason="Called")
    make, _mark = changes(ground)[way]
    before = list(Appointment.objects.values())
    schedules.save(chief, make())
    assert list(Appointment.objects.values()) == before
    assert to_move() == []


def test_what_is_over_or_under_way_is_left_alone(ground, chief):
    over, here = ground.book("09:00"), ground.book("10:00")
    with on_monday("09:30"):
        steps.check_in(ground.reception, appointment=here)
        schedules.save(chief, absence(ground, "08:00", "12:00"))
    assert to_move() == []
    assert over.bookings.live().exists()


def test_an_absence_is_recorded_by_reception_and_taken_back(ground):
    lost = ground.book("09:00")
    stored = schedules.save(ground.reception, absence(ground), accepts_affected=True)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:40")
    assert clashes_of(refused) == {"resource_away"}
    assert to_move() == [lost.pk]
    schedules.retire(ground.reception, stored, reason="Well again")
    assert to_move() == []
    row = Appointment.objects.get(pk=lost.pk)
    assert (row.version, row.bookings.get()) == (3, lost.bookings.get())
    ground.book("09:40")


def test_of_two_reasons_the_other_one_stays(ground, chief):
    lost = ground.book("09:00")
    away = schedules.save(chief, absence(ground), accepts_affected=True)
    closed = schedules.save(chief, holiday(ground))  # it has lost its time already
    schedules.retire(chief, away, reason="Well again")
    assert Appointment.objects.get(pk=lost.pk).attention == "closed"
    schedules.retire(chief, closed, reason="No fair")
    assert to_move() == []


def test_an_absence_moved_elsewhere_frees_one_and_takes_another(ground, chief):
    first, second = ground.book("09:00"), ground.book("11:00")
    stored = schedules.save(chief, absence(ground), accepts_affected=True)
    stored.starts_at, stored.ends_at = at("10:30"), at("12:00")
    with pytest.raises(AppointmentsAffected) as refused:
        schedules.save(chief, stored)
    assert list(refused.value.affected) == [second]
    stored = Absence.objects.get()
    stored.starts_at, stored.ends_at = at("10:30"), at("12:00")
    schedules.save(chief, stored, accepts_affected=True)
    assert to_move() == [second.pk]
    assert Appointment.objects.get(pk=first.pk).attention == ""


def test_an_absence_given_to_another_doctor_frees_the_first(ground, chief):
    other = DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=other.as_resource, clinic=ground.clinic)
    mine, theirs = ground.book("09:00"), ground.book("09:00", doctor=other)
    schedules.save(chief, absence(ground), accepts_affected=True)
    assert to_move() == [mine.pk]
    stored = Absence.objects.get()
    stored.bookable = other.as_resource
    schedules.save(chief, stored, accepts_affected=True)
    assert to_move() == [theirs.pk]


def test_a_room_that_is_repaired_strands_who_needs_it(ground, chief):
    room = ResourceFactory(hospital=ground.here)
    lost = ground.book("09:00", resources=[room])
    ground.book("09:20")
    schedules.save(chief, absence(ground, bookable=room), accepts_affected=True)
    assert to_move() == [lost.pk]


# ---- moving them


def test_one_that_is_moved_is_not_to_be_moved_any_more(ground, chief):
    lost = ground.book("09:00")
    schedules.save(chief, absence(ground), accepts_affected=True)
    lost.refresh_from_db()
    lost.starts_at, lost.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=lost, expected_version=2)
    assert to_move() == []
    assert lost.bookings.live().get().starts_at == at("10:00")


@pytest.mark.parametrize("way", ["cancel", "miss", "retire"])
def test_one_that_is_called_off_is_not_to_be_moved_any_more(ground, chief, way):
    lost = ground.book("09:00")
    schedules.save(chief, absence(ground), accepts_affected=True)
    with on_monday("09:10"):
        if way == "miss":
            steps.miss(ground.reception, appointment=lost)
        else:
            getattr(appointments, way)(ground.reception, appointment=lost, reason="Called")
    assert to_move() == []


def test_other_facts_of_one_that_has_lost_its_time_can_be_changed(ground, chief):
    lost = ground.book("09:00")
    schedules.save(chief, absence(ground), accepts_affected=True)
    lost.refresh_from_db()
    lost.note = "Called twice, nobody there"
    appointments.change(ground.reception, appointment=lost)
    assert to_move() == [lost.pk]


# ---- new hours in place of the old


def replaced(ground, chief, **facts):
    """The old hours end before that Monday, and the same are added anew from then on."""
    old = hours(ground, valid_to=MONDAY - dt.timedelta(days=1))
    schedules.save(chief, old, accepts_affected=True)
    anew = {
        "hospital": ground.here, "bookable": ground.doctor.as_resource, "clinic": ground.clinic,
        "weekday": "mon", "opens_at": dt.time(9), "closes_at": dt.time(12), "slot_minutes": 20,
        "valid_from": MONDAY,
    }  # fmt: skip
    return schedules.save(chief, Session(**anew | facts), accepts_affected=True)


def test_appointments_go_over_to_the_hours_that_take_the_place_of_theirs(ground, chief):
    kept = [ground.book("09:00"), ground.book("11:40")]
    new = replaced(ground, chief)
    assert to_move() == []
    assert {row.bookings.live().get().session for row in kept} == {new}
    with pytest.raises(TimeConflict):
        ground.book("09:00")


def test_only_those_that_the_new_hours_hold_go_over(ground, chief):
    early, late = ground.book("09:00"), ground.book("11:00")
    new = replaced(ground, chief, opens_at=dt.time(10))
    assert to_move() == [early.pk]
    assert late.bookings.live().get().session == new


def test_those_on_top_go_over_as_such_and_only_as_many_as_may(ground, chief):
    ground.hours.overbook_limit = 2
    ground.hours.save()
    ground.book("09:00")
    on_top = [ground.book("09:00", overbook_reason="Urgent") for _ in range(2)]
    new = replaced(ground, chief, overbook_limit=1)
    seats = [row.bookings.live().get() for row in on_top]
    assert [(row.session, row.overbook_seat) for row in seats] == [(new, 1), (ground.hours, 2)]
    assert to_move() == [on_top[1].pk]


def test_hours_without_slots_hold_those_that_had_slots(ground, chief):
    kept = [ground.book(text) for text in ("09:00", "09:20", "09:40")]
    schedules.save(chief, hours(ground, slot_minutes=None, capacity=3))
    taken = [row.bookings.live().get() for row in kept]
    assert {(row.starts_at, row.ends_at) for row in taken} == {(at("09:00"), at("12:00"))}
    assert sorted(row.lane for row in taken) == [1, 2, 3]
    assert to_move() == []


def test_a_lower_capacity_strands_those_above_it_and_fills_what_is_free(ground, chief):
    schedules.save(chief, hours(ground, capacity=3))
    made = [ground.book("09:00") for _ in range(3)]
    appointments.cancel(ground.reception, appointment=made[0], reason="Called")
    with pytest.raises(AppointmentsAffected) as refused:
        schedules.save(chief, hours(ground, capacity=1))
    assert list(refused.value.affected) == [made[2]]
    schedules.save(chief, hours(ground, capacity=1), accepts_affected=True)
    assert made[1].bookings.live().get().lane == 1
    assert to_move() == [made[2].pk]
    schedules.save(chief, hours(ground, capacity=3))
    assert to_move() == []


def test_what_was_given_outside_of_the_hours_on_purpose_stays(ground, chief):
    ground.book("12:00", overbook_reason="From far away")
    schedules.save(chief, hours(ground, opens_at=dt.time(10)))
    schedules.retire(chief, hours(ground), reason="Left")
    assert to_move() == []


def test_hours_given_to_another_doctor_strand_those_of_the_first(ground, chief):
    lost = ground.book("09:00")
    other = DoctorFactory(hospital=ground.here)
    schedules.save(chief, hours(ground, bookable=other.as_resource), accepts_affected=True)
    assert to_move() == [lost.pk]


def test_hours_that_are_taken_away_come_back_with_what_was_booked_in_them(ground, chief):
    lost = ground.book("09:00")
    with pytest.raises(AppointmentsAffected):
        schedules.retire(chief, hours(ground), reason="Left")
    schedules.retire(chief, hours(ground), reason="Left", accepts_affected=True)
    assert to_move() == [lost.pk]
    schedules.restore(chief, hours(ground))
    assert to_move() == []


def test_the_room_of_a_kept_appointment_is_not_touched(ground, chief):
    """It has another lane than it would get today, and is booked by others without this lock."""
    room = ResourceFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=room, clinic=ground.clinic, capacity=2)
    first, kept = (
        ground.book(text, resources=[room], minutes=40)
        for text in ("09:00", "09:40")
    )  # fmt: skip
    appointments.cancel(ground.reception, appointment=first, reason="Called")
    before = kept.bookings.live().get(bookable=room)
    new = replaced(ground, chief)
    assert {row.session for row in kept.bookings.live()} == {new, before.session}
    assert kept.bookings.live().get(bookable=room) == before


@pytest.mark.parametrize("role", ["doctor", "nurse", "cashier", "integrator"])
def test_who_does_not_keep_hours_changes_none(ground, role):
    ground.book("09:00")
    person = actor(role, ground.here)
    for make, _mark in changes(ground).values():
        with pytest.raises(Denied):
            schedules.save(person, make(), accepts_affected=True)
    assert to_move() == []
