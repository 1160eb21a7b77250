"""Who comes without an appointment, whose it turns out to be, who sees them instead, and what was an error."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.errors import Denied, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, ResourceFactory, actor
from records.models import Absence, Appointment
from records.services import appointment_steps as steps
from records.services import appointments, schedules
from records.services.clashes import TimeConflict
from records.tests.factories import (
    AbsenceFactory,
    PatientFactory,
    SessionFactory,
)

from .ground import MONDAY, Ground, at, clashes_of, code_of, on_friday, on_monday, times_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    with on_friday():
        return Ground()


@pytest.fixture(autouse=True)
def _monday(ground):
    with on_monday("09:05"):
        yield


def second_doctor(ground, **facts):
    """Another doctor with the same hours."""
    doctor = DoctorFactory(hospital=ground.here, **facts)
    SessionFactory(hospital=ground.here, bookable=doctor.as_resource, clinic=ground.clinic)
    return doctor


def bookables(appointment):
    return {row.bookable_id for row in appointment.bookings.live()}


# ---- without an appointment


def walk_in(ground, text="09:00", **options):
    appointment = ground.plan(text, **options)
    return steps.walk_in(ground.reception, appointment=appointment)


def test_who_walks_in_is_here_from_the_start(ground):
    appointment = walk_in(ground)
    assert (appointment.status, appointment.is_walk_in) == ("checked_in", True)
    assert appointment.checked_in_at == appointment.status_at == at("09:05")
    assert bookables(appointment) == {ground.doctor.as_resource.pk}
    (event,) = AuditEvent.objects.filter(object_id=appointment.pk)
    assert (event.act, event.patient_id) == ("records.appointment.walk_in", appointment.patient_id)


def test_a_walk_in_is_booked_by_the_same_rules(ground):
    ground.book("09:00")
    with pytest.raises(TimeConflict) as refused:
        walk_in(ground)
    assert clashes_of(refused) == {"doctor_busy"}
    assert times_of(refused)[0] == "Mon 09:20"
    assert Appointment.objects.count() == 1


def test_nobody_walks_in_without_a_chart_or_on_another_day(ground):
    for options, code in (
        ({"caller_name": "Somebody"}, "chart_needed"),
        ({"day": MONDAY + dt.timedelta(days=7)}, "not_its_day"),
    ):
        with pytest.raises(RuleError) as refused:
            walk_in(ground, **options)
        assert code_of(refused) == code
    assert not Appointment.objects.exists()


def test_a_walk_in_is_not_undone_but_taken_back_as_an_error(ground):
    appointment = walk_in(ground)
    with pytest.raises(RuleError) as refused:
        steps.undo(ground.reception, appointment=appointment)
    assert code_of(refused) == "nothing_to_undo"
    appointments.retire(ground.reception, appointment=appointment, reason="Wrong person")
    assert not Appointment.objects.live().exists()
    ground.book("09:00")


# ---- whose it is


def test_a_callers_appointment_gets_its_patient_and_keeps_its_time(ground):
    appointment = ground.book("10:00", caller_name="Somebody")
    kept = appointment.bookings.get().pk
    patient = PatientFactory(at=ground.here)
    steps.identify(ground.reception, appointment=appointment, patient=patient, expected_version=1)
    assert (appointment.patient, appointment.bookings.get().pk) == (patient, kept)
    event = AuditEvent.objects.get(act="records.appointment.identify")
    assert (event.patient_id, event.changed) == (patient.pk, ["patient"])
    with pytest.raises(RuleError) as refused:
        steps.identify(ground.reception, appointment=appointment, patient=patient)
    assert code_of(refused) == "has_chart"


def test_the_patient_found_must_be_free_then_and_known_here(ground):
    patient, stranger = PatientFactory(at=ground.here), PatientFactory(at=HospitalFactory())
    ground.book("10:00", patient=patient, doctor=second_doctor(ground))
    appointment = ground.book("10:00", caller_name="Somebody")
    with pytest.raises(TimeConflict) as refused:
        steps.identify(ground.reception, appointment=appointment, patient=patient)
    assert clashes_of(refused) == {"patient_busy"}
    appointment.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        steps.identify(ground.reception, appointment=appointment, patient=stranger)
    assert "patient" in refused.value.error_dict
    assert Appointment.objects.get(pk=appointment.pk).patient is None


@pytest.mark.parametrize("why", ["outside", "on_top", "stranded"])
def test_whose_it_is_can_be_said_however_it_got_its_time(ground, why):
    """What was stretched for the time is not asked again, and one that has lost its time can be asked for."""
    if why == "outside":
        appointment = ground.book("12:00", caller_name="Somebody", overbook_reason="From far away")
    else:
        ground.hours.overbook_limit = 1
        ground.hours.save()
        ground.book("10:00")
        appointment = ground.book("10:00", caller_name="Somebody", overbook_reason="Urgent")
    if why == "stranded":
        AbsenceFactory(
            bookable=ground.doctor.as_resource, starts_at=at("10:00"), ends_at=at("11:00")
        )
        Appointment.objects.filter(pk=appointment.pk).update(attention="absence")
        appointment.refresh_from_db()
    before = appointment.bookings.get()
    patient = PatientFactory(at=ground.here)
    steps.identify(ground.reception, appointment=appointment, patient=patient)
    appointment.refresh_from_db()
    assert appointment.patient == patient
    assert appointment.overbook_reason in ("From far away", "Urgent")
    assert appointment.attention == ("absence" if why == "stranded" else "")
    assert appointment.bookings.get() == before


# ---- with whom


def test_another_doctor_takes_it_at_the_same_time(ground):
    room, other = ResourceFactory(hospital=ground.here), second_doctor(ground)
    appointment = ground.book("10:00", resources=[room])
    steps.reassign(ground.reception, appointment=appointment, to=other.as_resource)
    assert appointment.doctor == other
    assert bookables(appointment) == {room.pk, other.as_resource.pk}
    event = AuditEvent.objects.get(act="records.appointment.reassign", object_id=appointment.pk)
    assert event.changed == ["doctor"]
    ground.book("10:00")  # the first doctor is free again


def test_two_doctors_of_one_name_are_two(ground):
    """Their hours read the same to the letter, too."""
    name = {"family_name": "Müller", "given_names": "Ana", "title": "Dr."}
    twins = [second_doctor(ground, **name) for _ in range(2)]
    appointment = Appointment.objects.get(pk=ground.book("10:00", doctor=twins[0]).pk)
    steps.reassign(ground.reception, appointment=appointment, to=twins[1].as_resource)
    assert bookables(appointment) == {twins[1].as_resource.pk}
    ground.book("10:00", doctor=twins[0])
    with pytest.raises(TimeConflict):
        ground.book("10:00", doctor=twins[1])


def test_a_room_of_the_doctors_name_is_taken_as_well(ground):
    room = ResourceFactory(hospital=ground.here, name=str(ground.doctor))
    appointment = ground.book("12:00", resources=[room], overbook_reason="Urgent")
    assert bookables(appointment) == {room.pk, ground.doctor.as_resource.pk}


def test_nobody_takes_what_they_have_no_time_for(ground):
    other = second_doctor(ground)
    ground.book("10:00", doctor=other)
    appointment = ground.book("10:00")
    with pytest.raises(TimeConflict) as refused:
        steps.reassign(ground.reception, appointment=appointment, to=other.as_resource)
    assert clashes_of(refused) == {"doctor_busy"}
    assert times_of(refused)[0] == "Mon 10:20"
    for wrong, field in (
        (ResourceFactory(hospital=ground.here), "doctor"),
        (DoctorFactory().as_resource, "resources"),
    ):
        appointment.refresh_from_db()
        with pytest.raises(ValidationError) as refused:
            steps.reassign(ground.reception, appointment=appointment, to=wrong)
        assert field in refused.value.error_dict
    stored = Appointment.objects.get(pk=appointment.pk)
    assert (stored.doctor, bookables(stored)) == (ground.doctor, {ground.doctor.as_resource.pk})


def test_who_is_here_can_be_moved_within_the_day_and_not_to_another(ground):
    appointment = ground.book("09:00")
    steps.check_in(ground.reception, appointment=appointment)
    appointment.starts_at, appointment.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=appointment)
    later = MONDAY + dt.timedelta(days=7)
    appointment.starts_at, appointment.ends_at = at("10:00", later), at("10:20", later)
    with pytest.raises(RuleError) as refused:
        appointments.change(ground.reception, appointment=appointment)
    assert code_of(refused) == "not_its_day"
    steps.undo(ground.reception, appointment=Appointment.objects.get(pk=appointment.pk))


# ---- what was an error


@pytest.mark.parametrize(
    ("way", "is_error"),
    [([], True), (["miss"], True), (["check_in"], False), (["check_in", "start"], False),
     (["check_in", "start", "complete"], False)],
)  # fmt: skip
def test_what_somebody_came_to_was_no_error(ground, way, is_error):
    appointment = ground.book("09:00")
    for word in way:
        getattr(steps, word)(ground.reception, appointment=appointment)
    if is_error:
        appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
        assert not appointment.bookings.live().exists()
        ground.book("09:00")
        return
    with pytest.raises(RuleError) as refused:
        appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
    assert code_of(refused) == "appointment_begun"
    assert appointment.bookings.live().exists()


def test_taking_it_back_needs_a_reason_and_the_version_that_was_seen(ground):
    appointment = ground.book("09:00")
    with pytest.raises(ValidationError):
        appointments.retire(ground.reception, appointment=appointment, reason=" ")
    with pytest.raises(StaleError):
        appointments.retire(
            ground.reception, appointment=appointment, reason="Wrong", expected_version=9
        )
    with pytest.raises(Denied):
        appointments.restore(ground.reception, appointment=appointment)
    with pytest.raises(RuleError) as refused:
        appointments.restore(actor("administrator", ground.here), appointment=appointment)
    assert code_of(refused) == "not_retired"


def test_one_on_top_of_the_hours_is_brought_back_by_an_administrator(ground):
    """Who restores has not the right to overbook; it was used when it was booked."""
    ground.hours.overbook_limit = 1
    ground.hours.save()
    ground.book("10:00")
    appointment = ground.book("10:00", overbook_reason="Urgent")
    appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
    appointments.restore(actor("administrator", ground.here), appointment=appointment)
    assert (appointment.overbook_reason, appointment.bookings.live().get().overbook_seat) == (
        "Urgent",
        1,
    )


def test_brought_back_with_its_time_it_has_not_to_be_moved_any_more(ground):
    appointment = ground.book("10:00")
    Appointment.objects.filter(pk=appointment.pk).update(attention="absence")
    appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
    appointments.restore(actor("administrator", ground.here), appointment=appointment)
    assert not Appointment.objects.to_move().exists()


@pytest.mark.parametrize("way", ["book", "undo"])
def test_nothing_is_booked_in_a_room_that_was_given_up_meanwhile(ground, way):
    room = ResourceFactory(hospital=ground.here)
    appointment = ground.book("10:00", resources=[room])
    appointments.cancel(ground.reception, appointment=appointment, reason="Called")
    gone = type(room).objects.get(pk=room.pk)
    facts.retire(actor("administrator", ground.here), gone, reason="Torn down")
    ways = {
        "book": lambda: ground.book(
            "11:00", resources=[room]
        ),  # as it was when the form was opened
        "undo": lambda: steps.undo(ground.reception, appointment=appointment),
    }
    with pytest.raises(ValidationError) as refused:
        ways[way]()
    assert [error.code for error in refused.value.error_dict["resources"]] == ["retired_choice"]
    assert not room.bookings.live().exists()


def test_checked_in_by_mistake_while_the_doctor_fell_ill_it_has_to_be_moved(ground):
    appointment = ground.book("09:00")
    steps.check_in(ground.reception, appointment=appointment)
    absence = Absence(
        hospital=ground.here, bookable=ground.doctor.as_resource,
        starts_at=at("09:00"), ends_at=at("12:00"),
    )  # fmt: skip
    schedules.save(ground.reception, absence)
    steps.undo(ground.reception, appointment=appointment)
    assert list(Appointment.objects.to_move()) == [appointment]
