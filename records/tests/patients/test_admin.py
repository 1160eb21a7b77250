"""Patients in the admin."""

import pytest
from django.urls import reverse

from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Patient
from records.services import patients
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/records/patient/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def patient(place):
    return PatientFactory(
        at=place,
        family_name="Okoro",
        phone="+491705550142",
        email="daniel@example.org",
        address_line="Kantstr. 12",
    )


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


def at(patient, page="change"):
    return reverse(f"admin:records_patient_{page}", args=[patient.pk])


def looks(act):
    return AuditEvent.objects.filter(act=f"records.patient.{act}", outcome="ok")


def test_an_administrator_sees_a_patient_masked_and_the_look_is_booked(admin, patient):
    IdentifierFactory(patient=patient, value="C01X00047")
    ContactFactory(patient=patient, phone="+491705550199")
    page = admin.get(at(patient)).content.decode()
    assert "Okoro" in page
    for secret in ("+491705550142", "daniel@example.org", "Kantstr", "C01X00047", "+491705550199"):
        assert secret not in page
    assert "•••142" in page
    assert looks("read").get().patient_id == patient.pk


def test_what_is_put_right_goes_through_the_service(admin, patient):
    fill(admin, at(patient), having="family_name", family_name="Okoroh", city="Berlin")
    patient.refresh_from_db()
    assert (patient.family_name, patient.city, patient.version) == ("Okoroh", "Berlin", 2)
    assert patient.registrations.get().sort_key.startswith("okoroh")
    assert (patient.phone, patient.email) == ("+491705550142", "daniel@example.org")
    assert set(looks("update").get().changed) == {"family_name", "city"}


def test_a_masked_field_cannot_be_written(admin, patient):
    fill(admin, at(patient), having="family_name", phone="+49301234567", city="Berlin")
    patient.refresh_from_db()
    assert (patient.phone, patient.city) == ("+491705550142", "Berlin")


def test_a_broken_rule_has_the_same_code_as_everywhere(admin, patient):
    answer = fill(admin, at(patient), having="family_name", family_name="", given_names="")
    errors = answer.context["adminform"].form.errors.as_data()
    assert [error.code for error in errors["family_name"]] == ["name_required"]


def test_a_stale_edit_is_refused_with_theirs_and_yours(admin, place, patient):
    form = form_on(admin.get(at(patient)), having="family_name")
    theirs = Patient.objects.visible_to(actor("receptionist", place)).get()
    theirs.city = "Köln"
    patients.update(actor("receptionist", place), patient=theirs)
    answer = send(admin, form, at(patient), city="Berlin")
    assert answer.status_code == 412
    assert [(row.theirs, row.yours) for row in answer.context["differences"]] == [
        ("Köln", "Berlin")
    ]


def test_a_retired_patient_is_brought_back(admin, place, patient):
    seen = Patient.objects.visible_to(actor("receptionist", place)).get()
    patients.retire(actor("receptionist", place), patient=seen, reason="double")
    assert list(admin.get(LIST).context["cl"].result_list) == []
    assert list(admin.get(LIST, {"retired": "only"}).context["cl"].result_list) == [patient]
    fill(admin, at(patient, "restore"))
    assert not patient.registrations.get().is_retired
    assert list(admin.get(LIST).context["cl"].result_list) == [patient]


def test_nobody_registers_retires_or_deletes_there(admin, patient):
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.get(f"{LIST}{patient.pk}/retire/", follow=True).status_code == 404
    assert admin.post(at(patient, "delete"), {"post": "yes"}).status_code == 403


def test_everybody_on_a_list_is_booked(admin, place, patient):
    others = PatientFactory.create_batch(2, at=place)
    PatientFactory()
    assert len(admin.get(LIST).context["cl"].result_list) == 3
    booked = AuditPatient.objects.filter(event=looks("list").get()).values_list(
        "patient_id", flat=True
    )
    assert set(booked) == {patient.pk, *(other.pk for other in others)}


def test_a_search_finds_and_no_name_stands_in_the_address(admin, place, patient):
    PatientFactory(at=place, family_name="Novak")
    answer = admin.post(f"{LIST}search/", {"q": "okoro"})
    assert "okoro" not in answer["Location"].lower()
    assert list(admin.get(answer["Location"]).context["cl"].result_list) == [patient]


def test_somebody_elses_search_is_not_there(admin, client, place, patient):
    found = admin.post(f"{LIST}search/", {"q": "okoro"})["Location"]
    signed_in(client, "administrator", place)
    assert client.get(found).status_code == 404


def test_the_history_is_masked_and_booked(admin, place, patient):
    theirs = Patient.objects.visible_to(actor("receptionist", place)).get()
    theirs.phone = "+491705550143"
    patients.update(actor("receptionist", place), patient=theirs)
    page = admin.get(at(patient, "history")).content.decode()
    assert "+491705550142" not in page
    assert "•••142" in page
    assert looks("read").count() == 1


def test_another_hospitals_patient_is_as_if_it_never_was(admin):
    stranger = PatientFactory()
    for page in ("change", "history", "restore"):
        assert admin.get(at(stranger, page)).status_code == 404
    assert not looks("read").exists()


def test_the_operator_has_no_patients(client, place, patient):
    signed_in(client, "operator")
    assert client.get(LIST).status_code == client.get(at(patient)).status_code == 403
