"""A table of times: what overlaps stands side by side, and every minute is covered once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit.web import grids
from hospital.kit.web.grids import Block, Column

NINE, TEN, ELEVEN = 540, 600, 660


def column(*blocks, slots=(), fills=()) -> Column:
    return Column(head="", blocks=blocks, slots=slots, fills=fills)


def drawn(table: grids.Table) -> list[list[list[object]]]:
    """What stands where: one list a row, in it one list a lane, as a browser lays out the spans.

    A place that two cells claim, or none, fails.
    """
    width = sum(lanes for _, lanes in table.heads)
    places: list[list[object]] = [[...] * width for _ in table.rows]
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            first = places[number].index(...)
            for line in range(number, number + cell.rowspan):
                for lane in range(first, first + cell.colspan):
                    assert places[line][lane] is ..., "two cells claim one place"
                    places[line][lane] = cell.shown
    assert all(place is not ... for line in places for place in line), "a place is empty"
    return places


def times(table: grids.Table, top: int) -> list[int]:
    starts = [top]
    for row in table.rows:
        starts.append(starts[-1] + row.size * grids.STEP)
    return starts


def test_blocks_one_after_the_other_share_a_lane():
    table = grids.table([column(Block(NINE, 560, "a"), Block(560, TEN, "b"))], top=NINE, bottom=TEN)
    assert table.heads == [("", 1)]
    assert drawn(table) == [["a"], ["b"], ["b"]]
    assert [row.size for row in table.rows] == [4, 2, 6]
    assert [(row.label, row.head_rows) for row in table.rows] == [
        ("09:00", 2),
        ("", 0),
        ("09:30", 1),
    ]


def test_what_overlaps_stands_side_by_side_and_the_rest_takes_the_whole_width():
    blocks = (Block(NINE, 570, "a"), Block(550, 570, "b"), Block(570, TEN, "c"))
    table = grids.table([column(*blocks)], top=NINE, bottom=TEN)
    assert table.heads == [("", 2)]
    assert drawn(table) == [["a", None], ["a", "b"], ["c", "c"]]


def test_three_at_once_and_two_at_once_fill_the_same_width():
    three = [Block(NINE, TEN, name) for name in "abc"]
    two = [Block(TEN, ELEVEN, name) for name in "de"]
    table = grids.table([column(*three, *two)], top=NINE, bottom=ELEVEN)
    assert drawn(table) == [["a", "b", "c"]] * 2 + [["d", "e", "e"]] * 2


def test_a_lane_is_used_again_when_it_is_free():
    blocks = (Block(NINE, ELEVEN, "a"), Block(NINE, 570, "b"), Block(TEN, ELEVEN, "c"))
    table = grids.table([column(*blocks)], top=NINE, bottom=ELEVEN)
    assert drawn(table) == [["a", "b"], ["a", None], ["a", "c"], ["a", "c"]]


def test_odd_times_fall_on_the_grid():
    table = grids.table([column(Block(470, 485, "a"))], top=450, bottom=510)
    assert [row.size for row in table.rows] == [4, 2, 1, 5]
    assert drawn(table) == [[None], ["a"], ["a"], [None]]


def test_minutes_between_are_drawn_a_little_earlier_and_nothing_has_no_height():
    blocks = (Block(547, 552, "a"), Block(552, 553, "b"))
    table = grids.table([column(*blocks)], top=NINE, bottom=TEN)
    assert table.heads == [("", 1)]
    assert drawn(table) == [[None], ["a"], ["b"], [None], [None]]


def test_the_grid_reaches_as_far_as_its_blocks():
    table = grids.table([column(Block(500, 700, "a"))], top=NINE, bottom=TEN)
    labels = [row.label for row in table.rows if row.label]
    assert labels == ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert drawn(table)[0] == [None]
    assert {place for line in drawn(table)[1:-1] for place in line} == {"a"}


def test_a_slot_that_something_touches_is_not_free():
    slots = [Block(start, start + 20, f"free {start}") for start in (540, 560, 580)]
    table = grids.table([column(Block(575, 590, "a"), slots=slots)], top=NINE, bottom=TEN)
    assert drawn(table) == [["free 540"], [None], [None], ["a"], [None]]


def test_closed_hours_take_what_is_left():
    fills = (Block(0, NINE, "closed"), Block(TEN, 1440, "closed"), Block(570, 660, "leave"))
    table = grids.table(
        [column(Block(615, 630, "a"), slots=[Block(NINE, 570, "free")], fills=fills)],
        top=510,
        bottom=ELEVEN,
    )
    assert drawn(table) == [
        ["closed"], ["free"], ["leave"], ["closed"], ["a"], ["closed"],
    ]  # fmt: skip


def test_the_hour_of_now_has_a_row_of_its_own():
    table = grids.table([column(Block(NINE, TEN, "a"))], top=NINE, bottom=TEN, now=557)
    assert [(row.label, row.head_rows, row.is_now) for row in table.rows] == [
        ("09:00", 1, False),
        ("", 1, True),
        ("09:30", 1, False),
    ]
    assert drawn(table) == [["a"]] * 3


def test_now_on_a_mark_keeps_its_label():
    table = grids.table([column()], top=NINE, bottom=TEN, now=570)
    assert [(row.label, row.is_now) for row in table.rows] == [("09:00", False), ("09:30", True)]


@pytest.mark.parametrize("now", [None, 539, 600])
def test_outside_the_hours_there_is_no_line(now):
    table = grids.table([column()], top=NINE, bottom=TEN, now=now)
    assert not any(row.is_now for row in table.rows)


def test_no_column_has_rows_of_times_alone():
    table = grids.table([], top=NINE, bottom=TEN)
    assert table.heads == []
    assert [row.label for row in table.rows] == ["09:00", "09:30"]


def test_real_minutes_are_labelled_right_when_the_clocks_change():
    label = grids.clock_from(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), ZoneInfo("Europe/London"))
    assert [label(minute) for minute in range(0, 180, 30)] == [
        "00:30", "01:00", "01:30", "01:00", "01:30", "02:00",
    ]  # fmt: skip


minutes = st.integers(0, 600)
blocks = st.builds(
    lambda start, length, name: Block(start, start + length, name),
    minutes,
    st.integers(0, 120),
    st.uuids(),
)
columns = st.lists(
    st.builds(
        lambda blocks, slots, fills: column(*blocks, slots=slots, fills=fills),
        st.lists(blocks, max_size=8),
        st.lists(blocks, max_size=6),
        st.lists(blocks, max_size=3),
    ),
    max_size=4,
)


@given(columns, minutes, minutes, st.none() | minutes)
def test_every_minute_of_every_lane_is_covered_once_and_every_block_is_shown_whole(
    columns, top, length, now
):
    table = grids.table(columns, top=top, bottom=top + length, now=now)
    places = drawn(table)
    assert sum(row.head_rows for row in table.rows) == len(table.rows)
    assert all(1 <= row.size <= grids.MARK // grids.STEP for row in table.rows)
    assert all(row.cells or row.head_rows for row in table.rows), "a row in which nothing begins"

    heights = {}
    for row, line in zip(table.rows, places, strict=True):
        for shown in set(line):
            heights[shown] = heights.get(shown, 0) + row.size * grids.STEP
    for one in (block for each in columns for block in each.blocks):
        start, end = one.start // 5 * 5, one.end // 5 * 5
        assert heights[one.shown] == max(end - start, 5)
    for slot in (block for each in columns for block in each.slots if block.shown in heights):
        start, end = slot.start // 5 * 5, slot.end // 5 * 5
        assert heights[slot.shown] == max(end - start, 5)
