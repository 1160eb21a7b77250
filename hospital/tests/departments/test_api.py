"""Departments through the REST door."""

import pytest

from hospital.models import Department
from hospital.tests import factories

pytestmark = pytest.mark.django_db


def test_a_department_with_a_live_ward_cannot_be_retired_and_the_ward_is_linked():
    here = factories.HospitalFactory()
    client = factories.api("integrator", here)
    ward = factories.WardFactory(hospital=here)
    address = f"/api/v1/departments/{ward.department_id}"
    answer = client.delete(address, headers={"X-Reason": "closed"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "in_use"
    assert answer.json()["links"] == [
        {
            "resource": "hospital.ward",
            "id": str(ward.pk),
            "label": ward.name,
            "href": f"/api/v1/wards/{ward.pk}",
        }
    ]
    client.delete(f"/api/v1/wards/{ward.pk}", headers={"X-Reason": "closed"})
    assert client.delete(address, headers={"X-Reason": "closed"}).status_code == 204


def test_a_department_is_made_changed_and_listed_by_code():
    here = factories.HospitalFactory()
    client = factories.api("integrator", here)
    for code in ("ZZ", "AA"):
        assert client.post("/api/v1/departments/", {"code": code, "name": code}).status_code == 201
    rows = client.get("/api/v1/departments/?ordering=code").json()["results"]
    assert [row["code"] for row in rows] == ["AA", "ZZ"]
    answer = client.patch(
        f"/api/v1/departments/{rows[0]['id']}/", {"description": "First floor", "version": 1}
    )
    assert answer.json()["version"] == 2
    assert Department.history.filter(id=rows[0]["id"]).count() == 2


def test_a_platform_token_has_no_departments():
    platform = factories.api("operator")
    assert platform.post("/api/v1/departments", {"code": "AA", "name": "A"}).status_code == 403
    assert Department.objects.count() == 0
