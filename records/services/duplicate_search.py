"""Looking through the charts of a hospital for those that may be of one person: all of them once, and then
those that have changed.

Charts are taken in the order in which they last changed, a few at a time. They are compared outside of a
transaction; what came of it is written together with how far the hospital is. So work that stops in the
middle goes on where it was, and what two workers do at once counts once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import NOWHERE, Actor, acting
from hospital.kit.acts import act, in_transaction
from hospital.kit.records import stamp_restored, stamp_retired
from hospital.models import Hospital, Job
from hospital.services import jobs
from records import likeness
from records.likeness import LIKELY, Facts
from records.models import DuplicatePair, DuplicateSearch, Patient, Registration
from records.models.duplicates import LONG_AGO

from . import alike
from .placing import lock_rows

LOOK = "records.duplicatepair.look"
KIND = "duplicates"
PART = 50
# The worker has other things to do: so many charts of so many hospitals each time.
PART_OF_TICK, HOSPITALS_OF_TICK = 25, 4
# A change is looked at when nobody can still be writing one that came before it.
SETTLED = dt.timedelta(seconds=15)
NO_MORE = "Not alike any more"

Key = tuple[UUID, UUID]
Weight = tuple[int, list[str]]


@act(LOOK)
def look(actor: Actor) -> Job:
    """Have all the charts of the actor's hospital looked through; a round that is not at its end goes on."""
    place, _is_new = DuplicateSearch.objects.get_or_create(hospital_id=actor.here)
    if place.ended_at:
        DuplicateSearch.objects.filter(pk=place.pk).update(
            changed_at=LONG_AGO, patient_id=NOWHERE, steps=F("steps") + 1, ended_at=None
        )
    open_jobs = jobs.own(actor).filter(kind=KIND, state__in=jobs.OPEN)
    audit.happened(actor, LOOK, resource=DuplicatePair.resource)
    return open_jobs.first() or jobs.start(actor, KIND)


@jobs.kind(KIND, jobs.Told(_("Looking for duplicates"), "records:duplicatepair-list", is_kept=True))
def look_through(actor: Actor, progress: jobs.Progress) -> str:
    """Look at what is left of the round, telling how far it is after every part."""
    done, total = 0, remaining(actor)
    progress(0, total)
    while count := part(actor):
        done += count
        progress(done, max(total, done))
        policy.require(progress.actor(), LOOK)
    closing = ngettext(
        "%(count)s chart has been looked at", "%(count)s charts have been looked at", done
    )
    return closing % {"count": formats.number_format(done, use_l10n=True, force_grouping=True)}


def look_at_changed() -> int:
    """The worker's round: look at a few of the charts that have changed, wherever there are such.

    One query when there are none. Returns how many were looked at.
    """
    late = Registration.objects.live().filter(
        hospital=OuterRef("pk"), changed_at__lt=clock.now() - SETTLED
    )
    due = Hospital.objects.live().annotate(
        reached=Coalesce("duplicate_search__changed_at", Value(LONG_AGO)),
        reached_id=Coalesce("duplicate_search__patient_id", Value(NOWHERE)),
    )
    due = due.filter(Exists(late.filter(_after(OuterRef("reached"), OuterRef("reached_id")))))
    ids = list(due.order_by("?").values_list("pk", flat=True)[:HOSPITALS_OF_TICK])
    return sum(part(_worker_at(pk), most=PART_OF_TICK) for pk in ids)


def part(actor: Actor, *, most: int = PART) -> int:
    """Look at the next few charts of the actor's hospital; returns how many, 0 when the round is at its end."""
    place, _is_new = DuplicateSearch.objects.get_or_create(hospital_id=actor.here)
    rows = list(_left(place).order_by("changed_at", "patient")[:most])
    ids = [row.patient_id for row in rows]
    found, known = _compared(actor, ids)
    last = rows[-1] if rows else None
    reached = {"changed_at": last.changed_at, "patient_id": last.patient_id} if last else {}
    if len(rows) < most and place.ended_at is None:
        reached["ended_at"] = clock.now()
    if reached:
        in_transaction(lambda: _keep(actor, place, reached, found, known))
    return len(rows)


def remaining(actor: Actor) -> int:
    """How many charts the round has still to look at."""
    place = DuplicateSearch.objects.filter(hospital_id=actor.here).first()
    return _left(place or DuplicateSearch(hospital_id=actor.here)).aggregate(n=Count("pk"))["n"]  # type: ignore[no-any-return]


def _worker_at(hospital_id: UUID) -> Actor:
    """The worker compares what the desk may see."""
    return Actor(
        user_id=None, name="", kind="system", hospital_id=hospital_id,
        roles=frozenset({"receptionist"}), door="job",
    )  # fmt: skip


def _left(place: DuplicateSearch) -> Any:
    rows = Registration.objects.live().filter(
        hospital=place.hospital_id, changed_at__lt=clock.now() - SETTLED
    )
    return rows.filter(_after(place.changed_at, place.patient_id))


def _after(moment: Any, patient_id: Any) -> Q:
    """Later than a place in the order of changes, as the index has it."""
    later = Q(changed_at__gt=moment) | Q(patient__gt=patient_id)
    return Q(changed_at__gte=moment) & later


def _compared(
    actor: Actor, ids: Sequence[UUID]
) -> tuple[dict[Key, Weight], dict[UUID, Facts]]:  # fmt: skip
    """Every two likely ones of which one is among these, and what is known of these."""
    charts = Patient.objects.visible_to(actor, "list").live().filter(pk__in=ids)
    known = {chart.pk: alike.facts_of(chart) for chart in charts}
    found = {
        _key(pk, each.patient_id): _weight(person, each.facts)
        for pk, person in known.items()
        for each in alike.to(actor, person, least=LIKELY, but=pk)
    }
    return found, known


def _key(one: UUID, other: UUID) -> Key:
    return (one, other) if one < other else (other, one)


def _weight(one: Facts, other: Facts) -> Weight:
    """The same from both sides: how common a name is where they were found is left out."""
    return round(likeness.score(one, other) * 10), likeness.agreements(one, other)


def _keep(
    actor: Actor, place: DuplicateSearch, reached: Mapping[str, Any],
    found: Mapping[Key, Weight], known: Mapping[UUID, Facts],
) -> None:  # fmt: skip
    """Write what was found of these charts, unless somebody else has done this part meanwhile."""
    rows = DuplicateSearch.objects.filter(pk=place.pk, steps=place.steps)
    if not rows.update(steps=F("steps") + 1, **reached):
        return
    # Two rounds that find the same two charts meet here, not at the constraint.
    lock_rows(Patient, list({pk for key in found for pk in key}))
    pairs = DuplicatePair.objects.of(known).order_by("pk").select_for_update(no_key=True)
    standing = {(pair.first_id, pair.second_id): pair for pair in pairs}
    with acting(actor, LOOK):
        for key, weight in found.items():
            _note(standing.get(key) or DuplicatePair(first_id=key[0], second_id=key[1]), weight)
        left = [
            pair for key, pair in standing.items() if key not in found and pair.is_open
        ]  # fmt: skip
        _judge_again(left, known)


def _judge_again(pairs: Sequence[DuplicatePair], known: Mapping[UUID, Facts]) -> None:
    """Those that were alike before: perhaps they are not now."""
    ids: Iterable[UUID] = {pk for pair in pairs for pk in pair.patient_ids} - known.keys()
    others = Patient.objects.filter(pk__in=ids) if ids else ()
    facts_of = {**known, **{chart.pk: alike.facts_of(chart) for chart in others}}
    for pair in pairs:
        weight = _weight(facts_of[pair.first_id], facts_of[pair.second_id])
        if weight[0] >= LIKELY * 10:
            _note(pair, weight)
        else:
            stamp_retired(pair, reason=NO_MORE, at=clock.now(), by=None)
            _save(pair, {"retired_at"})


def _note(pair: DuplicatePair, weight: Weight) -> None:
    """Keep how alike they are; what somebody has decided stays as it was decided."""
    is_same = (pair.score, pair.agrees) == weight and not pair.is_retired
    if is_same or pair.status != DuplicatePair.Status.OPEN:
        return
    pair.score, pair.agrees = weight
    stamp_restored(pair)
    _save(pair, {"score", "agrees"})


def _save(pair: DuplicatePair, changed: set[str]) -> None:
    facts.save(pair)
    audit.wrote(pair, changed=changed, also_about=[pair.second_id])
