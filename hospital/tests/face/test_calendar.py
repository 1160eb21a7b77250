"""The grids of a day and of a week: light enough for a hospital at work, and in words, not by colour alone."""

import gzip
import random
import uuid
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape

from hospital.kit.web import grids
from hospital.kit.web.grids import Block, Column
from hospital.web.styleguide_calendar import STATUSES

NASTY = '"><script>alert(1)</script>'
# What stands around a component on its page: rail, search, account, the page's head, filters.
SHELL = 280
luck = random.Random(1)
NAMES = ["".join(luck.choices("AEIOUBDKLMNRSTV", k=luck.randint(4, 11))) for _ in range(900)]


class Elements(HTMLParser):
    """Counts the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.by_tag: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.by_tag[tag] += 1


def elements(html: str) -> Counter[str]:
    parser = Elements()
    parser.feed(html)
    return parser.by_tag


def appointment(minute: int, **more: Any) -> dict[str, Any]:
    status = luck.choice([*STATUSES])
    return {
        "kind": "taken",
        "note": "",
        "is_overbooked": False,
        "who": f"{luck.choice(NAMES)}, {luck.choice(NAMES).title()}",
        "when": grids.clock(minute),
        "status": status,
        "words": STATUSES[status],
        "url": f"/appointments/{uuid.UUID(int=luck.getrandbits(128))}/",
        **more,
    }


def day(*columns: Column, **more: Any) -> str:
    table = grids.table(columns, top=480, bottom=1080, now=612)
    return render_to_string(
        "components/day_grid.html", {"grid": {"title": "", "table": table, **more}}
    )


def column(*shown: dict[str, Any], **more: Any) -> Column:
    blocks = [Block(540, 570, one) for one in shown]
    return Column(head={"title": "Dr Rao", "url": "?"}, blocks=blocks, **more)


def test_a_day_of_ten_doctors_and_150_appointments_is_light():
    columns = []
    for _ in range(10):
        minutes = sorted(luck.sample(range(480, 1080, 20), 15))
        columns.append(
            Column(
                head={"title": "Dr Rao", "subtitle": "Cardiology", "url": "?"},
                blocks=[Block(one, one + 20, appointment(one)) for one in minutes],
                slots=[
                    Block(one, one + 20, {"kind": "free", "label": "Book", "url": "?"})
                    for one in range(480, 1080, 20)
                ],
            )
        )
    html = day(*columns)
    assert html.count("status-") == 150
    assert html.count(">Book<") == 150
    assert elements(html).total() + SHELL < 1500


def test_a_week_of_ten_doctors_and_1500_appointments_is_one_element_each():
    rows = []
    for _ in range(10):
        cells = [
            {"appointments": _lines(f"?{uuid.uuid4()}/{number}", 21 if number else 24)}
            for number in range(7)
        ]
        rows.append({"title": "Dr Rao", "subtitle": "Cardiology", "url": "?", "cells": cells})
    days = [{"title": "Mon 16", "url": "?"}] * 7
    week = {"title": "", "corner": "Doctor", "days": days, "rows": rows}
    html = render_to_string("components/week_grid.html", {"week": week})
    assert html.count("status-") == 1500
    assert elements(html).total() + SHELL <= 2500
    assert len(gzip.compress(html.encode(), 6)) < 30_000


def _lines(address: str, count: int) -> list[dict[str, Any]]:
    return [
        appointment(minute, who=f"{luck.choice(NAMES)}, A.", url=f"{address}/{grids.clock(minute)}")
        for minute in range(480, 480 + 20 * count, 20)
    ]


def test_a_day_list_of_forty_is_light():
    acts = [{"label": "Check in", "url": "?", "kind": "primary"}]
    rows = [
        appointment(500, patient="MÜLLER, Ana", detail="1988", doctor="Dr Rao", acts=acts)
        for _ in range(40)
    ]
    context = {"appointments": rows, "caption": "Today"}
    html = render_to_string("components/appointment_list.html", context)
    assert html.count(">Check in<") == 40
    assert elements(html).total() + SHELL <= 900


def test_an_appointment_says_who_when_and_how_it_stands():
    shown = appointment(
        540, who="حداد، ليلى", status="checked_in", words="Checked in", note="12 min"
    )
    html = day(column({**shown, "is_overbooked": True}))
    assert "<bdi>حداد، ليلى</bdi>" in html
    assert 'class="status-checked_in' in html
    words = html.partition("<small>")[2].partition("</small>")[0]
    assert words == "09:00 Checked in · 12 min · <b>Overbooked</b>"


def test_what_overlaps_widens_the_head_of_its_column():
    html = day(column(appointment(540), appointment(540), appointment(540)), column())
    assert html.count('<th scope="col" colspan="3">') == 1
    assert html.count('<th scope="col">') == 1


def test_closed_hours_are_words_and_free_times_are_links():
    fills, free = (
        [Block(0, 540, {"kind": "closed", "label": "On leave"})],
        {"kind": "free", "label": "Book 09:00", "url": "/book?1"},
    )
    html = day(Column(head={"title": "Dr Rao"}, slots=[Block(540, 560, free)], fills=fills))
    assert '<td rowspan="2" class="closed">On leave</td>' in html
    assert '<a href="/book?1">Book 09:00</a>' in html


def test_the_line_of_now_is_named_and_can_be_jumped_to():
    html = day(column(), now_id="now")
    assert html.count('id="now"') == 1
    assert '<span class="visually-hidden">Now</span>' in html


@pytest.mark.parametrize("name", ["who", "when", "words", "note", "url", "status"])
def test_a_day_escapes_what_it_is_given(name: str):
    html = day(column(appointment(540, **{name: NASTY})))
    assert escape(NASTY) in html
    assert "<script>" not in html


def test_a_cell_of_a_week_without_appointments_says_why():
    cells = [{"word": "On leave"}, {}, {"appointments": [appointment(540, words="Missed")]}]
    rows = [{"title": NASTY, "cells": cells}]
    html = render_to_string("components/week_grid.html", {"week": {"rows": rows}})
    assert '<td class="closed">On leave</td><td></td><td>' in html
    assert 'title="Missed">09:00 ' in html
    assert escape(NASTY) in html


def test_all_acts_of_a_list_are_sent_by_one_form_with_the_version_of_their_row():
    acts = [{"label": "Check in", "url": "/a/1/check-in", "kind": "primary"}]
    rows = [
        {"patient": NASTY, "status": "scheduled", "words": "Scheduled", "version": 7, "acts": acts}
    ]
    context = {"appointments": rows, "caption": "Today", "next": "/appointments/?day=1"}
    html = render_to_string("components/appointment_list.html", context)
    assert html.count("<form") == 1
    assert '<input type="hidden" name="next" value="/appointments/?day=1">' in html
    assert 'form="acts" formaction="/a/1/check-in" name="version" value="7">Check in<' in html
    assert escape(NASTY) in html


def test_the_legend_names_every_status():
    html = render_to_string("components/status_legend.html", {"statuses": STATUSES.items()})
    for status, words in STATUSES.items():
        assert f'<span class="badge status-{status}">{words}</span>' in html
