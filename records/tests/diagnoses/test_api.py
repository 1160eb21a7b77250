"""Diagnoses by the API: made, shown, changed, listed, and refused beside the field."""

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, api
from records.models import Diagnosis
from records.tests.encounter_factories import DiagnosisFactory, OutPatientFactory
from records.tests.factories import PatientFactory
from records.tests.inpatients.program import codes_of, status_and_code

pytestmark = pytest.mark.django_db
LIST = "/api/v1/diagnoses"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def visit(here):
    return OutPatientFactory(hospital=here)


@pytest.fixture
def client(here):
    return api("integrator", here)


def body(visit, **facts):
    """A diagnosis made in the visit; a fact that is None is left out."""
    said = {
        "patient_id": str(visit.patient_id), "encounter_id": str(visit.pk),
        "description": "Asthma", **facts,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def made(client, visit, **facts):
    answer = client.post(LIST, body(visit, **facts))
    assert answer.status_code == 201, answer.content
    return answer.json()


def ids(client, **asked):
    answer = client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def at(row, tail=""):
    return f"{LIST}/{row['id']}{tail}"


def test_a_diagnosis_is_made_shown_and_listed(client, visit):
    answer = client.post(
        LIST, body(visit, code_system="ICD-10", code="j459", is_main=True, external_id="D7")
    )
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["code"], row["code_display"]) == ("J45.9", "Asthma, unspecified")
    assert (row["is_main"], row["certainty"], row["clinical_status"]) == (
        True,
        "confirmed",
        "active",
    )
    assert (row["encounter_id"], row["recorded_by_id"]) == (str(visit.pk), str(client.user.pk))
    assert client.get(answer["Location"]).json() == row
    assert client.get(LIST).json()["results"] == [row]
    event = AuditEvent.objects.get(act="records.diagnosis.create")
    assert (str(event.object_id), event.door) == (row["id"], "api")


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"description": ""}, "description", "required"),
        ({"description": "x" * 501}, "description", "max_length"),
        ({"code": "E99.99", "code_system": "ICD-10"}, "code", "icd10_unknown"),
        ({"code": "J45.9"}, "code", "code_incomplete"),
        ({"certainty": "sure"}, "certainty", "invalid_choice"),
        ({"onset": "2100"}, "onset", "date_in_future"),
        ({"resolved": "2019"}, "clinical_status", "resolved_but_active"),
        ({"is_main": "yes"}, "is_main", "invalid"),
        ({"is_main": True, "encounter_id": None}, "is_main", "main_of_encounter"),
        ({"patient_id": None}, "patient_id", "required"),
        ({"main": True}, "main", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_with_its_code(client, visit, facts, name, code):
    answer = client.post(LIST, body(visit, **facts))
    assert answer.status_code == 400, answer.content
    assert code in codes_of(answer, name)
    assert not Diagnosis.objects.exists()


def test_what_another_hospital_has_is_no_choice_and_what_is_of_another_patient_is_told(
    client, visit, here
):
    for name, row in {"patient_id": PatientFactory(), "encounter_id": OutPatientFactory()}.items():
        answer = client.post(LIST, body(visit, **{name: str(row.pk)}))
        assert codes_of(answer, name) == ["invalid_choice"]
    other = OutPatientFactory(hospital=here)
    answer = client.post(LIST, body(visit, encounter_id=str(other.pk)))
    assert codes_of(answer, "encounter_id") == ["other_patient"]
    gone = OutPatientFactory(hospital=here, status="cancelled", cancel_reason="x")
    assert status_and_code(client.post(LIST, body(gone))) == (409, "encounter_cancelled")


def test_the_main_one_passes_on(client, visit):
    first, second = (made(client, visit, is_main=True) for _ in range(2))
    assert client.get(at(first)).json() | {"updated_at": ""} == first | {
        "is_main": False, "version": 2, "updated_at": "",
    }  # fmt: skip
    back = client.patch(at(first), {"version": 2, "is_main": True})
    assert (back.status_code, back.json()["is_main"]) == (200, True)
    assert client.get(at(second)).json()["is_main"] is False
    assert ids(client, is_main="true") == [first["id"]]


def test_a_body_just_received_may_be_sent_back_unchanged(client, visit):
    row = made(client, visit, code_system="ICD-10", code="J45.9", onset="2020-05")
    answer = client.put(at(row), row, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()) == (200, row)


def test_a_change_needs_the_current_version(client, visit):
    row = made(client, visit)
    assert client.patch(at(row), {"note": "x"}).status_code == 428
    changed = client.patch(at(row), {"version": 1, "certainty": "refuted"})
    assert (changed.status_code, changed.json()["certainty"]) == (200, "refuted")
    stale = client.patch(at(row), {"version": 1, "note": "x"})
    assert status_and_code(stale) == (412, "stale")
    other = str(PatientFactory(at=visit.hospital).pk)
    moved = client.patch(at(row), {"version": 2, "patient_id": other})
    assert codes_of(moved, "patient_id") == ["read_only"]


def test_deleted_it_is_gone_until_restored(client, visit, here):
    row = made(client, visit)
    assert client.delete(at(row), headers={"X-Reason": "Wrong patient"}).status_code == 204
    assert client.get(at(row)).status_code == 404
    assert client.post(at(row, "/restore")).status_code == 403
    assert api("administrator", here).post(at(row, "/restore")).status_code == 200
    assert client.get(at(row)).status_code == 200


def test_a_repeated_request_makes_one_and_an_external_id_leads_to_it(client, visit):
    key = {"Idempotency-Key": "d-1"}
    first, second = (client.post(LIST, body(visit, external_id="D7"), headers=key) for _ in "ab")
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    answer = client.post(LIST, body(visit, external_id="D7"))
    assert status_and_code(answer) == (409, "external_id_taken")
    assert answer["Location"] == at(first.json())
    assert ids(client, external_id="D7") == [first.json()["id"]]


def test_they_are_narrowed_by_whom_where_how_sure_and_what(client, visit, here):
    first = made(client, visit, is_main=True)
    second = made(client, visit, encounter_id=None, certainty="provisional", code_system="ICD-10",
                  code="J45.9")  # fmt: skip
    third = made(
        client, OutPatientFactory(hospital=here), clinical_status="resolved", resolved="2019"
    )
    assert ids(client) == [first["id"], second["id"], third["id"]]
    assert ids(client, patient_id=str(visit.patient_id)) == [first["id"], second["id"]]
    assert ids(client, encounter_id=str(visit.pk)) == ids(client, is_main="true") == [first["id"]]
    assert ids(client, certainty="provisional") == ids(client, code="J45.9") == [second["id"]]
    assert ids(client, clinical_status="resolved") == [third["id"]]
    for asked, code in (
        ({"certainty": "sure"}, "invalid_choice"), ({"is_main": "1"}, "invalid_choice"),
        ({"encounter": "x"}, "unknown_parameter"),
    ):  # fmt: skip
        answer = client.get(LIST, asked)
        assert codes_of(answer, next(iter(asked))) == [code]


def test_who_reads_the_outer_facts_alone_is_not_told_what_it_says(here, visit):
    row = DiagnosisFactory(hospital=here, patient=visit.patient, description="Gonorrhoea")
    for role in ("administrator", "auditor"):
        for address in (LIST, f"{LIST}/{row.pk}"):
            answer = api(role, here).get(address)
            assert answer.status_code == 200
            text = answer.content.decode()
            assert str(visit.patient_id) in text
            assert "Gonorrhoea" not in text
    assert api("nurse", here).get(f"{LIST}/{row.pk}").json()["description"] == "Gonorrhoea"
    assert api("nurse", here).post(LIST, body(visit)).status_code == 403
    assert api("receptionist", here).get(LIST).status_code == 403
    assert api("cashier", here).get(f"{LIST}/{row.pk}").status_code == 404


def test_another_hospitals_is_answered_like_one_that_never_was(client, here):
    theirs = DiagnosisFactory(patient=PatientFactory(at=here), hospital=HospitalFactory())
    for method in ("get", "put", "patch", "delete"):
        send = getattr(client, method)
        hidden, missing = send(f"{LIST}/{theirs.pk}"), send(f"{LIST}/{here.pk}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert ids(client) == []
