"""Two administrators add the same beds to a ward at once: one of them does, whole, the other is told."""

from contextlib import suppress

import pytest
from django.db import IntegrityError

from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError
from hospital.kit.racing import line_up
from hospital.models import Bed, Ward
from hospital.services import beds
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory, WardFactory

from .harness import once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 10
SIZE = 30


def prepare():
    hospital = HospitalFactory()
    return hospital.pk, [WardFactory(hospital=hospital).pk for _ in range(ROUNDS)]


def add(first, hospital_id, wards):
    """Ward after ward, both start together; returns what came of each: "" for done, or a code."""
    administrator = command_actor(hospital_id, "administrator")
    answers = []
    for pk in wards:
        ward = Ward.objects.get(pk=pk)
        line_up()
        try:
            in_transaction(
                lambda ward=ward: beds.add_many(
                    administrator, ward=ward, first=first, last=first + SIZE - 1
                )
            )
            answers.append("")
        except RuleError as refusal:
            answers.append(refusal.code)
    return answers


def add_naively(first, hospital_id, wards):
    """Look, then add one after another what was free: half of the rows are whole for nobody."""
    answers = []
    for pk in wards:
        wanted = [str(number) for number in range(first, first + SIZE)]
        is_free = not Bed.objects.filter(ward=pk, label__in=wanted).exists()
        line_up()
        added = 0
        for label in wanted if is_free else ():
            bed = Bed(hospital_id=hospital_id, ward_id=pk, label=label)
            with suppress(IntegrityError):  # the other was faster
                in_transaction(bed.save)
                added += 1
        answers.append("" if added == SIZE else "in part")
    return answers


def beds_in(wards):
    return [Bed.objects.filter(ward=pk).count() for pk in wards]


@pytest.mark.parametrize("second", [1, 21])
def test_one_row_is_whole_and_the_other_is_refused(race, count, second):
    hospital_id, wards = once(race, prepare)
    answers = race(add, [(first, hospital_id, wards) for first in (1, second)])
    for pair in zip(*answers, strict=True):
        assert sorted(pair) == ["", "labels_taken"]
    assert once(race, beds_in, wards) == [SIZE] * ROUNDS
    count("rows of beds added by two at once", ROUNDS)


def test_the_naive_way_leaves_rows_in_part(race):
    hospital_id, wards = once(race, prepare)
    answers = race(add_naively, [(first, hospital_id, wards) for first in (1, 21)])
    assert any("in part" in pair for pair in zip(*answers, strict=True))
