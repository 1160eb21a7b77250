"""A time kept for ten minutes: as firm as a booking, gone by itself, used up by whoever it was kept for."""

import pytest

from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, ResourceFactory, actor
from records.models import Appointment, Booking, Hold
from records.services import appointments, availability, holds
from records.services.availability import Wish
from records.services.clashes import TimeConflict
from records.tests.factories import AbsenceFactory, SessionFactory

from .ground import BERLIN, Ground, at, clashes_of, code_of, on_friday, on_monday, times_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    with on_friday():
        return Ground()


@pytest.fixture(autouse=True)
def _monday(ground):
    with on_monday("08:00"):
        yield


def free_times(ground, **facts):
    wish = Wish(doctor=ground.doctor, clinic=ground.clinic, **facts)
    return [
        f"{time.starts_at.astimezone(BERLIN):%H:%M}"
        for time in availability.find(ground.reception, wish, limit=3)
    ]


def test_a_hold_takes_up_its_time_and_nobody_else_can_have_it(ground):
    hold = ground.hold("09:00")
    assert (hold.expires_at, hold.held_by) == (at("08:10"), ground.reception.user_id)
    booking = hold.bookings.get()
    assert (booking.bookable, booking.session, booking.lane) == (
        ground.doctor.as_resource, ground.hours, 1,
    )  # fmt: skip
    for other in (lambda: ground.book("09:00"), lambda: ground.hold("09:10")):
        with pytest.raises(TimeConflict) as refused:
            other()
        assert clashes_of(refused) == {"time_held"}
        assert times_of(refused) == ["Mon 09:20", "Mon 09:40", "Mon 10:00"]
        assert not refused.value.links
    assert free_times(ground) == ["09:20", "09:40", "10:00"]
    event = AuditEvent.objects.get(act="records.hold.create", resource="records.hold")
    assert (event.object_id, event.patient_id) == (hold.pk, None)


def test_a_time_that_is_taken_cannot_be_kept(ground):
    ground.book("09:00")
    AbsenceFactory(bookable=ground.doctor.as_resource, starts_at=at("11:00"), ends_at=at("12:00"))
    for text, code in (
        ("09:00", "doctor_busy"),
        ("11:00", "resource_away"),
        ("12:00", "outside_hours"),
    ):
        with pytest.raises(TimeConflict) as refused:
            ground.hold(text)
        assert clashes_of(refused) == {code}
    assert not Hold.objects.exists()


def test_a_hold_lapses_after_ten_minutes_without_any_job(ground):
    ground.hold("09:00")
    with on_monday("08:09"):
        with pytest.raises(TimeConflict):
            ground.book("09:00")
        assert free_times(ground)[0] == "09:20"
    with on_monday("08:10"):
        assert free_times(ground)[0] == "09:00"
        assert ground.book("09:00").bookings.get().lane == 1
    (given_back,) = Booking.objects.retired()
    assert given_back.retired_reason == "lapsed"


def test_what_has_lapsed_can_be_kept_by_others_and_moved_onto(ground):
    for text in ("09:00", "09:20"):
        ground.hold(text)
    appointment = ground.book("10:00")
    with on_monday("08:10"):
        ground.hold("09:00")
        appointment.starts_at, appointment.ends_at = at("09:20"), at("09:40")
        appointments.change(ground.reception, appointment=appointment)
    assert Booking.objects.live().count() == 2
    assert free_times(ground)[0] == "09:40"


def test_booking_uses_the_hold_up(ground):
    hold = ground.hold("09:00")
    appointment = ground.book("09:00", hold=hold)
    hold.refresh_from_db()
    assert (hold.is_retired, hold.retired_reason) == (True, "booked")
    assert [row.appointment_id for row in Booking.objects.live()] == [appointment.pk]
    with pytest.raises(RuleError) as refused:
        ground.book("09:20", hold=hold)
    assert code_of(refused) == "hold_over"


def test_the_hold_gives_way_to_a_longer_time_and_to_another_one(ground):
    longer = ground.book("09:00", hold=ground.hold("09:00"), minutes=40)
    assert longer.bookings.get().ends_at == at("09:40")
    other = ground.hold("10:00")
    ground.book("11:00", hold=other)
    ground.book("10:00")  # the caller has chosen another time


def test_a_refused_booking_leaves_the_hold_as_it_was(ground):
    hold = ground.hold("09:00")
    ground.book("09:20")
    with pytest.raises(TimeConflict):
        ground.book("09:00", hold=hold, minutes=40)
    hold = Hold.objects.get(pk=hold.pk)
    assert not hold.is_retired
    assert hold.bookings.live().count() == 1


def test_a_hold_that_has_lapsed_is_over_even_if_the_time_is_free(ground):
    hold = ground.hold("09:00")
    with on_monday("08:10"):
        with pytest.raises(RuleError) as refused:
            ground.book("09:00", hold=hold)
        assert code_of(refused) == "hold_over"
        assert not Appointment.objects.exists()
        ground.book("09:00")


def test_somebody_elses_hold_is_not_used(ground):
    hold = ground.hold("09:00")
    colleague = actor("receptionist", ground.here)
    with pytest.raises(RuleError) as refused:
        ground.book("09:00", hold=hold, by=colleague)
    assert code_of(refused) == "time_held"
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", by=colleague)
    assert clashes_of(refused) == {"time_held"}
    assert not Hold.objects.get(pk=hold.pk).is_retired
    ground.book("09:00", hold=hold)


def test_a_hold_of_another_hospital_is_of_no_use_and_cannot_be_seen(ground):
    elsewhere = Ground(HospitalFactory())
    hold = elsewhere.hold("09:00")
    with pytest.raises(RuleError) as refused:
        ground.book("09:00", hold=hold)
    assert code_of(refused) == "hold_over"
    with pytest.raises(NotVisible):
        holds.release(ground.reception, hold=hold, reason="Mine")
    assert not Hold.objects.visible_to(ground.reception).exists()
    assert not Hold.objects.get(pk=hold.pk).is_retired


def test_a_hold_given_back_frees_its_time_at_once(ground):
    hold = ground.hold("09:00")
    with pytest.raises(StaleError):
        holds.release(ground.reception, hold=hold, reason="", expected_version=9)
    holds.release(ground.reception, hold=hold, reason="")
    ground.book("09:00")
    with pytest.raises(RuleError) as refused:
        holds.release(ground.reception, hold=hold, reason="")
    assert code_of(refused) == "retired"


def test_rooms_are_kept_with_the_doctor(ground):
    room = ResourceFactory(hospital=ground.here)
    hold = holds.keep(
        ground.reception,
        hold=Hold(
            hospital=ground.here, clinic=ground.clinic, doctor=ground.doctor,
            starts_at=at("09:00"), ends_at=at("09:20"),
        ),
        resources=[room],
    )  # fmt: skip
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:10", minutes=10, resources=[room])
    assert [clash.code for clash in refused.value.clashes] == ["time_held", "time_held"]
    ground.book("09:00", hold=hold, resources=[room])


def test_holds_count_among_the_places_of_a_session(ground):
    lab = ResourceFactory(hospital=ground.here)
    SessionFactory(
        hospital=ground.here, bookable=lab, clinic=ground.clinic, slot_minutes=None, capacity=2
    )
    for _ in range(2):
        holds.keep(
            ground.reception,
            hold=Hold(
                hospital=ground.here, clinic=ground.clinic,
                starts_at=at("09:00"), ends_at=at("09:20"),
            ),
            resources=[lab],
        )  # fmt: skip
    with pytest.raises(TimeConflict) as refused:
        ground.book("11:00", doctor=None, resources=[lab])
    assert clashes_of(refused) == {"session_full"}
    with on_monday("08:10"):
        ground.book("11:00", doctor=None, resources=[lab])


@pytest.mark.parametrize("role", ["doctor", "nurse", "cashier", "administrator"])
def test_who_does_not_book_keeps_no_times(ground, role):
    ground.reception = actor(role, ground.here)
    with pytest.raises(Denied):
        ground.hold("09:00")
