"""Ids and the clock."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from hospital.kit import clock
from hospital.kit.ids import uuid7


def test_an_id_is_a_standard_uuid_of_version_7_and_new_each_time():
    ids = [uuid7() for _ in range(10_000)]

    assert {type(one) for one in ids} == {uuid.UUID}
    assert {one.version for one in ids} == {7}
    assert len(set(ids)) == len(ids)


def test_ids_follow_the_milliseconds_of_their_making():
    with time_machine.travel(dt.datetime(2026, 11, 20, tzinfo=dt.UTC), tick=False):
        before = uuid7()
    with time_machine.travel(dt.datetime(2026, 11, 20, 0, 0, 1, tzinfo=dt.UTC), tick=False):
        after = uuid7()

    assert before < after


def test_today_is_the_date_in_the_active_zone():
    with time_machine.travel(dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC), tick=False):
        assert clock.now() == dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert clock.today() == dt.date(2026, 11, 21)
            assert clock.now().tzinfo == dt.UTC
        with timezone.override(ZoneInfo("America/New_York")):
            assert clock.today() == dt.date(2026, 11, 20)
