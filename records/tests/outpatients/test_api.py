"""Visits by the API: opened, read, listed, changed, stepped on, and refused with the way on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, api
from records.models import Appointment, OutPatient
from records.tests.encounter_factories import ObservationFactory, OutPatientFactory
from records.tests.factories import AppointmentFactory, PatientFactory
from records.tests.inpatients.program import ago, codes_of, status_and_code

from .program import LIST, Program

pytestmark = pytest.mark.django_db
SPELLINGS = [
    f"/api/v1/{name}{slash}" for name in ("outpatients", "out_patients") for slash in ("", "/")
]


@pytest.fixture
def program():
    return Program()


def ids(program, **asked):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


# ---- opening and reading


@pytest.mark.parametrize("path", SPELLINGS)
def test_every_verb_answers_at_every_spelling(program, path):
    one = path.rstrip("/") + "/{id}" + ("/" if path.endswith("/") else "")
    made = program.post(path=path)
    assert made.status_code == 201, made.content
    row = made.json()
    address = one.format(id=row["id"])
    assert made["Location"] == f"{LIST}/{row['id']}"
    assert program.client.get(path).json()["results"] == [row]
    assert program.client.get(address).json() == row
    changed = program.client.put(address, row | {"complaint": "Fall"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["complaint"]) == (200, "Fall")
    changed = program.client.patch(address, {"version": 2, "notes": "Well"})
    assert (changed.status_code, changed["ETag"]) == (200, '"3"')
    assert program.client.delete(address, headers={"X-Reason": "Wrong"}).status_code == 204
    assert program.client.get(address).status_code == 404


def test_everything_that_is_said_of_a_visit_is_shown(program):
    doctor = DoctorFactory(hospital=program.here)
    made = program.post(
        attending_id=str(doctor.pk), complaint="Cough", notes="Bronchitis", follow_up="In a week",
        at=ago(hours=1), external_id="V7",
    )  # fmt: skip
    assert made.status_code == 201, made.content
    row = made.json()
    assert (made["ETag"], row["kind"], row["status"]) == ('"1"', "outpatient", "arrived")
    assert (row["clinic_id"], row["attending_id"]) == (str(program.clinic.pk), str(doctor.pk))
    assert (row["notes"], row["follow_up"]) == ("Bronchitis", "In a week")
    assert (row["hospital_id"], row["seen_at"]) == (str(program.here.pk), None)
    assert row["external_ids"] == [{"source_id": str(program.client.user.pk), "value": "V7"}]
    assert not {"at", "summary", "external_id"} & row.keys()
    assert OutPatient.objects.get().summary == "Bronchitis"


def test_an_emergency_comes_to_no_clinic(program):
    row = program.came(kind="emergency", clinic_id=None)
    assert (row["kind"], row["clinic_id"]) == ("emergency", None)
    assert codes_of(program.post(clinic_id=None), "clinic_id") == ["clinic_required"]


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"at": "2026-03-01T09:00:00"}, "at", "naive_datetime"),
        ({"at": "2020-03-01T09:00:00Z"}, "at", "too_late"),
        ({"at": "2100-03-01T09:00:00Z"}, "at", "time_to_come"),
        ({"starts_at": "2026-03-01T09:00:00Z"}, "starts_at", "read_only"),
        ({"status": "finished"}, "status", "read_only"),
        ({"number": "1"}, "number", "read_only"),
        ({"patient_id": None}, "patient_id", "required"),
        ({"patient_id": "x"}, "patient_id", "invalid"),
        ({"kind": "inpatient"}, "kind", "invalid_choice"),
        ({"complaint": "x" * 201}, "complaint", "max_length"),
        ({"summary": "x"}, "summary", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_with_its_code(program, facts, name, code):
    answer = program.post(**facts)
    assert answer.status_code == 400, answer.content
    assert code in codes_of(answer, name)
    assert not OutPatient.objects.exists()


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("patient_id", PatientFactory), ("attending_id", DoctorFactory),
        ("clinic_id", ClinicFactory), ("appointment_id", AppointmentFactory),
    ],
)  # fmt: skip
def test_what_another_hospital_has_is_no_choice(program, name, factory):
    assert codes_of(program.post(**{name: str(factory().pk)}), name) == ["invalid_choice"]


def test_a_repeated_request_opens_one_visit(program):
    body, key = program.body(), {"Idempotency-Key": "v-1"}
    first, second = (program.client.post(LIST, body, headers=key) for _ in range(2))
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert OutPatient.objects.count() == 1


def test_a_second_post_with_the_same_external_id_is_409_with_its_location(program):
    row = program.came(external_id="V7")
    answer = program.post(external_id="V7")
    assert status_and_code(answer) == (409, "external_id_taken")
    assert answer["Location"] == f"{LIST}/{row['id']}"
    assert ids(program, external_id="V7") == [row["id"]]


def test_who_has_died_is_409(program):
    gone = PatientFactory(at=program.here, is_deceased=True)
    assert status_and_code(program.post(patient_id=str(gone.pk))) == (409, "patient_deceased")


# ---- changing


def test_a_body_just_received_may_be_sent_back_unchanged(program):
    for row in (program.came(), program.came(kind="emergency", clinic_id=None)):
        answer = program.put(row)
        assert (answer.status_code, answer.json()) == (200, row)


def test_another_status_is_409_naming_the_act(program):
    row, seen = program.came(), program.came()
    seen = program.act(seen, "start").json()
    cases = [
        (row, "in_progress", "start"), (row, "finished", "finish"), (row, "cancelled", "cancel"),
        (seen, "arrived", "undo"), (seen, "finished", "finish"),
    ]  # fmt: skip
    for each, status, word in cases:
        for send in (program.put, program.patch):
            refused = send(each, status=status)
            assert status_and_code(refused) == (409, "changed_by_act")
            assert f"/outpatients/{each['id']}/{word}." in refused.json()["detail"]
    for status in ("planned", "on_leave", "dead"):
        assert codes_of(program.patch(row, status=status), "status") == ["read_only"]
    assert program.read(row) == row


def test_what_is_fixed_from_the_beginning_stays_as_it_is(program):
    row = program.came()
    appointment = AppointmentFactory(hospital=program.here)
    for name, value in {
        "patient_id": str(PatientFactory(at=program.here).pk), "kind": "emergency",
        "appointment_id": str(appointment.pk), "starts_at": ago(hours=3), "at": ago(hours=3),
        "seen_at": ago(hours=1),
    }.items():  # fmt: skip
        assert codes_of(program.patch(row, **{name: value}), name) == ["read_only"]
    assert program.read(row) == row


def test_a_stale_change_is_412_and_one_without_a_version_428(program):
    row = program.came()
    assert program.patch(row, complaint="Fall").status_code == 200
    assert status_and_code(program.patch(row, complaint="Fever")) == (412, "stale")
    blind = program.client.patch(f"{LIST}/{row['id']}", {"complaint": "Fever"})
    assert status_and_code(blind) == (428, "version_required")


def test_entered_in_error_is_409_while_something_stands_in_it(program):
    row = program.came()
    note = ObservationFactory(
        hospital=program.here, patient_id=row["patient_id"], patient=None, encounter_id=row["id"]
    )
    refused = program.client.delete(f"{LIST}/{row['id']}")
    assert status_and_code(refused) == (409, "in_use")
    [link] = refused.json()["links"]
    assert link["href"] == f"/api/v1/observations/{note.pk}"
    assert program.read(row) == row


def test_an_administrator_brings_back_what_was_no_error(program):
    row = program.came()
    program.client.delete(f"{LIST}/{row['id']}")
    assert program.act(row, "restore").status_code == 403
    back = api("administrator", program.here).post(f"{LIST}/{row['id']}/restore")
    assert (back.status_code, back.json()["retired_at"]) == (200, None)


# ---- acts


def test_a_visit_from_coming_to_leaving_and_back(program):
    doctor = DoctorFactory(hospital=program.here)
    row = program.came(at=ago(hours=3))
    seen = program.act(row, "start", {"attending_id": str(doctor.pk), "at": ago(hours=2)}).json()
    assert (seen["status"], seen["attending_id"]) == ("in_progress", str(doctor.pk))
    left = program.act(row, "finish", {"at": ago(hours=1)})
    assert (left.status_code, left.json()["status"]) == (200, "finished")
    assert left.json()["ends_at"]
    for status in ("in_progress", "arrived"):
        assert program.act(row, "undo").json()["status"] == status
    gone = program.act(row, "cancel", {"reason": "Went home"}).json()
    assert (gone["status"], gone["cancel_reason"]) == ("cancelled", "Went home")


def test_an_act_that_is_refused_says_why_and_leaves_all_as_it_was(program):
    row = program.came()
    seen = program.act(program.came(), "start").json()
    stranger = str(DoctorFactory().pk)
    assert status_and_code(program.act(row, "finish")) == (409, "visit_step")
    assert status_and_code(program.act(row, "undo")) == (409, "nothing_to_undo")
    assert status_and_code(program.act(seen, "start")) == (409, "visit_step")
    late = program.act(seen, "finish", {"at": ago(hours=1)})
    assert status_and_code(late) == (409, "already_changed_since")
    for word, body, name, code in (
        ("cancel", {}, "reason", "required"),
        ("cancel", {"reason": "x" * 201}, "reason", "reason_too_long"),
        ("start", {"at": ago(hours=80)}, "at", "too_late"),
        ("start", {"at": "2026-03-01T09:00:00"}, "at", "naive_datetime"),
        ("start", {"attending_id": stranger}, "attending_id", "invalid_choice"),
        ("start", {"doctor_id": stranger}, "doctor_id", "unknown_field"),
    ):
        answer = program.act(row, word, body)
        assert (answer.status_code, codes_of(answer, name)) == (400, [code])
    assert status_and_code(program.act(row, "start", **{"If-Match": '"7"'})) == (412, "stale")
    assert (program.read(row), program.read(seen)) == (row, seen)


def test_an_act_sent_twice_is_done_once(program):
    row, key = program.came(), {"Idempotency-Key": "s-1"}
    first, second = (program.act(row, "start", **key) for _ in range(2))
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")


# ---- lists


def test_they_are_narrowed_by_whom_where_how_far_and_when(program):
    doctor, clinic = DoctorFactory(hospital=program.here), ClinicFactory(hospital=program.here)
    first = program.came(at=ago(hours=2), attending_id=str(doctor.pk))
    second = program.came(at=ago(hours=1), clinic_id=str(clinic.pk))
    third = program.came(kind="emergency", clinic_id=None)
    program.act(third, "start")
    assert ids(program) == [third["id"], second["id"], first["id"]]
    assert ids(program, ordering="starts_at") == [first["id"], second["id"], third["id"]]
    assert ids(program, clinic_id=str(clinic.pk)) == [second["id"]]
    assert ids(program, attending_id=str(doctor.pk)) == [first["id"]]
    assert ids(program, patient_id=second["patient_id"]) == [second["id"]]
    assert ids(program, number=first["number"]) == [first["id"]]
    assert ids(program, kind="emergency") == ids(program, status="in_progress") == [third["id"]]
    assert ids(program, to=second["starts_at"]) == [first["id"]]
    assert ids(program, **{"from": second["starts_at"]}) == [third["id"], second["id"]]
    assert ids(program, appointment_id=first["id"]) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2027-03-01T09:00:00"}, "naive_datetime"),
        ({"status": "planned"}, "invalid_choice"),
        ({"kind": "inpatient"}, "invalid_choice"),
        ({"clinic_id": "x"}, "invalid"),
        ({"clinic": "x"}, "unknown_parameter"),
    ],
)
def test_a_filter_that_is_wrong_is_named_with_its_code(program, asked, code):
    answer = program.client.get(LIST, asked)
    assert answer.status_code == 400
    assert codes_of(answer, next(iter(asked))) == [code]


def test_every_look_is_booked_on_the_patients(program):
    rows = [program.came(), program.came()]
    program.client.get(LIST)
    seen = AuditPatient.objects.values_list("patient_id", flat=True)
    assert {str(pk) for pk in seen} == {row["patient_id"] for row in rows}
    program.read(rows[0])
    look = AuditEvent.objects.filter(act="records.outpatient.read").latest("id")
    assert str(look.patient_id) == rows[0]["patient_id"]


def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(program):
    costs = []
    for wanted in (3, 30):
        OutPatientFactory.create_batch(wanted - OutPatient.objects.count(), hospital=program.here)
        program.client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            rows = program.client.get(LIST, {"limit": 100}).json()["results"]
        assert len(rows) == wanted
        costs.append(len(queries))
    assert costs[0] == costs[1]


# ---- who


def test_the_notes_are_for_who_may_read_them(program):
    row = program.came(notes="Bronchitis", complaint="Cough")
    for role, is_told in (
        ("nurse", True), ("doctor", True), ("receptionist", False), ("cashier", False),
        ("administrator", False),
    ):  # fmt: skip
        client = api(role, program.here)
        for shown in (
            client.get(LIST).json()["results"][0],
            client.get(f"{LIST}/{row['id']}").json(),
        ):
            assert ("notes" in shown) == is_told, role
            assert (shown["complaint"], shown["hospital_id"]) == ("Cough", str(program.here.pk))
            assert (shown["clinic_id"], shown["starts_at"]) == (row["clinic_id"], row["starts_at"])
    assert api("auditor", program.here).get(LIST).status_code == 403
    assert api("pharmacist", program.here).get(LIST).status_code == 403


def test_reception_opens_visits_and_keeps_the_facts_but_no_notes(program):
    desk = Program(program.here, role="receptionist")
    refused = desk.post(notes="Bronchitis")
    assert status_and_code(refused) == (403, "field_forbidden")
    assert refused.json()["detail"] == "You are not allowed to change notes."
    row = desk.came(complaint="Cough")
    assert desk.patch(row, complaint="Cold").status_code == 200
    assert status_and_code(desk.patch(row | {"version": 2}, notes="x")) == (403, "field_forbidden")
    assert desk.put(desk.read(row)).status_code == 200
    assert OutPatient.objects.get().summary == ""


def test_another_hospitals_is_answered_like_one_that_never_was(program):
    made = Program(HospitalFactory()).came()
    never = f"{LIST}/{program.clinic.pk}"
    for method, tail in (
        ("get", ""), ("put", ""), ("patch", ""), ("delete", ""), ("post", "/start"),
        ("post", "/restore"),
    ):  # fmt: skip
        send = getattr(program.client, method)
        hidden, missing = send(f"{LIST}/{made['id']}{tail}"), send(never + tail)
        if tail != "/restore":
            assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert ids(program) == []


def test_without_a_token_it_is_401_and_without_the_permission_403(program):
    row, cashier = program.came(), api("cashier", program.here)
    assert cashier.get(f"{LIST}/{row['id']}").status_code == 200
    refused = cashier.post(LIST, program.body())
    assert status_and_code(refused) == (403, "forbidden")
    assert "records.outpatient.create" in refused.json()["detail"]
    program.client.credentials()
    assert program.client.get(LIST).status_code == 401


def test_a_stay_is_no_visit_and_a_visit_no_stay(program):
    row = program.came()
    assert program.client.get(f"/api/v1/inpatients/{row['id']}").status_code == 404
    assert not Appointment.objects.exists()
