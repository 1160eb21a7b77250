"""Allergies and statements by the API: filters, links of a refusal, once."""

import pytest

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import HospitalFactory, api
from records.models import Allergy, AllergyStatement
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db
ALLERGIES, STATEMENTS = "/api/v1/allergies", "/api/v1/allergy-statements"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def program(here):
    return api("integrator", here)


def ids(answer):
    return {row["id"] for row in answer.json()["results"]}


@pytest.mark.parametrize(
    ("facts", "query"),
    [({"category": "food"}, "category=food"),
     ({"clinical_status": "resolved"}, "clinical_status=resolved")],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_said(program, patient, facts, query):
    wanted = AllergyFactory(patient=patient, **facts)
    AllergyFactory(patient=patient)
    assert ids(program.get(f"{ALLERGIES}?{query}")) == {str(wanted.pk)}


def test_the_list_is_narrowed_by_patient_and_by_the_hospital_that_recorded(program, here, patient):
    there = HospitalFactory()
    register(patient, there)
    theirs = AllergyFactory(patient=patient, hospital=there)
    other = AllergyFactory(hospital=here)
    assert ids(program.get(ALLERGIES)) == {str(theirs.pk), str(other.pk)}
    assert ids(program.get(f"{ALLERGIES}?patient_id={patient.pk}")) == {str(theirs.pk)}
    assert ids(program.get(f"{ALLERGIES}?hospital_id={here.pk}")) == {str(other.pk)}
    assert program.get(f"{ALLERGIES}?category=wood").status_code == 400


def test_a_patient_known_to_two_hospitals_is_listed_once(program, here):
    patient = PatientFactory(at=here)
    for _ in range(2):
        register(patient, HospitalFactory())
    AllergyFactory(patient=patient)
    assert len(program.get(ALLERGIES).json()["results"]) == 1


def test_a_list_is_a_look_at_every_patient_in_it(program, here):
    shown = {AllergyFactory(hospital=here).patient_id for _ in range(3)}
    program.get(ALLERGIES)
    event = AuditEvent.objects.get(act="records.allergy.list")
    assert set(AuditPatient.objects.filter(event=event).values_list("patient_id", flat=True)) == shown  # fmt: skip


def test_a_code_comes_back_as_its_system_writes_it_and_may_be_sent_back(program, patient):
    body = {"patient_id": str(patient.pk), "substance": "Penicillin"}
    body |= {"code_system": "ATC", "code": "j01ce"}
    made = program.post(ALLERGIES, body)
    assert made.status_code == 201
    assert (made.json()["code_system"], made.json()["code"]) == ("http://www.whocc.no/atc", "J01CE")
    same = program.put(made["Location"], made.json(), headers={"If-Match": made["ETag"]})
    assert (same.status_code, same.json()) == (200, made.json())


def test_the_second_of_one_substance_is_a_conflict(program, patient):
    AllergyFactory(patient=patient, substance="Latex")
    answer = program.post(ALLERGIES, {"patient_id": str(patient.pk), "substance": "latex"})
    assert (answer.status_code, answer.json()["code"]) == (409, "allergy_known")
    assert Allergy.objects.count() == 1


def test_a_statement_is_made_read_and_taken_back(program, here, patient):
    made = program.post(STATEMENTS, {"patient_id": str(patient.pk)})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["hospital_id"], shown["recorded_by_id"]) == (str(here.pk), str(program.user.pk))
    assert program.get(f"{STATEMENTS}?patient_id={patient.pk}").json()["results"] == [shown]
    assert program.delete(made["Location"], headers={"X-Reason": "misheard"}).status_code == 204
    assert program.get(made["Location"]).status_code == 404
    old = program.get(f"{made['Location']}?include_retired=true").json()
    assert old["retired_at"] is not None
    assert api("administrator", here).post(f"{made['Location']}/restore").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_statement_is_never_changed(program, patient, method):
    made = program.post(STATEMENTS, {"patient_id": str(patient.pk)})
    answer = getattr(program, method)(made["Location"], {}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "DELETE", "HEAD", "OPTIONS"}


def test_a_statement_against_an_allergy_is_refused_with_a_link_to_it(program, patient):
    allergy = AllergyFactory(patient=patient, substance="Latex")
    answer = program.post(STATEMENTS, {"patient_id": str(patient.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "allergies_stand")
    [link] = answer.json()["links"]
    assert link["href"] == f"{ALLERGIES}/{allergy.pk}"
    assert "Latex" not in answer.content.decode()
    assert not AllergyStatement.objects.exists()


def test_a_second_statement_is_refused_and_a_repeated_request_is_not(program, patient):
    key = {"Idempotency-Key": "none-1"}
    body = {"patient_id": str(patient.pk)}
    first, again = (program.post(STATEMENTS, body, headers=key) for _ in range(2))
    assert (first.json(), again["Idempotent-Replay"]) == (again.json(), "true")
    refused = program.post(STATEMENTS, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_allergies_stated")
    assert AllergyStatement.objects.count() == 1


def test_an_allergy_posted_retires_the_statement(program, patient):
    statement = AllergyStatementFactory(patient=patient)
    program.post(ALLERGIES, {"patient_id": str(patient.pk), "substance": "Latex"})
    statement.refresh_from_db()
    assert statement.is_retired


def test_an_allergy_is_found_by_the_id_another_system_has_for_it(program, patient):
    body = {"patient_id": str(patient.pk), "substance": "Latex", "external_id": "HIS-9"}
    made = program.post(ALLERGIES, body)
    assert ids(program.get(f"{ALLERGIES}?external_id=HIS-9")) == {made.json()["id"]}
    again = program.post(ALLERGIES, body | {"substance": "Nuts"})
    assert (again.status_code, again["Location"]) == (409, made["Location"])
