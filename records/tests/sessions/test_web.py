"""Hours on the web: several weekdays at once, from a day on, and nobody who has an appointment is forgotten."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit.errors import SAME_CODE
from hospital.models import AuditEvent, DoctorClinic
from hospital.tests.factories import ClinicFactory, DoctorFactory, ResourceFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Session
from records.tests.appointments.ground import MONDAY, Ground, at, on_friday
from records.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db
NEW, LIST = "/sessions/new/", "/sessions/"
ONE_WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _friday():
    with on_friday():
        yield


@pytest.fixture
def ground():
    return Ground()


@pytest.fixture
def admin(client, ground):
    signed_in(client, "administrator", ground.here)
    return client


def page(name, session):
    return reverse(f"records:session-{name}", args=[session.pk])


def typed(ground, **changes):
    """Afternoons of the doctor."""
    return {
        "bookable": str(ground.doctor), "clinic": str(ground.clinic.pk), "weekdays": ["mon"],
        "opens_at": "13", "closes_at": "17:30", "valid_from": "t", **changes,
    }  # fmt: skip


def errors_of(answer):
    errors = answer.context["form"].errors.as_data()
    return {name: SAME_CODE.get(rows[0].code, rows[0].code) for name, rows in errors.items()}


# ---- several weekdays at once


def test_the_same_hours_are_added_on_several_weekdays_in_one_act(admin, ground):
    answer = fill(admin, NEW, **typed(ground, weekdays=["mon", "wed", "fri"]))
    assert answer.status_code == 302, answer.content.decode()
    made = Session.objects.exclude(pk=ground.hours.pk).order_by("id")
    assert [row.weekday for row in made] == ["mon", "wed", "fri"]
    assert {(row.opens_at, row.closes_at, row.valid_to) for row in made} == {
        (dt.time(13), dt.time(17, 30), None)
    }
    assert AuditEvent.objects.filter(act="records.session.create", outcome="ok").count() == 3
    listed = admin.get(answer["Location"]).context["listing"].rows
    assert [str(row.record) for row in listed] == [
        f"{ground.doctor} · {words}"
        for words in (
            "Monday 09:00–12:00", "Monday 13:00–17:30", "Wednesday 13:00–17:30", "Friday 13:00–17:30",
        )
    ]  # fmt: skip


def test_all_of_them_or_none(admin, ground):
    SessionFactory(bookable=ground.doctor.as_resource, clinic=ground.clinic, weekday="wed",
                   opens_at=dt.time(17), closes_at=dt.time(18))  # fmt: skip
    answer = fill(admin, NEW, **typed(ground, weekdays=["mon", "wed"]))
    assert (answer.status_code, errors_of(answer)) == (409, {"opens_at": "session_overlap"})
    assert "Wednesday: There are other hours" in answer.content.decode()
    assert Session.objects.count() == 2
    assert 'value="17:30"' in answer.content.decode()


def test_without_a_weekday_it_is_told_there(admin, ground):
    answer = fill(admin, NEW, **typed(ground, weekdays=[]))
    assert errors_of(answer) == {"weekdays": "required"}


def test_other_hours_at_that_time_are_a_conflict_on_every_way(admin, ground):
    answer = fill(admin, NEW, **typed(ground, opens_at="11:00"))
    assert (answer.status_code, errors_of(answer)) == (409, {"opens_at": "session_overlap"})
    other = SessionFactory(bookable=ground.doctor.as_resource, clinic=ground.clinic, weekday="tue")
    answer = fill(admin, page("edit", other), weekday="mon")
    assert (answer.status_code, errors_of(answer)) == (409, {"opens_at": "session_overlap"})
    change = reverse("admin:records_session_change", args=[other.pk])
    answer = fill(admin, change, having="version", weekday="mon")
    assert answer.status_code == 409
    other.refresh_from_db()
    assert other.weekday == "tue"


def test_hours_may_end_at_midnight_or_after_it(admin, ground):
    fill(admin, NEW, **typed(ground, weekdays=["sat"], opens_at="18:00", closes_at="24:00"))
    fill(admin, NEW, **typed(ground, weekdays=["sun"], opens_at="22:00", closes_at="6:00"))
    assert {row.hours_text for row in Session.objects.exclude(pk=ground.hours.pk)} == {
        "18:00–00:00", "22:00–06:00",
    }  # fmt: skip


# ---- choosing whose


def test_a_doctor_is_found_by_typing_the_name(admin, ground):
    twin = DoctorFactory(hospital=ground.here, family_name=ground.doctor.family_name)
    form = admin.get(NEW).content.decode()
    assert f'<option value="{twin} ({twin.licence_number})">' in form
    answer = fill(admin, NEW, **typed(ground, bookable="Nobody"))
    assert errors_of(answer) == {"bookable": "invalid_choice"}
    assert 'value="Nobody"' in answer.content.decode()


def test_the_form_costs_the_same_for_3_doctors_and_for_30(admin, ground):
    costs = []
    for number in (3, 30):
        DoctorFactory.create_batch(number, hospital=ground.here)
        admin.get(NEW)
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(NEW).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_from_a_doctors_page_the_only_clinic_is_filled_in_too(admin, ground):
    DoctorClinic.objects.create(hospital=ground.here, doctor=ground.doctor, clinic=ground.clinic)
    add = f"{NEW}?bookable={ground.doctor.as_resource.pk}"
    assert add.replace("&", "&amp;") in admin.get(f"/doctors/{ground.doctor.pk}/").content.decode()
    data = form_on(admin.get(add))["data"]
    assert data["clinic"] == [str(ground.clinic.pk)]
    assert data["bookable"][0].startswith(str(ground.doctor))
    assert admin.get(f"{NEW}?bookable=nonsense").status_code == 200


# ---- from a day on


def test_hours_change_from_a_day_on_and_appointments_go_over(admin, ground):
    before, after = ground.book("09:00"), ground.book("09:00", day=MONDAY + ONE_WEEK)
    change = page("change-from", ground.hours)
    assert change in admin.get(page("detail", ground.hours)).content.decode()
    answer = fill(admin, change, valid_from="8-Mar-2027", closes_at="13:00")
    assert answer.status_code == 302, answer.content.decode()
    ground.hours.refresh_from_db()
    new = Session.objects.get(valid_from=MONDAY + ONE_WEEK)
    assert ground.hours.valid_to == MONDAY + ONE_WEEK - dt.timedelta(days=1)
    assert (new.opens_at, new.closes_at, new.valid_to) == (dt.time(9), dt.time(13), None)
    assert before.bookings.live().get().session == ground.hours
    assert after.bookings.live().get().session == new
    assert answer["Location"] == page("detail", new)


def test_who_would_lose_the_time_by_it_is_told_first(admin, ground):
    appointment = ground.book("09:00", day=MONDAY + ONE_WEEK)
    change = page("change-from", ground.hours)
    asked = fill(admin, change, valid_from="8-Mar-2027", opens_at="10:00")
    assert (asked.status_code, errors_of(asked)) == (409, {"__all__": "appointments_affected"})
    assert Session.objects.count() == 1
    answer = send(admin, form_on(asked), change, accepts_consequences="yes")
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert appointment.attention == "hours"


def test_hours_that_begin_then_are_changed_as_a_whole(admin, ground):
    answer = fill(admin, page("change-from", ground.hours), valid_from="1-Jan-2026")
    assert errors_of(answer) == {"valid_from": "hours_not_begun"}
    assert Session.objects.count() == 1


def test_it_is_refused_when_the_hours_were_changed_meanwhile(admin, ground):
    change = page("change-from", ground.hours)
    form = form_on(admin.get(change))
    Session.objects.get(pk=ground.hours.pk).save()
    assert send(admin, form, change, valid_from="8-Mar-2027").status_code == 412
    assert Session.objects.count() == 1


# ---- whose appointment it would be


def affected(ground):
    """Somebody with an appointment that 10:00 as the beginning takes away."""
    appointment = ground.book("09:00")
    return appointment, {"opens_at": "10:00"}


def test_an_edit_tells_who_would_lose_the_time_and_changes_nothing(admin, ground):
    appointment, change = affected(ground)
    answer = fill(admin, page("edit", ground.hours), **change)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert f'href="/appointments/{appointment.pk}/"' in told
    for words in ("Mon 01-Mar-2027", "09:00", str(appointment.patient), str(ground.doctor)):
        assert words in told
    assert 'value="10:00"' in told
    ground.hours.refresh_from_db()
    assert ground.hours.opens_at == dt.time(9)
    look = AuditEvent.objects.get(act="records.appointment.list", reason="affected")
    assert look.outcome == "ok"


def test_the_second_button_saves_and_puts_them_on_the_list(admin, ground):
    appointment, change = affected(ground)
    edit = page("edit", ground.hours)
    asked = fill(admin, edit, **change)
    assert 'name="accepts_consequences"' in asked.content.decode()
    again = send(admin, form_on(asked), edit)
    assert again.status_code == 409  # Enter asks once more
    answer = send(admin, form_on(again), edit, accepts_consequences="yes")
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert appointment.attention == "hours"
    shown = admin.get(answer["Location"]).content.decode()
    assert "1 appointment has lost its time by this." in shown
    assert reverse("records:appointment-to-move") in shown


def test_the_button_that_accepts_stands_behind_the_one_that_asks_again(admin, ground):
    """Enter in a field presses the first button of a form."""
    _, change = affected(ground)
    told = fill(admin, page("edit", ground.hours), **change).content.decode()
    form = told[told.index('data-draft="typed"') :]
    assert form.index("<button") < form.index("accepts_consequences")


def test_retiring_tells_the_same(admin, ground):
    appointment, _ = affected(ground)
    retire = page("retire", ground.hours)
    asked = fill(admin, retire, reason="other", other="left")
    assert asked.status_code == 409
    assert str(appointment.patient) in asked.content.decode()
    assert send(admin, form_on(asked), retire, accepts_consequences="yes").status_code == 302
    appointment.refresh_from_db()
    ground.hours.refresh_from_db()
    assert (appointment.attention, ground.hours.is_retired) == ("hours", True)


# ---- lists


def lines(client, query=""):
    return [str(row.record) for row in client.get(LIST + query).context["listing"].rows]


def test_a_part_of_the_name_filters_and_is_told(admin, ground):
    SessionFactory(bookable=ResourceFactory(hospital=ground.here, name="Room 12"))
    assert lines(admin, "?bookable=room 12") == ["Room 12 · Monday 09:00–12:00"]
    assert lines(admin, "?bookable=roo") == ["Room 12 · Monday 09:00–12:00"]
    assert lines(admin, "?bookable=xyz") == []
    assert lines(admin, f"?bookable={ground.doctor}") == [str(ground.hours)]
    chips = admin.get(f"{LIST}?bookable=roo").context["listing"].chips
    assert chips[0]["label"] == "Who: roo"


def test_hours_that_are_over_are_left_out_until_the_past_is_asked_for(admin, ground):
    over = SessionFactory(
        bookable=ground.doctor.as_resource, clinic=ground.clinic, weekday="tue",
        valid_to=dt.date(2027, 2, 25),
    )  # fmt: skip
    assert lines(admin) == [str(ground.hours)]
    assert lines(admin, "?past=on") == [str(ground.hours), str(over)]
    assert lines(admin, "?weekday=tue&past=on") == [str(over)]


def test_reception_changes_hours_and_adds_none(client, ground):
    signed_in(client, "receptionist", ground.here)
    assert fill(client, page("edit", ground.hours), capacity="2").status_code == 302
    assert client.get(NEW).status_code == 403
    assert client.get(page("change-from", ground.hours)).status_code == 403
    shown = client.get(page("detail", ground.hours)).content.decode()
    assert "change-from" not in shown


def test_a_clinics_page_tells_who_is_there_when(admin, ground):
    ended = SessionFactory(
        bookable=DoctorFactory(hospital=ground.here).as_resource, clinic=ground.clinic,
        valid_to=dt.date(2027, 2, 25),
    )  # fmt: skip
    SessionFactory(bookable=DoctorFactory(hospital=ground.here).as_resource,
                   clinic=ClinicFactory(hospital=ground.here))  # fmt: skip
    shown = admin.get(f"/clinics/{ground.clinic.pk}/").content.decode()
    assert page("detail", ground.hours) in shown
    assert page("detail", ended) not in shown
    assert shown.count("/sessions/0") == 1


def test_the_time_that_was_left_is_free_for_others(admin, ground):
    """The control: hours that hold every appointment are saved without a word."""
    ground.book("11:00")
    assert fill(admin, page("edit", ground.hours), opens_at="10:00").status_code == 302
    assert ground.hours.bookings.live().get().starts_at == at("11:00")
