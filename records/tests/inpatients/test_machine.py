"""Hundreds of acts with beds in any order, each done by the product and by a plain model, and compared.

After each of them both must have answered alike, and everything stored, the board and the census must be as the model
says, now and as of the steps before; and as the model said it after the steps before, by what was known then.

``MACHINE_EXAMPLES=2000 .venv/bin/pytest records/tests/inpatients/test_machine.py -k thousands -m ""``
walks on for hours.
"""

import os
from itertools import combinations, pairwise

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from records.models import BedPeriod, InPatient, Leave
from records.services import bed_board, discharge_blockers, inpatients
from records.tests.appointments.ground import it_is

from .desk import Place, Wards, minutes, moment
from .model import IN, Away, Period, later

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(7200)]
EXAMPLES, MANY = 12, int(os.environ.get("MACHINE_EXAMPLES", "25"))
STEPS = 50


class Watched(Wards):
    """What is stored is looked at after every act."""

    looked = cleared = 0

    @invariant()
    def everything_is_as_the_model_says(self):
        told = {
            self.keys[row.pk]: (row.status, row.starts_at, row.ends_at, row.retired_at is not None)
            for row in InPatient.objects.all()
        }
        assert told == {
            key: (stay.status, moment(stay.start), moment(stay.end), stay.gone is not None)
            for key, stay in self.model.stays.items()
        }
        rows = list(BedPeriod.objects.live().select_related("bed"))
        assert sorted(map(repr, map(self.as_period, rows))) == standing(self.model.periods)
        leaves = [
            Away(minutes(row.starts_at), minutes(row.ends_at), stay=self.keys[row.encounter_id])
            for row in Leave.objects.live()
        ]
        assert sorted(map(repr, leaves)) == standing(self.model.leaves)
        refuse_two_at_once([row for row in rows if row.bed_id], "bed_id")
        refuse_two_at_once([row for row in rows if row.kind == "occupied"], "encounter_id")
        for stay in self.model.stays.values():
            if stay.gone is None:
                self.check_places(stay)

    def as_period(self, row):
        return Period(
            minutes(row.starts_at), minutes(row.ends_at), kind=row.kind,
            ward=self.place.ward_names[row.ward_id], bed=self.place.bed_names.get(row.bed_id),
            stay=self.keys.get(row.encounter_id),
        )  # fmt: skip

    def check_places(self, stay):
        """A status agrees with the places, which follow one another, and with the leaves within them."""
        lain, leaves = self.model.of_stay(stay.key), self.model.leaves_of(stay.key)
        assert bool(lain) == (stay.status in (*IN, "finished")), stay
        assert all(one.end == two.start for one, two in pairwise(lain)), lain
        assert sum(row.end is None for row in leaves) == (stay.status == "on_leave"), stay
        if lain:
            assert (lain[0].start, lain[-1].end) == (stay.start, stay.end), stay
            assert (stay.end is None) == (stay.status in IN), stay
        for row in leaves:
            assert stay.start <= row.start, (stay, row)
            assert later(row.end) <= later(stay.end), (stay, row)

    @invariant()
    def the_board_tells_it_now_and_as_of_every_step(self):
        """All of the steps once in a while, else one of them."""
        known = self.moments
        chosen = known if len(known) % 25 == 0 else known[len(known) // 3 :][:1]
        for each in {*chosen, self.model.now}:
            self.look_at(each, self.model)

    @invariant()
    def what_was_known_after_every_step_is_told_for_ever(self):
        """The model as it was then is never changed again: of a step before, about that moment or an earlier one."""
        self.was_known[self.model.now] = self.model
        steps = list(self.was_known)
        known = steps[len(steps) // 2]
        before = [each for each in self.moments if each <= known]
        self.look_at(before[-1 - len(steps) % len(before)], self.was_known[known], known)

    def look_at(self, minute, model, known=None):
        """The board and the census of ``minute``, as they are known now or were when it was ``known``."""
        nurse, place = self.place.actors["nurse"], self.place
        by = {"known_at": moment(known)}
        with it_is(moment(self.model.now)):
            boards = bed_board.at(nurse, moment(minute), **by)
            told_ = bed_board.census(nurse, [moment(minute)], **by)
        counted = {ward: row for ward, [row] in told_.items()}
        beds = {
            place.bed_names[row.bed.pk]: (
                row.state, self.keys.get(row.period.encounter_id) if row.period else None,
                row.is_on_leave,
            )
            for board in boards for row in board.places
        }  # fmt: skip
        told = model.board(minute)
        assert beds == {bed: told[bed] for bed in beds}, (minute, known)
        assert {*told} - {*beds} <= model.sold, (minute, known)
        waiting = {
            (place.ward_names[board.ward.pk], self.keys[row.period.encounter_id])
            for board in boards for row in board.waiting
        }  # fmt: skip
        assert waiting == model.waiting(minute), (minute, known)
        assert {
            place.ward_names[ward]: (row["occupied"], row["waiting"], row["on_leave"])
            for ward, row in counted.items()
        } == model.census(minute), (minute, known)
        Watched.looked += 1

    @invariant()
    def whoever_is_in_can_be_let_go(self):
        """By a nurse, once what is missing is written: looked at afresh whenever a stay has changed."""
        for key, stay in self.model.stays.items():
            state = repr((stay, self.model.of_stay(key), self.model.leaves_of(key)))
            if stay.gone is None and stay.status in IN and self.seen.get(key) != state:
                self.seen[key] = state
                self.let_go_for_a_look(stay)

    def let_go_for_a_look(self, stay):
        row = self.row(stay.key)
        assert [each["code"] for each in discharge_blockers.of(row)] == stay.missing
        nurse = self.place.actors["nurse"]
        with it_is(moment(self.model.now + 1)), transaction.atomic():
            row.summary, row.attending = "Better", self.place.doctor
            inpatients.change(nurse, stay=row)
            assert discharge_blockers.of(row) == []
            inpatients.discharge(nurse, stay=row, disposition="home")
            transaction.set_rollback(True)
        Watched.cleared += 1


def standing(rows):
    """What holds or has held, to be compared."""
    return sorted(repr(row) for row in rows if row.gone is None)


def refuse_two_at_once(rows, name):
    for one, other in combinations(rows, 2):
        if getattr(one, name) == getattr(other, name):
            is_apart = (one.ends_at and one.ends_at <= other.starts_at) or (
                other.ends_at and other.ends_at <= one.starts_at
            )
            assert is_apart, f"two at once: {name}"


def walk(examples, place=None):
    Watched.place = place or Place()
    Wards.walked = Watched.looked = Watched.cleared = 0
    # A failure is told as it was met: making a shorter one of it takes many minutes.
    chosen = settings(
        max_examples=examples, stateful_step_count=STEPS, phases=[Phase.generate], database=None,
        report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(Watched, settings=chosen)


def told(count):
    count("acts with beds agree with the model", Wards.walked)
    count("moments at which the bed board agrees with the model", Watched.looked)
    count("stays whose blockers were cleared and that were discharged", Watched.cleared)


def test_nothing_that_a_ward_can_do_breaks_a_promise(count):
    walk(EXAMPLES)
    told(count)


@pytest.mark.slow
@pytest.mark.once
def test_nor_do_thousands_of_acts(count):
    walk(MANY)
    told(count)
    assert Wards.walked > MANY * STEPS / 4
