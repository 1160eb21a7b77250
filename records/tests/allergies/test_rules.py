"""Allergies and the statement that there are none: never both, and never twice the same."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import facts
from hospital.kit.errors import Denied, NotVisible, RuleError, problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records import codings
from records.models import Allergy, AllergyStatement
from records.services import allergies
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


def record(nurse, patient, **facts_):
    facts_ = {"substance": "Penicillin", **facts_}
    allergy = Allergy(patient=patient, **Allergy.recorder(nurse), **facts_)
    return allergies.record(nurse, allergy=allergy)


def state(nurse, patient):
    statement = AllergyStatement(patient=patient, **AllergyStatement.recorder(nurse))
    return allergies.state_none(nurse, statement=statement)


def code_of(refused):
    return problem_of(refused.value).code


# ---- the same substance twice


@pytest.mark.parametrize("again", ["Penicillin", "  PENICILLIN ", "pénicillin", "Penicillin."])
def test_a_substance_is_on_a_patients_list_once_however_it_is_written(nurse, patient, again):
    record(nurse, patient)
    with pytest.raises(ValidationError) as refused:
        record(nurse, patient, substance=again)
    problem = problem_of(refused.value)
    assert (problem.status, problem.code, list(problem.errors)) == (409, "allergy_known", ["substance"])  # fmt: skip
    assert Allergy.objects.count() == 1


def test_a_code_is_on_a_patients_list_once_whatever_it_is_called(nurse, patient):
    record(nurse, patient, code_system=codings.ATC_SYSTEM, code="J01CE")
    with pytest.raises(ValidationError) as refused:
        record(nurse, patient, substance="Benzylpenicillin", code_system="ATC", code="j01ce")
    assert code_of(refused) == "allergy_known"
    record(nurse, patient, substance="Something else", code_system="urn:x", code="J01CE")


def test_what_was_entered_in_error_and_other_patients_do_not_count(nurse, patient, here):
    facts.retire(nurse, record(nurse, patient), reason="Wrong patient")
    record(nurse, patient)
    record(nurse, PatientFactory(at=here))


def test_two_without_a_code_do_not_clash(nurse, patient):
    record(nurse, patient)
    record(nurse, patient, substance="Latex")
    assert Allergy.objects.filter(code="").count() == 2


@pytest.mark.parametrize(
    "facts_", [{"substance_key": "penicillin"}, {"code_system": "urn:x", "code": "7"}]
)
def test_the_database_itself_refuses_the_second(patient, facts_):
    AllergyFactory(patient=patient, substance="a", **facts_)
    with pytest.raises(IntegrityError), transaction.atomic():
        AllergyFactory(patient=patient, substance="b", **facts_)


def test_an_old_entry_does_not_come_back_beside_a_newer_one(nurse, patient, here):
    old = record(nurse, patient)
    facts.retire(nurse, old, reason="Entered twice")
    record(nurse, patient)
    with pytest.raises(RuleError) as refused:
        allergies.restore(actor("administrator", here), allergy=old)
    assert refused.value.code == "restore_conflict"


# ---- codes


def test_the_code_of_a_known_system_is_checked_and_written_as_its_system_does(nurse, patient):
    allergy = record(nurse, patient, code_system="atc", code="j01ce")
    assert (allergy.code_system, allergy.code) == (codings.ATC_SYSTEM, "J01CE")
    with pytest.raises(ValidationError) as refused:
        record(nurse, patient, substance="Latex", code_system="ATC", code="latex")
    assert problem_of(refused.value).errors["code"][0][0] == "atc_invalid"


def test_the_code_of_another_system_is_kept_as_it_came(nurse, patient):
    allergy = record(nurse, patient, code_system="urn:oid:2.16.840", code="x-91 b")
    assert (allergy.code_system, allergy.code) == ("urn:oid:2.16.840", "x-91 b")


def test_a_system_known_by_name_is_kept_by_its_address(nurse, patient):
    allergy = record(nurse, patient, code_system="SNOMED CT", code="91936005")
    assert allergy.code_system == "http://snomed.info/sct"


# ---- no known allergies


def test_it_says_who_stated_it_where_and_when(nurse, patient, here):
    statement = state(nurse, patient)
    assert (statement.recorded_by, statement.hospital) == (nurse.user_id, here)
    event = AuditEvent.objects.get(act="records.allergystatement.create")
    assert (event.patient_id, event.user_id) == (patient.pk, nurse.user_id)


def test_an_allergy_recorded_ends_the_statement_and_says_why(nurse, patient):
    statement = state(nurse, patient)
    record(nurse, patient)
    statement.refresh_from_db()
    assert statement.retired_reason == "An allergy was recorded"
    assert statement.retired_by == nurse.user_id
    event = AuditEvent.objects.get(act="records.allergystatement.retire")
    assert (event.reason, event.version) == ("An allergy was recorded", 2)


def test_while_an_allergy_stands_it_is_refused_and_the_allergy_linked(nurse, patient):
    allergy = record(nurse, patient)
    with pytest.raises(RuleError) as refused:
        state(nurse, patient)
    [link] = refused.value.links
    told = (refused.value.code, link.id, link.label)
    assert told == ("allergies_stand", allergy.pk, "Allergy")
    assert not AllergyStatement.objects.exists()


@pytest.mark.parametrize(
    "past", [{"clinical_status": "resolved"}, {"clinical_status": "inactive"},
             {"verification_status": "refuted"}],
)  # fmt: skip
def test_an_allergy_that_does_not_stand_neither_ends_nor_forbids_it(nurse, patient, past):
    statement = state(nurse, patient)
    allergy = record(nurse, patient, **past)
    statement.refresh_from_db()
    assert not statement.is_retired
    facts.retire(nurse, statement, reason="x")
    state(nurse, patient)

    for name, value in (("clinical_status", "active"), ("verification_status", "confirmed")):
        setattr(allergy, name, value)
    allergies.change(nurse, allergy=allergy)
    assert not AllergyStatement.objects.live().exists()


def test_an_allergy_brought_back_ends_it(nurse, patient, here):
    allergy = record(nurse, patient)
    facts.retire(nurse, allergy, reason="Wrong patient")
    state(nurse, patient)
    allergies.restore(actor("administrator", here), allergy=allergy)
    assert not AllergyStatement.objects.live().exists()


def test_it_is_not_brought_back_while_an_allergy_stands(nurse, patient, here):
    statement = state(nurse, patient)
    record(nurse, patient)
    statement.refresh_from_db()
    with pytest.raises(RuleError) as refused:
        allergies.restate_none(actor("administrator", here), statement=statement)
    assert refused.value.code == "allergies_stand"


def test_it_is_stated_once(nurse, patient):
    state(nurse, patient)
    with pytest.raises(ValidationError) as refused:
        state(nurse, patient)
    assert code_of(refused) == "no_allergies_stated"
    with pytest.raises(IntegrityError), transaction.atomic():
        AllergyStatementFactory(patient=patient)


def test_a_change_that_changes_nothing_ends_nothing(nurse, patient):
    """What is in memory may be old: somebody has settled it since, and stated that there are none."""
    allergy = record(nurse, patient)
    newer = Allergy.objects.get(pk=allergy.pk)
    newer.clinical_status = "resolved"
    allergies.change(nurse, allergy=newer)
    statement = state(nurse, patient)
    allergies.change(nurse, allergy=allergy)
    statement.refresh_from_db()
    assert not statement.is_retired


def test_another_hospital_of_the_patient_takes_part_in_all_of_it(nurse, patient):
    there = HospitalFactory()
    register(patient, there)
    state(nurse, patient)
    record(actor("doctor", there), patient)
    assert not AllergyStatement.objects.live().exists()
    with pytest.raises(RuleError):
        state(nurse, patient)


@pytest.mark.parametrize("role", ["receptionist", "administrator", "pharmacist", "cashier"])
def test_only_clinicians_write(here, patient, role):
    person = actor(role, here)
    for act in (record, state):
        with pytest.raises(Denied):
            act(person, patient)
    assert not Allergy.objects.exists()


def test_of_a_stranger_nothing_is_stated(nurse):
    with pytest.raises(NotVisible):
        state(nurse, PatientFactory())
    assert not AllergyStatement.objects.exists()
