"""Acts on stays and beds by the API, and the bed board."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient
from hospital.tests.api.test_docs import SHELL, pasted
from hospital.tests.factories import DoctorFactory, HospitalFactory, WardFactory, api
from records.models import BedPeriod
from records.tests.encounter_factories import InPatientFactory

from .program import BEDS, BOARD, LIST, Program, ago, codes_of, status_and_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def state(program, bed):
    [found] = [row for row in program.board()["wards"][0]["beds"] if row["bed_id"] == str(bed.pk)]
    return found["state"]


def ready(program, row):
    """The stay with all that a discharge needs."""
    sent = {
        "version": row["version"], "summary": "Well again",
        "attending_id": str(DoctorFactory(hospital=program.here).pk),
    }  # fmt: skip
    return program.client.patch(f"{LIST}/{row['id']}", sent).json()


# ---- acts on a stay


def test_a_planned_patient_comes_into_the_bed_that_was_kept(program):
    row, bed = program.planned(), program.bed()
    until = (clock.now() + dt.timedelta(hours=30)).isoformat()
    kept = program.bed_act(bed, "reserve", {"until": until, "stay_id": row["id"]})
    assert (kept.status_code, kept.json()["state"]) == (200, "reserved")
    came = program.act(row, "admit", {"bed_id": str(bed.pk)})
    assert (came.status_code, came["ETag"]) == (200, '"2"')
    assert came.json() == program.read(row)
    assert (came.json()["status"], came.json()["bed_id"]) == ("in_progress", str(bed.pk))
    assert status_and_code(program.act(row, "admit", {"bed_id": str(bed.pk)})) == (409, "stay_step")


def test_a_patient_is_moved_late_and_the_old_bed_is_to_be_cleaned(program):
    old, new = program.bed(), program.bed()
    row = program.admitted(old, at=ago(hours=3))
    at = ago(hours=2)
    moved = program.act(row, "transfer", {"bed_id": str(new.pk), "at": at})
    assert (moved.status_code, moved.json()["bed_id"]) == (200, str(new.pk))
    assert state(program, old) == "cleaning"
    here = BedPeriod.objects.live().get(encounter=row["id"], ends_at=None)
    assert here.starts_at.isoformat() == at
    same = program.act(row, "transfer", {"bed_id": str(new.pk)})
    assert status_and_code(same) == (409, "same_place")
    assert codes_of(program.act(row, "transfer"), "bed_id") == ["place_required"]
    back = program.act(row, "transfer", {"bed_id": str(old.pk)})
    assert (status_and_code(back), back.json()["state"]) == ((409, "bed_taken"), "cleaning")
    waits = program.act(row, "transfer", {"ward_id": str(program.ward.pk)}).json()
    assert (waits["ward_id"], waits["bed_id"]) == (str(program.ward.pk), None)


def test_two_patients_change_places(program):
    beds = [program.bed(), program.bed()]
    one, other = (program.admitted(bed, at=ago(hours=1)) for bed in beds)
    swapped = program.act(one, "swap", {"other_id": other["id"]})
    assert (swapped.status_code, swapped.json()["bed_id"]) == (200, str(beds[1].pk))
    assert program.read(other)["bed_id"] == str(beds[0].pk)
    alone = program.act(one, "swap", {"other_id": one["id"]})
    assert codes_of(alone, "other_id") == ["invalid_choice"]
    theirs = Program(HospitalFactory()).admitted()
    stranger = program.act(one, "swap", {"other_id": theirs["id"]})
    assert codes_of(stranger, "other_id") == ["invalid_choice"]


def test_a_patient_goes_on_leave_and_comes_back_to_the_same_bed(program):
    bed = program.bed()
    row = program.admitted(bed, at=ago(hours=3))
    away = program.act(row, "leave", {"at": ago(hours=2)})
    assert (away.status_code, away.json()["status"]) == (200, "on_leave")
    assert away.json()["bed_id"] == str(bed.pk)
    assert program.board()["wards"][0]["beds"][0]["on_leave"] is True
    back = program.act(row, "come-back", {"at": ago(hours=1)})
    assert (back.status_code, back.json()["status"]) == (200, "in_progress")
    assert status_and_code(program.act(row, "come-back")) == (409, "stay_step")


def test_a_patient_leaves_once_nothing_is_missing(program):
    bed = program.bed()
    row = program.admitted(bed, at=ago(hours=3))
    asked = program.client.get(f"{LIST}/{row['id']}/blockers")
    assert [each["code"] for each in asked.json()["blockers"]] == [
        "attending_missing", "summary_missing",
    ]  # fmt: skip
    look = AuditEvent.objects.filter(act="records.inpatient.read").latest("id")
    assert (str(look.patient_id), str(look.object_id)) == (row["patient_id"], row["id"])
    early = program.act(row, "discharge", {"disposition": "home"})
    assert status_and_code(early) == (409, "discharge_blocked")
    assert codes_of(program.act(row, "discharge"), "disposition") == ["required"]
    row = ready(program, row)
    left = program.act(row, "discharge", {"disposition": "home"}, **{"If-Match": '"2"'}).json()
    assert (left["status"], left["disposition"], left["bed_id"]) == ("finished", "home", None)
    assert left["ends_at"]
    assert state(program, bed) == "cleaning"
    back = program.act(row, "undo").json()
    assert (back["status"], back["ends_at"], back["bed_id"]) == ("in_progress", None, str(bed.pk))


def test_an_unfinished_discharge_takes_a_reason_and_a_permission(program):
    row, doctor = program.admitted(at=ago(hours=1)), api("doctor", program.here)
    sent = {"disposition": "aadvice", "override_reason": "Left in the night"}
    refused = program.act(row, "discharge", sent)
    assert status_and_code(refused) == (403, "forbidden")
    assert "records.inpatient.override" in refused.json()["detail"]
    assert doctor.post(f"{LIST}/{row['id']}/discharge", sent).json()["status"] == "finished"


def test_a_planned_stay_is_cancelled_with_a_reason(program):
    row = program.planned()
    assert codes_of(program.act(row, "cancel"), "reason") == ["required"]
    gone = program.act(row, "cancel", {"reason": "Has a cold"}).json()
    assert (gone["status"], gone["cancel_reason"]) == ("cancelled", "Has a cold")


def test_a_repeated_act_is_done_once(program):
    row = program.admitted(program.bed(), at=ago(hours=1))
    first, second = (program.act(row, "leave", **{"Idempotency-Key": "l-1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    other = program.act(row, "come-back", **{"Idempotency-Key": "l-1"})
    assert status_and_code(other) == (422, "idempotency_mismatch")
    stale = program.act(row, "come-back", **{"If-Match": '"1"'})
    assert status_and_code(stale) == (412, "stale")


def test_entered_in_error_it_is_gone_until_an_administrator_brings_it_back(program):
    bed = program.bed()
    row = program.admitted(bed)
    address = f"{LIST}/{row['id']}"
    assert program.client.delete(address, headers={"X-Reason": "Wrong patient"}).status_code == 204
    assert state(program, bed) == "free"
    assert program.client.get(f"{address}?include_retired=true").json()["retired_at"]
    assert program.client.post(f"{address}/restore").status_code == 403
    back = api("administrator", program.here).post(f"{address}/restore")
    assert (back.status_code, back.json()["bed_id"]) == (200, str(bed.pk))
    assert state(program, bed) == "occupied"


WORDS = {
    "admit": "admit", "transfer": "transfer", "swap": "transfer", "leave": "leave",
    "come-back": "leave", "discharge": "discharge", "cancel": "cancel", "undo": "undo",
}  # fmt: skip


@pytest.mark.parametrize("name", ["inpatients", "in_patients"])
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_act_hides_what_another_hospital_has_and_names_the_missing_permission(
    program, name, word, slash
):
    hidden, row = Program(HospitalFactory()).admitted(), program.admitted()
    address = f"/api/v1/{name}/{{}}/{word}{slash}"
    assert program.client.post(address.format(hidden["id"]), {}).status_code == 404
    refused = api("cashier", program.here).post(address.format(row["id"]), {})
    assert status_and_code(refused) == (403, "forbidden")
    assert f"records.inpatient.{WORDS[word]}" in refused.json()["detail"]


def test_what_is_missing_is_told_at_every_spelling_to_who_may_read_it(program):
    row, theirs = program.admitted(), Program(HospitalFactory()).admitted()
    for name in ("inpatients", "in_patients"):
        for slash in ("", "/"):
            address = f"/api/v1/{name}/{{}}/blockers{slash}"
            assert program.client.get(address.format(row["id"])).status_code == 200
            assert program.client.get(address.format(theirs["id"])).status_code == 404
            assert program.client.get(address.format("x")).status_code == 404


# ---- acts on a bed


def test_a_bed_is_cleaned_closed_opened_kept_and_given_back(program):
    bed = program.bed()
    row = ready(program, program.admitted(bed, at=ago(hours=2)))
    program.act(row, "discharge", {"disposition": "home", "at": ago(hours=1)})
    clean = program.bed_act(bed, "clean", {"at": ago(minutes=30)})
    assert (clean.status_code, clean.json()["state"]) == (200, "cleaning")
    assert clean.json().keys() == {"bed_id", "state", "starts_at", "ends_at", "reason"}
    assert state(program, bed) == "free"
    closed = program.bed_act(bed, "close", {"reason": "Brake", "at": ago(minutes=20)}).json()
    assert (closed["state"], closed["reason"], closed["ends_at"]) == ("closed", "Brake", None)
    assert state(program, bed) == "closed"
    assert program.bed_act(bed, "reopen").json()["ends_at"]
    until = (clock.now() + dt.timedelta(hours=3)).isoformat()
    assert (
        program.bed_act(bed, "reserve", {"until": until, "reason": "From A&E"}).status_code == 200
    )
    assert state(program, bed) == "reserved"
    assert status_and_code(program.post(bed)) == (409, "bed_taken")
    assert program.bed_act(bed, "release").json()["state"] == "reserved"
    assert state(program, bed) == "free"


def test_a_bed_that_is_not_so_and_one_in_use_are_conflicts(program):
    bed = program.bed()
    for word in ("clean", "reopen", "release"):
        assert status_and_code(program.bed_act(bed, word)) == (409, "bed_not_so")
    program.admitted(bed)
    assert status_and_code(program.bed_act(bed, "close")) == (409, "bed_taken")
    long = (clock.now() + dt.timedelta(days=9)).isoformat()
    assert codes_of(program.bed_act(bed, "reserve", {"until": long}), "until") == [
        "reserved_too_long"
    ]
    assert codes_of(program.bed_act(bed, "close", {"raeson": "x"}), "raeson") == ["unknown_field"]


def test_a_repeated_act_on_a_bed_is_done_once(program):
    bed, key = program.bed(), {"Idempotency-Key": "c-1"}
    first, second = (program.bed_act(bed, "close", {"reason": "Brake"}, **key) for _ in range(2))
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert BedPeriod.objects.filter(bed=bed).count() == 1


@pytest.mark.parametrize("word", ["clean", "close", "reopen", "reserve", "release"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_act_on_a_bed_hides_another_hospitals_and_names_the_missing_permission(
    program, word, slash
):
    theirs, bed = Program(HospitalFactory()).bed(), program.bed()
    for pk in (theirs.pk, program.ward.pk, "x"):
        assert program.client.post(f"{BEDS}/{pk}/{word}{slash}", {}).status_code == 404
    refused = api("cashier", program.here).post(f"{BEDS}/{bed.pk}/{word}{slash}", {})
    assert status_and_code(refused) == (403, "forbidden")
    assert f"records.bedperiod.{word}" in refused.json()["detail"]
    assert program.client.get(f"{BEDS}/{bed.pk}/{word}{slash}").status_code == 405


# ---- the board


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_board_tells_every_bed_who_waits_and_how_many(program, slash):
    full, free = program.bed(label="1"), program.bed(label="2")
    lying = program.admitted(full, expected_end_on="2030-01-01")
    waiting = program.admitted()
    answer = program.client.get(BOARD + slash)
    assert answer.status_code == 200, answer.content
    [ward] = answer.json()["wards"]
    assert (ward["ward_id"], ward["name"]) == (str(program.ward.pk), program.ward.name)
    assert ward["counts"] == {
        "free": 1, "occupied": 1, "reserved": 0, "cleaning": 0, "closed": 0, "waiting": 1,
    }  # fmt: skip
    assert ward["beds"] == [
        {
            "bed_id": str(full.pk), "label": "1", "state": "occupied", "since": lying["starts_at"],
            "until": None, "stay_id": lying["id"], "patient_id": lying["patient_id"],
            "on_leave": False, "expected_end_on": "2030-01-01",
        },
        {
            "bed_id": str(free.pk), "label": "2", "state": "free", "since": None, "until": None,
            "stay_id": None, "patient_id": None, "on_leave": False, "expected_end_on": None,
        },
    ]  # fmt: skip
    assert [each["stay_id"] for each in ward["waiting"]] == [waiting["id"]]
    seen = {str(pk) for pk in AuditPatient.objects.values_list("patient_id", flat=True)}
    assert seen == {lying["patient_id"], waiting["patient_id"]}


def test_the_board_of_one_ward_and_of_an_earlier_moment(program):
    bed, other = program.bed(), WardFactory(hospital=program.here)
    assert [ward["ward_id"] for ward in program.board(ward_id=str(other.pk))["wards"]] == [
        str(other.pk)
    ]
    type(bed).objects.filter(pk=bed.pk).update(created_at=clock.now() - dt.timedelta(days=9))
    program.admitted(bed, at=ago(hours=2))
    before, after = (
        program.board(ward_id=str(program.ward.pk), as_of=ago(hours=hours)) for hours in (3, 1)
    )
    assert [each["wards"][0]["beds"][0]["state"] for each in (before, after)] == [
        "free",
        "occupied",
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"ward": "x"}, "unknown_parameter"), ({"ward_id": "x"}, "invalid"),
        ({"ward_id": "00000000-0000-7000-8000-000000000000"}, "invalid_choice"),
        ({"as_of": "2026-03-01T09:00:00"}, "naive_datetime"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_is_named_with_its_code(program, asked, code):
    answer = program.client.get(BOARD, asked)
    assert answer.status_code == 400
    assert codes_of(answer, next(iter(asked))) == [code]


def test_the_board_is_of_the_own_hospital_and_costs_the_same_for_many_beds(program):
    Program(HospitalFactory()).bed()
    program.board()  # a token's first use is noted once
    costs = []
    for wanted in (3, 30):
        for _ in range(wanted - program.ward.beds.count()):
            InPatientFactory(bed=program.bed())
        with CaptureQueriesContext(connection) as queries:
            [ward] = program.board()["wards"]
        assert ward["counts"]["occupied"] == len(ward["beds"]) == wanted
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert status_and_code(api("pharmacist", program.here).get(BOARD)) == (403, "forbidden")


# ---- the documentation


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_morning_with_stays_works_when_pasted(live_server, tmp_path):
    here = HospitalFactory(code="NORTH")
    program = Program(here)
    beds = [program.bed(), program.bed()]
    DoctorFactory(hospital=here)
    first_lines = SHELL[0].partition("api $URL/api/v1/me")[0]
    (before,) = (block for block in SHELL if "/availability" in block)
    (morning,) = (block for block in SHELL if "/discharge" in block)
    script = first_lines + before.partition("# What is free?")[0] + morning
    answers, _ = pasted(script, live_server, tmp_path, program.client.token.secret)
    stay, taken, moved, away, back, changed, left, clean = answers
    assert (stay["bed_id"], taken["code"]) == (str(beds[0].pk), "bed_taken")
    assert moved["bed_id"] == taken["free_beds"][0]["bed_id"] == str(beds[1].pk)
    assert [each["status"] for each in (away, back, changed, left)] == [
        "on_leave", "in_progress", "in_progress", "finished",
    ]  # fmt: skip
    assert (clean["bed_id"], clean["state"]) == (str(beds[1].pk), "cleaning")
