"""The calendar that a program reads: what stands in it, what never does, and who learns nothing."""

import datetime as dt
import json
import logging
import logging.config

import icalendar
import pytest
from django.db import OperationalError
from django.test import Client

from hospital.kit import logs
from hospital.kit.throttling import Buckets
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, employ, signed_in
from hospital.tests.filling import lasting
from records.models import CalendarFeed
from records.services import appointments, calendar_feeds
from records.tests.appointments.ground import BERLIN, MONDAY, Ground, at, on_friday
from records.tests.factories import (
    AppointmentKindFactory,
    PatientFactory,
    SessionFactory,
)
from records.web import calendar_feeds as pages

from .feeds import SPOILT, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(pages, "BUCKETS", Buckets())
    with on_friday() as traveller:
        yield traveller


def address(secret):
    return f"/calendar/{secret}.ics"


def read(secret, **headers):
    return Client().get(address(secret), headers=headers)


def events(answer):
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_program_reads_when_what_and_where(ground):
    kind = AppointmentKindFactory(hospital=ground.here, name="First visit")
    _, secret = issue(ground)
    first, plain = ground.book("09:00", kind=kind), ground.book("10:00")
    answer = read(secret)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    one, other = events(answer)
    assert (str(one["uid"]), one["sequence"], str(one["status"])) == (str(first.pk), 1, "CONFIRMED")
    assert one["dtstart"].dt == at("09:00").astimezone(dt.UTC)
    assert one["dtend"].dt == at("09:20").astimezone(dt.UTC)
    assert b"DTSTART:20270301T080000Z" in answer.content
    assert one["last-modified"].dt == first.updated_at.replace(microsecond=0)
    assert str(one["summary"]) == f"First visit · {ground.clinic.name}"
    assert str(other["summary"]) == f"Appointment · {ground.clinic.name}"
    assert str(plain.pk) == str(other["uid"])


def test_who_is_seen_and_why_does_not_stand_in_it(ground):
    _, secret = issue(ground)
    patient = PatientFactory(at=ground.here, family_name="Zyxwvuta", given_names="Qopla")
    ground.book(
        "12:00", patient=patient, note="Kolossal", overbook_reason="Wegenwas", lane_reason="Darum"
    )
    ground.book(
        "13:00", caller_name="Rufusina", caller_phone="+4930901820", overbook_reason="Wegen"
    )
    text = read(secret).content.decode()
    assert len(events(read(secret))) == 2
    told = ("Zyxwvuta", "Qopla", "Kolossal", "Wegen", "Rufusina", "901820", patient.mrn)
    assert [word for word in told if word in text] == []
    assert str(patient.pk) not in text


def test_a_line_break_in_a_name_makes_no_line_of_its_own(ground):
    ground.clinic.name = "A\r\nATTENDEE:mailto:x@example.org; B, C"
    type(ground.clinic).objects.filter(pk=ground.clinic.pk).update(name=ground.clinic.name)
    type(ground.here).objects.filter(pk=ground.here.pk).update(name="A; B, C\nX-EVIL:1")
    _, secret = issue(ground)
    ground.book("09:00")
    answer = read(secret)
    calendar = icalendar.Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert "attendee" not in event
    assert "x-evil" not in calendar
    assert str(event["summary"]).endswith("; B, C")
    assert str(calendar["name"]) == str(calendar["x-wr-calname"])
    assert b"\r\nX-EVIL" not in answer.content


def test_nine_oclock_stays_nine_oclock_when_the_clocks_change(ground):
    _, secret = issue(ground)
    days = [dt.date(2027, 3, 22), dt.date(2027, 3, 29)]
    for day in days:
        ground.book("09:00", day=day)
    before, after = (event["dtstart"].dt for event in events(read(secret)))
    assert (before.hour, after.hour) == (8, 7)
    walls = [moment.astimezone(BERLIN) for moment in (before, after)]
    assert [(wall.date(), wall.hour) for wall in walls] == [(day, 9) for day in days]


def test_what_is_moved_is_the_same_event_in_a_later_version_and_what_is_called_off_is_gone(ground):
    _, secret = issue(ground)
    appointment = ground.book("09:00")
    appointment.starts_at, appointment.ends_at = at("10:00"), at("10:20")
    appointments.change(ground.reception, appointment=appointment)
    (event,) = events(read(secret))
    assert (str(event["uid"]), event["sequence"]) == (str(appointment.pk), 2)
    assert event["dtstart"].dt == at("10:00")
    appointments.cancel(ground.reception, appointment=appointment, reason="Ill")
    assert events(read(secret)) == []


def test_what_has_not_changed_is_not_sent_again(ground, clock):
    _, secret = issue(ground)
    ground.book("09:00")
    first = read(secret)
    clock.shift(dt.timedelta(minutes=15))
    same = read(secret, **{"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert same["Cache-Control"] == "no-store"
    ground.book("10:00")
    changed = read(secret, **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, len(events(changed))) == (200, 2)
    type(ground.clinic).objects.filter(pk=ground.clinic.pk).update(name="Elsewhere")
    assert read(secret)["ETag"] != changed["ETag"]
    assert AuditEvent.objects.filter(act="records.calendarfeed.read").count() == 4


def test_each_reading_is_booked_on_its_doctor_and_a_wrong_address_on_nobody(ground):
    feed, secret = issue(ground)
    read(secret)
    event = AuditEvent.objects.get(act="records.calendarfeed.read")
    assert (event.user_id, event.hospital_id, event.object_id, event.door, event.ip) == (
        ground.user.pk, ground.here.pk, feed.pk, "calendar", "127.0.0.1",
    )  # fmt: skip
    before = AuditEvent.objects.count()
    assert read("x" * 43).status_code == 404
    assert AuditEvent.objects.count() == before
    assert secret not in repr(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("how", SPOILT)
def test_every_address_that_opens_nothing_gets_one_and_the_same_answer(ground, how):
    _, secret = issue(ground)
    assert read(secret).status_code == 200
    SPOILT[how](ground)
    answers = [read(each) for each in (secret, "x" * 43, "x", "%00", "ü")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({lasting(answer) for answer in answers}) == 1
    kept = [{k: v for k, v in a.headers.items() if k != "X-Request-Id"} for a in answers]
    assert all(headers == kept[0] for headers in kept)
    assert kept[0]["Cache-Control"] == "no-store"


def test_a_session_neither_opens_nor_closes_it_and_is_not_kept_awake(ground, client):
    _, secret = issue(ground)
    signed_in(client, "nurse", HospitalFactory(time_zone="Asia/Tokyo", language="de"))
    session = client.session
    session["locked_at"] = 1
    session.save()
    before = dict(client.session)
    assert client.get(address(secret)).content == read(secret).content
    assert dict(client.session) == before
    assert client.get(address("x" * 43)).status_code == 404


def test_who_asks_too_often_is_told_to_wait(ground, settings):
    settings.CALENDAR_REQUESTS_PER_MINUTE = {"calendar": 2, "place": 5}
    _, secret = issue(ground)
    assert [read(secret).status_code for _ in range(3)] == [200, 200, 429]
    late = read(secret)
    assert (late["Cache-Control"], 1 <= int(late["Retry-After"]) <= 31) == ("no-store", True)
    assert [read(f"x{number}").status_code for number in range(3)] == [404, 429, 429]


def test_what_cannot_be_booked_is_not_shown(ground, monkeypatch):
    _, secret = issue(ground)
    ground.book("09:00")

    def broken(*args, **options):
        raise OperationalError("disk full")

    monkeypatch.setattr("hospital.kit.audit.insert", broken)
    answer = read(secret)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert b"VEVENT" not in answer.content


def test_it_is_only_ever_read(ground):
    _, secret = issue(ground)
    assert Client().head(address(secret)).status_code == 200
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(enforce_csrf_checks=True), method)(address(secret)).status_code in {
            403, 405,
        }  # fmt: skip
    assert CalendarFeed.objects.live().count() == 1


def test_the_log_knows_no_secret(ground, capsys):
    _, secret = issue(ground)
    logging.config.dictConfig(logs.configure(level="INFO", as_json=True))
    try:
        read(secret)
        read("Zyxwvuta" * 5)
    finally:
        logging.config.dictConfig(logs.configure(level="CRITICAL", as_json=True))
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    told = [line["request"] for line in lines if "request" in line]
    assert told == ["GET /calendar/(secret).ics"] * 2
    assert secret not in written
    assert "Zyxwvuta" not in written


def test_a_calendar_of_another_hospital_shows_only_its_own(ground):
    there = Ground(HospitalFactory())
    there.doctor.user = employ("doctor", there.here, user=ground.user)
    there.doctor.save()
    there.book("09:00")
    SessionFactory(hospital=ground.here, clinic=ground.clinic)
    ground.book("10:00")
    _, secret = issue(ground)
    (event,) = events(read(secret))
    assert event["dtstart"].dt == at("10:00", MONDAY)
    assert calendar_feeds.open_for(secret)[0].hospital_id == ground.here.pk
