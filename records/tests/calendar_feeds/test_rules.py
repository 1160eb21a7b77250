"""Calendar addresses: who makes and revokes them, and which of them open anything."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from hospital.kit.errors import Denied, NotVisible, RuleError, errors_of
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, actor
from records.models import CalendarFeed
from records.services import appointments, calendar_feeds
from records.tests.appointments.ground import MONDAY, on_friday

from .feeds import SPOILT, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with on_friday():
        yield


def test_a_doctor_and_an_administrator_make_and_revoke_it_and_the_audit_knows(ground):
    feed, secret = issue(ground)
    assert len(secret) == 43
    assert secret not in repr(vars(CalendarFeed.objects.get())) + repr(feed.history.values().get())
    made = AuditEvent.objects.get(act="records.calendarfeed.create")
    assert (made.user_id, made.object_id) == (ground.user.pk, feed.pk)
    administrator = actor("administrator", ground.here)
    calendar_feeds.revoke(administrator, feed=feed, reason="Left the hospital")
    ended = AuditEvent.objects.get(act="records.calendarfeed.retire")
    assert (ended.user_id, ended.reason) == (administrator.user_id, "Left the hospital")
    again, other = calendar_feeds.issue(administrator, doctor=ground.doctor)
    assert (other != secret, again.pk != feed.pk) == (True, True)
    assert secret not in repr(list(AuditEvent.objects.values()))


def test_nobody_makes_or_revokes_that_of_a_colleague(ground):
    feed, _ = issue(ground)
    for role in ("receptionist", "nurse", "doctor"):
        other = actor(role, ground.here)
        with pytest.raises((Denied, NotVisible)):
            calendar_feeds.issue(other, doctor=ground.doctor)
        with pytest.raises((Denied, NotVisible)):
            calendar_feeds.revoke(other, feed=feed, reason="x")
    with pytest.raises(NotVisible):
        calendar_feeds.issue(actor("administrator", HospitalFactory()), doctor=ground.doctor)


def test_there_is_one_at_a_time(ground):
    issue(ground)
    with pytest.raises(ValidationError) as refused:
        issue(ground)
    assert [code for rows in errors_of(refused.value).values() for code, _ in rows] == [
        "feed_taken"
    ]


def test_a_doctor_needs_an_account_on_which_reading_it_is_booked(ground):
    other = DoctorFactory(hospital=ground.here)
    with pytest.raises(RuleError) as refused:
        calendar_feeds.issue(actor("administrator", ground.here), doctor=other)
    assert refused.value.code == "account_needed"


@pytest.mark.parametrize("how", SPOILT)
def test_an_address_opens_nothing_once_it_should_not(ground, how):
    _, secret = issue(ground)
    reader, _ = calendar_feeds.open_for(secret)
    assert (reader.user_id, reader.door, reader.hospital_id) == (
        ground.user.pk, "calendar", ground.here.pk,
    )  # fmt: skip
    SPOILT[how](ground)
    with pytest.raises(NotVisible):
        calendar_feeds.open_for(secret)


@pytest.mark.parametrize("secret", ["", "x", "\0", "ü" * 5000, "0" * 43])
def test_a_guess_opens_nothing(ground, secret):
    issue(ground)
    with pytest.raises(NotVisible):
        calendar_feeds.open_for(secret)


def test_the_calendar_has_what_takes_up_the_doctors_time_from_a_month_back_to_half_a_year_ahead(
    ground,
):
    feed, _ = issue(ground)
    weeks = dt.timedelta(weeks=1)
    near, last = ground.book("09:00"), ground.book("09:00", day=MONDAY + 25 * weeks)
    ground.book("09:00", day=MONDAY + 26 * weeks)
    gone = ground.book("09:20")
    appointments.cancel(ground.reception, appointment=gone, reason="Ill")
    wrong = ground.book("09:40")
    appointments.retire(ground.reception, appointment=wrong, reason="Wrong patient")
    other = DoctorFactory(hospital=ground.here)
    ground.book("12:00", doctor=other, overbook_reason="Urgent")
    found = calendar_feeds.events(ground.as_doctor, feed=feed)
    assert [event.id for event in found] == [near.pk, last.pk]
    type(near).objects.filter(pk=near.pk).update(status="completed")
    assert len(calendar_feeds.events(ground.as_doctor, feed=feed)) == 2
    look = AuditEvent.objects.filter(act="records.calendarfeed.read").latest("id")
    assert (look.user_id, look.object_id, look.patient_id) == (ground.user.pk, feed.pk, None)
