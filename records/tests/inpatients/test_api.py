"""Stays by the API: admitted, read, listed, changed, and refused with the way on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import BedFactory, DoctorFactory, HospitalFactory, WardFactory, api
from records.models import InPatient
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import PatientFactory

from .program import LIST, Program, ago, codes_of, status_and_code

pytestmark = pytest.mark.django_db
SPELLINGS = [
    f"/api/v1/{name}{slash}" for name in ("inpatients", "in_patients") for slash in ("", "/")
]


@pytest.fixture
def program():
    return Program()


def ids(program, **asked):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def put(program, row, **changes):
    address = f"{LIST}/{row['id']}"
    return program.client.put(address, row | changes, headers={"If-Match": f'"{row["version"]}"'})


def patch(program, row, **changes):
    return program.client.patch(f"{LIST}/{row['id']}", {"version": row["version"], **changes})


def force(program, row, **changes):
    return program.client.patch(f"{LIST}/{row['id']}", changes, headers={"If-Match": "*"})


# ---- admitting and reading


@pytest.mark.parametrize("path", SPELLINGS)
def test_every_verb_answers_at_every_spelling(program, path):
    one = path.rstrip("/") + "/{id}" + ("/" if path.endswith("/") else "")
    made = program.post(program.bed(), path=path)
    assert made.status_code == 201, made.content
    row = made.json()
    address = one.format(id=row["id"])
    assert made["Location"] == f"{LIST}/{row['id']}"
    assert program.client.get(path).json()["results"] == [row]
    assert program.client.get(address).json() == row
    changed = program.client.put(address, row | {"complaint": "Fall"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["complaint"]) == (200, "Fall")
    changed = program.client.patch(address, {"version": 2, "summary": "Well"})
    assert (changed.status_code, changed["ETag"]) == (200, '"3"')
    assert program.client.delete(address, headers={"X-Reason": "Wrong"}).status_code == 204
    assert program.client.get(address).status_code == 404


def test_somebody_is_admitted_into_a_bed_and_everything_is_shown(program):
    bed, doctor = program.bed(), DoctorFactory(hospital=program.here)
    made = program.post(
        bed, complaint="Chest pain", source="emd", attending_id=str(doctor.pk), at=ago(hours=1),
        expected_end_on="2030-01-01", external_id="S7",
    )  # fmt: skip
    assert made.status_code == 201, made.content
    row = made.json()
    assert made["ETag"] == '"1"'
    assert (row["bed_id"], row["ward_id"]) == (str(bed.pk), str(program.ward.pk))
    assert (row["status"], row["complaint"], row["source"]) == ("in_progress", "Chest pain", "emd")
    assert (row["attending_id"], row["ends_at"]) == (str(doctor.pk), None)
    assert row["external_ids"] == [{"source_id": str(program.client.user.pk), "value": "S7"}]
    assert not {"at", "reason", "external_id", "kind"} & row.keys()
    assert program.client.get(made["Location"]).json() == row


def test_without_a_bed_the_patient_waits_in_the_ward_and_without_a_ward_nowhere(program):
    row = program.admitted()
    assert (row["ward_id"], row["bed_id"]) == (str(program.ward.pk), None)
    nowhere = program.post(ward_id=None)
    assert codes_of(nowhere, "bed_id") == ["place_required"]
    elsewhere = program.post(
        program.bed(ward=WardFactory(hospital=program.here)), ward_id=row["ward_id"]
    )
    assert codes_of(elsewhere, "bed_id") == ["bed_of_other_ward"]


def test_a_planned_stay_has_no_place_and_its_time_can_be_moved(program):
    row = program.planned(complaint="Hip")
    assert (row["status"], row["ward_id"], row["bed_id"]) == ("planned", None, None)
    moved = patch(program, row, starts_at="2030-01-01T09:00:00+01:00")
    assert (moved.status_code, moved.json()["version"]) == (200, 2)
    never = program.client.post(f"{LIST}/plan", {"patient_id": row["patient_id"]})
    assert codes_of(never, "starts_at") == ["required"]
    bed = program.post(path=f"{LIST}/plan", starts_at="2030-01-01T09:00:00Z")
    assert codes_of(bed, "ward_id") == ["unknown_field"]


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"at": "2026-03-01T09:00:00"}, "at", "naive_datetime"),
        ({"at": "2020-03-01T09:00:00Z"}, "at", "too_late"),
        ({"at": "2100-03-01T09:00:00Z"}, "at", "time_to_come"),
        ({"starts_at": "2026-03-01T09:00:00Z"}, "starts_at", "read_only"),
        ({"status": "finished"}, "status", "read_only"),
        ({"disposition": "home"}, "disposition", "read_only"),
        ({"number": "1"}, "number", "read_only"),
        ({"patient_id": None}, "patient_id", "required"),
        ({"patient_id": "x"}, "patient_id", "invalid"),
        ({"source": "bus"}, "source", "invalid_choice"),
        ({"bedid": "x"}, "bedid", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_with_its_code(program, facts, name, code):
    answer = program.post(**facts)
    assert answer.status_code == 400, answer.content
    assert code in codes_of(answer, name)
    assert not InPatient.objects.exists()


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("patient_id", PatientFactory), ("attending_id", DoctorFactory), ("bed_id", BedFactory),
        ("ward_id", WardFactory),
    ],
)  # fmt: skip
def test_what_another_hospital_has_is_no_choice(program, name, factory):
    assert codes_of(program.post(**{name: str(factory().pk)}), name) == ["invalid_choice"]


# ---- refused


def test_a_used_bed_is_409_with_the_stay_and_the_beds_that_would_do(program):
    taken, free = program.bed(), program.bed(label="7B")
    there = program.admitted(taken)
    answer = program.post(taken)
    assert status_and_code(answer) == (409, "bed_taken")
    problem = answer.json()
    assert (problem["bed_id"], problem["state"]) == (str(taken.pk), "occupied")
    assert problem["free_beds"] == [
        {"bed_id": str(free.pk), "ward_id": str(program.ward.pk), "label": "7B"}
    ]
    assert [link["href"] for link in problem["links"]] == [f"/api/v1/inpatients/{there['id']}"]
    assert "Location" not in answer
    assert program.admitted(None, bed_id=problem["free_beds"][0]["bed_id"], ward_id=None)


def test_a_bed_that_is_not_for_the_patient_takes_a_reason(program):
    bed = program.bed(sex_policy="male")
    assert status_and_code(program.post(bed)) == (409, "bed_unsuitable")
    assert program.admitted(bed, reason="No other is free")["bed_id"] == str(bed.pk)


def test_a_second_stay_at_a_time_is_a_conflict(program):
    row = program.admitted()
    assert status_and_code(program.post(patient_id=row["patient_id"])) == (409, "stay_open")


def test_a_repeated_request_admits_once(program):
    body, key = program.body(program.bed()), {"Idempotency-Key": "in-1"}
    first, second = (program.client.post(LIST, body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert InPatient.objects.count() == 1
    other = program.client.post(LIST, program.body(program.bed()), headers=key)
    assert status_and_code(other) == (422, "idempotency_mismatch")


def test_a_second_post_with_the_same_external_id_is_409_with_its_location(program):
    row = program.admitted(external_id="S7")
    answer = program.post(external_id="S7")
    assert status_and_code(answer) == (409, "external_id_taken")
    assert answer["Location"] == f"{LIST}/{row['id']}"
    assert ids(program, external_id="S7") == [row["id"]]


# ---- changing


def test_a_body_just_received_may_be_sent_back_unchanged(program):
    for row in (program.admitted(program.bed()), program.admitted(), program.planned()):
        answer = put(program, row)
        assert (answer.status_code, answer.json()) == (200, row)


def test_a_change_of_place_or_status_is_409_naming_the_act(program):
    row, planned, bed = program.admitted(program.bed()), program.planned(), program.bed()
    cases = [
        (row, {"bed_id": str(bed.pk)}, "transfer"), (row, {"bed_id": None}, "transfer"),
        (planned, {"ward_id": str(program.ward.pk)}, "admit"),
        (row, {"status": "finished"}, "discharge"), (row, {"status": "on_leave"}, "leave"),
        (planned, {"status": "in_progress"}, "admit"), (planned, {"status": "cancelled"}, "cancel"),
    ]  # fmt: skip
    for each, changes, word in cases:
        for send in (put, patch, force):
            refused = send(program, each, **changes)
            assert status_and_code(refused) == (409, "changed_by_act")
            assert f"/inpatients/{each['id']}/{word}." in refused.json()["detail"]
    assert codes_of(patch(program, row, status="dead"), "status") == ["read_only"]
    assert codes_of(patch(program, row, bed_id="x"), "bed_id") == ["invalid"]
    assert program.read(row) == row


def test_whose_it_is_and_when_it_began_stay_as_they_are(program):
    row, other = program.admitted(), str(PatientFactory(at=program.here).pk)
    assert codes_of(patch(program, row, patient_id=other), "patient_id") == ["read_only"]
    assert codes_of(patch(program, row, starts_at=ago(hours=3)), "starts_at") == ["read_only"]
    assert codes_of(patch(program, row, at=ago(hours=3)), "at") == ["read_only"]


def test_a_stale_change_is_412_and_one_without_a_version_428(program):
    row = program.admitted()
    assert patch(program, row, complaint="Fall").status_code == 200
    assert status_and_code(patch(program, row, complaint="Fever")) == (412, "stale")
    blind = program.client.patch(f"{LIST}/{row['id']}", {"complaint": "Fever"})
    assert status_and_code(blind) == (428, "version_required")


# ---- lists


def test_they_are_narrowed_by_whom_where_how_far_and_when(program):
    bed, doctor = program.bed(), DoctorFactory(hospital=program.here)
    other = WardFactory(hospital=program.here)
    first = program.admitted(bed, at=ago(hours=2), attending_id=str(doctor.pk))
    second = program.admitted(ward_id=str(other.pk), at=ago(hours=1))
    planned = program.planned()
    assert ids(program) == [planned["id"], second["id"], first["id"]]
    assert ids(program, ordering="starts_at") == [first["id"], second["id"], planned["id"]]
    assert ids(program, bed_id=str(bed.pk)) == [first["id"]]
    assert ids(program, ward_id=str(other.pk)) == [second["id"]]
    assert ids(program, attending_id=str(doctor.pk)) == [first["id"]]
    assert ids(program, patient_id=second["patient_id"]) == [second["id"]]
    assert ids(program, number=first["number"]) == [first["id"]]
    assert ids(program, status="planned") == [planned["id"]]
    assert ids(program, to=second["starts_at"]) == [first["id"]]
    assert ids(program, **{"from": second["starts_at"]}) == [planned["id"], second["id"]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2027-03-01T09:00:00"}, "naive_datetime"),
        ({"status": "arrived"}, "invalid_choice"),
        ({"bed_id": "x"}, "invalid"),
        ({"ordering": "status"}, "invalid_choice"),
        ({"patient": "x"}, "unknown_parameter"),
    ],
)
def test_a_filter_that_is_wrong_is_named_with_its_code(program, asked, code):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 400
    assert codes_of(answer, next(iter(asked))) == [code]


def test_every_look_is_booked_on_the_patients(program):
    rows = [program.admitted(), program.admitted()]
    program.client.get(LIST)
    seen = AuditPatient.objects.values_list("patient_id", flat=True)
    assert {str(pk) for pk in seen} == {row["patient_id"] for row in rows}
    program.read(rows[0])
    look = AuditEvent.objects.filter(act="records.inpatient.read").latest("id")
    assert str(look.patient_id) == rows[0]["patient_id"]


def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(program):
    costs = []
    for wanted in (3, 30):
        for _ in range(wanted - InPatient.objects.count()):
            InPatientFactory(bed=program.bed())
        program.client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            rows = program.client.get(LIST, {"limit": 100}).json()["results"]
        assert len(rows) == wanted
        assert all(row["bed_id"] and row["ward_id"] for row in rows)
        costs.append(len(queries))
    assert costs[0] == costs[1]


# ---- who


def test_another_hospitals_is_answered_like_one_that_never_was(program):
    made = Program(HospitalFactory()).admitted()
    never = f"{LIST}/{program.ward.pk}"
    for method in ("get", "put", "patch", "delete"):
        send = getattr(program.client, method)
        hidden, missing = send(f"{LIST}/{made['id']}"), send(never)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert ids(program) == []


def test_without_a_token_it_is_401_and_without_the_permission_403(program):
    row, cashier = program.admitted(), api("cashier", program.here)
    assert cashier.get(f"{LIST}/{row['id']}").status_code == 200
    refused = cashier.post(LIST, program.body())
    assert status_and_code(refused) == (403, "forbidden")
    assert "records.inpatient.create" in refused.json()["detail"]
    program.client.credentials()
    assert program.client.get(LIST).status_code == 401
