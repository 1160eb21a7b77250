"""The doctors on the page of their clinic and of their department."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts
from hospital.models import DoctorClinic
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    actor,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def clinic(here):
    return ClinicFactory(hospital=here)


@pytest.fixture
def admin(client, here):
    signed_in(client, "administrator", here)
    return client


def page_of(client, record):
    name = f"hospital:{record._meta.model_name}-detail"
    return client.get(reverse(name, args=[record.pk]))


def shown_on(page):
    return [row["record"] for row in page.context["listed_doctors"]["doctors"]]


def test_a_clinics_page_lists_the_live_doctors_who_see_people_there(admin, here, clinic):
    other = ClinicFactory(hospital=here)
    second, first, gone, left = (
        DoctorFactory(hospital=here, family_name=name, clinics=[clinic, other])
        for name in ("Vogel", "Haas", "Demir", "Rao")
    )
    DoctorFactory(department=clinic.department, clinics=[other])
    facts.retire(actor("administrator", here), gone, reason="Left")
    DoctorClinic.objects.filter(doctor=left, clinic=clinic).update(retired_at=gone.retired_at)
    page = page_of(admin, clinic)
    assert shown_on(page) == [first, second]
    assert reverse("hospital:doctor-detail", args=[first.pk]) in page.content.decode()


def test_a_departments_page_lists_its_live_doctors_and_leads_to_a_new_one(admin, here):
    department = DepartmentFactory(hospital=here)
    mine, gone = (DoctorFactory(department=department) for _ in range(2))
    DoctorFactory(hospital=here)
    facts.retire(actor("administrator", here), gone, reason="Left")
    page = page_of(admin, department)
    assert shown_on(page) == [mine]
    assert f"/doctors/new/?department={department.pk}" in page.content.decode()


def test_a_nurse_sees_them_and_no_way_to_add_one(client, here, clinic):
    signed_in(client, "nurse", here)
    doctor = DoctorFactory(department=clinic.department, clinics=[clinic])
    for record in (clinic, clinic.department):
        page = page_of(client, record)
        assert shown_on(page) == [doctor]
        assert "/doctors/new/" not in page.content.decode()


def test_a_long_list_is_cut_and_leads_to_all_of_them(admin, here):
    department = DepartmentFactory(hospital=here)
    DoctorFactory.create_batch(101, department=department)
    listed = page_of(admin, department).context["listed_doctors"]
    assert len(listed["doctors"]) == 100
    assert admin.get(listed["doctors_url"]).context["listing"].count == 101


def test_they_cost_one_query_however_many_they_are(admin, here, clinic):
    costs = []
    for wanted in (3, 27):
        DoctorFactory.create_batch(wanted, department=clinic.department, clinics=[clinic])
        for record in (clinic, clinic.department):
            page_of(admin, record)
            with CaptureQueriesContext(connection) as queries:
                page_of(admin, record)
            table = 'FROM "hospital_doctor"'
            costs.append((len(queries), sum(table in query["sql"] for query in queries)))
    assert costs[:2] == costs[2:]
    assert {asked for _all, asked in costs} == {1}
