"""Times of day as people type them, and the moments that a day and a time mean on the wall of a hospital."""

import datetime as dt

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import typedtimes
from hospital.kit.web.walltimes import MomentField, WallTimeField


@pytest.fixture(autouse=True)
def berlin():
    with (
        timezone.override("Europe/Berlin"),
        time_machine.travel("2027-03-01T06:00:00Z", tick=False),
    ):
        yield


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


# ---- a time of day


@pytest.mark.parametrize("typed", ["9", "09", "9:00", "9.00", "0900", "900", " 9h ", "9 00"])
def test_nine_may_be_typed_in_many_ways(typed):
    assert WallTimeField().clean(typed) == dt.time(9)


@pytest.mark.parametrize(
    "typed", ["25", "9:60", "24:01", "nine", "9:0", "09:00:00x", "-1", "٩", "9:00:30"]
)
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        WallTimeField().clean(typed)
    assert refused.value.code == "invalid"


def test_only_what_ends_may_end_at_24():
    assert WallTimeField(ends=True).clean("24:00") == dt.time(0)
    with pytest.raises(ValidationError):
        WallTimeField().clean("24:00")


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_minute_of_a_day_or_none(typed):
    after = typedtimes.minutes(typed)
    assert after is None or 0 <= after <= typedtimes.DAY


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_as_it_is_shown_reads_as_the_same_time(at):
    assert typedtimes.minutes(f"{at:%H:%M}") == at.hour * 60 + at.minute


# ---- a moment


class Form(forms.Form):
    starts_at = MomentField()
    ends_at = MomentField(ends=True, day_of="starts_at", required=False)


def form(**boxes):
    query = QueryDict(mutable=True)
    query.update(boxes)
    return Form(query)


def moments(**boxes):
    bound = form(**boxes)
    assert bound.is_valid(), bound.errors
    return bound.cleaned_data["starts_at"], bound.cleaned_data["ends_at"]


def codes(**boxes):
    return {name: errors[0].code for name, errors in form(**boxes).errors.as_data().items()}


def test_only_days_typed_are_whole_days():
    assert moments(starts_at_day="t", starts_at_time="", ends_at_day="+2", ends_at_time="") == (
        utc(2027, 2, 28, 23), utc(2027, 3, 3, 23),
    )  # fmt: skip


def test_the_end_without_its_day_is_on_the_same_day():
    start = {"starts_at_day": "27/3", "starts_at_time": "8"}
    assert moments(**start, ends_at_time="12:30")[1] == utc(2027, 3, 27, 11, 30)
    assert moments(**start, ends_at_day="", ends_at_time="")[1] == utc(2027, 3, 27, 23)
    assert moments(**start, ends_at_time="24:00")[1] == utc(2027, 3, 27, 23)


def test_days_on_which_the_clocks_change_are_whole_days_too():
    starts, ends = moments(starts_at_day="28/3", starts_at_time="", ends_at_day="", ends_at_time="")
    assert ends - starts == dt.timedelta(hours=23)


def test_a_time_that_is_skipped_or_comes_twice_is_told():
    assert codes(starts_at_day="28-Mar-2027", starts_at_time="02:30") == {
        "starts_at": "time_skipped"
    }
    assert codes(starts_at_day="31-Oct-2027", starts_at_time="02:30") == {
        "starts_at": "time_repeated"
    }


def test_what_is_no_day_or_no_time_is_told_once():
    for boxes in (
        {"starts_at_day": "someday"},
        {"starts_at_day": "t", "starts_at_time": "late"},
        {"starts_at_day": "31/12/9999", "starts_at_time": ""},
        {"starts_at_day": "t", "starts_at_time": "24:00"},
    ):
        assert codes(**{"starts_at_time": "", **boxes}) == {"starts_at": "invalid"}, boxes


def test_a_time_needs_its_day():
    assert codes(starts_at_day="", starts_at_time="9") == {"starts_at": "required"}


def test_what_was_typed_is_shown_again():
    page = form(starts_at_day="someday", starts_at_time="late").as_p()
    assert 'value="someday"' in page
    assert 'value="late"' in page


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("", "09:30", utc(2027, 3, 1, 8, 30)),  # today
        ("28 feb 2027", "23:00", utc(2027, 2, 28, 22)),
        ("t", "0:00", utc(2027, 2, 28, 23)),
        ("", "", None),
    ],
)
def test_when_something_happened_a_time_alone_is_of_today(day, time, moment):
    field = MomentField(exact=True, required=False)
    assert field.clean({"day": day, "time": time}) == moment


def test_a_day_alone_does_not_say_when_something_happened():
    with pytest.raises(ValidationError, match="at what time"):
        MomentField(exact=True).clean({"day": "t", "time": ""})
    boxes = MomentField(exact=True).widget.format_value(utc(2027, 2, 28, 23))
    assert boxes["time"] == "00:00"


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize(
    "moment", [utc(2027, 3, 1, 7, 30), utc(2027, 3, 1, 23), utc(2027, 3, 28, 22)]
)
def test_a_stored_moment_fills_boxes_that_read_as_the_same_moment(ends, moment):
    field = MomentField(ends=ends)
    boxes = field.widget.format_value(moment)
    assert field.clean(boxes) == moment
