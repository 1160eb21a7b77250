"""What can be booked: rooms and devices by hand, every doctor from the beginning and as a doctor alone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from hospital.kit import facts
from hospital.kit.errors import RuleError, problem_of
from hospital.models import AuditEvent, Doctor, Resource
from hospital.services import doctors
from hospital.tests.factories import (
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    ResourceFactory,
    actor,
    api,
    signed_in,
)
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db
LIST = "/api/v1/resources"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.fixture
def admin(client, here):
    signed_in(client, "administrator", here)
    return client


@pytest.fixture
def vogel(here):
    return DoctorFactory(hospital=here, family_name="Vogel", given_names="Martin").as_resource


def codes_of(answer):
    return {
        name: [error["code"] for error in errors]
        for name, errors in answer.json()["errors"].items()
    }


# ---- a doctor's is the doctor's


def test_a_doctor_is_not_made_here(program, admin, here):
    answer = program.post(LIST, {"kind": "doctor", "name": "Dr Who"})
    assert (answer.status_code, codes_of(answer)) == (400, {"kind": ["doctor_resource"]})
    page = fill(admin, "/resources/new/", kind="doctor", name="Dr Who")
    assert page.context["form"].errors.as_data()["kind"][0].code == "invalid_choice"
    with pytest.raises(ValidationError) as refused:
        facts.create(
            actor("administrator", here), Resource(hospital=here, kind="doctor", name="Dr Who")
        )
    assert [code for code, _ in problem_of(refused.value).errors["kind"]] == ["doctor_resource"]
    assert not Resource.objects.exists()


@pytest.mark.parametrize("change", [{"name": "Room 1"}, {"clinic_id": None}, {"kind": "room"}])
def test_a_doctors_is_not_changed_on_its_own(program, here, vogel, change):
    if "clinic_id" in change:
        change = {"clinic_id": str(ClinicFactory(hospital=here).pk)}
    answer = program.patch(f"{LIST}/{vogel.pk}", {**change, "version": 1})
    assert (answer.status_code, codes_of(answer)["kind"]) == (400, ["doctor_resource"])
    assert not AuditEvent.objects.filter(act="hospital.resource.update", outcome="ok").exists()


def test_nor_by_the_database(vogel):
    for change in ({"name": "Room 1"}, {"kind": "room"}, {"doctor": None}):
        with pytest.raises(IntegrityError, match="resource_"), transaction.atomic():
            Resource.objects.filter(pk=vogel.pk).update(**change)


def test_a_room_does_not_become_a_doctor(program, here, vogel):
    room = ResourceFactory(hospital=here)
    answer = program.patch(f"{LIST}/{room.pk}", {"doctor_id": str(vogel.doctor_id), "version": 1})
    assert codes_of(answer) == {"doctor_id": ["read_only"]}
    answer = program.patch(f"{LIST}/{room.pk}", {"kind": "doctor", "version": 1})
    assert codes_of(answer) == {"kind": ["doctor_resource"]}


def test_it_is_retired_with_the_doctor_alone(program, here, vogel):
    answer = program.delete(f"{LIST}/{vogel.pk}", headers={"X-Reason": "left"})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert [link["href"] for link in answer.json()["links"]] == [
        f"/api/v1/doctors/{vogel.doctor_id}"
    ]
    administrator = actor("administrator", here)
    with pytest.raises(RuleError):
        facts.retire(administrator, vogel, reason="left")
    facts.retire(administrator, vogel.doctor, reason="left")


def test_the_pages_show_the_doctor_instead(admin, vogel):
    def at(page):
        return reverse(f"hospital:resource-{page}", args=[vogel.pk])

    shown = admin.get(at("detail"))
    assert (shown.status_code, shown["Location"]) == (302, f"/doctors/{vogel.doctor_id}/")
    assert [admin.get(at(page)).status_code for page in ("edit", "retire")] == [404, 404]
    change = reverse("admin:hospital_resource_change", args=[vogel.pk])
    assert admin.get(change).status_code == 404


# ---- lists


def test_the_api_lists_doctors_rooms_and_devices_by_name(program, here, vogel):
    DoctorFactory(hospital=here, family_name="Demir", given_names="Selin")
    for name in ("Room 10", "Room 2"):
        ResourceFactory(hospital=here, name=name)
    listed = program.get(LIST).json()["results"]
    names = [row["name"] or Doctor.objects.get(pk=row["doctor_id"]).family_name for row in listed]
    assert names == ["Demir", "Room 2", "Room 10", "Vogel"]
    only = program.get(f"{LIST}?doctor_id={vogel.doctor_id}").json()["results"]
    assert [row["id"] for row in only] == [str(vogel.pk)]
    assert len(program.get(f"{LIST}?kind=doctor").json()["results"]) == 2


def test_the_api_filters_by_clinic(program, here):
    clinic = ClinicFactory(hospital=here)
    room = ResourceFactory(hospital=here, clinic=clinic)
    ResourceFactory(hospital=here)
    found = program.get(f"{LIST}?clinic_id={clinic.pk}").json()["results"]
    assert [row["id"] for row in found] == [str(room.pk)]


def test_a_renamed_doctor_is_listed_by_the_new_name(program, here, vogel):
    ResourceFactory(hospital=here, name="Room 1")
    doctor = vogel.doctor
    doctor.family_name = "Adler"
    doctors.update(actor("administrator", here), doctor=doctor)
    assert program.get(LIST).json()["results"][0]["doctor_id"] == str(doctor.pk)
    event = AuditEvent.objects.get(act="hospital.doctor.update", resource="hospital.resource")
    assert event.object_id == vogel.pk


def test_the_page_and_the_admin_list_rooms_and_devices_alone(admin, here, vogel):
    room = ResourceFactory(hospital=here)
    rows = admin.get("/resources/").context["listing"].rows
    assert [row.record for row in rows] == [room]
    page = admin.get(reverse("admin:hospital_resource_changelist")).content.decode()
    assert str(room.pk) in page
    assert str(vogel.pk) not in page


def test_the_page_filters_by_kind(admin, here):
    ResourceFactory(hospital=here, kind="room")
    device = ResourceFactory(hospital=here, kind="device")
    listing = admin.get("/resources/?kind=device").context["listing"]
    assert [row.record for row in listing.rows] == [device]
    assert "doctor" not in dict(listing.form.fields["kind"].choices)


def test_a_name_is_taken_among_the_live_rooms_of_the_hospital(program, here):
    ResourceFactory(hospital=here, name="Room 1")
    ResourceFactory(name="Room 1")
    answer = program.post(LIST, {"kind": "room", "name": "Room 1"})
    assert codes_of(answer) == {"name": ["resource_taken"]}
