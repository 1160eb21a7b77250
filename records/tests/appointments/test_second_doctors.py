"""Appointments to which several doctors come: each is taken, and each sees it in the own day."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hospital.kit import facts
from hospital.kit.errors import RuleError
from hospital.models import Doctor
from hospital.tests.factories import ClinicFactory, DoctorFactory, actor, api, signed_in
from hospital.tests.filling import form_on, send
from records.models import Absence, Appointment, Session
from records.services import appointments, calendar_feeds, days, reassigning, schedules
from records.services.clashes import TimeConflict
from records.tests.factories import (
    CalendarFeedFactory,
    PatientFactory,
    SessionFactory,
)

from .ground import MONDAY, Ground, at, code_of
from .program import Program, codes_of, status_and_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def ground():
    return with_second(Ground())


def with_second(ground):
    """The place, with a second doctor who sees people at the same hours."""
    ground.second = colleague(ground)
    return ground


def colleague(ground):
    doctor = DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=doctor.as_resource, clinic=ground.clinic)
    return doctor


def together(ground, text="09:00", **said):
    return ground.book(text, resources=[ground.second.as_resource], **said)


def who(appointment):
    return {row.bookable.doctor for row in appointment.bookings.live()}


# ---- both are taken


def test_both_are_taken_and_neither_can_be_booked_by_another(ground):
    made = together(ground)
    assert who(made) == {ground.doctor, ground.second}
    assert list(made.resources) == [ground.second.as_resource]
    for doctor in (ground.doctor, ground.second):
        with pytest.raises(TimeConflict) as refused:
            ground.book("09:00", doctor=doctor)
        assert [(clash.code, clash.resource_id) for clash in refused.value.clashes] == [
            ("doctor_busy", doctor.as_resource.pk)
        ]


def test_all_that_stands_against_each_of_them_is_told(ground):
    ground.book("09:00")
    ground.book("09:00", doctor=ground.second)
    with pytest.raises(TimeConflict) as refused:
        together(ground)
    assert {(clash.code, clash.resource_id) for clash in refused.value.clashes} == {
        ("doctor_busy", ground.doctor.as_resource.pk),
        ("doctor_busy", ground.second.as_resource.pk),
    }
    # And what is offered instead is free for both.
    ground.book("09:20", doctor=ground.second)
    assert refused.value.free[0].starts_at == at("09:40")


def test_who_comes_beside_sees_people_at_the_same_clinic_then(ground):
    stranger = DoctorFactory(hospital=ground.here)
    SessionFactory(
        hospital=ground.here, bookable=stranger.as_resource,
        clinic=ClinicFactory(hospital=ground.here),
    )  # fmt: skip
    with pytest.raises(TimeConflict) as refused:
        ground.book("09:00", resources=[stranger.as_resource])
    assert [clash.code for clash in refused.value.clashes] == ["at_other_clinic"]


def test_who_comes_beside_comes_beside_somebody(ground):
    with pytest.raises(ValidationError) as refused:
        together(ground, doctor=None)
    assert refused.value.error_dict["resources"][0].code == "invalid_choice"


def test_the_doctor_named_twice_comes_once(ground):
    own = ground.book("09:00", resources=[ground.doctor.as_resource])
    assert own.bookings.get().bookable == ground.doctor.as_resource
    assert list(own.resources) == []


# ---- moved and given away


def test_moved_both_go_and_both_old_times_are_free(ground):
    made = together(ground)
    made.starts_at, made.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=made)
    assert who(made) == {ground.doctor, ground.second}
    for doctor in (ground.doctor, ground.second):
        ground.book("09:00", doctor=doctor)


def test_given_to_a_third_the_second_stays_and_the_first_is_free(ground):
    made, third = together(ground), colleague(ground)
    made.doctor = third
    appointments.change(ground.reception, appointment=made)
    assert who(made) == {third, ground.second}
    ground.book("09:00")


def test_given_to_the_second_it_is_that_doctors_alone(ground):
    together(ground)
    outcome = reassigning.reassign_day(
        ground.reception, doctor=ground.doctor, day=MONDAY, to=ground.second, zone=ground.here.zone
    )
    [made] = outcome.moved
    assert (who(made), list(made.resources)) == ({ground.second}, [])


def test_cancelled_and_taken_back_both_are_taken_again(ground):
    made = together(ground)
    appointments.cancel(ground.reception, appointment=made, reason="Ill")
    assert who(made) == set()
    appointments.retire(ground.reception, appointment=made, reason="Error")
    appointments.restore(actor("administrator", ground.here), appointment=made)
    assert who(made) == set()
    again = together(ground)
    appointments.retire(ground.reception, appointment=again, reason="Error")
    appointments.restore(actor("administrator", ground.here), appointment=again)
    assert who(again) == {ground.doctor, ground.second}


def test_the_second_away_it_has_to_be_moved(ground):
    made = together(ground)
    absence = Absence(
        hospital=ground.here, bookable=ground.second.as_resource, starts_at=at("00:00"),
        ends_at=at("00:00") + dt.timedelta(days=1),
    )  # fmt: skip
    schedules.save(actor("administrator", ground.here), absence, accepts_affected=True)
    made.refresh_from_db()
    assert made.attention == "absence"


def test_a_doctor_who_comes_beside_is_not_retired_and_a_retired_one_does_not_come(ground):
    boss = actor("administrator", ground.here)
    made = together(ground)
    with pytest.raises(RuleError) as refused:
        facts.retire(boss, ground.second, reason="Left")
    assert code_of(refused) == "in_use"
    appointments.cancel(ground.reception, appointment=made, reason="Ill")
    facts.retire(boss, Doctor.objects.get(pk=ground.second.pk), reason="Left")
    with pytest.raises(ValidationError) as gone:
        together(ground)
    assert gone.value.error_dict["resources"][0].code == "retired_choice"


# ---- seen by both


def test_it_stands_in_the_day_and_the_week_of_each(ground):
    made = together(ground)
    alone = ground.book("09:20")
    found = days.read(ground.reception, MONDAY, MONDAY)
    seen = {row.doctor: found.of(row, MONDAY) for row in found.doctors}
    assert seen == {ground.doctor: [made, alone], ground.second: [made]}
    columns = ("id", "doctor_id", "starts_at")
    found = days.read(ground.reception, MONDAY, MONDAY, columns=columns)
    assert [row.id for row in found.appointments[ground.second.pk]] == [made.pk]


def test_who_has_no_hours_of_their_own_on_a_day_has_a_column_all_the_same(ground):
    stranger = DoctorFactory(hospital=ground.here)
    ground.book("09:00", resources=[stranger.as_resource], overbook_reason="Asked to help")
    found = days.read(ground.reception, MONDAY, MONDAY)
    assert {row.doctor for row in found.doctors} == {ground.doctor, ground.second, stranger}


def test_it_stands_in_the_list_and_in_the_calendar_of_each(ground):
    made = together(ground)
    ground.book("09:20")
    begins, ends = at("00:00"), at("23:00")
    rows = days.booked(ground.reception, begins, ends, doctor=ground.second)
    assert list(rows) == [made]
    feed = CalendarFeedFactory(hospital=ground.here, doctor=ground.second)
    boss = actor("administrator", ground.here)
    assert [event.id for event in calendar_feeds.events(boss, feed=feed)] == [made.pk]


# ---- the doors


def test_the_api_tells_and_takes_them_and_a_put_of_what_was_read_changes_nothing():
    program = with_second(Program())
    second = str(program.second.as_resource.pk)
    made = program.booked("09:00", resource_ids=[second])
    assert made["resource_ids"] == [second]
    path = f"/api/v1/appointments/{made['id']}"
    client = api("integrator", program.here)
    again = client.put(path, client.get(path).json(), headers={"If-Match": '"1"'}).json()
    assert (again["version"], again["resource_ids"]) == (1, [second])
    taken = program.post("09:00", doctor_id=str(program.second.pk))
    assert status_and_code(taken) == (409, "time_conflict")
    alone = client.patch(path, {"resource_ids": []}, headers={"If-Match": '"1"'}).json()
    assert (alone["version"], alone["resource_ids"]) == (2, [])
    assert program.booked("09:00", doctor_id=str(program.second.pk))


def test_without_a_doctor_another_is_told_under_the_apis_name():
    program = with_second(Program())
    bare = {
        name: value for name, value in program.body("09:00").items() if name != "doctor_id"
    }  # fmt: skip
    answer = program.client.post(
        "/api/v1/appointments", {**bare, "resource_ids": [str(program.second.as_resource.pk)]}
    )
    assert codes_of(answer, "resource_ids") == ["invalid_choice"]


def test_the_form_takes_a_second_doctor_and_the_page_tells_who_comes(client, ground):
    signed_in(client, "receptionist", ground.here)
    patient = PatientFactory(at=ground.here)
    page = reverse("records:appointment-create")
    query = {
        "doctor": ground.doctor.pk, "clinic": ground.clinic.pk, "day": MONDAY, "patient": patient.pk,
    }  # fmt: skip
    form = form_on(client.get(page, query))
    bookable = str(ground.second.as_resource.pk)
    answer = send(client, form, page, at="09:00", second_doctor=bookable)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Appointment.objects.get()
    assert who(made) == {ground.doctor, ground.second}
    shown = client.get(reverse("records:appointment-detail", args=[made.pk])).content.decode()
    assert str(ground.second) in shown


def test_the_form_shows_the_times_that_all_who_are_needed_have(client, ground):
    signed_in(client, "receptionist", ground.here)
    ground.book("09:00", doctor=ground.second)
    page = reverse("records:appointment-create")
    query = {"doctor": ground.doctor.pk, "clinic": ground.clinic.pk, "day": MONDAY}
    alone = client.get(page, query)
    both = send(
        client, form_on(alone), page, find="times", second_doctor=str(ground.second.as_resource.pk)
    )
    starts = [answer.context["times"][0][1][0]["label"] for answer in (alone, both)]
    assert starts == ["09:00", "09:20"]


def test_who_is_at_another_clinic_then_is_not_offered(ground):
    ground.book("09:00")
    elsewhere = ClinicFactory(hospital=ground.here)
    ground.second.as_resource.sessions.update(clinic=elsewhere)
    with pytest.raises(TimeConflict) as refused:
        together(ground)
    assert refused.value.free == ()


def test_another_doctor_is_offered_beside_the_second_where_the_first_has_no_time(ground):
    third = colleague(ground)
    Session.objects.filter(bookable=ground.doctor.as_resource).delete()
    with pytest.raises(TimeConflict) as refused:
        together(ground)
    assert {time.resource.doctor for time in refused.value.free} == {third}
    ground.book("09:00", doctor=ground.second)
    with pytest.raises(TimeConflict) as refused:
        together(ground)
    assert refused.value.free[0].starts_at == at("09:20")
