"""Acts on appointments by the API: each step, what it answers, and who is refused."""

import datetime as dt

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, api
from records.models import Appointment
from records.tests.factories import PatientFactory, SessionFactory

from .ground import on_friday, on_monday
from .program import LIST, Program, codes_of, status_and_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    with on_friday():
        return Program()


@pytest.fixture
def row(program):
    """An appointment on Monday at nine; it is Monday, five to nine."""
    with on_friday():
        made = program.booked("09:00")
    with on_monday("08:55"):
        yield made


def test_a_day_goes_from_arrival_to_done_and_each_answer_is_the_appointment(program, row):
    came = program.act(row, "check-in")
    assert (came.status_code, came["ETag"]) == (200, '"2"')
    assert came.json() == program.read(row)
    assert (came.json()["status"], came.json()["checked_in_at"]) == (
        "checked_in", "2027-03-01T08:55:00+01:00",
    )  # fmt: skip
    begun = program.act(row, "start", **{"If-Match": '"2"'}).json()
    done = program.act(row, "complete", {"version": 3}).json()
    assert (begun["status"], done["status"], done["version"]) == ("in_progress", "completed", 4)
    assert done["started_at"] == done["completed_at"] == "2027-03-01T08:55:00+01:00"
    acts = AuditEvent.objects.filter(object_id=row["id"], door="api").values_list("act", flat=True)
    assert {f"records.appointment.{word}" for word in ("check_in", "start", "complete")} <= {*acts}


def test_a_step_made_by_somebody_else_and_a_stale_one_are_told_apart(program, row):
    program.act(row, "check-in")
    again = program.act(row, "check-in")
    assert status_and_code(again) == (409, "done_already")
    stale = program.act(row, "start", **{"If-Match": '"1"'})
    assert (status_and_code(stale), stale["ETag"]) == ((412, "stale"), '"2"')
    assert status_and_code(program.act(row, "complete")) == (409, "wrong_step")


def test_a_repeated_act_is_done_once(program, row):
    first, second = (program.act(row, "check-in", **{"Idempotency-Key": "in-1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    other = program.act(row, "undo", **{"Idempotency-Key": "in-1"})
    assert status_and_code(other) == (422, "idempotency_mismatch")


def test_it_is_cancelled_with_a_reason_and_its_time_is_free(program, row):
    missing = program.act(row, "cancel")
    assert codes_of(missing, "reason") == ["required"]
    long = program.act(row, "cancel", {"reason": "x" * 201})
    assert codes_of(long, "reason") == ["reason_too_long"]
    unknown = program.act(row, "cancel", {"raeson": "Ill"})
    assert codes_of(unknown, "raeson") == ["unknown_field"]
    cancelled = program.act(row, "cancel", {"reason": "Has a cold"}).json()
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "Has a cold")
    assert cancelled["resource_ids"] == []
    program.booked("09:00")
    assert status_and_code(program.act(row, "cancel", {"reason": "Ill"})) == (
        409, "appointment_over",
    )  # fmt: skip


def test_a_step_is_taken_back_and_a_time_that_is_gone_is_a_conflict(program, row):
    program.act(row, "check-in")
    back = program.act(row, "undo").json()
    assert (back["status"], back["checked_in_at"]) == ("scheduled", None)
    assert status_and_code(program.act(row, "undo")) == (409, "nothing_to_undo")
    program.act(row, "cancel", {"reason": "Ill"})
    other = program.booked("09:00")
    gone = program.act(row, "undo")
    assert status_and_code(gone) == (409, "time_conflict")
    assert gone.json()["conflicts"][0]["code"] == "doctor_busy"
    program.act(other, "cancel", {"reason": "Ill"})
    assert program.act(row, "undo").json()["status"] == "scheduled"


def test_who_did_not_come_has_missed_it_once_it_has_begun(program, row):
    assert status_and_code(program.act(row, "miss")) == (409, "not_yet")
    with on_monday("09:15"):
        assert program.act(row, "miss").json()["status"] == "missed"
        program.booked("09:00")


def test_nobody_arrives_on_another_day(program):
    with on_friday():
        made = program.booked("09:00")
        assert status_and_code(program.act(made, "check-in")) == (409, "not_its_day")


def test_somebody_without_an_appointment_walks_in(program, row):
    body = program.body("09:20")
    made = program.client.post(f"{LIST}/walk-in", body, headers={"Idempotency-Key": "walk-1"})
    shown = made.json()
    assert (made.status_code, made["Location"]) == (201, f"{LIST}/{shown['id']}")
    assert (shown["status"], shown["is_walk_in"]) == ("checked_in", True)
    again = program.client.post(f"{LIST}/walk-in", body, headers={"Idempotency-Key": "walk-1"})
    assert (again.json()["id"], again["Idempotent-Replay"]) == (shown["id"], "true")
    nobody = program.client.post(f"{LIST}/walk-in", program.body("09:40", caller_name="Somebody"))
    assert status_and_code(nobody) == (409, "chart_needed")
    taken = program.client.post(f"{LIST}/walk-in", program.body("09:20"))
    assert status_and_code(taken) == (409, "time_conflict")
    assert program.client.get(f"{LIST}/walk-in").status_code in {404, 405}


def test_a_caller_is_given_the_chart_before_arrival(program, row):
    caller = program.booked("09:20", caller_name="Somebody")
    assert status_and_code(program.act(caller, "check-in")) == (409, "chart_needed")
    assert codes_of(program.act(caller, "identify"), "patient_id") == ["required"]
    stranger = program.act(caller, "identify", {"patient_id": str(PatientFactory().pk)})
    assert codes_of(stranger, "patient_id") == ["invalid_choice"]
    patient = str(PatientFactory(at=program.here).pk)
    known = program.act(caller, "identify", {"patient_id": patient})
    assert (known.status_code, known.json()["patient_id"]) == (200, patient)
    assert status_and_code(program.act(caller, "identify", {"patient_id": patient})) == (
        409, "has_chart",
    )  # fmt: skip
    assert program.act(caller, "check-in").status_code == 200


def test_it_is_given_to_another_doctor_who_is_free_then(program, row):
    other = DoctorFactory(hospital=program.here)
    sent = {"doctor_id": str(other.pk)}
    busy = program.act(row, "reassign", sent)
    assert busy.json()["conflicts"][0]["code"] == "outside_hours"
    SessionFactory(hospital=program.here, bookable=other.as_resource, clinic=program.clinic)
    given = program.act(row, "reassign", sent)
    assert (given.status_code, given.json()["doctor_id"]) == (200, str(other.pk))
    assert given.json()["starts_at"] == row["starts_at"]
    program.booked("09:00")
    theirs = program.act(row, "reassign", {"doctor_id": str(DoctorFactory().pk)})
    assert codes_of(theirs, "doctor_id") == ["invalid_choice"]


def test_entered_in_error_it_is_gone_until_an_administrator_brings_it_back(program, row):
    address = f"{LIST}/{row['id']}"
    gone = program.client.delete(address, headers={"X-Reason": "Wrong patient"})
    assert (gone.status_code, gone.content) == (204, b"")
    assert program.client.get(address).status_code == 404
    assert program.client.get(f"{address}?include_retired=true").json()["retired_at"]
    assert Appointment.objects.get().retired_reason == "Wrong patient"
    assert program.client.post(f"{address}/restore").status_code == 403
    restorer, other = api("administrator", program.here), program.booked("09:00")
    assert status_and_code(restorer.post(f"{address}/restore")) == (409, "time_conflict")
    program.act(other, "cancel", {"reason": "Ill"})
    back = restorer.post(f"{address}/restore")
    assert (back.status_code, back.json()["status"]) == (200, "scheduled")
    assert status_and_code(restorer.post(f"{address}/restore")) == (409, "not_retired")


def test_after_arrival_it_was_no_error(program, row):
    program.act(row, "check-in")
    refused = program.client.delete(f"{LIST}/{row['id']}", headers={"X-Reason": "Wrong patient"})
    assert status_and_code(refused) == (409, "appointment_begun")
    stale = program.client.delete(f"{LIST}/{row['id']}", headers={"If-Match": '"1"'})
    assert status_and_code(stale) == (412, "stale")


@pytest.mark.parametrize(
    "word",
    ["cancel", "check-in", "start", "complete", "miss", "undo", "identify", "reassign", "restore"],
)
def test_every_act_hides_what_another_hospital_has_and_names_the_permission_that_is_missing(
    program, row, word
):
    client = api("nurse", program.here)
    with on_friday():
        hidden = Program(HospitalFactory()).booked("09:00")
    if word != "restore":
        assert program.act(hidden, word, {"reason": "x"}).status_code == 404
    refused = client.post(f"{LIST}/{row['id']}/{word}", {})
    assert status_and_code(refused) == (403, "forbidden")
    assert f"records.appointment.{word.replace('-', '_')}" in refused.json()["detail"]
    assert AuditEvent.objects.filter(outcome="denied", user_id=client.user.pk).count() == 1


def test_the_day_ends_at_midnight_of_the_hospital(program, row):
    program.act(row, "check-in")
    with on_monday("23:59"):
        assert program.act(row, "undo").status_code == 200
        program.act(row, "check-in")
    with on_monday("00:00") as clock:
        clock.shift(dt.timedelta(days=1))
        assert status_and_code(program.act(row, "undo")) == (409, "undo_too_late")
