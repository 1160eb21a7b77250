"""Departments on the web. What every plain record's pages do is tested on wards."""

import pytest
from django.urls import reverse

from hospital.models import Department
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    HospitalFactory,
    WardFactory,
    signed_in,
)
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    signed_in(client, "administrator", place)
    return client


def at(department, page="detail"):
    return reverse(f"hospital:department-{page}", args=[department.pk])


def test_a_department_is_added_and_changed(admin, place):
    fill(admin, "/departments/new/", code="CARD", name="Cardiology", phone="030 123456")
    department = Department.objects.get(hospital=place)
    assert (department.name, department.phone) == ("Cardiology", "+4930123456")
    fill(admin, at(department, "edit"), description="Hearts.")
    department.refresh_from_db()
    assert (department.description, department.version) == ("Hearts.", 2)


def test_its_page_lists_its_wards_and_leads_to_a_new_one(admin, place):
    ward = WardFactory(hospital=place, name="Ward 1")
    page = admin.get(at(ward.department))
    assert list(page.context["wards"]) == [ward]
    form = admin.get(page.context["add_ward_url"]).context["form"]
    assert form["department"].value() == str(ward.department_id)


def test_one_with_wards_cannot_be_retired_and_says_which(admin, place):
    ward = WardFactory(hospital=place, name="Ward 1")
    answer = fill(admin, at(ward.department, "retire"), having="version", reason="Closed")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert reverse("hospital:ward-detail", args=[ward.pk]) in page
    ward.department.refresh_from_db()
    assert not ward.department.is_retired


def test_a_stale_retirement_is_refused(admin, place):
    department = DepartmentFactory(hospital=place)
    answer = fill(admin, at(department, "retire"), having="version", reason="Closed", version="7")
    department.refresh_from_db()
    assert (answer.status_code, department.is_retired) == (412, False)
    assert at(department) in answer.content.decode()


def test_a_nurse_sees_departments_and_no_way_to_change_them(client, place):
    department = DepartmentFactory(hospital=place)
    signed_in(client, "nurse", place)
    page = client.get(at(department)).content.decode()
    assert department.name in page
    assert at(department, "edit") not in page
    assert client.get("/departments/new/").status_code == 403


def test_the_operator_has_no_departments(client, place):
    signed_in(client, "operator")
    assert client.get("/departments/").status_code == 403
    assert client.get(at(DepartmentFactory(hospital=place))).status_code == 403


def test_its_page_lists_its_clinics_and_leads_to_a_new_one(admin, place):
    clinic = ClinicFactory(hospital=place, name="Heart clinic")
    ClinicFactory(hospital=place)
    page = admin.get(at(clinic.department))
    assert list(page.context["clinics"]) == [clinic]
    form = admin.get(page.context["add_clinic_url"]).context["form"]
    assert form["department"].value() == str(clinic.department_id)
