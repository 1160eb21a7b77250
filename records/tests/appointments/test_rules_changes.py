"""Changing an appointment: what is asked is done or refused, never passed over in silence."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from hospital.kit.errors import RuleError
from hospital.tests.factories import DoctorFactory, ResourceFactory
from records.models import Appointment
from records.services import appointments, availability
from records.services.availability import Wish
from records.services.clashes import TimeConflict
from records.tests.factories import AppointmentKindFactory, SessionFactory

from .ground import BERLIN, FRIDAY, at, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def codes_at(refused, name):
    return [error.code for error in refused.value.error_dict[name]]


def fresh(appointment):
    return Appointment.objects.get(pk=appointment.pk)


# ---- what is taken up


def test_it_knows_the_rooms_it_takes_up_beside_the_doctor(ground):
    room = ResourceFactory(hospital=ground.here)
    appointment = ground.book("09:00", resources=[room])
    assert list(appointment.resources) == [room]
    appointments.change(ground.reception, appointment=appointment, resources=[])
    assert list(appointment.resources) == []
    assert [row.bookable for row in appointment.bookings.live()] == [ground.doctor.as_resource]


# ---- what does not stand any more


@pytest.mark.parametrize("has_doctor", [True, False])
def test_the_note_of_a_cancelled_one_is_changed_and_its_time_is_not(ground, has_doctor):
    room = ResourceFactory(hospital=ground.here)
    doctor = {} if has_doctor else {"doctor": None}
    appointment = ground.book("09:00", resources=[room], **doctor)
    appointments.cancel(ground.reception, appointment=appointment, reason="Ill")
    same = appointments.change(ground.reception, appointment=fresh(appointment))
    assert same.version == appointment.version
    noted = fresh(appointment)
    noted.note = "Calls again in May"
    appointments.change(ground.reception, appointment=noted)
    assert (noted.version, noted.bookings.live().count()) == (appointment.version + 1, 0)
    moved = fresh(appointment)
    moved.starts_at, moved.ends_at = at("10:00"), at("10:20")
    with pytest.raises(RuleError) as refused:
        appointments.change(ground.reception, appointment=moved)
    assert code_of(refused) == "appointment_over"


# ---- reasons


def test_another_reason_for_being_on_top_of_the_hours_is_kept(ground):
    appointment = ground.book("12:00", overbook_reason="Urgnet")
    changed = appointments.change(
        ground.reception, appointment=fresh(appointment), overbook_reason=" Urgent "
    )
    assert (changed.overbook_reason, changed.version) == ("Urgent", 2)
    same = appointments.change(
        ground.reception, appointment=fresh(appointment), overbook_reason="Urgent"
    )
    assert same.version == 2


# ---- a hold on the new time


def test_an_appointment_is_moved_to_the_time_that_was_kept_for_it(ground):
    appointment, hold = ground.book("09:00"), ground.hold("10:00")
    appointment.starts_at, appointment.ends_at = at("10:00"), at("10:20")
    with pytest.raises(TimeConflict):
        appointments.change(ground.reception, appointment=appointment)
    moved = fresh(appointment)
    moved.starts_at, moved.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=moved, hold=hold)
    assert moved.bookings.live().get().starts_at == at("10:00")
    hold.refresh_from_db()
    assert hold.is_retired
    with pytest.raises(RuleError) as refused:
        appointments.change(ground.reception, appointment=fresh(appointment), hold=hold)
    assert code_of(refused) == "hold_over"


# ---- times that nobody means


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        (FRIDAY + dt.timedelta(days=5 * 365, minutes=1), None, "starts_at"),
        (dt.datetime.max.replace(second=0, microsecond=0, tzinfo=BERLIN), None, "starts_at"),
        (FRIDAY, FRIDAY + dt.timedelta(hours=24, minutes=1), "ends_at"),
        (FRIDAY, dt.datetime.max.replace(second=0, microsecond=0, tzinfo=dt.UTC), "ends_at"),
    ],
)
def test_what_is_too_far_away_or_too_long_is_bad_input(ground, starts_at, ends_at, field):
    plan = ground.plan("09:00")
    plan.starts_at, plan.ends_at = starts_at, ends_at
    with pytest.raises(ValidationError) as refused:
        appointments.book(ground.reception, appointment=plan)
    assert codes_at(refused, field) == ["out_of_range"]


def test_a_whole_day_is_not_too_long(ground):
    room = ResourceFactory(hospital=ground.here)
    booked = ground.book("09:00", doctor=None, resources=[room], minutes=24 * 60)
    assert booked.ends_at - booked.starts_at == dt.timedelta(hours=24)


# ---- free times


def test_all_that_is_wished_must_fit(ground):
    other = DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=other.as_resource, clinic=ground.clinic)
    kind = AppointmentKindFactory(hospital=ground.here, minutes=60)

    def found(**wish):
        return availability.find(ground.reception, Wish(**wish), limit=4)

    assert {time.resource for time in found()} == {ground.doctor.as_resource, other.as_resource}
    assert {time.resource for time in found(doctor=other)} == {other.as_resource}
    assert found(doctor=other, resource=other.as_resource)
    assert found(doctor=other, resource=ground.doctor.as_resource) == []
    first = found(kind=kind)[0]
    assert first.ends_at - first.starts_at == dt.timedelta(hours=1)
    assert found(kind=kind, minutes=30)[0].ends_at - at("09:00") == dt.timedelta(minutes=30)


@pytest.mark.parametrize(
    ("after", "before", "field", "code"),
    [
        (dt.datetime.max.replace(tzinfo=dt.UTC), None, "after", "out_of_range"),
        (FRIDAY, FRIDAY + dt.timedelta(days=121), "before", "out_of_range"),
        (FRIDAY, FRIDAY, "before", "interval_reversed"),
    ],
)
def test_a_search_without_an_end_is_bad_input(ground, after, before, field, code):
    with pytest.raises(ValidationError) as refused:
        availability.find(ground.reception, Wish(), after=after, before=before)
    assert codes_at(refused, field) == [code]


def test_of_a_day_that_is_over_nothing_is_free(ground):
    assert availability.find(ground.reception, Wish(), before=FRIDAY) == []
