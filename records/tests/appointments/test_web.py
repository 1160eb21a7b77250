"""Booking, moving and calling off on the web, by the forms that the pages show."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import (
    HospitalFactory,
    ResourceFactory,
    actor,
    employ,
    enter,
    signed_in,
)
from hospital.tests.filling import form_on, send
from records.models import Appointment
from records.services import appointment_steps, appointments
from records.tests.factories import AppointmentFactory, PatientFactory

from .ground import MONDAY, Ground, at, on_monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def desk(client, ground):
    signed_in(client, "receptionist", ground.here)
    return client


def page(name, *args):
    return reverse(f"records:appointment-{name}", args=args)


def booking(desk, ground, patient=None):
    """The page of a new appointment with the doctor, as a link in the grid opens it."""
    query = {"doctor": ground.doctor.pk, "day": MONDAY}
    if patient:
        query["patient"] = patient.pk
    return desk.get(page("create"), query)


def slots(answer):
    """The first day's free times on a page: label -> value."""
    _day, times = answer.context["times"][0]
    return {time["label"]: time["value"] for time in times}


# ---- booking


def test_a_free_time_is_booked_and_a_double_click_books_one(desk, ground):
    patient = PatientFactory(at=ground.here)
    shown = booking(desk, ground, patient)
    form, chosen = form_on(shown), slots(shown)["09:20"]
    answers = [send(desk, form, page("create"), slot=chosen) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    made = Appointment.objects.get()
    assert (made.patient, made.starts_at, made.doctor) == (patient, at("09:20"), ground.doctor)
    assert answers[1]["Location"] == page("detail", made.pk)


def test_a_taken_time_is_told_with_times_that_one_press_books(desk, ground):
    patient = PatientFactory(at=ground.here)
    shown = booking(desk, ground, patient)
    form, chosen = form_on(shown), slots(shown)["09:00"]
    theirs = ground.book("09:00")
    refused = send(desk, form, page("create"), slot=chosen)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert str(ground.doctor) in text
    assert page("detail", theirs.pk) in text
    free = [time["value"] for _day, times in refused.context["form"].free_instead for time in times]
    assert len(free) == 3
    assert all(f'value="{value}"' in text for value in free)
    assert send(desk, form_on(refused), page("create"), take_slot=free[0]).status_code == 302
    assert Appointment.objects.get(patient=patient).starts_at == at("09:20")


def test_a_reason_books_on_top_of_the_hours(desk, ground):
    ground.hours.overbook_limit = 1
    ground.hours.save()
    ground.book("09:00")
    patient = PatientFactory(at=ground.here)
    form = form_on(booking(desk, ground, patient))
    typed = {"day": "1 Mar 2027", "at": "9", "clinic": str(ground.clinic.pk)}
    refused = send(desk, form, page("create"), **typed)
    assert refused.status_code == 409
    assert "Urgent" in refused.content.decode()
    booked = send(desk, form_on(refused), page("create"), **typed, why_overbook="Urgent")
    assert booked.status_code == 302, booked.content.decode()
    assert Appointment.objects.get(patient=patient).overbook_reason == "Urgent"


def test_words_that_mean_a_patient_are_never_booked_as_a_guess(desk, ground):
    patient = PatientFactory(at=ground.here, family_name="Okoro", given_names="Daniel")
    shown = booking(desk, ground)
    form, chosen = form_on(shown), slots(shown)["09:00"]
    asked = send(desk, form, page("create"), slot=chosen, who="okoro")
    assert asked.status_code == 200
    assert "OKORO, Daniel" in asked.content.decode()
    assert not Appointment.objects.exists()
    booked = send(
        desk, form_on(asked), page("create"), slot=chosen, who="", patient=str(patient.pk)
    )
    assert booked.status_code == 302
    assert Appointment.objects.get().patient == patient


def test_a_caller_is_booked_by_name_and_gets_a_chart_at_arrival(desk, ground):
    shown = booking(desk, ground)
    form, chosen = form_on(shown), slots(shown)["09:00"]
    send(desk, form, page("create"), slot=chosen, caller_name="Daniel Okoro")
    made = Appointment.objects.get()
    patient = PatientFactory(at=ground.here, family_name="Okoro", given_names="Daniel")
    asked = desk.get(page("identify", made.pk))
    assert "OKORO, Daniel" in asked.content.decode()
    known = send(desk, form_on(asked), page("identify", made.pk), patient=str(patient.pk))
    assert known.status_code == 302
    made.refresh_from_db()
    assert made.patient == patient


def test_who_is_here_without_an_appointment_is_a_walk_in(desk, ground):
    with on_monday("09:07"):
        signed_in(desk, "receptionist", ground.here)
        patient = PatientFactory(at=ground.here)
        shown = desk.get(page("create"), {"patient": patient.pk, "doctor": ground.doctor.pk})
        typed = {"is_here": "on", "clinic": str(ground.clinic.pk)}
        answer = send(desk, form_on(shown), page("create"), **typed)
    assert answer.status_code == 302, answer.content.decode()
    made = Appointment.objects.get()
    assert (made.is_walk_in, made.status, made.starts_at) == (True, "checked_in", at("09:07"))


def test_a_room_is_taken_beside_the_doctor(desk, ground):
    room = ResourceFactory(hospital=ground.here)
    shown = booking(desk, ground, PatientFactory(at=ground.here))
    send(desk, form_on(shown), page("create"), slot=slots(shown)["09:00"], rooms=[str(room.pk)])
    made = Appointment.objects.get()
    assert {booking.bookable for booking in made.bookings.all()} == {
        ground.doctor.as_resource,
        room,
    }


@pytest.mark.parametrize("typed", [{"at": "25:00"}, {"day": "soon", "at": "9"}, {}])
def test_a_time_that_makes_no_sense_is_told_and_nothing_is_lost(desk, ground, typed):
    form = form_on(booking(desk, ground, PatientFactory(at=ground.here)))
    answer = send(desk, form, page("create"), **typed, note="Brings the old X-rays")
    assert answer.status_code == 400
    assert "Brings the old X-rays" in answer.content.decode()


def test_a_time_of_another_hospital_is_no_choice(desk, ground):
    other = Ground(HospitalFactory())
    value = f"{other.doctor.as_resource.pk}.{other.clinic.pk}.{int(at('09:00').timestamp())}."
    value += str(int(at("09:20").timestamp()))
    form = form_on(booking(desk, ground, PatientFactory(at=ground.here)))
    for wrong in (value, "rubbish", "1.2.3.4"):
        assert send(desk, form, page("create"), slot=wrong).status_code == 400
    assert not Appointment.objects.exists()


# ---- moving


def test_a_move_is_a_form_with_the_free_times(desk, ground):
    appointment = ground.book("09:00")
    shown = desk.get(page("move", appointment.pk))
    assert "09:00" in slots(shown)  # its own time is free to it
    moved = send(desk, form_on(shown), page("move", appointment.pk), slot=slots(shown)["09:40"])
    assert moved.status_code == 302
    appointment.refresh_from_db()
    assert appointment.starts_at == at("09:40")


def test_a_stale_move_shows_theirs_and_yours(desk, ground):
    appointment = ground.book("09:00")
    shown = desk.get(page("move", appointment.pk))
    form, chosen = form_on(shown), slots(shown)["10:00"]
    appointment.note = "Changed by somebody else"
    appointments.change(ground.reception, appointment=appointment)
    assert send(desk, form, page("move", appointment.pk), slot=chosen).status_code == 412


# ---- the steps


def post(desk, appointment, word, **data):
    shown = desk.get(page("detail", appointment.pk))
    return send(desk, form_on(shown, action=f"/{word}/"), "", **data)


def test_check_in_start_complete_and_undo_are_one_press_each(desk, ground):
    appointment = ground.book("09:00")
    with on_monday("08:50"):
        signed_in(desk, "receptionist", ground.here)
        for word, status in [
            ("check-in", "checked_in"), ("undo", "scheduled"), ("check-in", "checked_in"),
            ("start", "in_progress"), ("complete", "completed"), ("undo", "in_progress"),
        ]:  # fmt: skip
            assert post(desk, appointment, word).status_code == 302
            appointment.refresh_from_db()
            assert appointment.status == status


def test_what_somebody_else_has_done_is_told_and_the_page_is_fresh(desk, ground):
    appointment = ground.book("09:00")
    with on_monday("08:50"):
        signed_in(desk, "receptionist", ground.here)
        form = form_on(desk.get(page("detail", appointment.pk)), action="/check-in/")
        appointment_steps.check_in(ground.reception, appointment=appointment)
        send(desk, form, "")
        answer = desk.get(page("detail", appointment.pk))
    assert "Somebody else" in answer.content.decode()
    assert "Checked in" in answer.content.decode()


def test_an_undo_that_comes_too_late_tells_the_clash_and_what_is_free(desk, ground):
    appointment = ground.book("09:00")
    appointments.cancel(ground.reception, appointment=appointment, reason="Ill")
    ground.book("09:00")
    answer = post(desk, appointment, "undo")
    assert answer.status_code == 409
    assert "09:20" in answer.content.decode()


def test_cancelling_asks_why_and_frees_the_time(desk, ground):
    appointment = ground.book("09:00")
    form = form_on(desk.get(page("cancel", appointment.pk)))
    assert send(desk, form, page("cancel", appointment.pk)).status_code == 400
    done = send(desk, form, page("cancel", appointment.pk), reason="The patient is ill")
    assert done["Location"] == page("detail", appointment.pk)
    ground.book("09:00")


def test_entered_in_error_is_gone_and_an_administrator_brings_it_back(client, desk, ground):
    appointment = ground.book("09:00")
    form = form_on(desk.get(page("retire", appointment.pk)))
    send(desk, form, page("retire", appointment.pk), reason="Wrong patient")
    assert desk.get(page("detail", appointment.pk)).status_code == 404
    signed_in(client, "administrator", ground.here)
    assert client.get(page("detail", appointment.pk)).status_code == 200
    assert post(client, appointment, "restore").status_code == 302
    appointment.refresh_from_db()
    assert not appointment.is_retired


def test_what_somebody_came_to_is_not_offered_to_be_an_error(desk, ground):
    with on_monday("08:50"):
        signed_in(desk, "receptionist", ground.here)
        walked_in = ground.book("09:20", is_walk_in=True, status="checked_in")
        appointment = ground.book("09:00")
        for row, word, is_offered in [
            (walked_in, None, True), (walked_in, "start", False),
            (appointment, None, True), (appointment, "check-in", False),
        ]:  # fmt: skip
            if word:
                post(desk, row, word)
            text = desk.get(page("detail", row.pk)).content.decode()
            assert (page("retire", row.pk) in text) == is_offered, word


# ---- looking


def test_a_day_is_shown_in_the_same_number_of_queries_for_3_and_for_30(desk, ground):
    for number in range(3):
        ground.book(f"09:{number * 20:02}")
    _queries(desk, ground)  # what the first page of a session asks once
    few = _queries(desk, ground)
    for number in range(30):
        AppointmentFactory(
            hospital=ground.here, clinic=ground.clinic, doctor=ground.doctor,
            starts_at=at("13:00") + dt.timedelta(minutes=number * 20),
        )  # fmt: skip
    assert _queries(desk, ground) == few


def _queries(desk, ground):
    counts = []
    for where, query in [
        ("list", {}), ("list", {"view": "list"}), ("week", {}), ("week", {"doctor": ground.doctor.pk}),
    ]:  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(page(where), {"day": MONDAY, **query}).status_code == 200
        counts.append(len(seen))
    return counts


@pytest.mark.parametrize("minute", [0, 12, 25, 43, 58])
def test_the_line_of_now_is_there_at_any_minute_of_the_hours(client, ground, minute):
    """Also where the hours begin at midnight, and with all that is past and free left out."""
    ground.hours.opens_at = ground.hours.closes_at = dt.time(0)
    ground.hours.save()
    with on_monday(f"12:{minute:02}"):
        signed_in(client, "receptionist", ground.here)
        assert b"data-now" in client.get(page("list")).content


def test_a_look_at_a_day_is_booked_on_everybody_in_it(desk, ground):
    rows = [ground.book("09:00"), ground.book("09:20")]
    desk.get(page("list"), {"day": MONDAY})
    event = AuditEvent.objects.filter(act="records.appointment.read").latest("at")
    seen = AuditPatient.objects.filter(event_id=event.pk).values_list("patient_id", flat=True)
    assert set(seen) == {row.patient_id for row in rows}


def test_another_hospitals_appointment_is_not_there(desk):
    theirs = AppointmentFactory()
    for name in ("detail", "move", "cancel", "slip"):
        assert desk.get(page(name, theirs.pk)).status_code == 404


def test_a_doctor_steps_own_appointments_only(client, ground):
    user = employ("doctor", ground.here)
    ground.doctor.user = user
    ground.doctor.save()
    mine, other = ground.book("09:00"), AppointmentFactory(hospital=ground.here)
    with on_monday("08:50"):
        enter(client, user, ground.here)
        assert client.get(page("agenda"))["Location"].endswith(f"doctor={ground.doctor.pk}")
        assert client.get(page("detail", mine.pk)).status_code == 200
        appointment_steps.check_in(actor("receptionist", ground.here), appointment=mine)
        assert post(client, mine, "start").status_code == 302
        assert "start" not in client.get(page("detail", other.pk)).content.decode()


# ---- the way there


@pytest.mark.parametrize(("role", "may"), [("receptionist", True), ("nurse", False)])
def test_what_a_search_finds_leads_to_booking_for_who_may_book(client, ground, role, may):
    patient = PatientFactory(at=ground.here, family_name="Okonkwo")
    signed_in(client, role, ground.here)
    shown = client.post(reverse("records:patient-search"), {"q": "okonkwo"}, follow=True)
    assert str(patient.pk) in shown.content.decode()
    assert (f"{page('create')}?patient={patient.pk}" in shown.content.decode()) == may


@pytest.mark.parametrize(("role", "may"), [("receptionist", True), ("nurse", False)])
def test_a_free_time_of_the_grid_leads_to_booking_for_who_may_book(client, ground, role, may):
    signed_in(client, role, ground.here)
    for name in ("list", "week"):
        shown = client.get(page(name), {"day": MONDAY, "doctor": ground.doctor.pk})
        assert shown.status_code == 200
        assert (page("create") in shown.content.decode()) == may
