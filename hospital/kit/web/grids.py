"""A table of times: columns beside each other, rows downwards in time.

Everything here is in minutes on the grid's own axis, so that one table serves a day of many columns and a week of
one. ``table`` turns intervals into rows of cells with row and column spans: what overlaps in one column
stands side by side, and rows begin only where something begins or ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

STEP = 5
MARK = 30


@dataclass(frozen=True, slots=True)
class Block:
    """``shown`` from minute ``start`` to minute ``end``; what is not a multiple of five is drawn earlier."""

    start: int
    end: int
    shown: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``blocks`` are all shown, side by side; a slot only where nothing touches it; fills take what is left."""

    head: Any
    blocks: Sequence[Block] = ()
    slots: Sequence[Block] = ()
    fills: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One <td>, ``size`` times five minutes high; ``shown`` is None where there is nothing."""

    shown: Any
    size: int
    rowspan: int
    colspan: int


@dataclass(slots=True)
class Row:
    """One <tr>, ``size`` times five minutes high; its head spans ``head_rows`` when it has one."""

    size: int
    label: str = ""
    head_rows: int = 0
    is_now: bool = False
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """``heads`` are (the column's head, how many lanes it has); a column without overlaps has one."""

    heads: list[tuple[Any, int]]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    first_lane: int
    lanes: int
    shown: Any


def clock(minute: int) -> str:
    """The label of a minute of an ordinary day: 540 is 09:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def clock_from(start: datetime, zone: ZoneInfo) -> Callable[[int], str]:
    """Labels of an axis of real minutes since ``start``: right also on the day the clocks change."""
    return lambda minute: f"{(start + timedelta(minutes=minute)).astimezone(zone):%H:%M}"


def table(
    columns: Sequence[Column],
    *,
    top: int,
    bottom: int,
    now: int | None = None,
    label: Callable[[int], str] = clock,
) -> Table:
    """The columns from ``top`` to ``bottom``, or as far as their blocks reach: no block is ever cut off."""
    drawn = [_on_the_grid(column.blocks) for column in columns]
    every = [block for blocks in drawn for block in blocks]
    top = min([top, *(block.start for block in every)]) // MARK * MARK
    bottom = max([bottom, top + 1, *(block.end for block in every)])
    bottom = -(-bottom // MARK) * MARK
    lanes_and_pieces = [
        _pieces(column, blocks, top, bottom) for column, blocks in zip(columns, drawn, strict=True)
    ]
    heads = [
        (column.head, lanes) for column, (lanes, _) in zip(columns, lanes_and_pieces, strict=True)
    ]
    is_inside = now is not None and top <= now < bottom
    line = _floor(now) if now is not None and is_inside else None
    return Table(heads, _rows([pieces for _, pieces in lanes_and_pieces], top, bottom, line, label))


def _floor(minute: int) -> int:
    return minute // STEP * STEP


def _on_the_grid(blocks: Iterable[Block]) -> list[Block]:
    drawn = [
        Block(_floor(one.start), max(_floor(one.end), _floor(one.start) + STEP), one.shown)
        for one in blocks
    ]
    return sorted(drawn, key=lambda one: (one.start, -one.end))


def _pieces(column: Column, blocks: list[Block], top: int, bottom: int) -> tuple[int, list[_Piece]]:
    """How many lanes the column has, and pieces that cover all of them from top to bottom."""
    groups = [_in_lanes(group) for group in _groups(blocks)]
    lanes = max([1, *(len(group) for group in groups)])
    pieces = [piece for group in groups for piece in _side_by_side(group, lanes)]
    free = _without([(top, bottom)], [_reach(group) for group in groups])
    for slot in _on_the_grid(column.slots):
        if any(start <= slot.start and slot.end <= end for start, end in free):
            pieces.append(_Piece(slot.start, slot.end, 0, lanes, slot.shown))
            free = _without(free, [(slot.start, slot.end)])
    for fill in column.fills:
        for start, end in _common(free, _floor(fill.start), _floor(fill.end)):
            pieces.append(_Piece(start, end, 0, lanes, fill.shown))
            free = _without(free, [(start, end)])
    return lanes, pieces + [_Piece(start, end, 0, lanes, None) for start, end in free]


def _groups(blocks: list[Block]) -> list[list[Block]]:
    """Blocks that hang together by overlaps; they come in order of their start."""
    groups: list[list[Block]] = []
    reach = 0
    for block in blocks:
        if groups and block.start < reach:
            groups[-1].append(block)
            reach = max(reach, block.end)
        else:
            groups.append([block])
            reach = block.end
    return groups


def _in_lanes(group: list[Block]) -> list[list[Block]]:
    lanes: list[list[Block]] = []
    for block in group:
        lane = next((lane for lane in lanes if lane[-1].end <= block.start), None)
        if lane is None:
            lanes.append([block])
        else:
            lane.append(block)
    return lanes


def _reach(group: list[list[Block]]) -> tuple[int, int]:
    return min(lane[0].start for lane in group), max(lane[-1].end for lane in group)


def _side_by_side(group: list[list[Block]], lanes: int) -> Iterable[_Piece]:
    """The group's lanes over the whole width of the column, their holes filled with nothing."""
    reach = _reach(group)
    for number, lane in enumerate(group):
        first, after = number * lanes // len(group), (number + 1) * lanes // len(group)
        for block in lane:
            yield _Piece(block.start, block.end, first, after - first, block.shown)
        for start, end in _without([reach], [(block.start, block.end) for block in lane]):
            yield _Piece(start, end, first, after - first, None)


def _without(spans: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for begin, stop in taken:
        spans = [
            part
            for start, end in spans
            for part in ((start, min(end, begin)), (max(start, stop), end))
            if part[0] < part[1]
        ]
    return spans


def _common(spans: list[tuple[int, int]], begin: int, stop: int) -> list[tuple[int, int]]:
    parts = [(max(start, begin), min(end, stop)) for start, end in spans]
    return [(start, end) for start, end in parts if start < end]


def _rows(
    columns: list[list[_Piece]], top: int, bottom: int, now: int | None, label: Callable[[int], str]
) -> list[Row]:
    marks = set(range(top, bottom, MARK))
    headed = marks | ({now} if now is not None else set())
    edges = sorted({piece.start for pieces in columns for piece in pieces} | headed | {bottom})
    place = {edge: number for number, edge in enumerate(edges)}
    rows = [Row((end - start) // STEP) for start, end in pairwise(edges)]
    for start, end in pairwise([*sorted(headed), bottom]):
        row = rows[place[start]]
        row.label = label(start) if start in marks else ""
        row.head_rows, row.is_now = place[end] - place[start], start == now
    for pieces in columns:
        for piece in sorted(pieces, key=lambda one: (one.start, one.first_lane)):
            rowspan = place[piece.end] - place[piece.start]
            size = (piece.end - piece.start) // STEP
            rows[place[piece.start]].cells.append(Cell(piece.shown, size, rowspan, piece.lanes))
    return rows
