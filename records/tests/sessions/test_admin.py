"""Hours, absences and holidays in the administration: the same rules, and nobody is forgotten there either."""

import datetime as dt

import pytest
from django.urls import reverse

from hospital.tests.factories import ResourceFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Absence, Holiday, Session
from records.services import schedules
from records.tests.appointments.ground import MONDAY, Ground, at, on_friday
from records.tests.factories import AbsenceFactory, SessionFactory

pytestmark = pytest.mark.django_db


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


def place(model, page, *args):
    return reverse(f"admin:records_{model}_{page}", args=args)


def listed(client, model, query=""):
    return client.get(place(model, "changelist") + query).content.decode()


def test_a_new_absence_tells_who_would_lose_the_time(admin, ground):
    appointment = ground.book("09:00")
    add = place("absence", "add")
    typed = {"bookable": str(ground.doctor), "starts_at_day": "1/3", "cause": "illness"}
    asked = fill(admin, add, having="version", **typed)
    told = asked.content.decode()
    assert asked.status_code == 409
    assert str(appointment.patient) in told
    assert f'href="/appointments/{appointment.pk}/"' in told
    assert not Absence.objects.exists()
    form = form_on(asked, having="version")
    assert send(admin, form, add).status_code == 409
    answer = send(admin, form, add, accepts_consequences="Save and put it on the list to move")
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert appointment.attention == "absence"


def test_an_edit_does_so_too(admin, ground):
    appointment = ground.book("09:00")
    change = place("session", "change", ground.hours.pk)
    asked = fill(admin, change, having="version", opens_at="10:00")
    assert asked.status_code == 409
    ground.hours.refresh_from_db()
    assert ground.hours.opens_at == dt.time(9)
    form = form_on(asked, having="version")
    assert send(admin, form, change, accepts_consequences="yes").status_code == 302
    appointment.refresh_from_db()
    assert appointment.attention == "hours"


def test_and_retiring_and_bringing_back(admin, ground):
    appointment = ground.book("09:00")
    retire = place("session", "retire", ground.hours.pk)
    asked = fill(admin, retire, having="version", reason="other", other="left")
    assert asked.status_code == 409
    assert str(appointment.patient) in asked.content.decode()
    form = form_on(asked, having="version")
    assert send(admin, form, retire, accepts_consequences="yes").status_code in {302, 303}
    appointment.refresh_from_db()
    assert appointment.attention == "hours"
    restore = place("session", "restore", ground.hours.pk)
    assert fill(admin, restore, having="version").status_code in {302, 303}
    appointment.refresh_from_db()
    assert appointment.attention == ""


def test_bringing_an_absence_back_asks_first(admin, ground):
    absence = AbsenceFactory(
        bookable=ground.doctor.as_resource, starts_at=at("08:00"), ends_at=at("10:00")
    )
    schedules.retire(ground.reception, absence, reason="wrong day")
    appointment = ground.book("09:00")
    restore = place("absence", "restore", absence.pk)
    asked = fill(admin, restore, having="version")
    assert asked.status_code == 409
    assert str(appointment.patient) in asked.content.decode()
    form = form_on(asked, having="version")
    assert send(admin, form, restore, accepts_consequences="yes").status_code in {302, 303}
    appointment.refresh_from_db()
    assert appointment.attention == "absence"


def test_a_holiday_too(admin, ground):
    ground.book("09:00")
    add = place("holiday", "add")
    typed = {"name": "Fair", "first_on": MONDAY.isoformat(), "last_on": MONDAY.isoformat()}
    assert fill(admin, add, having="version", **typed).status_code == 409
    assert not Holiday.objects.exists()


def test_times_are_typed_as_on_the_pages(admin, ground):
    typed = {
        "bookable": str(ground.doctor), "clinic": f"{ground.clinic} ({ground.clinic.code})",
        "weekday": "tue", "opens_at": "18", "closes_at": "24:00",
    }  # fmt: skip
    answer = fill(admin, place("session", "add"), having="version", **typed)
    assert answer.status_code == 302, answer.content.decode()
    assert Session.objects.get(weekday="tue").hours_text == "18:00–00:00"


@pytest.mark.parametrize(
    ("day", "code"), [("28-Mar-2027", "time_skipped"), ("31-Oct-2027", "time_repeated")]
)
def test_a_doubtful_time_is_told_in_the_same_words(admin, ground, day, code):
    typed = {"bookable": str(ground.doctor), "starts_at_day": day, "starts_at_time": "02:30"}
    answer = fill(admin, place("absence", "add"), having="version", **typed)
    errors = answer.context["adminform"].form.errors.as_data()
    assert [error.code for error in errors["starts_at"]] == [code]


def test_lists_are_found_by_name_and_leave_out_the_past(admin, ground):
    over = SessionFactory(
        bookable=ResourceFactory(hospital=ground.here, name="Laser room"),
        valid_to=dt.date(2027, 2, 25),
    )  # fmt: skip
    assert str(over.pk) not in listed(admin, "session")
    found = listed(admin, "session", "?past=all&q=laser")
    assert str(over.pk) in found
    assert str(ground.hours.pk) not in found
    absence = AbsenceFactory(bookable=ground.doctor.as_resource)
    assert str(absence.pk) in listed(admin, "absence", f"?q={ground.doctor.family_name}")
