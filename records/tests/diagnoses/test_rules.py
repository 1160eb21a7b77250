"""What diagnoses keep to: codes, whose they are, and the one main diagnosis of an encounter."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import facts
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError, problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import Diagnosis
from records.services import diagnoses
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    OutPatientFactory,
)
from records.tests.factories import PatientFactory, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def visit(here, patient):
    return OutPatientFactory(hospital=here, patient=patient)


@pytest.fixture
def doctor(here):
    return actor("doctor", here)


def named(by, patient, **said):
    said = {"description": "Asthma", **said}
    row = Diagnosis(patient=patient, **Diagnosis.recorder(by), **said)
    return diagnoses.record(by, diagnosis=row)


def refusal(by, patient, **said):
    """field -> codes of what is wrong; nothing was stored."""
    with pytest.raises(ValidationError) as refused:
        named(by, patient, **said)
    assert not Diagnosis.objects.exists()
    return {
        name: [code for code, _ in rows] for name, rows in problem_of(refused.value).errors.items()
    }


def mains(encounter):
    rows = Diagnosis.objects.live().filter(encounter=encounter.pk, is_main=True)
    return [row.description for row in rows]


def test_a_diagnosis_is_on_record_with_the_meaning_of_its_code(doctor, patient):
    row = named(doctor, patient, code_system="ICD-10", code="j459")
    assert (row.code, row.code_display) == ("J45.9", "Asthma, unspecified")
    assert (row.certainty, row.clinical_status, row.is_main) == ("confirmed", "active", False)
    event = AuditEvent.objects.get(act="records.diagnosis.create")
    assert (event.patient_id, row.history.count()) == (patient.pk, 1)


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"description": ""}, {"description": ["required"]}),
        ({"code": "E99.99", "code_system": "ICD-10"}, {"code": ["icd10_unknown"]}),
        ({"code": "J45.9"}, {"code": ["code_incomplete"]}),
        ({"certainty": "sure"}, {"certainty": ["invalid_choice"]}),
        ({"onset": "2100"}, {"onset": ["date_in_future"]}),
        ({"onset": "2020", "resolved": "2019", "clinical_status": "resolved"},
         {"resolved": ["resolved_before_onset"]}),
        ({"resolved": "2019"}, {"clinical_status": ["resolved_but_active"]}),
        ({"is_main": True}, {"is_main": ["main_of_encounter"]}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field(doctor, patient, said, errors):
    assert refusal(doctor, patient, **said) == errors


def test_an_encounter_is_the_patients_own_here_and_not_called_off(doctor, patient, here):
    other = OutPatientFactory(hospital=here)
    gone = OutPatientFactory(hospital=here, patient=patient, status="cancelled", cancel_reason="x")
    register(patient, there := HospitalFactory())
    elsewhere = OutPatientFactory(hospital=there, patient=patient)
    for encounter, code in (
        (other, "other_patient"), (gone, "encounter_cancelled"), (elsewhere, "other_tenant"),
    ):  # fmt: skip
        assert refusal(doctor, patient, encounter_id=encounter.pk) == {"encounter": [code]}


def test_a_diagnosis_of_a_stay_keeps_it_from_being_an_error(doctor, patient, here):
    stay = InPatientFactory(hospital=here, patient=patient)
    row = named(doctor, patient, encounter_id=stay.pk)
    with pytest.raises(RuleError) as refused:
        facts.refuse_in_use(stay)
    assert [link.id for link in refused.value.links] == [row.pk]
    facts.retire(doctor, row, reason="Wrong patient")
    facts.refuse_in_use(stay)


# ---- the main one


def test_the_main_diagnosis_passes_on(doctor, patient, visit):
    first = named(doctor, patient, encounter_id=visit.pk, is_main=True, description="Cold")
    second = named(doctor, patient, encounter_id=visit.pk, is_main=True, description="Flu")
    first.refresh_from_db()
    assert (mains(visit), first.is_main, first.version) == (["Flu"], False, 2)
    first.is_main = True
    diagnoses.change(doctor, diagnosis=first)
    second.refresh_from_db()
    assert (mains(visit), second.is_main) == (["Cold"], False)
    passed = AuditEvent.objects.filter(object_id=second.pk).latest("id")
    assert passed.changed == ["is_main"]


def test_each_encounter_has_its_own(doctor, patient, visit, here):
    other = OutPatientFactory(hospital=here, patient=patient)
    for encounter in (visit, other):
        named(doctor, patient, encounter_id=encounter.pk, is_main=True)
    assert (mains(visit), mains(other)) == (["Asthma"], ["Asthma"])


def test_a_refused_main_diagnosis_leaves_the_one_before_it(doctor, patient, visit):
    named(doctor, patient, encounter_id=visit.pk, is_main=True, description="Cold")
    with pytest.raises(ValidationError), transaction.atomic():
        named(doctor, patient, encounter_id=visit.pk, is_main=True, description="")
    assert mains(visit) == ["Cold"]


def test_the_database_keeps_to_one(visit, here, patient):
    said = {"hospital": here, "patient": patient, "encounter_id": visit.pk, "is_main": True}
    DiagnosisFactory(**said)
    with pytest.raises(IntegrityError), transaction.atomic():
        DiagnosisFactory(**said)


def test_a_main_diagnosis_does_not_come_back_beside_another(doctor, patient, visit, here):
    first = named(doctor, patient, encounter_id=visit.pk, is_main=True)
    facts.retire(doctor, first, reason="Wrong")
    named(doctor, patient, encounter_id=visit.pk, is_main=True, description="Flu")
    with pytest.raises(RuleError) as refused:
        facts.restore(actor("administrator", here), first)
    assert refused.value.code == "restore_conflict"
    assert mains(visit) == ["Flu"]


def test_a_stale_change_passes_nothing_on(doctor, patient, visit):
    named(doctor, patient, encounter_id=visit.pk, is_main=True, description="Cold")
    other = named(doctor, patient, encounter_id=visit.pk, description="Flu")
    other.is_main = True
    with pytest.raises(StaleError):
        diagnoses.change(doctor, diagnosis=other, expected_version=7)
    assert mains(visit) == ["Cold"]


# ---- who


def test_it_never_moves_to_another_patient(doctor, patient, here):
    row = named(doctor, patient)
    row.patient = PatientFactory(at=here)
    with pytest.raises(ValidationError) as refused:
        diagnoses.change(doctor, diagnosis=row)
    assert [code for code, _ in problem_of(refused.value).errors["patient"]] == ["read_only"]


@pytest.mark.parametrize("role", ["nurse", "receptionist", "cashier", "administrator", "lab"])
def test_only_a_doctor_names_one(here, patient, role):
    by = actor(role, here)
    with pytest.raises((Denied, NotVisible)):
        named(by, patient)
    assert not Diagnosis.objects.exists()


def test_another_hospitals_is_not_there(here):
    row = DiagnosisFactory(hospital=here)
    row.description = "Flu"
    with pytest.raises(NotVisible):
        diagnoses.change(actor("doctor", HospitalFactory()), diagnosis=row)
