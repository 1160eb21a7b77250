"""All encounters by the API: stays and visits alike, to read, for whoever may see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, api
from records.models import Encounter
from records.tests.encounter_factories import InPatientFactory, OutPatientFactory
from records.tests.inpatients.program import Program as Ward
from records.tests.inpatients.program import codes_of

pytestmark = pytest.mark.django_db
LIST = "/api/v1/encounters"
SPELLINGS = ("in_patients", "inpatients", "out_patients", "outpatients")


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def client(here):
    return api("integrator", here)


def ids(client, **asked):
    answer = client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("name", SPELLINGS)
def test_all_four_spellings_answer_every_verb(name):
    ward = Ward()
    clinic = ClinicFactory(hospital=ward.here)
    body = ward.body() if "in" in name[:2] else {
        "patient_id": ward.body()["patient_id"], "clinic_id": str(clinic.pk),
    }  # fmt: skip
    made = ward.client.post(f"/api/v1/{name}", body)
    assert made.status_code == 201, made.content
    row = made.json()
    one, seen = f"/api/v1/{name}/{row['id']}", {"If-Match": '"1"'}
    assert ward.client.get(f"/api/v1/{name}").json()["results"] == [row]
    assert ward.client.get(one).json() == row
    assert ward.client.put(one, row | {"complaint": "Fall"}, headers=seen).status_code == 200
    assert ward.client.patch(one, {"version": 2, "complaint": "Fever"}).status_code == 200
    assert ward.client.delete(one).status_code == 204


def test_stays_and_visits_are_listed_alike_the_latest_first(client, here):
    doctor = DoctorFactory(hospital=here)
    stay = InPatientFactory(hospital=here, attending=doctor, complaint="Hip")
    visit = OutPatientFactory(hospital=here, summary="Bronchitis", starts_at=stay.starts_at)
    emergency = OutPatientFactory(hospital=here, kind="emergency", clinic=None)
    rows = client.get(LIST).json()["results"]
    assert [row["id"] for row in rows] == [str(row.pk) for row in (emergency, visit, stay)]
    told = [(row["kind"], row["topic"], row["status"]) for row in rows]
    assert told == [
        ("emergency", "outpatients", "arrived"), ("outpatient", "outpatients", "arrived"),
        ("inpatient", "inpatients", "in_progress"),
    ]  # fmt: skip
    assert rows[1]["clinic_id"] == str(visit.clinic_id)
    assert (rows[2]["attending_id"], rows[2]["clinic_id"]) == (str(doctor.pk), None)
    for row in rows:
        assert client.get(f"{LIST}/{row['id']}").json() == row
        where = client.get(f"/api/v1/{row['topic']}/{row['id']}")
        assert where.json()["number"] == row["number"]
        assert "Bronchitis" not in str(row)


def test_they_are_narrowed_by_whom_where_and_how_far(client, here):
    doctor = DoctorFactory(hospital=here)
    stay = InPatientFactory(hospital=here, attending=doctor)
    visit = OutPatientFactory(hospital=here)
    assert ids(client, patient_id=str(visit.patient_id)) == [str(visit.pk)]
    assert ids(client, clinic_id=str(visit.clinic_id)) == [str(visit.pk)]
    assert (
        ids(client, attending_id=str(doctor.pk)) == ids(client, kind="inpatient") == [str(stay.pk)]
    )
    assert ids(client, number=stay.number) == ids(client, status="in_progress") == [str(stay.pk)]
    later = {"from": "2026-03-01T08:00:01Z"}
    assert (ids(client, **later), len(ids(client, to="2026-03-01T08:00:01Z"))) == ([], 2)
    assert codes_of(client.get(LIST, {"kind": "day"}), "kind") == ["invalid_choice"]


def test_they_are_read_and_nothing_else(client, here):
    visit = OutPatientFactory(hospital=here)
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(f"{LIST}/{visit.pk}").status_code == 405
    assert client.post(LIST, {}).status_code == 405


def test_a_token_sees_the_kinds_that_it_may_read(here):
    stay, visit = InPatientFactory(hospital=here), OutPatientFactory(hospital=here)
    for scopes, seen in (
        (["records.inpatient:read"], [stay]), (["records.outpatient:read"], [visit]), ([], []),
    ):  # fmt: skip
        client = api("integrator", here, scopes=["records.encounter:read", *scopes])
        assert ids(client) == [str(row.pk) for row in seen]
        for row in (stay, visit):
            found = client.get(f"{LIST}/{row.pk}").status_code
            assert found == (200 if row in seen else 404)
    without = api("integrator", here, scopes=["records.inpatient:read"])
    assert without.get(LIST).status_code == 403


def test_who_reads_them(here):
    visit = OutPatientFactory(hospital=here, complaint="Cough")
    for role in ("doctor", "nurse", "receptionist", "cashier", "administrator"):
        row = api(role, here).get(f"{LIST}/{visit.pk}").json()
        assert (row["complaint"], row["patient_id"]) == ("Cough", str(visit.patient_id))
    for role in ("auditor", "pharmacist", "lab"):
        assert api(role, here).get(LIST).status_code == 403


def test_another_hospitals_is_answered_like_one_that_never_was(client, here):
    theirs = OutPatientFactory()
    hidden, missing = (client.get(f"{LIST}/{pk}") for pk in (theirs.pk, here.pk))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert ids(client) == []


def test_every_look_names_the_patient_in_the_audit(client, here):
    visit = OutPatientFactory(hospital=here)
    for address, word in ((LIST, "list"), (f"{LIST}/{visit.pk}", "read")):
        client.get(address)
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.encounter.{word}", visit.patient_id)


def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(client, here):
    costs = []
    for wanted in (3, 30):
        OutPatientFactory.create_batch(wanted - Encounter.objects.count(), hospital=here)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(LIST, {"limit": 100}).json()["results"]) == wanted
        costs.append(len(queries))
    assert costs[0] == costs[1]
