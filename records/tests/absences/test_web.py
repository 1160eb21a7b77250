"""Absences on the web: reception at seven in the morning, and everybody who was to be seen."""

import datetime as dt

import pytest
from django.urls import reverse

from hospital.kit import facts
from hospital.kit.errors import SAME_CODE
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, ResourceFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Absence, Appointment
from records.tests.appointments.ground import BERLIN, MONDAY, Ground, at, on_friday, on_monday
from records.tests.factories import AbsenceFactory

pytestmark = pytest.mark.django_db
NEW, LIST = "/absences/new/", "/absences/"


@pytest.fixture(autouse=True)
def _friday():
    with on_friday():
        yield


@pytest.fixture
def ground():
    return Ground()


@pytest.fixture
def desk(client, ground):
    signed_in(client, "receptionist", ground.here)
    return client


def page(name, absence):
    return reverse(f"records:absence-{name}", args=[absence.pk])


def errors_of(answer):
    errors = answer.context["form"].errors.as_data()
    return {name: SAME_CODE.get(rows[0].code, rows[0].code) for name, rows in errors.items()}


def midnight(day):
    return dt.datetime.combine(day, dt.time(0), BERLIN)


# ---- writing one down


def test_whole_days_are_days_alone(desk, ground):
    answer = fill(
        desk, NEW, bookable=str(ground.doctor), starts_at_day="1/3", ends_at_day="+5", cause="leave"
    )
    assert answer.status_code == 302, answer.content.decode()
    absence = Absence.objects.get()
    assert absence.starts_at == midnight(MONDAY)
    assert absence.ends_at == midnight(MONDAY + dt.timedelta(days=3))
    assert absence.hospital == ground.here
    shown = desk.get(answer["Location"]).content.decode()
    assert "Mon 01-Mar-2027 – Wed 03-Mar-2027" in shown


def test_a_few_hours_are_day_and_times(desk, ground):
    fill(
        desk, NEW, bookable=str(ground.doctor), starts_at_day="t", starts_at_time="1330",
        ends_at_time="15",
    )  # fmt: skip
    absence = Absence.objects.get()
    day = dt.date(2027, 2, 26)
    assert (absence.starts_at, absence.ends_at) == (at("13:30", day), at("15:00", day))
    assert "Fri 26-Feb-2027 13:30 – 15:00" in desk.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"starts_at_day": "28-Mar-2027", "starts_at_time": "02:30"}, {"starts_at": "time_skipped"}),
        ({"starts_at_day": "31-Oct-2027", "starts_at_time": "02:30"}, {"starts_at": "time_repeated"}),
        ({"starts_at_day": "t", "ends_at_day": "31-Oct-2027", "ends_at_time": "02:30"},
         {"ends_at": "time_repeated"}),
        ({"starts_at_day": "someday"}, {"starts_at": "invalid"}),
        ({"starts_at_day": ""}, {"starts_at": "required"}),
        ({"starts_at_day": "t", "ends_at_day": "-1"}, {"ends_at": "interval_reversed"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_moment_is_told_at_its_field_and_kept(desk, ground, typed, errors):
    answer = fill(desk, NEW, bookable=str(ground.doctor), **typed)
    assert (answer.status_code, errors_of(answer)) == (400, errors)
    page = answer.content.decode()
    assert all(f'value="{value}"' in page for value in typed.values())
    assert not Absence.objects.exists()


def test_the_form_of_a_standing_one_shows_what_was_typed(desk, ground):
    whole = AbsenceFactory(
        bookable=ground.doctor.as_resource, starts_at=midnight(MONDAY),
        ends_at=midnight(MONDAY + dt.timedelta(days=2)),
    )  # fmt: skip
    data = form_on(desk.get(page("edit", whole)))["data"]
    assert (data["starts_at_day"], data["starts_at_time"]) == (["01-Mar-2027"], [""])
    assert (data["ends_at_day"], data["ends_at_time"]) == (["02-Mar-2027"], [""])
    fill(desk, page("edit", whole), note="x")
    whole.refresh_from_db()
    assert (whole.ends_at, whole.version) == (midnight(MONDAY + dt.timedelta(days=2)), 2)


def test_theirs_may_be_kept_of_a_moment(desk, ground):
    absence = AbsenceFactory(bookable=ground.doctor.as_resource)
    form = form_on(desk.get(page("edit", absence)))
    theirs = Absence.objects.get(pk=absence.pk)
    theirs.ends_at += dt.timedelta(days=1)
    theirs.save()
    asked = send(desk, form, page("edit", absence), ends_at_day="5-Mar-2027", note="mine")
    assert asked.status_code == 412
    told = {row.name: (row.theirs, row.yours) for row in asked.context["differences"]}
    assert told["ends_at"] == ("03-Mar-2027 01:00", "05-Mar-2027 01:00")
    choice = form_on(asked, having="keep_ends_at")
    send(desk, choice, page("edit", absence), keep_ends_at="theirs", keep_note="yours")
    absence.refresh_from_db()
    assert (absence.ends_at, absence.note) == (theirs.ends_at, "mine")


# ---- at seven in the morning


def test_away_today_is_three_keys_from_the_doctors_page(client, ground):
    with on_monday("07:00"):
        signed_in(desk := client, "receptionist", ground.here)
        away = f"{NEW}?bookable={ground.doctor.as_resource.pk}&amp;today=1"
        assert away in desk.get(f"/doctors/{ground.doctor.pk}/").content.decode()
        form = form_on(desk.get(away.replace("&amp;", "&")))
        assert form["data"]["starts_at_day"] == form["data"]["ends_at_day"] == ["01-Mar-2027"]
        assert form["data"]["cause"] == ["illness"]
        assert send(desk, form, NEW).status_code == 302
        absence = Absence.objects.get()
        assert (absence.starts_at, absence.ends_at) == (
            midnight(MONDAY), midnight(MONDAY + dt.timedelta(days=1)),
        )  # fmt: skip
        assert "Away now" in desk.get(f"/doctors/{ground.doctor.pk}/").content.decode()


def test_and_from_the_list(desk, ground):
    assert f"{NEW}?today=1" in desk.get(LIST).content.decode()
    data = form_on(desk.get(f"{NEW}?today=1"))["data"]
    assert (data["bookable"], data["starts_at_day"]) == ([""], ["26-Feb-2027"])


def test_everybody_who_was_to_come_is_told_and_put_on_the_list(desk, ground):
    rows = [ground.book(text) for text in ("09:00", "09:20")]
    caller = ground.book("09:40", caller_name="Frau Yıldız")
    other = ground.book("10:00", doctor=_other(ground))
    typed = {"bookable": str(ground.doctor), "starts_at_day": "1/3", "cause": "illness"}
    asked = fill(desk, NEW, **typed)
    told = asked.content.decode()
    assert (asked.status_code, errors_of(asked)) == (409, {"__all__": "appointments_affected"})
    assert "3 appointments would lose their time" in told
    names = [str(row.patient) for row in rows] + ["Frau Yıldız"]
    assert all(name in told for name in names)
    assert str(other.patient) not in told
    assert not Absence.objects.exists()
    assert not Appointment.objects.to_move().exists()

    answer = send(desk, form_on(asked), NEW, accepts_consequences="yes")
    assert answer.status_code == 302
    lost = {row.pk for row in Appointment.objects.to_move()}
    assert lost == {row.pk for row in (*rows, caller)}
    looked = AuditEvent.objects.filter(act="records.appointment.list", reason="affected")
    assert looked.count() == 1


def _other(ground):
    from records.tests.factories import SessionFactory

    doctor = DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=doctor.as_resource, clinic=ground.clinic)
    return doctor


def test_a_long_leave_lists_the_first_and_counts_the_others(desk, ground, monkeypatch):
    monkeypatch.setattr("records.services.affected.SHOWN", 2)
    for text in ("09:00", "09:20", "09:40", "10:00"):
        ground.book(text)
    asked = fill(desk, NEW, bookable=str(ground.doctor), starts_at_day="1/3")
    assert "and 2 more" in asked.content.decode()
    assert len(asked.context["form"].consequences["rows"]) == 2


def test_taken_away_again_gives_the_time_back(desk, ground):
    appointment = ground.book("09:00")
    asked = fill(desk, NEW, bookable=str(ground.doctor), starts_at_day="1/3")
    send(desk, form_on(asked), NEW, accepts_consequences="yes")
    retire = page("retire", Absence.objects.get())
    assert fill(desk, retire, reason="Back earlier").status_code == 302
    appointment.refresh_from_db()
    assert appointment.attention == ""


# ---- bringing one back


def test_bringing_one_back_tells_the_same_on_a_page_of_its_own(client, ground):
    administrator = signed_in(client, "administrator", ground.here)
    assert administrator
    absence = AbsenceFactory(
        bookable=ground.doctor.as_resource, starts_at=at("08:00"), ends_at=at("10:00")
    )
    facts.retire(ground.reception, absence, reason="wrong day")
    appointment = ground.book("09:00")
    detail = client.get(page("detail", absence))
    asked = send(client, form_on(detail, action="restore"), page("restore", absence))
    assert asked.status_code == 409
    assert str(appointment.patient) in asked.content.decode()
    absence.refresh_from_db()
    assert absence.is_retired
    form = form_on(asked, action="restore")
    answer = send(client, form, page("restore", absence), accepts_consequences="yes")
    assert (answer.status_code, answer["Location"]) == (302, page("detail", absence))
    appointment.refresh_from_db()
    absence.refresh_from_db()
    assert (appointment.attention, absence.is_retired) == ("absence", False)


# ---- who sees what


def test_a_nurse_reads_and_writes_nothing(client, ground):
    signed_in(client, "nurse", ground.here)
    assert "today=1" not in client.get(LIST).content.decode()
    assert client.get(f"{NEW}?today=1").status_code == 403
    shown = client.get(f"/doctors/{ground.doctor.pk}/").content.decode()
    assert "Away today" not in shown
    assert "Absences" in shown


def test_who_may_not_list_hours_is_shown_none_on_a_doctors_page(client, ground):
    signed_in(client, "cashier", ground.here)
    shown = client.get(f"/doctors/{ground.doctor.pk}/").content.decode()
    assert str(ground.hours.pk) not in shown
    assert "Absences" not in shown


def test_a_room_is_away_for_repair_from_its_own_page(desk, ground):
    room = ResourceFactory(hospital=ground.here)
    shown = desk.get(f"/resources/{room.pk}/").content.decode()
    assert f"{NEW}?bookable={room.pk}" in shown


def test_what_is_over_is_left_out(desk, ground):
    over = AbsenceFactory(
        bookable=ground.doctor.as_resource, starts_at=at("08:00", dt.date(2027, 2, 1)),
        ends_at=at("10:00", dt.date(2027, 2, 1)),
    )  # fmt: skip
    coming = AbsenceFactory(bookable=ground.doctor.as_resource)
    shown = [row.record for row in desk.get(LIST).context["listing"].rows]
    everything = [row.record for row in desk.get(f"{LIST}?past=on").context["listing"].rows]
    assert (shown, everything) == ([coming], [over, coming])
