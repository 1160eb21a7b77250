"""A race of estimates: two are made of a treatment whose list is changed and which is done at that moment.

Everything here runs in processes of its own.
"""

from decimal import Decimal
from typing import Any

from billing.models import Estimate
from billing.services import costs
from hospital.kit import clock
from hospital.services.identity import command_actor
from records.models import Treatment, TreatmentMedication
from records.services import treatments
from records.tests.encounter_factories import TreatmentFactory
from records.tests.factories import MedicationFactory, PriceFactory, ProcedurePriceFactory
from records.tests.races import care, games
from records.tests.races.games import DONE, Round, Told

CHANGES, PERFORMS = 2, 3


class Estimates(care.CareGame):
    """What is estimated is the whole list before or after, and nothing is estimated once it is done."""

    model = Treatment

    def arrange(self):
        row = TreatmentFactory()
        ProcedurePriceFactory(procedure=row.procedure, amount="80")
        drugs = [MedicationFactory(hospital=row.hospital) for _ in range(4)]
        for number, drug in enumerate(drugs, 1):
            PriceFactory(medication=drug, amount=number)
        round_ = Round(row.hospital_id, row=row.pk, drugs=[drug.pk for drug in drugs])
        self.lists(round_, row, round_.facts["drugs"][:2])
        return round_

    def lists(self, round_: Round, row: Treatment, drugs: list[Any]) -> Treatment:
        uses = [TreatmentMedication(medication_id=pk, quantity=Decimal(2)) for pk in drugs]
        return treatments.change(self.doctor(round_), treatment=row, medications=uses)

    def doctor(self, round_):
        return command_actor(round_.hospital_id, "doctor")

    def act(self, round_, side):
        row = self.row(round_)
        if side == CHANGES:
            return self.lists(round_, row, round_.facts["drugs"][2:])
        if side == PERFORMS:
            return treatments.perform(self.doctor(round_), treatment=row)
        return costs.estimate(self.doctor(round_), treatment=row)

    def judge(self, round_, answers):
        assert answers[PERFORMS] == DONE, answers
        assert answers[CHANGES] in (DONE, "stale", "treatment_fixed"), answers
        made, drugs = Estimate.objects.filter(treatment=round_.facts["row"]), round_.facts["drugs"]
        given = answers[:CHANGES]
        assert set(given) <= {DONE, "treatment_step"}, answers
        assert made.count() == given.count(DONE)
        for row in made.prefetch_related("lines"):
            assert row.created_at <= self.row(round_).done_at, "estimated once it was done"
            lines = list(row.lines.all())
            assert [line.position for line in lines] == [1, 2, 3]
            assert {line.item_id for line in lines[1:]} in ({*drugs[:2]}, {*drugs[2:]})
            assert row.total == sum(line.amount for line in lines)

    def looks(self, round_, side):
        return self.row(round_).is_planned

    def writes(self, round_, side):
        row = self.row(round_)
        if side == PERFORMS:
            Treatment.objects.filter(pk=row.pk).update(status="done", done_at=clock.now())
        elif side != CHANGES:
            Estimate(
                hospital_id=row.hospital_id, treatment=row, total=80, currency="EUR",
                priced_on=clock.now().date(),
            ).save(force_insert=True)  # fmt: skip


GAMES: games.Games = {"Estimates": Estimates()}


# ---- what the processes run


def arrange(rounds: int) -> Told:
    return games.arrange([*GAMES], rounds, GAMES)


def play(side: int, told: Told) -> dict[str, list[str]]:
    return games.play(side, told, GAMES)


def judge(told: Told, answers: list[dict[str, list[str]]]) -> list[str]:
    return games.judge(told, answers, GAMES)


def look_then_write(side: int, told: Told) -> dict[str, list[str]]:
    return care.look_then_write(side, told, GAMES)
