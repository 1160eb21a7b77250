"""Hospitals through the REST door."""

import pytest

from hospital.models import Hospital
from hospital.tests import factories

pytestmark = pytest.mark.django_db

NEW = {
    "code": "NEW",
    "name": "New Hospital",
    "time_zone": "Asia/Kolkata",
    "currency": "INR",
    "country": "IN",
}


def test_a_platform_token_makes_lists_and_retires_hospitals():
    platform = factories.api("operator")
    made = platform.post("/api/v1/hospitals", NEW)
    assert made.status_code == 201
    assert [row["code"] for row in platform.get("/api/v1/hospitals").json()["results"]] == ["NEW"]
    assert platform.delete(made["Location"], headers={"X-Reason": "sold"}).status_code == 204
    assert platform.get(made["Location"]).status_code == 404


def test_a_token_of_one_hospital_sees_and_changes_that_one_alone():
    here, there = factories.HospitalFactory(), factories.HospitalFactory()
    client = factories.api("integrator", here)
    assert [row["id"] for row in client.get("/api/v1/hospitals").json()["results"]] == [
        str(here.pk)
    ]
    assert client.get(f"/api/v1/hospitals/{there.pk}").status_code == 404
    changed = client.patch(f"/api/v1/hospitals/{here.pk}", {"city": "Ulm", "version": 1})
    assert (changed.status_code, changed.json()["city"]) == (200, "Ulm")
    assert client.post("/api/v1/hospitals", NEW).status_code == 403
    assert client.delete(f"/api/v1/hospitals/{here.pk}", headers={"X-Reason": "x"}).status_code in (
        403,
        404,
    )
    assert Hospital.objects.live().count() == 2


def test_a_time_zone_that_is_none_is_named():
    platform = factories.api("operator")
    answer = platform.post("/api/v1/hospitals", {**NEW, "time_zone": "Mars/Base"})
    assert answer.json()["errors"]["time_zone"][0]["code"] == "time_zone_invalid"


def test_a_platform_token_sees_no_patient():
    platform = factories.api("operator")
    assert platform.get("/api/v1/patients").status_code == 403
    assert platform.post("/api/v1/patients/search", {"name": "a"}).status_code == 403


def test_a_language_that_is_none_is_named():
    platform = factories.api("operator")
    answer = platform.post("/api/v1/hospitals", {**NEW, "language": "xx-nothing"})
    assert answer.json()["errors"]["language"][0]["code"] == "language_invalid"
    assert platform.post("/api/v1/hospitals", {**NEW, "language": "pt-BR"}).status_code == 201


@pytest.mark.parametrize(
    ("country", "chosen", "starts"),
    [
        ("DE", "", "mon"),
        ("US", "", "sun"),
        ("EG", "", "sat"),
        ("AQ", "", "mon"),
        ("US", "mon", "mon"),
    ],
)
def test_a_week_begins_as_is_usual_in_the_country_or_as_the_hospital_says(country, chosen, starts):
    here = factories.HospitalFactory(country=country, first_weekday=chosen)
    assert here.week_starts_on == starts
