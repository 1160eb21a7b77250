"""What is done with a bed in which nobody lies: cleaned, closed, opened again, kept for somebody; and an extra one,
put up and taken away."""

from __future__ import annotations

import datetime as dt

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from hospital.models import Bed, Ward
from hospital.services import beds
from records.models import BedPeriod, InPatient

from . import bed_places
from .bed_places import BedConflict, moment
from .wanted_times import invalid

RESOURCE = "records.bedperiod"
LONGEST_RESERVED = dt.timedelta(hours=48)
Kind = BedPeriod.Kind


@act("records.bedperiod.clean")
def cleaned(actor: Actor, *, bed: Bed, at: dt.datetime | None = None) -> BedPeriod:
    """The bed is clean, so it is free. RuleError ``bed_not_so`` when it is not to be cleaned."""
    return _end(actor, bed, Kind.CLEANING, "clean", at)


@act("records.bedperiod.close")
def close(
    actor: Actor, *, bed: Bed, reason: str = "", at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> BedPeriod:  # fmt: skip
    """Nobody may lie in it, for repair or for want of staff; a bed to be cleaned may be closed as well."""
    policy.require(actor, f"{RESOURCE}.close", bed)
    moment(at)  # refused before anybody waits for the bed
    bed = _held(bed)
    begins = moment(at)
    _end_cleaning(bed, begins)
    return _begin(actor, bed, Kind.CLOSED, begins, ends_at, reason.strip())


@act("records.bedperiod.reopen")
def reopen(actor: Actor, *, bed: Bed, at: dt.datetime | None = None) -> BedPeriod:
    """A closed bed is free again. RuleError ``bed_not_so`` when it is not closed."""
    return _end(actor, bed, Kind.CLOSED, "reopen", at)


@act("records.bedperiod.reserve")
def reserve(
    actor: Actor, *, bed: Bed, until: dt.datetime, stay: InPatient | None = None, reason: str = ""
) -> BedPeriod:
    """Keep a free bed for a planned stay, or for somebody told in ``reason``; at most 48 hours.

    It lapses by itself. BedConflict when the bed is not free in all that time.
    """
    policy.require(actor, f"{RESOURCE}.reserve", bed)
    begins = clock.now()
    if until <= begins:
        raise invalid("until", "interval_reversed")
    if until > begins + LONGEST_RESERVED:
        hours = int(LONGEST_RESERVED.total_seconds() // 3600)
        raise invalid("until", "reserved_too_long", hours=hours)
    if stay:
        _hold_planned(stay)
    bed = _held(bed)
    begins = clock.now()
    for row in _standing(bed, begins, until):
        raise _conflict(bed, row)
    return _begin(actor, bed, Kind.RESERVED, begins, until, reason.strip(), stay)


@act("records.bedperiod.release")
def release(actor: Actor, *, bed: Bed) -> BedPeriod:
    """A bed that was kept is free. RuleError ``bed_not_so`` when it is not kept."""
    return _end(actor, bed, Kind.RESERVED, "release", None)


@act("records.bedperiod.put_up")
def put_up(actor: Actor, *, ward: Ward, kind: str = Bed.Kind.BED) -> Bed:
    """Put an extra bed or cot up in a ward, for anybody."""
    policy.require(actor, f"{RESOURCE}.put_up", ward)
    where, _none = bed_places.place_of(ward, None, kind)
    return beds.put_extra(where, kind)


@act("records.bedperiod.take_away")
def take_away(actor: Actor, *, bed: Bed) -> Bed:
    """Take an extra bed away that is free or to be cleaned; another may be put up at any time.

    RuleError ``not_extra`` for a bed that is there for good; BedConflict while it is used, kept or closed.
    """
    policy.require(actor, f"{RESOURCE}.take_away", bed)
    bed = _held(bed)
    if not bed.is_extra:
        raise RuleError("not_extra")
    now = clock.now()
    _end_cleaning(bed, now)
    stamp_retired(bed, reason="taken away", at=now, by=actor.user_id)
    facts.save(bed)
    audit.wrote(bed, changed={"retired_at"}, reason="taken away")
    return bed


def _end_cleaning(bed: Bed, at: dt.datetime) -> None:
    """It waits for that no longer. BedConflict when it is used otherwise, then or later."""
    for row in _standing(bed, at):
        if row.kind != Kind.CLEANING or row.starts_at >= at:
            raise _conflict(bed, row)
        row.ends_at = at
        bed_places.write(row, {"ends_at"})


def _end(actor: Actor, bed: Bed, kind: Kind, word: str, at: dt.datetime | None) -> BedPeriod:
    policy.require(actor, f"{RESOURCE}.{word}", bed)
    moment(at)
    bed = _held(bed)
    when = moment(at)
    period = BedPeriod.objects.at(clock.now()).filter(bed=bed, kind=kind).first()
    if period is None:
        raise RuleError("bed_not_so")
    if period.starts_at >= when:
        raise RuleError("already_changed_since")
    period.ends_at = when
    written: BedPeriod = bed_places.write(period, {"ends_at"})
    return written


def _begin(
    actor: Actor, bed: Bed, kind: Kind, begins: dt.datetime, ends: dt.datetime | None, reason: str,
    stay: InPatient | None = None,
) -> BedPeriod:  # fmt: skip
    row = BedPeriod(
        hospital_id=bed.hospital_id, ward_id=bed.ward_id, bed=bed, kind=kind, reason=reason,
        encounter_id=stay.pk if stay else None, starts_at=begins, ends_at=ends,
    )  # fmt: skip
    written: BedPeriod = bed_places.write(row, {"kind", "bed", "starts_at", "ends_at"})
    return written


def _hold_planned(stay: InPatient) -> None:
    """Locked before the bed, as everywhere: it may be cancelled at this very moment."""
    facts.lock(stay)
    stay.refresh_from_db()
    facts.refuse_retired(stay)
    if stay.status != InPatient.Status.PLANNED:
        raise RuleError("stay_step", status=stay.get_status_display())


def _held(bed: Bed) -> Bed:
    bed_places.lock([bed])
    bed.refresh_from_db()
    if bed.is_retired:
        raise RuleError("retired")
    return bed


def _standing(bed: Bed, begins: dt.datetime, ends: dt.datetime | None = None) -> list[BedPeriod]:
    rows = BedPeriod.objects.meeting(begins, ends).filter(bed=bed)
    return list(rows.select_related("encounter").order_by("starts_at"))


def _conflict(bed: Bed, row: BedPeriod) -> BedConflict:
    return BedConflict("bed_taken", bed, None, standing=row, state=row.get_kind_display())
