"""What stays and beds promise, said over in plain Python: lists of intervals, no database, none of the product's code.

Times are minutes after the machine (``test_machine.py``) began; ``None`` is an end that has not come. The machine does
everything twice, with the product and with this, and compares. What is ``gone`` was taken back at that moment.
"""

from dataclasses import dataclass, field

HOUR = 60
LATEST, LONGEST_KEPT = 72 * HOUR, 48 * HOUR
IN = ("in_progress", "on_leave")
LAIN = (*IN, "finished")


class Refused(Exception):
    """It cannot be done, told by one of these codes; nothing has changed."""

    @property
    def codes(self) -> set[str]:
        return set(self.args)


@dataclass
class Row:
    """What holds from ``start`` until ``end``."""

    start: int
    end: int | None = None
    gone: int | None = field(default=None, kw_only=True)

    def holds(self, moment: int) -> bool:
        return self.gone is None and self.start <= moment < later(self.end)

    def meets(self, start: int, end: int | None = None) -> bool:
        return self.gone is None and self.start < later(end) and start < later(self.end)


@dataclass
class Period(Row):
    """A bed's use, or a stay that waits in a ward."""

    kind: str = field(default="occupied", kw_only=True)
    ward: str = field(kw_only=True)
    bed: str | None = field(default=None, kw_only=True)
    stay: int | None = field(default=None, kw_only=True)


@dataclass
class Away(Row):
    """A leave."""

    stay: int = field(kw_only=True)


@dataclass
class Stay:
    """A stay as it should be."""

    key: int
    patient: str
    start: int
    status: str = "in_progress"
    end: int | None = None
    has_summary: bool = False
    has_attending: bool = False
    gone: int | None = None

    @property
    def missing(self) -> list[str]:
        told = {"attending_missing": self.has_attending, "summary_missing": self.has_summary}
        return [code for code, is_there in told.items() if not is_there]


def later(end: int | None) -> float:
    return float("inf") if end is None else end


@dataclass
class Model:
    """Everything there is. ``beds`` names the ward of each; ``dead`` and ``men`` are patients."""

    beds: dict[str, str]
    women_only: set[str]
    men: set[str]
    dead: set[str]
    now: int = 0
    stays: dict[int, Stay] = field(default_factory=dict)
    periods: list[Period] = field(default_factory=list)
    leaves: list[Away] = field(default_factory=list)
    sold: set[str] = field(default_factory=set)

    # ---- what is known

    def of_bed(self, bed: str | None, start: int, end: int | None = None) -> list[Period]:
        """What a bed is used for within a time."""
        return [p for p in self.periods if bed and p.bed == bed and p.meets(start, end)]

    def of_stay(self, key: int) -> list[Period]:
        rows = [p for p in self.periods if p.stay == key and p.gone is None and is_lying(p)]
        return sorted(rows, key=lambda row: row.start)

    def here(self, key: int) -> Period:
        [found] = [row for row in self.of_stay(key) if row.end is None]
        return found

    def leaves_of(self, key: int) -> list[Away]:
        rows = [row for row in self.leaves if row.stay == key and row.gone is None]
        return sorted(rows, key=lambda row: row.start)

    def board(self, moment: int) -> dict[str, tuple[str, int | None, bool]]:
        """By bed: its state, whose it is, and whether that patient is on leave."""
        found: dict[str, tuple[str, int | None, bool]] = {}
        for bed in self.beds:
            held = [p for p in self.periods if p.bed == bed and p.holds(moment)]
            assert len(held) < 2, f"the model itself put two into {bed}"
            row = held[0] if held else None
            away = row is not None and is_lying(row) and self.is_away(row.stay, moment)
            found[bed] = (row.kind, row.stay, away) if row else ("free", None, False)
        return found

    def waiting(self, moment: int) -> set[tuple[str, int | None]]:
        return {(p.ward, p.stay) for p in self.periods if p.bed is None and p.holds(moment)}

    def is_away(self, key: int | None, moment: int) -> bool:
        return any(row.stay == key and row.holds(moment) for row in self.leaves)

    def census(self, moment: int) -> dict[str, tuple[int, int, int]]:
        """By ward: how many lie, wait, and are on leave."""
        lying = [p for p in self.periods if p.holds(moment) and is_lying(p)]
        return {
            ward: (
                sum(p.ward == ward and p.bed is not None for p in lying),
                sum(p.ward == ward and p.bed is None for p in lying),
                sum(p.ward == ward and self.is_away(p.stay, moment) for p in lying),
            )
            for ward in {p.ward for p in lying}
        }

    # ---- what every act asks

    def moment(self, at: int | None) -> int:
        if at is None:
            return self.now
        if at > self.now:
            raise Refused("time_to_come")
        if at < self.now - LATEST:
            raise Refused("too_late")
        return at

    def at_step(self, key: int, *statuses: str) -> Stay:
        stay = self.stays[key]
        if stay.gone is not None:
            raise Refused("retired", "stay_step")
        if stay.status not in statuses:
            raise Refused("stay_step")
        return stay

    def look_at(self, bed: str | None) -> None:
        if bed in self.sold:
            raise Refused("retired_choice")

    def one_stay(self, stay: Stay) -> None:
        for other in self.stays.values():
            both = other.patient == stay.patient and other.key != stay.key and other.gone is None
            if (
                both
                and other.status in LAIN
                and Row(other.start, other.end).meets(stay.start, stay.end)
            ):
                raise Refused("stay_open")

    def occupy(self, stay: Stay, ward: str, bed: str | None, at: int, reason: str) -> None:
        for row in self.of_bed(bed, at):
            if row.kind != "reserved" or row.stay != stay.key:
                raise Refused("bed_taken")
            if row.start < at:
                row.end = at
            else:
                row.gone = self.now
        if bed in self.women_only and stay.patient in self.men and not reason:
            raise Refused("bed_unsuitable")
        self.periods.append(Period(at, ward=ward, bed=bed, stay=stay.key))

    def vacate(self, row: Period, at: int, is_cleaned: bool = True) -> None:
        if row.start >= at:
            raise Refused("already_changed_since")
        row.end = at
        if row.bed and is_cleaned:
            self.periods.append(Period(at, kind="cleaning", ward=row.ward, bed=row.bed))

    # ---- coming and going

    def plan(self, stay: Stay) -> None:
        if stay.patient in self.dead:
            raise Refused("patient_deceased")
        self.stays[stay.key] = stay

    def admit(self, stay: Stay, ward: str, bed: str | None, at: int | None, reason: str) -> None:
        stay.start = self.moment(at)
        self.look_at(bed)
        if stay.patient in self.dead:
            raise Refused("patient_deceased")
        self.one_stay(stay)
        self.stays[stay.key] = stay
        self.occupy(stay, ward, bed, stay.start, reason)

    def admit_planned(
        self, key: int, ward: str, bed: str | None, at: int | None, reason: str
    ) -> None:
        self.look_at(bed)
        stay = self.at_step(key, "planned")
        stay.start, stay.status = self.moment(at), "in_progress"
        self.one_stay(stay)
        self.occupy(stay, ward, bed, stay.start, reason)

    def transfer(self, key: int, ward: str, bed: str | None, at: int | None, reason: str) -> None:
        self.look_at(bed)
        stay = self.at_step(key, *IN)
        here, when = self.here(key), self.moment(at)
        if (here.ward, here.bed) == (ward, bed):
            raise Refused("same_place")
        self.vacate(here, when)
        self.occupy(stay, ward, bed, when, reason)

    def swap(self, one: int, other: int, at: int | None, reason: str) -> None:
        stays = [self.at_step(key, *IN) for key in (one, other)]
        when, rows = self.moment(at), [self.here(key) for key in (one, other)]
        if not rows[0].bed and not rows[1].bed and rows[0].ward == rows[1].ward:
            raise Refused("same_place")
        for row in rows:
            self.vacate(row, when, is_cleaned=False)
        for stay, to in zip(stays, reversed(rows), strict=True):
            self.occupy(stay, to.ward, to.bed, when, reason)

    def leave(self, key: int, at: int | None) -> None:
        stay, when = self.at_step(key, "in_progress"), self.moment(at)
        if when < stay.start:
            raise Refused("already_changed_since")
        if any(row.meets(when) for row in self.leaves_of(key)):
            raise Refused("leave_overlap")
        self.leaves.append(Away(when, stay=key))
        stay.status = "on_leave"

    def come_back(self, key: int, at: int | None) -> None:
        stay, when = self.at_step(key, "on_leave"), self.moment(at)
        away = self.leaves_of(key)[-1]
        if when <= away.start:
            raise Refused("already_changed_since")
        away.end, stay.status = when, "in_progress"

    def discharge(self, key: int, at: int | None, role: str, override: str) -> None:
        stay = self.at_step(key, *IN)
        if stay.missing and not override:
            raise Refused("discharge_blocked")
        if stay.missing and role != "doctor":
            raise Refused("forbidden")
        when = self.moment(at)
        for away in self.leaves_of(key):
            # Who was away until then has come back first.
            if away.start >= when or (away.end is not None and away.end >= when):
                raise Refused("already_changed_since")
            away.end = when if away.end is None else away.end
        self.vacate(self.here(key), when)
        stay.status, stay.end = "finished", when

    # ---- taken back

    def undo(self, key: int) -> None:
        """Of what happened at one moment a move is taken back first."""
        stay = self.at_step(key, *LAIN)
        lain, leaves = self.of_stay(key), self.leaves_of(key)
        away = leaves[-1] if leaves else None
        if stay.status == "finished":
            assert stay.end is not None
            self.in_time(stay.end)
            if away and away.end == stay.end:
                away.end = None
            stay.status = "on_leave" if away and away.end is None else "in_progress"
            stay.end = None
            self.one_stay(stay)
            self.go_on(lain[-1])
            return
        moved = lain[-1].start if len(lain) > 1 else -1
        stepped = (away.start if away.end is None else away.end) if away else -1
        if away and stepped > moved:
            self.in_time(stepped)
            if away.end is None:
                away.gone, stay.status = self.now, "in_progress"
            else:
                away.end, stay.status = None, "on_leave"
        elif moved > -1:
            self.in_time(moved)
            lain[-1].gone = self.now
            self.go_on(lain[-2])
        else:
            raise Refused("nothing_to_undo")

    def in_time(self, moment: int) -> None:
        if moment < self.now - LATEST:
            raise Refused("undo_too_late")

    def go_on(self, row: Period) -> None:
        """As if it had never ended, when nothing but cleaning came of that."""
        assert row.end is not None
        if row.bed in self.sold:
            raise Refused("retired", "retired_choice", "bed_taken")
        for since in self.of_bed(row.bed, row.end):
            if since.kind != "cleaning" or since.start != row.end:
                raise Refused("bed_taken")
            since.gone = self.now
        row.end = None

    def cancel(self, key: int) -> None:
        self.at_step(key, "planned").status = "cancelled"
        for row in self.periods:
            if row.stay == key and row.gone is None:
                row.gone = self.now

    def retire(self, key: int) -> None:
        stay = self.stays[key]
        if stay.gone is not None:
            raise Refused("retired")
        stay.gone = self.now
        for row in (*self.periods, *self.leaves):
            if row.stay == key and row.gone is None:
                row.gone = self.now

    def restore(self, key: int) -> None:
        stay = self.stays[key]
        if stay.gone is None:
            raise Refused("not_retired")
        at, stay.gone = stay.gone, None
        try:
            if stay.status in LAIN:
                self.one_stay(stay)
        except Refused:
            raise Refused("restore_conflict") from None
        for row in (*self.periods, *self.leaves):
            if row.stay == key and row.gone == at:
                bed = row.bed if isinstance(row, Period) else None
                # Nothing comes back to what was given up, be it long over.
                if bed in self.sold or self.of_bed(bed, row.start, row.end):
                    raise Refused("restore_conflict")
                row.gone = None

    # ---- beds in which nobody lies

    def reserve(self, bed: str, until: int, key: int | None) -> None:
        if until <= self.now:
            raise Refused("interval_reversed")
        if until > self.now + LONGEST_KEPT:
            raise Refused("reserved_too_long")
        if key is not None and self.stays[key].gone is not None:
            raise Refused("retired")
        if key is not None and self.stays[key].status != "planned":
            raise Refused("stay_step")
        self.keepable(bed)
        if self.of_bed(bed, self.now, until):
            raise Refused("bed_taken")
        ward = self.beds[bed]
        self.periods.append(Period(self.now, until, kind="reserved", ward=ward, bed=bed, stay=key))

    def close(self, bed: str, at: int | None, until: int | None) -> None:
        when = self.moment(at)
        self.keepable(bed)
        for row in self.of_bed(bed, when):
            if row.kind != "cleaning" or row.start >= when:
                raise Refused("bed_taken")
            row.end = when
        if until is not None and until <= when:
            raise Refused("interval_reversed")
        self.periods.append(Period(when, until, kind="closed", ward=self.beds[bed], bed=bed))

    def end(self, bed: str, kind: str, at: int | None) -> None:
        """It is clean, open again, or not kept any more."""
        when = self.moment(at)
        self.keepable(bed)
        rows = [row for row in self.of_bed(bed, self.now) if row.kind == kind]
        if not rows:
            raise Refused("bed_not_so")
        if rows[0].start >= when:
            raise Refused("already_changed_since")
        rows[0].end = when

    def keepable(self, bed: str) -> None:
        if bed in self.sold:
            raise Refused("retired")

    def sell(self, bed: str) -> None:
        """A bed is retired, when it has no use now and none to come."""
        if self.of_bed(bed, self.now):
            raise Refused("in_use")
        self.sold.add(bed)


def is_lying(row: Period) -> bool:
    return row.kind == "occupied"
