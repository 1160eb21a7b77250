"""Races for two charts that may be of one person. Every function here runs in a process of its own."""

from functools import partial
from typing import Any
from unittest import mock
from uuid import UUID

from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError, StaleError
from hospital.kit.racing import line_up
from hospital.kit.records import Record
from hospital.models import Hospital
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import DuplicatePair, DuplicateSearch
from records.services import duplicate_search, duplicates, merge_plans, merges
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import PatientFactory, register

from .controls import nothing, together, whatever_version


def pairs(number: int) -> list[UUID]:
    """So many open pairs of one hospital."""
    here = HospitalFactory()
    return [DuplicatePairFactory(at=here).pk for _ in range(number)]


def decide(side: int, told: list[UUID]) -> list[str]:
    """Tell each pair apart; half of the desks say which version they have seen."""
    desk = command_actor(Hospital.objects.get().pk, "receptionist")
    answers = []
    for pk in told:
        pair = DuplicatePair.objects.get(pk=pk)
        seen = {"expected_version": pair.version} if side % 2 else {}
        line_up()
        answers.append(
            _told(partial(duplicates.different, desk, pair=pair, reason=f"{side}", **seen))
        )
    return answers


def decide_or_propose(side: int, told: list[UUID]) -> list[str]:
    """One desk tells each two apart, the other proposes to merge them."""
    desk = command_actor(Hospital.objects.get().pk, "receptionist")
    answers = []
    for pk in told:
        pair = DuplicatePair.objects.get(pk=pk)
        line_up()
        if side:
            work = partial(
                merges.propose, desk, survivor=pair.first, merged=pair.second, reason="Twice"
            )
        else:
            work = partial(duplicates.different, desk, pair=pair, reason="Twin")
        answers.append(_told(work))
    return answers


def decide_or_propose_without_locks(side: int, told: list[UUID]) -> list[str]:
    """The same once nobody holds the two charts: both have looked before one writes."""
    with (
        mock.patch.object(merges, "lock_rows", nothing),
        mock.patch.object(duplicates, "lock_rows", nothing),
        mock.patch.object(merge_plans, "refuse", together(merge_plans.refuse)),
        mock.patch.object(duplicates, "_refuse_proposed", together(duplicates._refuse_proposed)),
    ):
        return decide_or_propose(side, told)


def decide_without_locks(side: int, told: list[UUID]) -> list[str]:
    """The same once nobody holds the pair and no version is looked at: all have looked before one writes."""
    with (
        mock.patch.object(duplicates, "lock_rows", nothing),
        mock.patch.object(facts, "lock", nothing),
        mock.patch.object(Record, "_do_update", whatever_version),
        mock.patch.object(facts, "refuse_retired", together(facts.refuse_retired)),
    ):
        return decide(side, told)


def _told(work: Any) -> str:
    try:
        in_transaction(work)
    except RuleError as exc:
        return exc.code
    except StaleError:
        return "stale"
    return "done"


def decisions(told: list[UUID]) -> list[int]:
    """How often each pair was decided."""
    history = DuplicatePair.history.filter(status="different")
    return [history.filter(id=pk).count() for pk in told]


def twice(number: int) -> list[UUID]:
    """So many people with two charts each, all known at both of the two hospitals that are returned."""
    here, there = (HospitalFactory() for _ in range(2))
    for day in range(1, number + 1):
        for given in ("Jann", "Janne"):
            chart = PatientFactory(
                at=here, family_name="Nowak", given_names=given, birth_date=f"1951-11-{day:02}"
            )
            register(chart, there)
    return [here.pk, there.pk]


def look(places: list[UUID], side: int, most: int = 4) -> str:
    """Look through one of the two hospitals, a few charts at a time."""
    desk = command_actor(places[side % 2], "receptionist")
    with mock.patch.object(duplicate_search, "SETTLED", -duplicate_search.SETTLED):
        try:
            while duplicate_search.part(desk, most=most):
                pass
        except ValidationError as exc:
            return type(exc).__name__
    return "done"


def look_without_locks(places: list[UUID], side: int) -> str:
    """The same when nobody holds the patients: both have looked at what is known before one writes."""
    with (
        mock.patch.object(duplicate_search, "lock_rows", nothing),
        mock.patch.object(duplicate_search, "acting", together(duplicate_search.acting)),
    ):
        return look(places, side, most=100)


def found() -> tuple[int, int, int]:
    """How many pairs there are, how many of them were written twice, and how many rounds are at their end."""
    rows = DuplicatePair.objects.open()
    ended = DuplicateSearch.objects.filter(ended_at__isnull=False).count()
    return rows.count(), rows.exclude(version=1).count(), ended
