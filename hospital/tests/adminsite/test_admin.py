"""The admin site itself: who is let in, and what it offers."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from hospital.kit.admin.access import PolicyAdmin
from hospital.tests.factories import HospitalFactory, WardFactory, employ, signed_in
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


def sections(answer):
    return {
        part["name"]: [str(entry["name"]) for entry in part["models"]]
        for part in answer.context["app_list"]
    }


def test_every_class_asks_the_policy():
    assert {model._meta.label for model in admin.site._registry} >= {
        "hospital.Hospital", "hospital.Department", "hospital.Ward", "hospital.User",
        "hospital.Membership", "hospital.ApiToken", "hospital.AuditEvent", "records.Patient",
    }  # fmt: skip
    assert {model._meta.app_label for model in admin.site._registry} <= {"hospital", "records"}
    assert all(isinstance(entry, PolicyAdmin) for entry in admin.site._registry.values())


@pytest.mark.parametrize(
    "role", ["receptionist", "doctor", "nurse", "pharmacist", "lab", "cashier", "integrator"]
)
def test_who_has_no_business_there_is_refused_and_not_sent_in_circles(client, role):
    signed_in(client, role, HospitalFactory())
    for path in (INDEX, "/admin/hospital/ward/", "/admin/autocomplete/"):
        assert client.get(path).status_code == 403
    assert client.get("/admin/login/")["Location"] == INDEX


def test_nobody_signs_in_by_another_way(client):
    assert client.get(INDEX)["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"


def test_the_first_page_follows_the_setting_up_of_a_hospital(client):
    signed_in(client, "administrator", HospitalFactory())
    page = client.get(INDEX)
    shown = sections(page)
    assert list(shown) == ["Hospital", "People", "Programs", "Catalogues", "Schedules", "Patients"]
    first = ["Hospitals", "Departments", "Wards", "Beds", "Clinics"]
    assert shown["Hospital"][: len(first)] == first
    assert {"Accounts", "Roles", "Doctors"} <= set(shown["People"])
    assert shown["Programs"] == ["API tokens"]
    assert shown["Patients"][0] == "Patients"
    assert "Recent actions" not in page.content.decode()


def test_the_operator_sees_no_patients_and_an_auditor_only_reads(client):
    place = HospitalFactory()
    signed_in(client, "operator")
    assert list(sections(client.get(INDEX))) == ["Hospital", "People", "Programs"]
    signed_in(client, "auditor", place)
    page = client.get(INDEX)
    assert "Watching" in sections(page)
    assert not any(
        entry["perms"]["add"] for part in page.context["app_list"] for entry in part["models"]
    )


def test_its_password_page_is_the_products(client):
    signed_in(client, "administrator", HospitalFactory())
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.post("/admin/logout/")["Location"] == "/accounts/login/"
    assert client.get(INDEX)["Location"].startswith("/admin/login/")


def test_acts_are_booked_in_the_audit_and_not_in_djangos_log(client):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    fill(client, "/admin/hospital/department/add/", code="CARD", name="Cardiology")
    assert place.departments.count() == 1
    assert not LogEntry.objects.exists()


def test_an_administrator_changes_the_own_hospital_only(client):
    own, other = HospitalFactory(), HospitalFactory()
    signed_in(client, "administrator", own)
    fill(client, f"/admin/hospital/hospital/{own.pk}/change/", city="Berlin")
    own.refresh_from_db()
    assert own.city == "Berlin"
    assert client.get(f"/admin/hospital/hospital/{other.pk}/change/").status_code == 404
    assert client.get("/admin/hospital/hospital/add/").status_code == 403
    assert list(client.get("/admin/hospital/hospital/").context["cl"].result_list) == [own]


def test_what_stands_in_the_way_of_retiring_is_listed(client):
    place = HospitalFactory()
    ward = WardFactory(hospital=place, name="Ward 1")
    signed_in(client, "administrator", place)
    url = f"/admin/hospital/department/{ward.department_id}/retire/"
    answer = fill(client, url, reason="Closed")
    assert answer.status_code == 409
    assert f"/wards/{ward.pk}/" in answer.content.decode()


def test_pickers_offer_only_who_the_person_may_see(client):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    colleague, program = employ("nurse", place), employ("integrator", place, kind="client")
    stranger = employ("nurse", HospitalFactory())
    people = (
        client.get("/admin/hospital/membership/add/")
        .context["adminform"]
        .form.fields["user"]
        .queryset
    )
    assert {colleague, program} < set(people)
    assert stranger not in people
    programs = (
        client.get("/admin/hospital/apitoken/add/")
        .context["adminform"]
        .form.fields["user"]
        .queryset
    )
    assert list(programs) == [program]


def test_the_one_a_page_was_opened_for_is_chosen(client):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    nurse = employ("nurse", place)
    form = client.get(f"/admin/hospital/membership/add/?user={nurse.pk}").context["adminform"].form
    assert form["user"].value() == f"{nurse} ({nurse.username})"
