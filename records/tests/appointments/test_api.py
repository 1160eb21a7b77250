"""Appointments by the API: booked, read, moved, and refused with everything that stands in the way."""

import pytest

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import (
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    ResourceFactory,
    api,
)
from records.models import Appointment
from records.tests.factories import (
    AppointmentKindFactory,
    PatientFactory,
    SessionFactory,
)

from .ground import at
from .program import HOLDS, LIST, Program, codes_of, status_and_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


# ---- booking and reading


def test_a_time_is_booked_shown_and_listed(program):
    room = ResourceFactory(hospital=program.here)
    made = program.post(
        "09:00", resource_ids=[str(room.pk)], note="Brings X-rays", external_id="A7"
    )
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (made["Location"], made["ETag"]) == (f"{LIST}/{shown['id']}", '"1"')
    assert (shown["starts_at"], shown["ends_at"]) == (
        "2027-03-01T09:00:00+01:00", "2027-03-01T09:20:00+01:00",
    )  # fmt: skip
    assert shown["resource_ids"] == [str(room.pk)]
    assert (shown["status"], shown["attention"], shown["patient_lane"]) == ("scheduled", "", 1)
    assert shown["hospital_id"] == str(program.here.pk)
    assert shown["external_ids"] == [{"source_id": str(program.client.user.pk), "value": "A7"}]
    assert program.client.get(made["Location"]).json() == shown
    assert program.client.get(LIST).json() == {"results": [shown], "next": None}
    assert not {"minutes", "hold_id", "external_id"} & shown.keys()


def test_the_end_is_told_by_the_kind_by_minutes_or_as_a_moment(program):
    kind = AppointmentKindFactory(hospital=program.here, minutes=40)
    made = program.booked("09:00", kind_id=str(kind.pk), minutes=None)
    assert (made["ends_at"], made["kind_id"]) == ("2027-03-01T09:40:00+01:00", str(kind.pk))
    assert program.booked("10:00", minutes=15)["ends_at"] == "2027-03-01T10:15:00+01:00"
    ended = program.booked("11:00", ends_at="2027-03-01T10:20:00Z")
    assert ended["ends_at"] == "2027-03-01T11:20:00+01:00"
    twice = program.post("11:40", ends_at=at("12:00").isoformat(), minutes=20)
    assert codes_of(twice, "minutes") == ["end_twice"]


def test_a_caller_without_a_chart_is_booked_and_looked_at_without_breaking_the_audit(program):
    made = program.booked("09:00", caller_name="Somebody", caller_phone="030 901820")
    assert (made["patient_id"], made["caller_phone"]) == (None, "+4930901820")
    known = program.booked("09:20")
    assert len(program.client.get(LIST).json()["results"]) == 2
    looked = AuditEvent.objects.filter(act="records.appointment.list").latest("id")
    assert str(looked.patient_id) == known["patient_id"]
    program.read(made)
    looked = AuditEvent.objects.get(act="records.appointment.read")
    assert (looked.patient_id, str(looked.object_id)) == (None, made["id"])


def test_every_patient_of_a_list_is_booked_as_looked_at(program):
    rows = [program.booked(time) for time in ("09:00", "09:20")]
    program.client.get(LIST)
    seen = AuditPatient.objects.values_list("patient_id", flat=True)
    assert {str(pk) for pk in seen} == {row["patient_id"] for row in rows}


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"starts_at": "2027-03-01T09:00:00"}, "starts_at", "naive_datetime"),
        ({"starts_at": "2027-03-01T09:00:30+01:00"}, "starts_at", "whole_minutes"),
        ({"starts_at": "2027-02-01T09:00:00+01:00"}, "starts_at", "time_past"),
        ({"starts_at": "2099-03-01T09:00:00+01:00"}, "starts_at", "out_of_range"),
        ({"starts_at": "9999-12-31T23:00:00+00:00"}, "starts_at", "invalid"),
        ({"starts_at": None}, "starts_at", "required"),
        ({"minutes": 0}, "minutes", "out_of_range"),
        ({"minutes": 1441}, "minutes", "out_of_range"),
        ({"ends_at": "2027-03-01T08:00:00+01:00"}, "ends_at", "interval_reversed"),
        ({"doctor_id": None}, "doctor_id", "resource_required"),
        ({"caller_name": ""}, "caller_name", "caller_required"),
        ({"status": "completed"}, "status", "read_only"),
        ({"is_walk_in": True}, "is_walk_in", "read_only"),
        ({"resource_ids": ["x"]}, "resource_ids", "invalid"),
        ({"resource_ids": "x"}, "resource_ids", "invalid"),
        ({"resource_ids": ["x"] * 21}, "resource_ids", "out_of_range"),
        ({"docter_id": "x"}, "docter_id", "unknown_field"),
        ({"overbook_reason": "x" * 201}, "overbook_reason", "max_length"),
    ],
)
def test_what_is_wrong_is_named_with_its_code(program, facts, name, code):
    answer = program.post("09:00", **facts)
    assert answer.status_code == 400, answer.content
    assert code in codes_of(answer, name)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("patient_id", PatientFactory), ("clinic_id", ClinicFactory), ("doctor_id", DoctorFactory),
        ("kind_id", AppointmentKindFactory),
    ],
)  # fmt: skip
def test_what_another_hospital_has_is_no_choice(program, name, factory):
    assert codes_of(program.post(**{name: str(factory().pk)}), name) == ["invalid_choice"]


# ---- conflicts


def test_a_taken_time_is_409_with_every_clash_links_and_the_next_free_times(program):
    room = ResourceFactory(hospital=program.here, name="Echo 1")
    first = program.booked("09:00", resource_ids=[str(room.pk)])
    answer = program.post(
        "09:00", resource_ids=[str(room.pk)], patient_id=first["patient_id"]
    )  # fmt: skip
    assert status_and_code(answer) == (409, "time_conflict")
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    doctor = str(program.doctor.as_resource.pk)
    assert {(c["code"], c["resource_id"]) for c in problem["conflicts"]} == {
        ("doctor_busy", doctor), ("room_busy", str(room.pk)), ("patient_busy", None),
    }  # fmt: skip
    assert "Echo 1 is taken then." in [clash["detail"] for clash in problem["conflicts"]]
    assert {link["href"] for link in problem["links"]} == {f"{LIST}/{first['id']}"}
    free = problem["free"][0]
    assert free == {
        "starts_at": "2027-03-01T09:20:00+01:00", "ends_at": "2027-03-01T09:40:00+01:00",
        "clinic_id": str(program.clinic.pk), "doctor_id": str(program.doctor.pk),
        "resource_id": doctor, "left": 1,
    }  # fmt: skip
    assert len(problem["free"]) == 3
    again = program.post("09:00", starts_at=free["starts_at"], patient_id=first["patient_id"])
    assert again.status_code == 201


def test_what_stands_in_the_way_is_not_told_to_be_the_same_appointment(program):
    program.booked("09:00")
    assert "Location" not in program.post("09:00")


def test_a_second_post_with_the_same_external_id_is_409_with_its_location(program):
    made = program.booked("09:00", external_id="A7")
    answer = program.post("10:00", external_id="A7")
    assert status_and_code(answer) == (409, "external_id_taken")
    assert answer["Location"] == f"{LIST}/{made['id']}"
    found = program.client.get(LIST, {"external_id": "A7"}).json()["results"]
    assert [row["id"] for row in found] == [made["id"]]


def test_on_top_and_outside_of_the_hours_takes_a_reason(program):
    assert program.post("12:00").json()["conflicts"][0]["code"] == "outside_hours"
    made = program.booked("12:00", overbook_reason="Came from far away")
    assert made["overbook_reason"] == "Came from far away"
    assert program.booked("09:00", overbook_reason="Not needed")["overbook_reason"] == ""


def test_a_patient_in_two_places_takes_a_reason(program):
    other = DoctorFactory(hospital=program.here)
    SessionFactory(hospital=program.here, bookable=other.as_resource, clinic=program.clinic)
    first = program.booked("09:00")
    twice = {"patient_id": first["patient_id"], "doctor_id": str(other.pk)}
    assert program.post("09:00", **twice).json()["conflicts"][0]["code"] == "patient_busy"
    made = program.booked("09:00", **twice, lane_reason="Dialysis goes on")
    assert (made["patient_lane"], made["lane_reason"]) == (2, "Dialysis goes on")


# ---- once


def test_a_repeated_request_books_once(program):
    body, key = program.body("09:00"), {"Idempotency-Key": "book-1"}
    first, second = (program.client.post(LIST, body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replay" not in first
    assert second["Idempotent-Replay"] == "true"
    assert Appointment.objects.count() == 1
    other = program.client.post(LIST, program.body("10:00"), headers=key)
    assert status_and_code(other) == (422, "idempotency_mismatch")


def test_a_refused_request_leaves_its_key_free(program):
    taken, body = program.booked("09:00"), program.body("09:00")
    key = {"Idempotency-Key": "book-2"}
    assert program.client.post(LIST, body, headers=key).status_code == 409
    program.act(taken, "cancel", {"reason": "Ill"})
    assert program.client.post(LIST, body, headers=key).status_code == 201


# ---- changing


def put(program, row, **changes):
    address = f"{LIST}/{row['id']}"
    return program.client.put(address, row | changes, headers={"If-Match": f'"{row["version"]}"'})


def test_a_body_just_received_may_be_sent_back_unchanged(program):
    room = ResourceFactory(hospital=program.here)
    made = program.booked("12:00", resource_ids=[str(room.pk)], overbook_reason="Urgent")
    answer = put(program, made)
    assert (answer.status_code, answer.json()) == (200, made)
    cancelled = program.act(made, "cancel", {"reason": "Ill"}).json()
    answer = put(program, cancelled)
    assert (answer.status_code, answer.json()) == (200, cancelled)
    assert Appointment.history.filter(id=made["id"]).count() == 2


def patch(program, row, **changes):
    return program.client.patch(f"{LIST}/{row['id']}", {"version": row["version"], **changes})


def test_it_is_moved_with_if_match_and_the_old_time_is_free(program):
    made = program.booked("09:00")
    moved = put(program, made, starts_at=at("10:00").isoformat(), ends_at=at("10:20").isoformat())
    assert (moved.status_code, moved["ETag"]) == (200, '"2"')
    assert moved.json()["starts_at"] == "2027-03-01T10:00:00+01:00"
    program.booked("09:00")
    stale = put(program, made, note="Late")
    assert status_and_code(stale) == (412, "stale")
    assert stale["ETag"] == '"2"'
    missing = program.client.patch(f"{LIST}/{made['id']}", {"note": "Late"})
    assert status_and_code(missing) == (428, "version_required")


def test_moved_by_its_start_alone_it_is_as_long_as_before(program):
    made = program.booked("09:00", minutes=40)
    moved = patch(program, made, starts_at=at("10:00").isoformat()).json()
    assert moved["ends_at"] == "2027-03-01T10:40:00+01:00"
    shorter = patch(program, moved, minutes=20).json()
    assert (shorter["starts_at"], shorter["ends_at"]) == (
        "2027-03-01T10:00:00+01:00", "2027-03-01T10:20:00+01:00",
    )  # fmt: skip


def test_a_move_that_clashes_is_refused_and_leaves_everything(program):
    made, other = program.booked("09:00"), program.booked("10:00")
    refused = patch(program, made, starts_at=other["starts_at"])
    assert status_and_code(refused) == (409, "time_conflict")
    assert program.read(made) == made


def test_the_rooms_are_replaced_by_a_list_and_stay_without_one(program):
    rooms = [str(ResourceFactory(hospital=program.here).pk) for _ in range(2)]
    made = program.booked("09:00", resource_ids=rooms[:1])
    kept = patch(program, made, note="By phone").json()
    assert kept["resource_ids"] == rooms[:1]
    both = patch(program, kept, resource_ids=rooms).json()
    assert (set(both["resource_ids"]), both["version"]) == (set(rooms), 3)
    assert patch(program, both, resource_ids=[]).json()["resource_ids"] == []


def test_sent_back_as_a_whole_the_reason_holds_for_the_new_time_too(program):
    made = program.booked("12:00", overbook_reason="Urgent")
    times = {"starts_at": at("13:00").isoformat(), "ends_at": at("13:20").isoformat()}
    assert put(program, made, **times).json()["overbook_reason"] == "Urgent"
    again = program.read(made)
    alone = patch(program, again, starts_at=at("14:00").isoformat())
    assert status_and_code(alone) == (409, "time_conflict")


def test_it_is_booked_and_moved_to_a_time_that_was_held(program):
    def held(text):
        kept = program.post(text, path=HOLDS, patient_id=None)
        assert kept.status_code == 201, kept.content
        return kept.json()["id"]

    first = held("09:00")
    assert program.post("09:00").json()["conflicts"][0]["code"] == "time_held"
    made = program.booked("09:00", hold_id=first)
    assert status_and_code(program.post("10:00", hold_id=first)) == (409, "hold_over")
    moved = patch(program, made, starts_at=at("11:00").isoformat(), hold_id=held("11:00"))
    assert (moved.status_code, moved.json()["version"]) == (200, 2)


def test_force_overwrites_and_is_booked_so(program):
    made = program.booked("09:00")
    patch(program, made, note="First")
    forced = program.client.patch(
        f"{LIST}/{made['id']}", {"note": "Second"}, headers={"If-Match": "*"}
    )
    assert (forced.status_code, forced.json()["version"]) == (200, 3)
    assert AuditEvent.objects.filter(act="records.appointment.update", forced=True).count() == 1


# ---- who


def test_another_hospitals_is_answered_like_one_that_never_was(program):
    theirs = Program(HospitalFactory())
    made = theirs.booked("09:00")
    never = f"{LIST}/{program.doctor.pk}"
    for method in ("get", "put", "patch", "delete"):
        send = getattr(program.client, method)
        hidden, missing = send(f"{LIST}/{made['id']}"), send(never)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    hidden, missing = program.act(made, "cancel"), program.act({"id": program.doctor.pk}, "cancel")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert program.client.get(LIST).json()["results"] == []


def test_without_a_token_it_is_401_and_without_the_permission_403(program):
    made, nurse = program.booked("09:00"), api("nurse", program.here)
    assert nurse.get(LIST).status_code == 200
    refused = nurse.post(LIST, program.body("10:00"))
    assert status_and_code(refused) == (403, "forbidden")
    assert "records.appointment.create" in refused.json()["detail"]
    reader = api("integrator", program.here, scopes=["records.appointment:read"])
    assert reader.post(f"{LIST}/{made['id']}/cancel", {"reason": "x"}).status_code == 403
    program.client.credentials()
    nobody = program.client.get(LIST)
    assert (nobody.status_code, "WWW-Authenticate" in nobody) == (401, True)


def test_a_doctors_token_starts_the_own_appointments_only(program):
    doctor = api("doctor", program.here)
    own = DoctorFactory(hospital=program.here, user=doctor.user)
    SessionFactory(hospital=program.here, bookable=own.as_resource, clinic=program.clinic)
    mine, other = program.booked("09:00", doctor_id=str(own.pk)), program.booked("09:00")
    for row, status in ((mine, 409), (other, 403)):  # not checked in yet; not the doctor's
        assert doctor.post(f"{LIST}/{row['id']}/start").status_code == status
