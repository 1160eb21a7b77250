"""Holds by the API: a time kept for ten minutes, given back or used up."""

import datetime as dt

import pytest

from hospital.models import AuditPatient
from hospital.tests.factories import HospitalFactory, ResourceFactory, api
from records.models import Hold

from .ground import on_friday
from .program import HOLDS, Program, codes_of, status_and_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with on_friday() as traveller:
        yield traveller


@pytest.fixture
def program():
    return Program()


def keep(program, text="09:00", **facts):
    return program.post(text, path=HOLDS, patient_id=None, **facts)


def test_a_time_is_kept_shown_and_given_back(program):
    room = ResourceFactory(hospital=program.here)
    made = keep(program, resource_ids=[str(room.pk)])
    shown = made.json()
    assert made.status_code == 201, made.content
    assert (made["Location"], made["ETag"]) == (f"{HOLDS}/{shown['id']}", '"1"')
    assert shown["expires_at"] == "2027-02-26T09:10:00+01:00"
    assert (shown["ends_at"], shown["resource_ids"], shown["held_by_id"]) == (
        "2027-03-01T09:20:00+01:00", [str(room.pk)], str(program.client.user.pk),
    )  # fmt: skip
    assert program.client.get(made["Location"]).json() == shown
    assert program.client.get(HOLDS).json() == {"results": [shown], "next": None}
    clash = keep(program)
    assert status_and_code(clash) == (409, "time_conflict")
    assert clash.json()["conflicts"][0]["code"] == "time_held"
    assert clash.json()["free"][0]["starts_at"] == "2027-03-01T09:20:00+01:00"
    given = program.client.delete(made["Location"])
    assert (given.status_code, given.content) == (204, b"")
    assert program.client.get(made["Location"]).status_code == 404
    assert keep(program).status_code == 201
    assert not AuditPatient.objects.exists()


def test_without_an_end_it_is_a_slot_of_the_doctors_or_half_an_hour(program):
    assert keep(program, minutes=None).json()["ends_at"] == "2027-03-01T09:20:00+01:00"
    room = ResourceFactory(hospital=program.here)
    alone = {"doctor_id": None, "resource_ids": [str(room.pk)], "minutes": None}
    assert keep(program, **alone).json()["ends_at"] == "2027-03-01T09:30:00+01:00"


def test_after_ten_minutes_the_time_is_free_and_the_hold_still_told(program, clock):
    lapsed = keep(program).json()
    clock.shift(dt.timedelta(minutes=10))
    assert keep(program).status_code == 201
    standing = program.client.get(HOLDS, {"standing": "true"}).json()["results"]
    assert [row["id"] for row in standing] != [lapsed["id"]]
    assert len(standing) == 1
    [told] = program.client.get(HOLDS, {"standing": "false"}).json()["results"]
    assert (told["id"], told["resource_ids"]) == (lapsed["id"], [])
    assert told["expires_at"] == lapsed["expires_at"]
    assert status_and_code(program.post("09:00", hold_id=lapsed["id"])) == (409, "hold_over")


def test_a_repeated_request_keeps_once(program):
    body = {"clinic_id": str(program.clinic.pk), "doctor_id": str(program.doctor.pk)}
    body |= {"starts_at": "2027-03-01T09:00:00+01:00", "minutes": 20}
    answers = [program.client.post(HOLDS, body, headers={"Idempotency-Key": "h"}) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Hold.objects.count() == 1


def test_it_is_made_and_given_back_but_never_changed(program):
    address = f"{HOLDS}/{keep(program).json()['id']}"
    for method in ("put", "patch"):
        answer = getattr(program.client, method)(address, {"minutes": 30})
        assert answer.status_code == 405
    assert program.client.post(f"{address}/restore").status_code == 404
    stale = program.client.delete(address, headers={"If-Match": '"7"'})
    assert status_and_code(stale) == (412, "stale")


def test_what_is_wrong_is_named_with_its_code(program):
    assert codes_of(keep(program, patient="x"), "patient") == ["unknown_field"]
    assert codes_of(keep(program, doctor_id=None), "doctor_id") == ["resource_required"]
    assert codes_of(program.client.get(HOLDS, {"standing": "1"}), "standing") == ["invalid_choice"]
    assert not Hold.objects.exists()


def test_holds_are_of_one_hospital_and_for_who_books(program):
    theirs = Program(HospitalFactory())
    address = f"{HOLDS}/{keep(theirs).json()['id']}"
    assert program.client.get(address).status_code == 404
    assert program.client.delete(address).status_code == 404
    other = program.post("09:00", hold_id=address.rpartition("/")[2])
    assert codes_of(other, "hold_id") == ["invalid_choice"]
    assert api("nurse", program.here).get(HOLDS).status_code == 403
    program.client.credentials()
    assert program.client.get(HOLDS).status_code == 401
