"""Dates and times as pages write them."""

import datetime as dt

import time_machine
from django.template import Context, Template
from django.utils import timezone

from hospital.web.texts import day_text, moment_text

UTC = dt.UTC


def test_a_day_names_its_month() -> None:
    assert day_text(dt.date(1987, 3, 27)) == day_text("1987-03-27") == "27-Mar-1987"


def test_a_partly_known_day_shows_what_is_known() -> None:
    assert day_text("1987-03") == "Mar-1987"
    assert day_text("1987") == "1987"
    assert day_text("") == day_text(None) == ""


@time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=UTC))
def test_a_moment_is_told_in_the_active_zone() -> None:
    late = dt.datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert moment_text(late) == "Yesterday 23:30"
    with timezone.override("Europe/Berlin"):
        assert moment_text(late) == "Today 00:30"
    assert moment_text(dt.datetime(2026, 8, 3, 14, 5, tzinfo=UTC)) == "03-Aug-2026 14:05"


def test_initials_are_of_the_first_and_the_last_word() -> None:
    template = Template("{% load ui %}{{ name|initials }}")
    drawn = {
        name: template.render(Context({"name": name}))
        for name in ("Amina bint Yusuf", "Prince", "")
    }
    assert drawn == {"Amina bint Yusuf": "AY", "Prince": "P", "": ""}
