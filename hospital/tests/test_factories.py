"""The helpers that every other test leans on do what they say."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hospital.kit import policy
from hospital.models import Department, Hospital, Membership, Ward
from hospital.tests import factories
from hospital.web.middleware import ActorMiddleware
from records.services import finding
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db


def test_every_role_can_be_signed_in_with_a_fresh_password():
    hospital = factories.HospitalFactory()
    for role in factories.ROLES:
        client = Client()
        user = factories.signed_in(client, role, hospital)
        actor = _settled(client, user).actor
        assert actor.user_id == user.pk
        assert actor.roles == {role}
        assert actor.hospital_id == (None if role == "operator" else hospital.pk)
        assert policy.is_fresh(actor)


def test_an_actor_is_one_of_the_hospital_and_fresh_unless_told():
    hospital = factories.HospitalFactory()
    doctor = factories.actor("doctor", hospital)
    assert doctor.roles == {"doctor"}
    assert doctor.hospital_id == hospital.pk
    assert policy.is_fresh(doctor)
    assert not policy.is_fresh(factories.actor("doctor", hospital, auth_at=None))
    assert factories.actor("operator").hospital_id is None
    assert Membership.objects.in_force().count() == 3


def test_a_ward_and_its_department_stand_at_one_hospital():
    hospital = factories.HospitalFactory()
    assert factories.WardFactory(hospital=hospital).department.hospital == hospital
    department = factories.DepartmentFactory(hospital=hospital)
    assert factories.WardFactory(department=department).hospital == hospital
    assert (Hospital.objects.count(), Department.objects.count(), Ward.objects.count()) == (1, 2, 2)


def test_a_patient_of_the_factory_is_found_at_its_hospitals():
    here, there = factories.HospitalFactory(), factories.HospitalFactory()
    patient = PatientFactory(at=here, family_name="Müller")
    IdentifierFactory(patient=patient, value="C-77 01")
    ContactFactory(patient=patient)
    register(patient, there)
    for hospital in (here, there):
        reception = factories.actor("receptionist", hospital)
        assert finding.find(reception, "mull").patient_ids == [patient.pk]
        assert finding.find(reception, "C7701").patient_ids == [patient.pk]
    assert Hospital.objects.count() == 2


def _settled(client, user):
    """The request as the middleware hands it on."""
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    ActorMiddleware(lambda _: HttpResponse())(request)
    return request
