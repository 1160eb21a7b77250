"""Observations by the API: recorded, shown, changed, made final, listed, and refused beside the field."""

import datetime as dt

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, api
from records.models import Observation
from records.tests.encounter_factories import ObservationFactory, OutPatientFactory
from records.tests.factories import PatientFactory
from records.tests.inpatients.program import ago, codes_of, status_and_code

pytestmark = pytest.mark.django_db
LIST = "/api/v1/observations"
LOINC = "http://loinc.org"


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
    """A pulse, taken in the visit; a fact that is None is left out."""
    said = {
        "patient_id": str(visit.patient_id), "encounter_id": str(visit.pk), "code_system": "LOINC",
        "code": "8867-4", "value": "72", **facts,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def recorded(client, visit, **facts):
    made = client.post(LIST, body(visit, **facts))
    assert made.status_code == 201, made.content
    return made.json()


def ids(client, **asked):
    answer = client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def at(row, tail=""):
    return f"{LIST}/{row['id']}{tail}"


def test_a_vital_sign_is_recorded_with_its_name_unit_and_interpretation(client, visit):
    made = client.post(LIST, body(visit, value="140.50", taken_at=ago(hours=1), external_id="O7"))
    assert made.status_code == 201, made.content
    row = made.json()
    told = [row[name] for name in ("name", "value", "unit", "interpretation", "status", "category")]
    assert told == ["Pulse", "140.5", "/min", "HH", "final", "vital-signs"]
    assert (row["code_system"], row["recorded_by_id"]) == (LOINC, str(client.user.pk))
    assert row["encounter_id"] == str(visit.pk)
    assert not {"is_preliminary", "confirmed", "external_id"} & row.keys()
    assert client.get(made["Location"]).json() == row
    assert client.get(LIST).json()["results"] == [row]
    event = AuditEvent.objects.get(act="records.observation.create")
    assert (str(event.object_id), event.patient_id) == (row["id"], visit.patient_id)


@pytest.mark.parametrize(
    ("facts", "name", "status", "code"),
    [
        ({"value": 72}, "value", 400, "quantity_invalid"),
        ({"value": "7e1"}, "value", 400, "quantity_invalid"),
        ({"value": "72.0001"}, "value", 400, "quantity_decimals"),
        ({"value": "1" * 19}, "value", 400, "quantity_too_large"),
        ({"value": None}, "value", 400, "value_required"),
        ({"unit": "bpm"}, "unit", 400, "unit_wrong"),
        ({"code": "x" * 61}, "code", 400, "max_length"),
        ({"code": None}, "code", 400, "code_incomplete"),
        ({"code": None, "code_system": None}, "name", 400, "required"),
        ({"code": "1", "name": "X"}, "unit", 400, "unit_required"),
        ({"category": "weather"}, "category", 400, "invalid_choice"),
        ({"taken_at": "2026-03-01T09:00:00"}, "taken_at", 400, "naive_datetime"),
        ({"taken_at": "2100-03-01T09:00:00Z"}, "taken_at", 400, "time_to_come"),
        ({"status": "final"}, "status", 400, "read_only"),
        ({"interpretation": "N"}, "interpretation", 400, "read_only"),
        ({"patient_id": None}, "patient_id", 400, "required"),
        ({"encounter_id": "x"}, "encounter_id", 400, "invalid"),
        ({"is_preliminary": "yes"}, "is_preliminary", 400, "invalid"),
        ({"is_final": True}, "is_final", 400, "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_with_its_code(client, visit, facts, name, status, code):
    answer = client.post(LIST, body(visit, **facts))
    assert answer.status_code == status, answer.content
    assert code in codes_of(answer, name)
    assert not Observation.objects.exists()


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
    answer = client.post(LIST, body(gone))
    assert status_and_code(answer) == (409, "encounter_cancelled")
    assert not Observation.objects.exists()


def test_a_slip_of_the_pen_is_409_until_it_is_confirmed(client, visit):
    refused = client.post(LIST, body(visit, value="720"))
    assert status_and_code(refused) == (409, "value_unlikely")
    assert refused.json()["unlikely"] == [{"row": 0, "code": "8867-4", "likely": "20–260 /min"}]
    assert not Observation.objects.exists()
    row = recorded(client, visit, value="720", confirmed=True)
    assert (row["value"], row["interpretation"]) == ("720", "HH")


def test_a_repeated_request_records_once(client, visit):
    key = {"Idempotency-Key": "o-1"}
    first, second = (client.post(LIST, body(visit), headers=key) for _ in range(2))
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert Observation.objects.count() == 1


def test_a_second_post_with_the_same_external_id_is_409_with_its_location(client, visit):
    row = recorded(client, visit, external_id="O7")
    answer = client.post(LIST, body(visit, external_id="O7"))
    assert status_and_code(answer) == (409, "external_id_taken")
    assert answer["Location"] == at(row)
    assert ids(client, external_id="O7") == [row["id"]]


# ---- changing


def test_a_body_just_received_may_be_sent_back_unchanged(client, visit):
    for facts in (
        {},
        {"value": None, "value_text": "Irregular"},
        {"value": "36.8", "code": "8310-5"},
    ):
        row = recorded(client, visit, **facts)
        answer = client.put(at(row), row, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()) == (200, row)


def test_a_change_of_what_is_final_is_an_amendment(client, visit):
    row = recorded(client, visit)
    blind = client.patch(at(row), {"value": "80"})
    assert status_and_code(blind) == (428, "version_required")
    changed = client.patch(at(row), {"version": 1, "value": "120"})
    assert changed.status_code == 200
    told = [changed.json()[name] for name in ("value", "status", "interpretation", "version")]
    assert told == ["120", "amended", "H", 2]
    stale = client.patch(at(row), {"version": 1, "value": "80"})
    assert status_and_code(stale) == (412, "stale")
    refused = client.patch(at(row), {"version": 2, "value": "720"})
    assert status_and_code(refused) == (409, "value_unlikely")
    assert client.get(at(row)).json() == changed.json()
    sure = client.patch(at(row), {"version": 2, "value": "720", "confirmed": True})
    assert (sure.status_code, sure.json()["value"]) == (200, "720")


def test_whose_it_is_and_how_far_is_not_changed_by_hand(client, visit, here):
    row = recorded(client, visit)
    for name, value in {
        "patient_id": str(PatientFactory(at=here).pk), "status": "preliminary",
        "is_preliminary": True, "recorded_by_id": str(here.pk),
    }.items():  # fmt: skip
        answer = client.patch(at(row), {"version": 1, name: value})
        assert codes_of(answer, name) == ["read_only"]
    assert client.get(at(row)).json() == row


def test_what_is_preliminary_is_made_final_once(client, visit):
    row = recorded(client, visit, is_preliminary=True)
    assert row["status"] == "preliminary"
    wrong = client.post(at(row, "/finalise"), {"at": ago(hours=1)})
    assert codes_of(wrong, "at") == ["unknown_field"]
    stale = client.post(at(row, "/finalise"), headers={"If-Match": '"7"'})
    assert status_and_code(stale) == (412, "stale")
    done = client.post(at(row, "/finalise"))
    assert (done.status_code, done.json()["status"], done["ETag"]) == (200, "final", '"2"')
    again = client.post(at(row, "/finalise"))
    assert status_and_code(again) == (409, "not_preliminary")


def test_entered_in_error_it_is_gone_until_an_administrator_brings_it_back(client, visit, here):
    row = recorded(client, visit)
    assert client.delete(at(row), headers={"X-Reason": "Wrong patient"}).status_code == 204
    assert client.get(at(row)).status_code == 404
    assert client.post(at(row, "/finalise")).status_code == 404
    back = api("administrator", here).post(at(row, "/restore"))
    assert back.status_code == 200
    assert client.get(at(row)).status_code == 200


# ---- lists


def test_they_are_narrowed_by_whom_what_how_far_how_bad_and_when(client, visit, here):
    first = recorded(client, visit, taken_at=ago(hours=3))
    second = recorded(client, visit, value="120", taken_at=ago(hours=2), encounter_id=None)
    third = recorded(
        client, OutPatientFactory(hospital=here), code="718-7", name="Haemoglobin", value="8",
        unit="g/dL", category="laboratory", is_preliminary=True, taken_at=ago(hours=1),
    )  # fmt: skip
    assert ids(client) == [third["id"], second["id"], first["id"]]
    assert ids(client, ordering="taken_at") == [first["id"], second["id"], third["id"]]
    assert ids(client, patient_id=str(visit.patient_id)) == [second["id"], first["id"]]
    assert ids(client, encounter_id=str(visit.pk)) == [first["id"]]
    assert ids(client, category="laboratory") == ids(client, code="718-7") == [third["id"]]
    assert ids(client, status="preliminary") == [third["id"]]
    assert ids(client, interpretation="H") == [second["id"]]
    assert ids(client, to=second["taken_at"]) == [first["id"]]
    assert ids(client, **{"from": second["taken_at"]}) == [third["id"], second["id"]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2027-03-01T09:00:00"}, "naive_datetime"),
        ({"interpretation": "X"}, "invalid_choice"),
        ({"status": "registered"}, "invalid_choice"),
        ({"name": "Pulse"}, "unknown_parameter"),
    ],
)
def test_a_filter_that_is_wrong_is_named_with_its_code(client, asked, code):
    answer = client.get(LIST, asked)
    assert codes_of(answer, next(iter(asked))) == [code]


# ---- who


def test_who_reads_the_outer_facts_alone_is_not_told_what_it_says(here, visit):
    row = ObservationFactory(hospital=here, patient=visit.patient, value_text="Irregular")
    for role in ("administrator", "auditor"):
        for address in (LIST, f"{LIST}/{row.pk}"):
            answer = api(role, here).get(address)
            assert answer.status_code == 200
            text = answer.content.decode()
            assert str(visit.patient_id) in text
            assert "Irregular" not in text
            assert "8867-4" not in text
    assert api("cashier", here).get(LIST).status_code == 403


def test_another_hospitals_is_answered_like_one_that_never_was(client, here):
    theirs = ObservationFactory(patient=PatientFactory(at=here), hospital=HospitalFactory())
    for method, tail in (
        ("get", ""), ("put", ""), ("patch", ""), ("delete", ""), ("post", "/finalise"),
    ):  # fmt: skip
        send = getattr(client, method)
        hidden = send(f"{LIST}/{theirs.pk}{tail}")
        missing = send(f"{LIST}/{here.pk}{tail}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert ids(client) == []


def test_what_was_taken_is_told_in_the_hospitals_zone(client, visit):
    taken_at = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    assert recorded(client, visit, taken_at=taken_at.isoformat())["taken_at"].endswith("+01:00")
