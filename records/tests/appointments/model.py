"""What scheduling promises, said over in plain Python: lists of rows, no database, none of the product's code.

Times are minutes after 09:00 of one Monday. The model is small enough to be read and believed; the machine
(``test_machine.py``) does everything twice, with the product and with this, and compares.
"""

from dataclasses import dataclass, field, replace

KEPT = 10  # minutes of a hold
TAKING = {"scheduled", "checked_in"}
TOP = 100


class Refused(Exception):
    """It cannot be done; nothing has changed."""


@dataclass
class Hours:
    """When somebody or something can be booked that Monday, and how many at once."""

    opens: int
    closes: int
    capacity: int = 1
    on_top: int = 0
    has_slots: bool = True

    def hold(self, start: int, end: int) -> bool:
        return self.opens <= start and end <= self.closes

    def taken(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.has_slots else (self.opens, self.closes)


@dataclass(frozen=True)
class Row:
    """``what`` is taken by ``owner``; ``seat`` for one on top, ``outside`` for one in no hours."""

    owner: int
    what: str
    start: int
    end: int
    lane: int
    seat: int = 0
    outside: bool = False

    def meets(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass
class Visit:
    """An appointment as it should be."""

    key: int
    resources: tuple[str, ...]
    start: int
    end: int
    patient: str
    status: str = "scheduled"
    was_here: bool = False
    is_extra: bool = False
    lane: int = 1
    attention: str = ""
    is_deleted: bool = False

    @property
    def is_taking(self) -> bool:
        return self.status in TAKING and not self.is_deleted


@dataclass
class Model:
    """Everything there is."""

    hours: dict[str, Hours]
    now: int
    visits: dict[int, Visit] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    holds: dict[int, int] = field(default_factory=dict)  # until when
    absences: dict[int, tuple[str, int, int]] = field(default_factory=dict)

    # ---- what is known

    def standing(self, *without: int) -> list[Row]:
        """The rows that take up their time now."""
        return [
            row
            for row in self.rows
            if row.owner not in without and self.holds.get(row.owner, self.now + 1) > self.now
        ]

    def is_away(self, what: str, start: int, end: int) -> bool:
        return any(w == what and a < end and start < b for w, a, b in self.absences.values())

    def to_move(self) -> set[int]:
        scheduled = (v for v in self.visits.values() if v.status == "scheduled")
        return {v.key for v in scheduled if v.attention and not v.is_deleted}

    # ---- giving a time

    def place(
        self, owner: int, what: str, start: int, end: int, may_extra: bool, *without: int
    ) -> Row:
        """The row that ``owner`` gets of ``what``."""
        hours, met = self.hours.get(what), self.standing(owner, *without)
        mine = [row for row in met if row.what == what]
        if self.is_away(what, start, end):
            raise Refused("away")
        if hours is None or not hours.hold(start, end):
            if hours and not may_extra:
                raise Refused("outside")
            if any(row.lane == 1 and row.meets(start, end) for row in mine):
                raise Refused("busy")
            return Row(owner, what, start, end, 1, outside=True)
        start, end = hours.taken(start, end)
        for lane in range(1, hours.capacity + 1):
            if not any(row.lane == lane and row.meets(start, end) for row in mine):
                return Row(owner, what, start, end, lane)
        for seat in range(1, hours.on_top + 1):
            if may_extra and not any(row.seat == seat for row in mine):
                return Row(owner, what, start, end, TOP + seat, seat)
        raise Refused("full")

    def patients_lane(self, visit: Visit, may_share: bool) -> int:
        used = {
            other.lane
            for other in self.visits.values()
            if other.key != visit.key and other.is_taking and other.patient == visit.patient
            and other.start < visit.end and visit.start < other.end
        }  # fmt: skip
        if not visit.patient or 1 not in used:
            return 1
        if may_share and 2 not in used:
            return 2
        raise Refused("patient")

    def give(self, visit: Visit, may_extra: bool, may_share: bool, hold: int | None = None) -> None:
        """Place all of a visit, or nothing of it."""
        without = [hold] if hold is not None else []
        rows = [
            self.place(visit.key, what, visit.start, visit.end, may_extra, *without)
            for what in visit.resources
        ]
        visit.lane = self.patients_lane(visit, may_share)
        visit.is_extra = any(row.seat or (row.outside and row.what in self.hours) for row in rows)
        visit.attention = ""
        self.rows = [row for row in self.standing(*without) if row.owner != visit.key] + rows
        self.visits[visit.key] = visit

    # ---- the acts

    def book(self, visit: Visit, may_extra: bool, may_share: bool, hold: int | None) -> None:
        if hold is not None and self.holds.get(hold, self.now) <= self.now:
            raise Refused("hold is over")
        self.give(visit, may_extra, may_share, hold)
        if hold is not None:
            del self.holds[hold]

    def move(self, key: int, start: int, end: int, may_extra: bool) -> None:
        visit = self.visits[key]
        if visit.is_deleted or not visit.is_taking:
            raise Refused("over")
        self.give(replace(visit, start=start, end=end), may_extra, may_share=False)

    def call_off(self, key: int, status: str) -> None:
        """Cancelled, missed or (status "") deleted: its time is given back."""
        visit = self.visits[key]
        allowed = {
            "cancelled": {"scheduled", "checked_in"},
            "missed": {"scheduled"},
            "": {"scheduled", "cancelled", "missed"},
        }[status]
        if visit.is_deleted or visit.status not in allowed:
            raise Refused("wrong step")
        if status == "missed" and visit.start > self.now:
            raise Refused("not yet")
        visit.status, visit.is_deleted = status or visit.status, not status
        if status:
            visit.attention = ""
        self.rows = [row for row in self.rows if row.owner != key]

    def check_in(self, key: int) -> None:
        visit = self.visits[key]
        if visit.is_deleted or visit.status != "scheduled" or not visit.patient or self.now < -540:
            raise Refused("wrong step")
        visit.status, visit.was_here = "checked_in", True

    def undo(self, key: int) -> None:
        visit = self.visits[key]
        if visit.is_deleted or visit.status == "scheduled":
            raise Refused("nothing to undo")
        if visit.status == "checked_in":
            visit.status, visit.was_here = "scheduled", False
            if visit.end > self.now:
                self.look_at(visit, set(visit.resources))
            return
        before = "checked_in" if visit.was_here and visit.status == "cancelled" else "scheduled"
        self.give(replace(visit, status=before), visit.is_extra, visit.lane == 2)

    def restore(self, key: int) -> None:
        visit = self.visits[key]
        if not visit.is_deleted:
            raise Refused("not deleted")
        visit = replace(visit, is_deleted=False)
        if visit.is_taking:
            self.give(visit, visit.is_extra, visit.lane == 2)
        self.visits[key] = visit

    def keep(self, key: int, resources: tuple[str, ...], start: int, end: int) -> None:
        rows = [self.place(key, what, start, end, False) for what in resources]
        self.rows = self.standing() + rows
        self.holds[key] = self.now + KEPT

    # ---- hours change

    def settle(self, what: str, accepts: bool) -> None:
        """Look at whoever is to come to ``what``; Refused when somebody would lose the time."""
        mine = {row.owner for row in self.rows if row.what == what}
        visits = [
            visit
            for visit in self.visits.values()
            if visit.key in mine and visit.status == "scheduled" and visit.end > self.now
        ]
        before = self.to_move()
        for visit in sorted(visits, key=lambda visit: (visit.start, visit.key)):
            self.look_at(visit, {what})
        if self.to_move() - before and not accepts:
            raise Refused("affected")

    def look_at(self, visit: Visit, held: set[str]) -> None:
        if any(self.is_away(what, visit.start, visit.end) for what in visit.resources):
            visit.attention = "absence"
            return
        mine = [row for row in self.rows if row.owner == visit.key]
        unfit = [row for row in mine if not self.still_fits(row, visit)]
        try:
            if not {row.what for row in unfit} <= held:
                raise Refused("not looked at")
            may_extra = any(row.seat for row in unfit)
            rows = [
                self.place(visit.key, row.what, visit.start, visit.end, may_extra) for row in unfit
            ]
            if any(row.outside and row.what in self.hours for row in rows):
                raise Refused("outside")
        except Refused:
            visit.attention = "hours"
            return
        visit.attention = ""
        self.rows = [row for row in self.rows if row not in unfit] + rows

    def still_fits(self, row: Row, visit: Visit) -> bool:
        hours = self.hours.get(row.what)
        if row.outside:
            return hours is None or visit.is_extra
        assert hours is not None
        is_within = row.seat > 0 or row.lane <= hours.capacity
        taken = hours.taken(visit.start, visit.end) == (row.start, row.end)
        return hours.hold(visit.start, visit.end) and is_within and taken
