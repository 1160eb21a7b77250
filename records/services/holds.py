"""Keeping a time for ten minutes: until the caller has found the insurance card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from hospital.models import Resource
from records.models import Appointment, Hold

from . import placing, wanted_times

KEPT_FOR = dt.timedelta(minutes=10)


@act("records.hold.create")
def keep(actor: Actor, *, hold: Hold, resources: Sequence[Resource] = ()) -> Hold:
    """Keep a time under the same rules as booking it; after ten minutes it is free again by itself.

    TimeConflict when it cannot be booked.
    """
    policy.require(actor, "records.hold.create", hold)
    wanted = Appointment(
        hospital_id=hold.hospital_id, clinic=hold.clinic, doctor=hold.doctor,
        starts_at=hold.starts_at, ends_at=hold.ends_at,
    )  # fmt: skip
    wanted_times.refuse_unplaceable(wanted)
    hold.ends_at = wanted.ends_at
    hold.held_by, hold.expires_at = actor.user_id, clock.now() + KEPT_FOR
    needed = placing.resources_of(wanted, resources)
    facts.hold_parents(hold)
    needed = placing.locked(needed, doctor_id=hold.doctor_id)
    hold.full_clean()
    places = placing.place(actor, wanted, needed)
    facts.save(hold)
    placing.take(actor, places, hold=hold)
    audit.wrote(hold, changed={"starts_at", "ends_at", "expires_at"})
    return hold


@act("records.hold.retire")
def release(actor: Actor, *, hold: Hold, reason: str, expected_version: int | None = None) -> None:
    """Give the time back before it lapses."""
    policy.require(actor, "records.hold.retire", hold)
    facts.refuse_stale(hold, expected_version)
    facts.refuse_retired(hold)
    _end(actor, hold, reason or "given back")


def refuse_unfit(actor: Actor, hold: Hold) -> None:
    """RuleError ``hold_over`` when it has lapsed or was used, so that somebody else may have the time now;
    ``time_held`` when it is kept for somebody else.
    """
    facts.lock(hold)
    hold.refresh_from_db()
    if hold.hospital_id != actor.hospital_id or hold.is_retired or hold.has_lapsed:
        raise RuleError("hold_over")
    if hold.held_by != actor.user_id:
        kept = Resource.objects.filter(bookings__hold=hold).first()
        raise RuleError("time_held", resource=kept)


def use(actor: Actor, hold: Hold) -> None:
    """Give its time to the appointment that is being booked in the same transaction."""
    _end(actor, hold, "booked")


def _end(actor: Actor, hold: Hold, reason: str) -> None:
    placing.give_back(actor, list(hold.bookings.live()), reason=reason)
    stamp_retired(hold, reason=reason, at=clock.now(), by=actor.user_id)
    facts.save(hold)
    audit.wrote(hold, changed={"retired_at"}, reason=reason)
