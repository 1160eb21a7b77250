"""A row of beds by the API, and lists in the order of counting."""

import pytest

from hospital.models import Bed
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, api

pytestmark = pytest.mark.django_db
MANY = "/api/v1/beds/add-many"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here)


def body(ward, **facts):
    return {"ward_id": str(ward.pk), "prefix": "A", "first": 1, "last": 3} | facts


def labels(answer):
    return [row["label"] for row in answer.json()["results"]]


def test_a_row_of_beds_by_the_api(here, ward):
    program = api("integrator", here)
    made = program.post(MANY, body(ward, prefix="Window ", first=9, last=10))
    assert (made.status_code, labels(made)) == (200, ["Window 9", "Window 10"])
    listed = program.get("/api/v1/beds", {"ward_id": str(ward.pk)})
    assert listed.json()["results"] == made.json()["results"]


def test_sent_twice_with_one_key_it_has_one_effect_and_one_answer(here, ward):
    program, key = api("integrator", here), {"Idempotency-Key": "row-1"}
    first, second = (program.post(MANY, body(ward), headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert second["Idempotent-Replay"] == "true"
    assert Bed.objects.count() == 3


def test_taken_labels_are_409_with_links(here, ward):
    bed = BedFactory(ward=ward, label="A2")
    answer = api("integrator", here).post(MANY, body(ward))
    assert (answer.status_code, answer.json()["code"]) == (409, "labels_taken")
    assert answer.json()["links"][0]["href"].endswith(f"/beds/{bed.pk}")
    assert Bed.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"last": 0}, "last", "bed_range"),
        ({"last": 101}, "last", "bed_range"),
        ({"first": "one"}, "first", "invalid"),
        ({"prefix": "x" * 20}, "prefix", "max_length"),
        ({"room": "1"}, "room", "unknown_field"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(here, ward, facts, name, code):
    answer = api("integrator", here).post(MANY, body(ward, **facts))
    assert answer.status_code == 400
    assert answer.json()["errors"][name][0]["code"] == code


def test_another_hospitals_or_a_retired_ward_is_no_choice(here, ward):
    program = api("integrator", here)
    theirs = program.post(MANY, body(WardFactory()))
    assert theirs.json()["errors"]["ward_id"][0]["code"] == "invalid_choice"
    program.delete(f"/api/v1/wards/{ward.pk}")
    gone = program.post(MANY, body(ward))
    assert gone.json()["errors"]["ward_id"][0]["code"] == "retired_choice"


def test_pages_of_the_list_follow_the_order_of_counting(here, ward):
    program = api("integrator", here)
    program.post(MANY, body(ward, prefix="", first=8, last=12))
    page = program.get("/api/v1/beds", {"limit": "3"})
    assert labels(page) == ["8", "9", "10"]
    assert labels(program.get(page.json()["next"])) == ["11", "12"]
