"""Many observations at once by the API: all or none, each error beside its row, at a cost that is known."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, api
from records.models import Observation
from records.tests.encounter_factories import OutPatientFactory
from records.tests.factories import PatientFactory
from records.tests.inpatients.program import codes_of, status_and_code

pytestmark = pytest.mark.django_db
LIST = "/api/v1/observations"
BATCH = f"{LIST}/batch"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def visit(here):
    return OutPatientFactory(hospital=here)


@pytest.fixture
def client(here):
    return api("integrator", here)


def row(visit, code="8867-4", value="72", **facts):
    return {
        "patient_id": str(visit.patient_id), "encounter_id": str(visit.pk), "code_system": "LOINC",
        "code": code, "value": value, **facts,
    }  # fmt: skip


def many(*rows, **said):
    return {"observations": list(rows), **said}


def test_many_are_recorded_in_the_order_in_which_they_were_sent(client, visit, here):
    other = OutPatientFactory(hospital=here)
    sent = many(
        row(visit, value="80"), row(visit, "8310-5", "37.2", external_id="O7"), row(other),
        is_preliminary=True,
    )  # fmt: skip
    made = client.post(BATCH, sent)
    assert made.status_code == 201, made.content
    results = made.json()["results"]
    assert [each["value"] for each in results] == ["80", "37.2", "72"]
    assert {each["status"] for each in results} == {"preliminary"}
    assert results[2]["patient_id"] == str(other.patient_id)
    assert results[1]["external_ids"][0]["value"] == "O7"
    for each in results:
        assert client.get(f"{LIST}/{each['id']}").json() == each
    assert AuditEvent.objects.filter(act="records.observation.create").count() == 3


def test_one_is_enough_and_a_hundred_are_not_too_many(client, visit):
    assert client.post(BATCH, many(row(visit))).status_code == 201
    made = client.post(BATCH, many(*[row(visit)] * 100))
    assert (made.status_code, len(made.json()["results"])) == (201, 100)
    for rows, code in (([], "required"), ([row(visit)] * 101, "too_many")):
        answer = client.post(BATCH, many(*rows))
        assert (answer.status_code, codes_of(answer, "observations")) == (400, [code])
    assert Observation.objects.count() == 101


@pytest.mark.parametrize(
    ("facts", "name", "status", "code"),
    [
        ({"value": 72}, "value", 400, "quantity_invalid"),
        ({"value": "72.0001"}, "value", 400, "quantity_decimals"),
        ({"unit": "bpm"}, "unit", 400, "unit_wrong"),
        ({"valeu": "72"}, "valeu", 400, "unknown_field"),
        ({"status": "final"}, "status", 400, "unknown_field"),
        ({"confirmed": True}, "confirmed", 400, "unknown_field"),
        ({"patient_id": "x"}, "patient_id", 400, "invalid"),
        ({"taken_at": "2100-03-01T09:00:00Z"}, "taken_at", 400, "time_to_come"),
    ],
)
def test_an_error_names_the_row_and_nothing_is_recorded(client, visit, facts, name, status, code):
    answer = client.post(BATCH, many(row(visit), row(visit) | facts))
    assert answer.status_code == status, answer.content
    assert codes_of(answer, f"observations.1.{name}") == [code]
    assert not Observation.objects.exists()
    alone = client.post(BATCH, many(row(visit) | facts))
    assert codes_of(alone, f"observations.0.{name}") == [code]


def test_parents_that_will_not_do_are_named_beside_their_row(client, visit, here):
    stranger, other = PatientFactory(), OutPatientFactory(hospital=here)
    for name, pk, code in (
        ("patient_id", stranger.pk, "invalid_choice"), ("encounter_id", other.pk, "other_patient"),
    ):  # fmt: skip
        answer = client.post(BATCH, many(row(visit), row(visit) | {name: str(pk)}))
        assert codes_of(answer, f"observations.1.{name}") == [code]
    gone = OutPatientFactory(hospital=here, status="cancelled", cancel_reason="x")
    answer = client.post(BATCH, many(row(visit), row(gone)))
    assert status_and_code(answer) == (409, "encounter_cancelled")
    assert codes_of(answer, "observations.1.encounter_id") == ["encounter_cancelled"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("sent", "name", "code"),
    [
        ({}, "observations", "required"),
        ({"observations": None}, "observations", "required"),
        ({"observations": "x"}, "observations", "invalid"),
        ({"observations": {"0": {}}}, "observations", "invalid"),
        ({"rows": []}, "rows", "unknown_field"),
    ],
)
def test_a_body_that_is_none_is_named_too(client, sent, name, code):
    answer = client.post(BATCH, sent)
    assert answer.status_code == 400
    assert code in codes_of(answer, name)


def test_all_that_is_unlikely_is_told_and_recorded_once_confirmed(client, visit):
    sent = many(row(visit, value="720"), row(visit), row(visit, "8310-5", "368"))
    refused = client.post(BATCH, sent)
    assert status_and_code(refused) == (409, "value_unlikely")
    assert [(each["row"], each["code"]) for each in refused.json()["unlikely"]] == [
        (0, "8867-4"), (2, "8310-5"),
    ]  # fmt: skip
    assert not Observation.objects.exists()
    assert client.post(BATCH, sent | {"confirmed": True}).status_code == 201
    assert Observation.objects.count() == 3


def test_sent_again_with_its_key_it_is_recorded_once(client, visit):
    sent, key = many(row(visit), row(visit, value="80")), {"Idempotency-Key": "b-1"}
    first, second = (client.post(BATCH, sent, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert Observation.objects.count() == 2
    look = AuditEvent.objects.latest("id")
    assert (look.act, look.patient_id) == ("records.observation.read", visit.patient_id)
    other = client.post(BATCH, many(row(visit)), headers=key)
    assert status_and_code(other) == (422, "idempotency_mismatch")


def test_an_external_id_leads_to_one_of_them(client, visit):
    client.post(BATCH, many(row(visit, external_id="O7")))
    again = client.post(BATCH, many(row(visit), row(visit, external_id="O7")))
    assert status_and_code(again) == (409, "external_id_taken")
    twice = client.post(BATCH, many(row(visit, external_id="O8"), row(visit, external_id="O8")))
    assert status_and_code(twice) == (409, "external_id_taken")
    assert Observation.objects.count() == 1


def test_a_token_that_may_only_write_is_told_ids_and_versions(here, visit):
    reads = ("records.patient:read", "records.encounter:read", "records.outpatient:read")
    scopes = ["records.observation:write", *reads]
    answer = api("integrator", here, scopes=scopes).post(BATCH, many(row(visit), row(visit)))
    assert answer.status_code == 201, answer.content
    assert [set(each) for each in answer.json()["results"]] == [{"id", "version"}] * 2


def test_who_may_not_record_records_none(here, visit):
    for role in ("receptionist", "cashier", "administrator"):
        answer = api(role, here).post(BATCH, many(row(visit)))
        assert status_and_code(answer) == (403, "forbidden")
    assert not Observation.objects.exists()


def test_a_hundred_cost_three_statements_each_and_a_few_for_all_of_them(client, visit):
    client.post(BATCH, many(row(visit)))
    with CaptureQueriesContext(connection) as queries:
        assert client.post(BATCH, many(*[row(visit)] * 100)).status_code == 201
    assert len(queries) <= 325
