"""Races around one patient's care: one visit of an appointment, one main diagnosis, one end of a treatment.

Each game is also played as it is done elsewhere: ``looks`` whether it may, and once all have looked ``writes``.
Everything here runs in processes of its own.
"""

from functools import partial
from typing import Any

from django.db import connection

from hospital.kit import clock, series
from hospital.kit.acts import in_transaction
from hospital.kit.racing import line_up
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import Appointment, Diagnosis, Encounter, OutPatient, Treatment
from records.services import appointment_steps, diagnoses, outpatients, treatments
from records.tests.encounter_factories import DiagnosisFactory, EncounterFactory, TreatmentFactory
from records.tests.factories import AppointmentFactory

from . import games
from .games import DONE, SIDES, Game, Round, Told, outcome


class CareGame(Game):
    """A round has one row that all sides want something of."""

    model: type[Any]

    def row(self, round_: Round) -> Any:
        return self.model.objects.get(pk=round_.facts["row"])

    def looks(self, round_: Round, side: int) -> bool:
        raise NotImplementedError

    def writes(self, round_: Round, side: int) -> None:
        raise NotImplementedError


class OneVisit(CareGame):
    """The desk checks the patient in while a program, a nurse and a doctor open the visit."""

    model = Appointment

    def arrange(self):
        here = HospitalFactory(time_zone="UTC")
        return Round(here.pk, row=AppointmentFactory(hospital=here, starts_at=clock.now()).pk)

    def act(self, round_, side):
        if side == 0:
            return appointment_steps.check_in(round_.reception, appointment=self.row(round_))
        role = ("integrator", "nurse", "doctor")[side - 1]
        who = command_actor(round_.hospital_id, role)
        return outpatients.arrive_for(who, appointment=self.row(round_))

    def judge(self, round_, answers):
        assert answers.count(DONE) == 1, answers
        assert answers[0] in {DONE, "done_already"}, answers
        assert set(answers[1:]) <= {DONE, "visit_exists"}, answers
        assert self.visits(round_).count() == 1
        assert self.row(round_).status == "checked_in"

    def visits(self, round_):
        return OutPatient.objects.live().filter(appointment=round_.facts["row"])

    def looks(self, round_, side):
        return not self.visits(round_).exists()

    def writes(self, round_, side):
        row = self.row(round_)
        row.status = "checked_in"
        Appointment.objects.filter(pk=row.pk).update(status="checked_in")
        OutPatient(
            hospital_id=round_.hospital_id, patient_id=row.patient_id, clinic_id=row.clinic_id,
            appointment=row, status="arrived", starts_at=row.starts_at,
            number=str(series.skipping("encounter")),
        ).save()  # fmt: skip


class OneMain(CareGame):
    """Two doctors each make another diagnosis the main one, while two others name a new one.

    Each gets it in turn, and whoever made the one before goes on with theirs as stale.
    """

    model = Encounter

    def arrange(self):
        visit = EncounterFactory()
        rows = [self.secondary(visit) for _ in range(SIDES // 2)]
        return Round(visit.hospital_id, row=visit.pk, rows=[row.pk for row in rows])

    def secondary(self, visit):
        return DiagnosisFactory(encounter=visit, hospital=visit.hospital, patient=visit.patient)

    def wanted(self, round_, side):
        if side < len(round_.facts["rows"]):
            row = Diagnosis.objects.get(pk=round_.facts["rows"][side])
            row.is_main = True
            return row
        visit = self.row(round_)
        of = {"encounter": visit, "patient": visit.patient, "hospital": visit.hospital}
        return Diagnosis(description=f"Asthma {side}", is_main=True, **of)

    def act(self, round_, side):
        row, doctor = self.wanted(round_, side), command_actor(round_.hospital_id, "doctor")
        work = diagnoses.record if row._state.adding else diagnoses.change
        return work(doctor, diagnosis=row)

    def judge(self, round_, answers):
        assert answers == [DONE] * SIDES, answers
        rows = list(Diagnosis.objects.filter(encounter=round_.facts["row"]))
        assert [row.is_main for row in rows].count(True) == 1, rows
        doctor = command_actor(round_.hospital_id, "doctor")
        for row in (row for row in rows if not row.is_main):
            row.note = "As I said"
            had = {"diagnosis": row, "expected_version": row.version - 1}
            assert outcome(partial(diagnoses.change, doctor, **had)) == "stale"

    def looks(self, round_, side):
        rows = Diagnosis.objects.filter(encounter=round_.facts["row"], is_main=True)
        return not rows.exists()

    def writes(self, round_, side):
        self.wanted(round_, side).save()


class OneEnd(CareGame):
    """Two write down that a treatment was done while two others call it off: it ends in one way."""

    model = Treatment

    def arrange(self):
        row = TreatmentFactory()
        return Round(row.hospital_id, row=row.pk)

    def act(self, round_, side):
        doctor, row = command_actor(round_.hospital_id, "doctor"), self.row(round_)
        if side % 2:
            return treatments.cancel(doctor, treatment=row, reason="Not needed")
        return treatments.perform(doctor, treatment=row)

    def judge(self, round_, answers):
        assert answers.count(DONE) == 1, answers
        assert set(answers) <= {DONE, "treatment_step"}, answers
        row = self.row(round_)
        assert row.status == ("cancelled" if answers.index(DONE) % 2 else "done")
        assert row.version == 2

    def looks(self, round_, side):
        return self.row(round_).is_planned

    def writes(self, round_, side):
        ends = {"status": "cancelled", "done_at": None, "cancel_reason": "Not needed"}
        if side % 2 == 0:
            ends = {"status": "done", "done_at": clock.now(), "cancel_reason": ""}
        Treatment.objects.filter(pk=round_.facts["row"]).update(**ends)


CARE: games.Games = {game.__name__: game() for game in (OneVisit, OneMain, OneEnd)}


# What the database keeps apart by itself.
UNIQUE = {Encounter: "encounter_one_of_appointment", Diagnosis: "diagnosis_one_main"}


def change_constraints(how: str) -> None:
    """ "remove_constraint", or "add_constraint" again."""
    for model, name in UNIQUE.items():
        [found] = [row for row in model._meta.constraints if row.name == name]
        with connection.schema_editor() as editor:
            getattr(editor, how)(model, found)


# ---- what the processes run


def arrange(rounds: int) -> Told:
    return games.arrange(list(CARE), rounds, CARE)


def play(side: int, told: Told) -> dict[str, list[str]]:
    return games.play(side, told, CARE)


def judge(told: Told, answers: list[dict[str, list[str]]]) -> list[str]:
    return games.judge(told, answers, CARE)


def look_then_write(side: int, told: Told, among: Any = CARE) -> dict[str, list[str]]:
    """As it is done elsewhere: everybody looks whether it may be done, then one after the other does it."""
    answers: dict[str, list[str]] = {name: [] for name in told}
    for name, rounds in told.items():
        for hospital_id, known in rounds:
            game, round_ = among[name], Round(hospital_id, **known)
            may = game.looks(round_, side)
            for turn in reversed(range(SIDES)):
                line_up()
                if may and turn == side:
                    in_transaction(partial(game.writes, round_, side))
            answers[name].append(DONE if may else "refused")
            line_up()
    return answers
