"""One states that there are no allergies while the other records one: never both on one chart."""

import pytest

from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.kit.racing import line_up
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import Allergy, AllergyStatement, Patient
from records.services import allergies
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    PatientFactory,
)

from .harness import once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 20


def prepare():
    hospital = HospitalFactory()
    return hospital.pk, [PatientFactory(at=hospital).pk for _ in range(ROUNDS)]


def work(is_stating, is_naive, hospital_id, patients):
    """Chart after chart, both start together; returns what came of each: "" for done, or a code."""
    nurse = command_actor(hospital_id, "nurse")
    act = {
        (True, False): _state, (True, True): _state_naively,
        (False, False): _record, (False, True): _record_naively,
    }[is_stating, is_naive]  # fmt: skip
    answers = []
    for pk in patients:
        patient = Patient.objects.get(pk=pk)
        line_up()
        answers.append(act(nurse, patient))
    return answers


def _state(nurse, patient):
    def act():
        statement = AllergyStatement(patient=patient, **AllergyStatement.recorder(nurse))
        allergies.state_none(nurse, statement=statement)

    return _code_of(act)


def _record(nurse, patient):
    def act():
        allergy = Allergy(patient=patient, substance="Latex", **Allergy.recorder(nurse))
        allergies.record(nurse, allergy=allergy)

    return _code_of(act)


def _state_naively(nurse, patient):
    """Look, then act: what everybody writes first."""
    is_free = not Allergy.objects.standing().filter(patient=patient).exists()
    line_up()
    if is_free:
        AllergyStatementFactory(patient=patient)
    return "" if is_free else "allergies_stand"


def _record_naively(nurse, patient):
    AllergyStatement.objects.filter(patient=patient).delete()
    line_up()
    AllergyFactory(patient=patient)
    return ""


def _code_of(act):
    try:
        in_transaction(act)
    except Exception as exc:  # noqa: BLE001  (told to the test)
        problem = problem_of(exc)
        return problem.code if problem else f"{type(exc).__name__}: {exc}"
    return ""


def contradictions():
    """Charts that say both."""
    stated = AllergyStatement.objects.live().values("patient_id")
    return Allergy.objects.standing().filter(patient_id__in=stated).count()


def test_no_chart_names_an_allergy_and_says_that_there_are_none(race, count):
    hospital_id, patients = once(race, prepare)
    stating, recording = race(
        work, [(True, False, hospital_id, patients), (False, False, hospital_id, patients)]
    )
    assert once(race, contradictions) == 0
    assert set(recording) == {""}, "an allergy is never refused because of a statement"
    assert set(stating) <= {"", "allergies_stand"}
    count("charts on which somebody stated none while an allergy was recorded", ROUNDS)


def test_the_naive_way_leaves_both_on_one_chart(race):
    hospital_id, patients = once(race, prepare)
    race(work, [(True, True, hospital_id, patients), (False, True, hospital_id, patients)])
    assert once(race, contradictions) > 0


def test_of_several_who_state_it_at_once_one_does(race):
    hospital_id, patients = once(race, prepare)
    answers = race(work, [(True, False, hospital_id, patients)] * 3)
    for outcomes in zip(*answers, strict=True):
        assert sorted(outcomes) == ["", "no_allergies_stated", "no_allergies_stated"]


def test_of_several_who_record_the_same_substance_at_once_one_does(race):
    hospital_id, patients = once(race, prepare)
    answers = race(work, [(False, False, hospital_id, patients)] * 3)
    for outcomes in zip(*answers, strict=True):
        assert sorted(outcomes) == ["", "allergy_known", "allergy_known"]
