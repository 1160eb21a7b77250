"""Likely duplicates by the API: listed, read, told apart and taken back."""

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, api
from records.models import DuplicatePair
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/patients/duplicates"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.fixture
def pair(here):
    return DuplicatePairFactory(at=here, score=215)


def status_and_code(answer):
    return answer.status_code, answer.json()["code"]


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_it_is_listed_and_read_with_what_agrees_and_the_look_is_booked_for_both(program, pair):
    shown = program.get(f"{LIST}/{pair.pk}").json()
    assert shown == program.get(LIST).json()["results"][0]
    assert (shown["first_id"], shown["second_id"]) == tuple(map(str, pair.patient_ids))
    assert (shown["score"], shown["agrees"]) == (215, ["name", "birth_date"])
    assert (shown["status"], shown["decided_at"]) == ("open", None)
    event = AuditEvent.objects.get(act="records.duplicatepair.read")
    assert set(event.patients.values_list("patient_id", flat=True)) == set(pair.patient_ids)


def test_the_likest_come_first_and_are_filtered_by_whose_and_how_far(program, here, pair):
    likest = DuplicatePairFactory(at=here, score=300)
    DuplicatePairFactory()
    DuplicatePairFactory(charts=[PatientFactory(at=here), PatientFactory()])
    program.post(f"{LIST}/{pair.pk}/different", {"reason": "Twin"})
    assert ids(program.get(LIST)) == [str(likest.pk), str(pair.pk)]
    assert ids(program.get(f"{LIST}?ordering=score&limit=1")) == [str(pair.pk)]
    assert ids(program.get(f"{LIST}?status=open")) == [str(likest.pk)]
    assert ids(program.get(f"{LIST}?patient_id={pair.second_id}")) == [str(pair.pk)]
    assert status_and_code(program.get(f"{LIST}?status=merged")) == (400, "invalid_input")


def test_it_is_told_apart_once_whatever_is_sent_again_and_taken_back(program, pair):
    at = f"{LIST}/{pair.pk}/different"
    first, again = (
        program.post(at, {"reason": "Twin"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert (first.status_code, first.json()["status"], first.json()["reason"]) == (
        200,
        "different",
        "Twin",
    )
    assert (first.json(), again["Idempotent-Replay"]) == (again.json(), "true")
    assert status_and_code(program.post(at, {"reason": "Twin"})) == (409, "pair_decided")
    back = program.post(f"{LIST}/{pair.pk}/undo", {"version": 2})
    assert (back.status_code, back.json()["status"], back.json()["version"]) == (200, "open", 3)
    assert status_and_code(program.post(f"{LIST}/{pair.pk}/undo", {})) == (409, "pair_open")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, "required"),
        ({"reason": " "}, "required"),
        ({"reason": "x" * 201}, "reason_too_long"),
    ],
)
def test_without_a_reason_nothing_is_decided(program, pair, sent, expected):
    answer = program.post(f"{LIST}/{pair.pk}/different", sent)
    assert answer.status_code == 400
    assert answer.json()["errors"]["reason"][0]["code"] == expected
    assert DuplicatePair.objects.get().is_open


def test_a_version_that_was_seen_before_is_412(program, pair):
    answer = program.post(f"{LIST}/{pair.pk}/different", {"reason": "Twin", "version": 7})
    assert status_and_code(answer) == (412, "stale")


def test_another_hospitals_pair_is_not_there(program, here):
    half = DuplicatePairFactory(charts=[PatientFactory(at=here), PatientFactory()])
    for pair in (DuplicatePairFactory(), half):
        assert program.get(f"{LIST}/{pair.pk}").status_code == 404
        answer = program.post(f"{LIST}/{pair.pk}/different", {"reason": "Twin"})
        assert answer.status_code == 404
    assert DuplicatePair.objects.open().count() == 2


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pairs_are_found_and_dropped_by_the_hospital_alone(program, pair, method):
    address = LIST if method == "post" else f"{LIST}/{pair.pk}"
    assert getattr(program, method)(address, {}).status_code == 405
