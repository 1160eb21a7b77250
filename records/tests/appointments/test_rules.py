"""What can be booked: nobody is in two places, and everything that stands against a time is told at once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from hospital.kit.errors import Denied, RuleError, StaleError
from hospital.models import AuditEvent
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
    AppointmentKindFactory,
    HolidayFactory,
    PatientFactory,
    SessionFactory,
    register,
)

from .ground import MONDAY, Ground, at, clashes_of, code_of, times_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def test_a_free_time_is_booked_with_its_doctor_and_stands_in_the_audit(ground):
    appointment = ground.book("09:00")
    booking = appointment.bookings.get()
    assert (booking.bookable, booking.session, booking.held_on, booking.lane) == (
        ground.doctor.as_resource, ground.hours, MONDAY, 1,
    )  # fmt: skip
    event = AuditEvent.objects.get(act="records.appointment.create", object_id=appointment.pk)
    assert event.patient_id == appointment.patient_id


def test_a_doctor_cannot_be_booked_twice_at_the_same_time(ground):
    ground.book("09:00")
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:10", minutes=10)
    assert clashes_of(refused) == {"doctor_busy"}
    assert times_of(refused) == ["Mon 09:20", "Mon 09:40", "Mon 10:00"]
    assert code_of(refused) == "time_conflict"
    assert Appointment.objects.count() == 1
    ground.book("09:20")  # the end of one is the beginning of the next


def test_the_same_patient_is_not_at_two_doctors_at_once(ground):
    patient = PatientFactory(at=ground.here)
    other = DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=other.as_resource, clinic=ground.clinic)
    first = ground.book("09:00", patient=patient)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", patient=patient, doctor=other)
    clash = refused.value.clashes[0]
    assert (clash.code, clash.link.id) == ("patient_busy", first.pk)
    assert times_of(refused)[0] == "Mon 09:20"
    booked = ground.book("09:00", patient=patient, doctor=other, lane_reason="Dialysis goes on")
    assert (booked.patient_lane, booked.lane_reason) == (2, "Dialysis goes on")


def test_a_clash_at_another_hospital_says_only_that_the_patient_is_not_available(ground):
    elsewhere = Ground(HospitalFactory())
    patient = PatientFactory(at=ground.here)
    register(patient, elsewhere.here)
    elsewhere.book("09:00", patient=patient)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", patient=patient)
    (clash,) = refused.value.clashes
    assert (clash.code, clash.link, clash.resource_id) == ("patient_busy", None, None)
    assert clash.detail == "The patient is not available then. Choose another time."


def test_everything_that_stands_against_a_time_is_told_at_once(ground):
    room = ResourceFactory(hospital=ground.here)
    patient = PatientFactory(at=ground.here)
    ground.book("09:00", patient=patient, resources=[room])
    HolidayFactory(hospital=ground.here, first_on=MONDAY, last_on=MONDAY)
    AbsenceFactory(bookable=ground.doctor.as_resource, starts_at=at("08:00"), ends_at=at("10:00"))
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:10", patient=patient, resources=[room])
    assert clashes_of(refused) == {
        "clinic_closed", "resource_away", "doctor_busy", "room_busy", "patient_busy",
    }  # fmt: skip
    assert all(str(clash.detail) for clash in refused.value.clashes)
    assert times_of(refused) == ["Mon 09:00", "Mon 09:20", "Mon 09:40"]  # a week later
    assert refused.value.free[0].starts_at.date() == MONDAY + dt.timedelta(days=7)


def test_outside_the_hours_takes_the_permission_to_overbook_and_a_reason(ground):
    with pytest.raises(TimeConflict) as refused:
        ground.book("12:00")
    assert clashes_of(refused) == {"outside_hours"}
    booked = ground.book("12:00", overbook_reason="Came from far away")
    assert booked.overbook_reason == "Came from far away"
    with pytest.raises(TimeConflict):
        ground.book("12:10", overbook_reason="So did this one")


def test_a_doctor_is_booked_at_the_clinic_where_the_hours_are(ground):
    elsewhere = ClinicFactory(hospital=ground.here)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", clinic=elsewhere)
    assert clashes_of(refused) == {"at_other_clinic"}
    # Nobody is at that clinic: the doctor's times where the hours are.
    assert {time.clinic for time in refused.value.free} == {ground.clinic}


def test_a_doctor_without_hours_is_answered_with_times_of_others_at_the_clinic(ground):
    idle = DoctorFactory(hospital=ground.here)
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", doctor=idle)
    assert {time.resource.doctor for time in refused.value.free} == {ground.doctor}


def test_overbooking_takes_a_seat_of_the_session_until_they_are_gone(ground):
    ground.hours.overbook_limit = 2
    ground.hours.save()
    ground.book("09:00")
    with pytest.raises(TimeConflict):
        ground.book("09:00")
    seats = [ground.book("09:00", overbook_reason="Urgent") for _ in range(2)]
    assert [row.bookings.get().overbook_seat for row in seats] == [1, 2]
    ground.book("10:00")
    for time in ("09:00", "10:00"):
        with pytest.raises(TimeConflict) as refused:
            ground.book(time, overbook_reason="Urgent")
        assert clashes_of(refused) == {"overbook_full"}
    # Where there is room, nothing is overbooked whatever was said.
    assert ground.book("11:00", overbook_reason="Urgent").overbook_reason == ""


def test_who_may_not_overbook_is_refused(ground):
    nurse = actor("nurse", ground.here)
    with pytest.raises(Denied):
        ground.book("12:00", by=nurse, overbook_reason="Urgent")


def test_a_session_without_slots_holds_as_many_as_it_says(ground):
    lab = ResourceFactory(hospital=ground.here, name="Blood samples")
    SessionFactory(
        hospital=ground.here, bookable=lab, clinic=ground.clinic, slot_minutes=None, capacity=3
    )
    made = [ground.book("09:00", doctor=None, resources=[lab]) for _ in range(3)]
    assert [row.bookings.get().lane for row in made] == [1, 2, 3]
    with pytest.raises(TimeConflict) as refused:
        ground.book("11:30", doctor=None, resources=[lab])
    assert clashes_of(refused) == {"session_full"}
    appointments.cancel(ground.reception, appointment=made[1], reason="Called")
    assert ground.book("11:30", doctor=None, resources=[lab]).bookings.get().lane == 2


def test_a_room_without_hours_is_open_and_taken_by_one(ground):
    room = ResourceFactory(hospital=ground.here)
    ground.book("09:00", resources=[room])
    with pytest.raises(TimeConflict) as refused:
        ground.book("03:00", doctor=None, resources=[room]) and ground.book(
            "03:10", doctor=None, resources=[room]
        )
    assert clashes_of(refused) == {"room_busy"}


def test_a_caller_without_a_chart_is_booked_by_name(ground):
    appointment = ground.book("09:00", caller_name="Somebody", caller_phone="+49 30 901820")
    assert appointment.patient is None
    with pytest.raises(ValidationError) as refused:
        ground.book("09:20", caller_name="", patient=None)
    assert "caller_name" in refused.value.error_dict


def test_the_end_comes_from_the_kind(ground):
    kind = AppointmentKindFactory(hospital=ground.here, minutes=40)
    appointment = ground.book("09:00", kind=kind, ends_at=None)
    assert appointment.ends_at == at("09:40")


def test_a_kind_of_one_clinic_is_booked_and_found_there_alone(ground):
    elsewhere = ClinicFactory(hospital=ground.here)
    theirs = AppointmentKindFactory(hospital=ground.here, clinic=elsewhere, minutes=20)
    ours = AppointmentKindFactory(hospital=ground.here, clinic=ground.clinic, minutes=20)
    with pytest.raises(ValidationError) as refused:
        ground.book(kind=theirs)
    assert code_of(refused) == "invalid_input"
    assert refused.value.error_dict["kind"][0].code == "kind_elsewhere"
    assert ground.book(kind=ours).kind == ours

    def found(**wish):
        return availability.find(ground.reception, Wish(**wish), after=at("00:00"))

    assert {time.clinic for time in found(kind=ours)} == {ground.clinic}
    assert found(kind=theirs) == found(kind=ours, clinic=elsewhere) == []


def test_without_a_kind_it_takes_one_slot_of_the_doctor(ground):
    assert ground.book("09:00", ends_at=None).ends_at == at("09:20")
    outside = ground.book("12:00", ends_at=None, overbook_reason="Urgent")
    assert outside.ends_at == at("12:30")


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"ends_at": at("09:00")}, "ends_at", "interval_reversed"),
        ({"ends_at": at("09:20").replace(second=30)}, "ends_at", "whole_minutes"),
        ({"day": MONDAY - dt.timedelta(days=7)}, "starts_at", "time_past"),
        ({"doctor": None}, "doctor", "resource_required"),
        ({"clinic": None}, "clinic", "required"),
    ],
)
def test_what_cannot_be_placed_is_bad_input(ground, facts, field, code):
    with pytest.raises(ValidationError) as refused:
        ground.book("09:00", **facts)
    assert [error.code for error in refused.value.error_dict[field]] == [code]


# ---- moving


def test_moving_takes_the_new_time_and_frees_the_old_one_in_one_go(ground):
    appointment = ground.book("09:00")
    appointment.starts_at, appointment.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=appointment, expected_version=1)
    assert [row.starts_at for row in appointment.bookings.live()] == [at("10:00")]
    assert appointment.bookings.retired().count() == 1  # the history is complete
    ground.book("09:00")


def test_a_move_that_is_refused_leaves_the_old_time_taken(ground):
    appointment, other = ground.book("09:00"), ground.book("10:00")
    appointment.starts_at, appointment.ends_at = other.starts_at, other.ends_at
    with pytest.raises(TimeConflict):
        appointments.change(ground.reception, appointment=appointment)
    with pytest.raises(TimeConflict):
        ground.book("09:00")


def test_a_stale_move_is_refused(ground):
    appointment = ground.book("09:00")
    appointment.starts_at, appointment.ends_at = at("10:00"), at("10:20")
    with pytest.raises(StaleError):
        appointments.change(ground.reception, appointment=appointment, expected_version=7)


def test_an_overlap_with_its_own_old_time_is_no_clash(ground):
    appointment = ground.book("09:00")
    appointment.ends_at = at("09:40")
    appointments.change(ground.reception, appointment=appointment)
    assert appointment.bookings.live().get().ends_at == at("09:40")


# ---- calling off


def test_a_cancelled_appointment_stays_readable_and_its_time_is_free(ground):
    appointment = ground.book("09:00")
    appointments.cancel(ground.reception, appointment=appointment, reason="Ill")
    assert (appointment.status, appointment.cancel_reason) == ("cancelled", "Ill")
    ground.book("09:00")
    with pytest.raises(RuleError) as refused:
        appointments.cancel(ground.reception, appointment=appointment, reason="Ill")
    assert code_of(refused) == "appointment_over"


def test_entered_in_error_frees_the_time_and_comes_back_only_where_it_is_free(ground):
    administrator = actor("administrator", ground.here)
    appointment = ground.book("09:00")
    appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
    other = ground.book("09:00")
    with pytest.raises(TimeConflict):
        appointments.restore(administrator, appointment=appointment)
    appointments.cancel(ground.reception, appointment=other, reason="Called")
    appointment.refresh_from_db()
    appointments.restore(administrator, appointment=appointment)
    assert appointment.bookings.live().get().starts_at == at("09:00")


# ---- the database refuses, whichever way it is asked


def twins(ground):
    """A booked appointment, and a booking of the same doctor that was made for another one."""
    first, second = ground.book("09:00"), ground.book("10:00")
    return first.bookings.get(), second.bookings.get()


def test_bulk_create_update_and_raw_sql_are_refused_too(ground):
    taken, other = twins(ground)
    copy = Booking(
        **{
            name: getattr(taken, name)
            for name in ("hospital_id", "appointment_id", "bookable_id", "session_id", "held_on",
                         "starts_at", "ends_at", "lane")
        }
    )  # fmt: skip
    ways = [
        lambda: Booking.objects.bulk_create([copy]),
        lambda: Booking.objects.filter(pk=other.pk).update(starts_at=taken.starts_at),
        lambda: _raw(other, taken),
    ]
    for way in ways:
        with pytest.raises(IntegrityError, match="booking_no_overlap"), transaction.atomic():
            way()


def test_beyond_the_limit_the_database_refuses_an_overbooking(ground):
    ground.hours.overbook_limit = 1
    ground.hours.save()
    taken, other = twins(ground)
    for facts, guard in (
        ({"lane": 2}, "booking_within_capacity"),
        ({"lane": 102, "overbook_seat": 2}, "booking_within_overbook_limit"),
        ({"lane": 5, "overbook_seat": 1}, "booking_lane_of_seat"),
        ({"session": None, "lane": 2}, "booking_lanes_of_sessions"),
    ):
        with pytest.raises(IntegrityError, match=guard), transaction.atomic():
            Booking.objects.filter(pk=other.pk).update(starts_at=taken.starts_at, **facts)


def test_the_database_keeps_a_patient_out_of_two_appointments_at_once(ground):
    first, second = ground.book("09:00"), ground.book("10:00")
    with pytest.raises(IntegrityError, match="patient_no_overlap"), transaction.atomic():
        Appointment.objects.filter(pk=second.pk).update(
            patient=first.patient_id, starts_at=first.starts_at
        )


def _raw(row, like):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_booking SET starts_at = (SELECT starts_at FROM records_booking "
            "WHERE id = %s) WHERE id = %s",
            [like.pk.hex, row.pk.hex] if connection.vendor == "sqlite" else [like.pk, row.pk],
        )
