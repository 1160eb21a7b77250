"""Lists: paging, parameters, counting."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import Department
from hospital.tests import factories
from hospital.tests.access.walking import viewsets
from hospital.tests.api.callers import caller
from hospital.tests.rows import row_of
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
VIEWSETS = viewsets()
LISTS = sorted(VIEWSETS)


def test_pages_follow_each_other_by_next_and_by_link(client, here):
    for _ in range(5):
        factories.DepartmentFactory(hospital=here)
    address, seen = "/api/v1/departments?limit=2", []
    while address:
        page = client.get(address)
        seen += [row["id"] for row in page.json()["results"]]
        following = page.json()["next"]
        assert page.get("Link") == (f'<{following}>; rel="next"' if following else None)
        address = following
    assert seen == [
        str(pk) for pk in Department.objects.order_by("id").values_list("pk", flat=True)
    ]


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("limit=0", "limit_invalid"),
        ("limit=101", "limit_invalid"),
        ("limit=1" + "0" * 27, "limit_invalid"),
        ("cursor=AAAA", "cursor_invalid"),
        ("cursor=%00", "cursor_invalid"),
        ("ordering=name;drop", "invalid_choice"),
        ("count=yes", "invalid_choice"),
        ("include_retired=1", "invalid_choice"),
        ("updated_since=yesterday", "invalid"),
        ("updated_since=2026-02-30T00:00:00Z", "invalid"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "invalid"),
        ("updated_since=9999-12-31T23:59:59-14:00", "invalid"),
        ("updated_since=2026-01-01T00:00:00", "naive_datetime"),
        ("external_id=a%00", "nul_character"),
        ("limti=5", "unknown_parameter"),
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_parameter_that_is_wrong_is_named_with_its_code(here, path, parameter, code):
    answer = caller(path, here).get(f"/api/v1/{path}?{parameter}")
    assert answer.status_code == 400
    name = parameter.split("=")[0]
    assert [error["code"] for error in answer.json()["errors"][name]] == [code]


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_that_is_blank_is_refused_and_not_left_out(here, path):
    filters = getattr(VIEWSETS[path].filterset_class, "base_filters", {})
    for name in ("external_id", *filters):
        for blank in ("", "%20", "%E2%80%83"):
            answer = caller(path, here).get(f"/api/v1/{path}?{name}={blank}")
            assert answer.status_code == 400, (name, blank)
            assert [error["code"] for error in answer.json()["errors"][name]] == ["required"]


def test_an_unknown_parameter_is_told_the_nearest(client):
    answer = client.get("/api/v1/wards?departmnt_id=1")
    assert "department_id" in answer.json()["errors"]["departmnt_id"][0]["detail"]


def test_a_cursor_is_good_for_its_own_filters_alone(client, here):
    for _ in range(3):
        factories.DepartmentFactory(hospital=here)
    following = client.get("/api/v1/departments?limit=1").json()["next"]
    assert client.get(following).status_code == 200
    assert client.get(f"{following}&include_retired=true").status_code == 400
    assert client.get(f"{following}&ordering=-id").status_code == 400
    there = factories.api("integrator", factories.HospitalFactory())
    assert there.get(following).status_code == 400


def test_counting_is_on_request_and_ends_at_its_bound(client, here, monkeypatch):
    for _ in range(3):
        factories.DepartmentFactory(hospital=here)
    assert "count" not in client.get("/api/v1/departments").json()
    body = client.get("/api/v1/departments?count=true&limit=1").json()
    assert (body["count"], body["count_is_exact"]) == (3, True)
    monkeypatch.setattr("hospital.kit.api.viewsets.COUNTED_TO", 2)
    body = client.get("/api/v1/departments?count=true&limit=1").json()
    assert (body["count"], body["count_is_exact"]) == (2, False)


def test_updated_since_gives_what_changed_oldest_change_first(client, here):
    first, second = (factories.DepartmentFactory(hospital=here) for _ in range(2))
    factories.DepartmentFactory(hospital=here)
    since = client.patch(f"/api/v1/departments/{second.pk}", {"name": "B", "version": 1}).json()
    client.patch(f"/api/v1/departments/{first.pk}", {"name": "A", "version": 1})
    found = client.get("/api/v1/departments", {"updated_since": since["updated_at"]}).json()
    assert [row["name"] for row in found["results"]] == ["B", "A"]


def test_a_plus_that_was_not_escaped_is_understood(client):
    assert client.get("/api/v1/wards?updated_since=2026-01-01T00:00:00+01:00").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_every_documented_order_is_answered(here, path):
    client = caller(path, here)
    for _ in range(2):
        PatientFactory(at=here)
        factories.WardFactory(hospital=here)
    listed = client.get("/api/schema").json()["paths"][f"/api/v1/{path}"]["get"]["parameters"]
    (words,) = [each["schema"]["enum"] for each in listed if each["name"] == "ordering"]
    for word in words:
        answer = client.get(f"/api/v1/{path}?ordering={word}&limit=1")
        assert answer.status_code == 200
        if answer.json()["next"]:
            assert client.get(answer.json()["next"]).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(here, path):
    client = factories.api("operator") if path == "hospitals" else caller(path, here)
    viewset = viewsets()[path]
    is_about_patients = viewset.patient_field == "patient_id"
    is_about_two = viewset.patient_field in {"first_id", "survivor_id"}

    def fill(number):
        for _ in range(number):
            factories.WardFactory(
                hospital=factories.HospitalFactory() if path == "hospitals" else here
            )
            patient = PatientFactory(at=here)
            ContactFactory(patient=patient)
            IdentifierFactory(patient=patient)
            if is_about_patients:
                row_of(viewset.model, here, patient=patient)
            if is_about_two:
                row_of(viewset.model, here)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/api/v1/{path}?limit=100").status_code == 200
        return [row["sql"] for row in seen if "SAVEPOINT" not in row["sql"]]

    fill(3)
    queries()  # the first request also notes that the token is in use
    few = queries()
    fill(27)
    many = queries()
    assert len(few) == len(many)
    audit = [
        sql for sql in many if "audit" in sql.split("(")[0].lower() and sql.startswith("INSERT")
    ]
    who = [sql for sql in many if "apitoken" in sql]
    assert len(who) <= 3
    assert len(audit) == (2 if viewset.patient_field else 0)
    assert len(many) - len(audit) - len(who) <= 4
