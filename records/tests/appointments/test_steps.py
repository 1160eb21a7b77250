"""The day of an appointment: each step in its order, on its day, by who may, and taken back in time."""

import datetime as dt

import pytest
import time_machine

from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, ResourceFactory, actor
from records.models import Appointment
from records.services import appointment_steps as steps
from records.services import appointments
from records.services.clashes import TimeConflict
from records.tests.factories import PatientFactory

from .ground import (
    MONDAY,
    Ground,
    at,
    clashes_of,
    code_of,
    it_is,
    on_friday,
    on_monday,
    times_of,
)

pytestmark = pytest.mark.django_db
ACTS = {
    "check_in": steps.check_in,
    "start": steps.start,
    "complete": steps.complete,
    "miss": steps.miss,
}
# What leads to each status.
WAY = {
    "scheduled": [],
    "checked_in": ["check_in"],
    "in_progress": ["check_in", "start"],
    "completed": ["check_in", "start", "complete"],
    "missed": ["miss"],
}
RIGHT = {
    ("scheduled", "check_in"): "checked_in",
    ("scheduled", "miss"): "missed",
    ("checked_in", "start"): "in_progress",
    ("in_progress", "complete"): "completed",
}
DONE = {"check_in": "checked_in", "start": "in_progress", "complete": "completed", "miss": "missed"}


@pytest.fixture
def ground():
    with on_friday():
        return Ground()


def booked(ground, text="09:00", **facts):
    """An appointment of that Monday, booked on the Friday before."""
    with on_friday():
        return ground.book(text, **facts)


def brought_to(ground, status, **facts):
    """One that has come as far as ``status``; it is Monday, 09:05."""
    appointment = booked(ground, **facts)
    if status == "cancelled":
        appointments.cancel(ground.reception, appointment=appointment, reason="Called")
    for word in WAY.get(status, ()):
        ACTS[word](ground.reception, appointment=appointment)
    assert appointment.status == status
    return appointment


# ---- forwards


def test_a_visit_goes_through_its_steps_and_each_is_kept_with_its_moment(ground):
    appointment = booked(ground)
    for word, text in (("check_in", "08:50"), ("start", "09:05"), ("complete", "09:17")):
        with on_monday(text):
            ACTS[word](
                ground.reception, appointment=appointment, expected_version=appointment.version
            )
            assert appointment.status_at == at(text)
    appointment.refresh_from_db()
    moments = (appointment.checked_in_at, appointment.started_at, appointment.completed_at)
    assert moments == (at("08:50"), at("09:05"), at("09:17"))
    assert appointment.bookings.live().count() == 1
    told = AuditEvent.objects.filter(object_id=appointment.pk).order_by("id")
    assert list(told.values_list("act", "version", "patient_id", "user_id")) == [
        (f"records.appointment.{word}", number, appointment.patient_id, ground.reception.user_id)
        for number, word in enumerate(("create", "check_in", "start", "complete"), 1)
    ]
    kept = appointment.history.order_by("version").values_list("version", "status")
    assert list(kept) == [(1, "scheduled"), (2, "checked_in"), (3, "in_progress"), (4, "completed")]


@pytest.mark.parametrize("word", ACTS)
@pytest.mark.parametrize("status", [*WAY, "cancelled"])
def test_every_other_step_is_refused_and_changes_nothing(ground, status, word):
    with on_monday("09:05"):
        appointment = brought_to(ground, status)
        version = appointment.version
        if (status, word) in RIGHT:
            ACTS[word](ground.reception, appointment=appointment)
            assert appointment.status == RIGHT[status, word]
            return
        with pytest.raises(RuleError) as refused:
            ACTS[word](ground.reception, appointment=appointment)
    assert code_of(refused) == ("done_already" if DONE[word] == status else "wrong_step")
    row = Appointment.objects.get(pk=appointment.pk)
    assert (row.status, row.version) == (status, version)


def test_nobody_comes_on_another_day_and_nobody_is_missed_before_it_begins(ground):
    appointment = booked(ground)
    late = MONDAY + dt.timedelta(days=1)
    for word, moment, code in (
        ("check_in", at("23:59", MONDAY - dt.timedelta(days=1)), "not_its_day"),
        ("check_in", at("00:00", late), "not_its_day"),
        ("miss", at("08:59"), "not_yet"),
    ):
        with it_is(moment), pytest.raises(RuleError) as refused:
            ACTS[word](ground.reception, appointment=appointment)
        assert code_of(refused) == code
    with it_is(at("00:00")):
        steps.check_in(ground.reception, appointment=appointment)


def test_a_caller_is_checked_in_once_the_chart_is_found(ground):
    appointment = booked(ground, caller_name="Somebody")
    with on_monday("08:50"):
        with pytest.raises(RuleError) as refused:
            steps.check_in(ground.reception, appointment=appointment)
        assert code_of(refused) == "chart_needed"
        patient = PatientFactory(at=ground.here)
        steps.identify(ground.reception, appointment=appointment, patient=patient)
        steps.check_in(ground.reception, appointment=appointment)
    assert appointment.patient == patient
    assert appointment.bookings.live().count() == 1


def test_a_stale_step_is_refused(ground):
    appointment = booked(ground)
    with on_monday("08:50"):
        for word in ACTS.values():
            with pytest.raises(StaleError):
                word(ground.reception, appointment=appointment, expected_version=7)
        with pytest.raises(StaleError):
            steps.undo(ground.reception, appointment=appointment, expected_version=7)
        with pytest.raises(StaleError):
            appointments.cancel(
                ground.reception, appointment=appointment, reason="Called", expected_version=7
            )


def test_a_step_looks_at_the_appointment_as_it_is_now(ground):
    appointment = booked(ground)
    seen_before = Appointment.objects.get(pk=appointment.pk)
    with on_monday("08:50"):
        appointments.cancel(ground.reception, appointment=appointment, reason="Called")
        with pytest.raises(RuleError) as refused:
            steps.check_in(ground.reception, appointment=seen_before)
    assert code_of(refused) == "wrong_step"


# ---- who


def test_a_doctor_steps_through_the_own_appointments_alone(ground):
    mine, other = actor("doctor", ground.here), actor("doctor", ground.here)
    ground.doctor.user_id = mine.user_id
    ground.doctor.save()
    with on_monday("09:05"):
        appointment = brought_to(ground, "checked_in")
        for word in (steps.start, steps.undo):
            with pytest.raises((Denied, NotVisible)):
                word(other, appointment=appointment)
        steps.start(mine, appointment=appointment)
        steps.undo(mine, appointment=appointment)
        assert appointment.status == "checked_in"
        with pytest.raises(Denied):
            steps.check_in(mine, appointment=appointment)
        with pytest.raises(Denied):
            appointments.cancel(mine, appointment=appointment, reason="Ill")


@pytest.mark.parametrize("role", ["nurse", "cashier", "auditor", "administrator"])
def test_who_only_reads_takes_no_step(ground, role):
    person = actor(role, ground.here)
    with on_monday("09:05"):
        appointment = booked(ground)
        for word in (*ACTS.values(), steps.undo):
            with pytest.raises(Denied):
                word(person, appointment=appointment)


def test_another_hospital_does_not_know_of_it(ground):
    stranger = actor("receptionist", HospitalFactory())
    with on_monday("09:05"):
        appointment = booked(ground)
        for word in (*ACTS.values(), steps.undo):
            with pytest.raises(NotVisible):
                word(stranger, appointment=appointment)


# ---- backwards


@pytest.mark.parametrize(
    ("status", "before"),
    [
        ("checked_in", "scheduled"),
        ("in_progress", "checked_in"),
        ("completed", "in_progress"),
        ("missed", "scheduled"),
        ("cancelled", "scheduled"),
    ],
)
def test_each_step_is_taken_back_with_its_moment(ground, status, before):
    with on_monday("09:05"):
        appointment = brought_to(ground, status)
        steps.undo(ground.reception, appointment=appointment, expected_version=appointment.version)
        assert (appointment.status, appointment.cancel_reason) == (before, "")
        moment = {"in_progress": "started_at", "completed": "completed_at"}.get(
            status, "checked_in_at"
        )
        assert getattr(appointment, moment) is None
        with pytest.raises(TimeConflict):  # it takes up its time as before
            ground.book("09:00")
        event = AuditEvent.objects.filter(act="records.appointment.undo", object_id=appointment.pk)
        assert event.count() == 1


def test_all_steps_are_taken_back_one_by_one(ground):
    with on_monday("09:05"):
        appointment = brought_to(ground, "completed")
        for _ in range(3):
            steps.undo(ground.reception, appointment=appointment)
        assert appointment.status == "scheduled"
        with pytest.raises(RuleError) as refused:
            steps.undo(ground.reception, appointment=appointment)
    assert code_of(refused) == "nothing_to_undo"


def test_a_step_is_taken_back_on_its_day_and_not_on_the_next(ground):
    with on_monday("09:05"):
        appointment = brought_to(ground, "completed")
    with it_is(at("00:00", MONDAY + dt.timedelta(days=1))), pytest.raises(RuleError) as refused:
        steps.undo(ground.reception, appointment=appointment)
    assert code_of(refused) == "undo_too_late"
    with on_monday("23:59"):
        steps.undo(ground.reception, appointment=appointment)


def test_taken_back_after_midnight_a_step_of_the_day_before_stays(ground):
    """Begun on Monday, done on Tuesday: Tuesday takes back what was done on Tuesday alone."""
    with on_monday("23:50"):
        appointment = brought_to(ground, "in_progress")
    with it_is(at("00:10", MONDAY + dt.timedelta(days=1))):
        steps.complete(ground.reception, appointment=appointment)
        steps.undo(ground.reception, appointment=appointment)
        assert (appointment.status, appointment.status_at) == ("in_progress", at("23:50"))
        with pytest.raises(RuleError) as refused:
            steps.undo(ground.reception, appointment=appointment)
    assert code_of(refused) == "undo_too_late"


def test_what_was_called_off_comes_back_until_its_own_day_is_over(ground):
    with on_friday():
        appointment = ground.book("09:00")
        appointments.cancel(ground.reception, appointment=appointment, reason="Called")
    with it_is(at("00:00", MONDAY + dt.timedelta(days=1))), pytest.raises(RuleError) as refused:
        steps.undo(ground.reception, appointment=appointment)
    assert code_of(refused) == "undo_too_late"
    with on_monday("23:59"):
        steps.undo(ground.reception, appointment=appointment)
    assert appointment.status == "scheduled"


def test_a_slip_is_taken_back_on_the_day_it_was_made_though_its_own_day_is_over(ground):
    appointment = booked(ground)
    with it_is(at("08:00", MONDAY + dt.timedelta(days=1))):
        appointments.cancel(ground.reception, appointment=appointment, reason="Wrong line")
        steps.undo(ground.reception, appointment=appointment)
    assert appointment.status == "scheduled"


def test_who_was_here_when_it_was_called_off_is_here_again(ground):
    with on_monday("09:05"):
        appointment = brought_to(ground, "checked_in")
        appointments.cancel(ground.reception, appointment=appointment, reason="Left again")
        steps.undo(ground.reception, appointment=appointment)
    assert (appointment.status, appointment.checked_in_at) == ("checked_in", at("09:05"))


@pytest.mark.parametrize("status", ["cancelled", "missed"])
def test_a_time_given_to_somebody_else_is_not_taken_back(ground, status):
    with on_monday("09:05"):
        appointment = brought_to(ground, status)
        taker = ground.book("09:00")  # it gave its time back
        with pytest.raises(TimeConflict) as refused:
            steps.undo(ground.reception, appointment=appointment)
        assert clashes_of(refused) == {"doctor_busy"}
        assert refused.value.links[0].id == taker.pk
        assert times_of(refused) == ["Mon 09:20", "Mon 09:40", "Mon 10:00"]
        row = Appointment.objects.get(pk=appointment.pk)
        assert (row.status, row.bookings.live().count()) == (status, 0)


def test_everything_it_took_up_comes_back_with_it(ground):
    """The clock goes on while one after the other is given back."""
    room = ResourceFactory(hospital=ground.here)
    with on_friday():
        appointment = ground.book("09:00", resources=[room])
    with time_machine.travel(at("08:00")):
        appointments.cancel(ground.reception, appointment=appointment, reason="Called")
        steps.undo(ground.reception, appointment=appointment)
    taken = {row.bookable_id for row in appointment.bookings.live()}
    assert taken == {room.pk, ground.doctor.as_resource.pk}
