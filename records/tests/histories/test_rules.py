"""What a history may say: codes and their meaning, relatives, status and dates."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import facts
from hospital.kit.errors import problem_of
from hospital.tests.factories import HospitalFactory, actor
from records import codings
from records.models import MedicalHistory
from records.tests.factories import MedicalHistoryFactory, PatientFactory

pytestmark = pytest.mark.django_db
E119 = "Type 2 diabetes mellitus without complications"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


def record(nurse, patient, **said):
    said = {"description": "Diabetes", **said}
    entry = MedicalHistory(patient=patient, **MedicalHistory.recorder(nurse), **said)
    return facts.create(nurse, entry)


def refusal(nurse, patient, **said):
    """(field, code) of the one thing that is wrong."""
    with pytest.raises(ValidationError) as refused:
        record(nurse, patient, **said)
    [(name, [(code, _)])] = problem_of(refused.value).errors.items()
    assert not MedicalHistory.objects.exists()
    return name, code


# ---- codes


@pytest.mark.parametrize("system", ["ICD-10", "icd10", codings.ICD10_SYSTEM])
def test_an_icd_10_code_is_written_as_the_who_does_and_says_what_it_means(nurse, patient, system):
    entry = record(nurse, patient, code_system=system, code="e119")
    told = (entry.code_system, entry.code, entry.code_display)
    assert told == (codings.ICD10_SYSTEM, "E11.9", E119)


def test_an_icd_10_code_that_is_none_is_refused(nurse, patient):
    assert refusal(nurse, patient, code_system="ICD-10", code="E99.99") == ("code", "icd10_unknown")


def test_a_meaning_that_was_given_is_kept(nurse, patient):
    entry = record(nurse, patient, code_system="ICD-10", code="E11.9", code_display="Zucker")
    assert entry.code_display == "Zucker"


def test_the_meaning_goes_with_its_code(nurse, patient):
    entry = record(nurse, patient, code_system="ICD-10", code="E11.9")
    entry.code = "I10"
    facts.change(nurse, entry)
    assert entry.code_display == "Essential (primary) hypertension"
    entry.code_system = entry.code = ""
    facts.change(nurse, entry)
    assert entry.code_display == ""


def test_the_code_of_another_system_keeps_its_own_meaning(nurse, patient):
    entry = record(nurse, patient, code_system="SNOMED", code="44054006", code_display="DM 2")
    told = (entry.code_system, entry.code, entry.code_display)
    assert told == (codings.SNOMED_SYSTEM, "44054006", "DM 2")


@pytest.mark.parametrize(
    "half", [{"code": "7"}, {"code_system": "urn:x"}, {"code_display": "Something"}]
)
def test_a_code_comes_with_its_system_and_a_meaning_with_its_code(nurse, patient, half):
    assert refusal(nurse, patient, **half) == ("code", "code_incomplete")


# ---- relatives, status and dates


def test_a_relative_is_named_in_a_family_history_only(nurse, patient):
    record(nurse, patient, category="family", relationship="mother").delete()
    wrong = {"category": "social", "relationship": "mother"}
    assert refusal(nurse, patient, **wrong) == ("relationship", "relationship_of_family")


@pytest.mark.parametrize("category", ["surgery", "immunisation"])
def test_what_was_done_once_has_no_status(nurse, patient, category):
    record(nurse, patient, category=category, onset="2011").delete()
    wrong = {"category": category, "clinical_status": "active"}
    assert refusal(nurse, patient, **wrong) == ("clinical_status", "status_of_event")


def test_what_has_ended_is_not_active(nurse, patient):
    record(nurse, patient, clinical_status="resolved", resolved="2011").delete()
    wrong = {"clinical_status": "active", "resolved": "2011"}
    assert refusal(nurse, patient, **wrong) == ("clinical_status", "resolved_but_active")


@pytest.mark.parametrize(
    ("onset", "resolved"),
    [("2011", "2011"), ("2011-05", "2011"), ("2011", "2011-01-01"), ("", "2011"), ("2011", "")],
)
def test_an_end_that_may_be_after_the_beginning_is_taken(nurse, patient, onset, resolved):
    assert record(nurse, patient, onset=onset, resolved=resolved).resolved == resolved


@pytest.mark.parametrize(
    ("onset", "resolved"), [("2011", "2010"), ("2011-05", "2011-04"), ("2011-05-02", "2011-05-01")]
)
def test_an_end_that_is_surely_before_the_beginning_is_refused(nurse, patient, onset, resolved):
    wrong = {"onset": onset, "resolved": resolved}
    assert refusal(nurse, patient, **wrong) == ("resolved", "resolved_before_onset")


def test_neither_date_is_still_to_come(nurse, patient):
    assert refusal(nurse, patient, onset="2999") == ("onset", "date_in_future")
    assert refusal(nurse, patient, resolved="2999") == ("resolved", "date_in_future")


@pytest.mark.parametrize(
    "broken",
    [
        {"code": "7"},
        {"code_display": "Something"},
        {"relationship": "mother"},
        {"category": "surgery", "clinical_status": "active"},
        {"clinical_status": "active", "resolved": "2011"},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(patient, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        MedicalHistoryFactory(patient=patient, **broken)
