"""What is special about doctors: licences, accounts, and the clinics written with them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import facts
from hospital.kit.errors import Denied, RuleError, errors_of
from hospital.models import AuditEvent, Doctor, DoctorClinic
from hospital.services import doctors
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    actor,
    employ,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def head(here):
    return actor("administrator", here)


def new(hospital, **others):
    department = DepartmentFactory(hospital=hospital)
    known = {"family_name": "Vogel", "licence_number": "BE-1", "department": department}
    return Doctor(hospital=hospital, **{**known, **others})


def code_of(refused, name):
    return errors_of(refused.value)[name][0][0]


def clinics_of(doctor):
    return list(Doctor.objects.get(pk=doctor.pk).clinics)


# ---- licences and accounts


def test_a_licence_belongs_to_one_live_doctor_of_a_hospital(here, head):
    first = DoctorFactory(hospital=here, licence_number="BE-1")
    DoctorFactory(licence_number="BE-2")
    doctors.add(head, doctor=new(here, licence_number="BE-2"))
    with pytest.raises(ValidationError) as refused:
        doctors.add(head, doctor=new(here))
    assert code_of(refused, "licence_number") == "licence_taken"
    facts.retire(head, first, reason="Left")
    doctors.add(head, doctor=new(here))
    with pytest.raises(RuleError) as conflict:
        facts.restore(head, first)
    assert conflict.value.code == "restore_conflict"


def test_an_account_belongs_to_one_doctor_of_a_hospital(here, head):
    account = employ("doctor", here)
    doctors.add(head, doctor=new(here, user=account))
    with pytest.raises(ValidationError) as refused:
        doctors.add(head, doctor=new(here, user=account, licence_number="BE-2"))
    assert code_of(refused, "user") == "doctor_account_taken"
    there = HospitalFactory()
    employ("doctor", there, user=account)
    doctors.add(actor("administrator", there), doctor=new(there, user=account))


def test_any_number_of_doctors_have_no_account(here, head):
    for number in ("BE-1", "BE-2"):
        doctors.add(head, doctor=new(here, licence_number=number))


@pytest.mark.parametrize(("role", "elsewhere"), [("nurse", False), ("doctor", True)])
def test_an_account_without_the_role_doctor_here_is_refused(here, head, role, elsewhere):
    account = employ(role, HospitalFactory() if elsewhere else here)
    with pytest.raises(ValidationError) as refused:
        doctors.add(head, doctor=new(here, user=account))
    assert code_of(refused, "user") == "account_not_doctor"


def test_whose_role_has_ended_can_still_be_corrected(here, head):
    account = employ("doctor", here)
    doctor = doctors.add(head, doctor=new(here, user=account))
    account.memberships.all().delete()
    doctor.speciality = "Hearts"
    doctors.update(head, doctor=doctor)


def test_a_doctor_changes_the_own_phone_and_nothing_else(here):
    me = actor("doctor", here)
    mine, other = DoctorFactory(hospital=here, user_id=me.user_id), DoctorFactory(hospital=here)
    mine.phone = "+4930123456"
    doctors.update(me, doctor=mine)
    mine.title = "Prof."
    with pytest.raises(Denied) as refused:
        doctors.update(me, doctor=mine)
    assert refused.value.names == ("title",)
    mine.refresh_from_db()
    with pytest.raises(Denied):
        doctors.update(me, doctor=mine, clinics=[ClinicFactory(hospital=here)])
    other.phone = "+4930123456"
    with pytest.raises(Denied):
        doctors.update(me, doctor=other)


# ---- clinics


def test_a_doctor_comes_with_clinics_in_their_order(here, head):
    clinics = [ClinicFactory(hospital=here, code=code) for code in ("B1", "A1")]
    doctor = doctors.add(head, doctor=new(here), clinics=clinics)
    assert clinics_of(doctor) == clinics[::-1]
    assert doctor.version == 1


def test_a_list_replaces_the_list_moves_the_version_and_is_booked_by_its_name(here, head):
    stays, goes, comes = (ClinicFactory(hospital=here, code=f"C{n}") for n in range(3))
    doctor = DoctorFactory(hospital=here, clinics=[stays, goes])
    standing = doctor.placements.get(clinic=stays)
    doctors.update(head, doctor=doctor, clinics=[stays, comes], expected_version=1)
    assert clinics_of(doctor) == [stays, comes]
    assert doctor.version == 2
    event = AuditEvent.objects.get(act="hospital.doctor.update", resource="hospital.doctor")
    assert (event.changed, event.version) == (["clinics"], 2)
    assert doctor.placements.live().get(clinic=stays) == standing
    assert doctor.placements.get(clinic=goes).is_retired


@pytest.mark.parametrize("given", [None, "the same"])
def test_no_list_or_the_same_list_changes_nothing(here, head, given):
    clinics = [ClinicFactory(hospital=here, code=code) for code in ("C1", "C2")]
    doctor = DoctorFactory(hospital=here, clinics=clinics)
    doctors.update(head, doctor=doctor, clinics=given and clinics[::-1])
    assert (doctor.version, clinics_of(doctor)) == (1, clinics)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_retired_clinic_or_one_of_another_hospital_is_refused(here, head, is_new):
    retired, theirs = ClinicFactory(hospital=here), ClinicFactory()
    facts.retire(head, retired, reason="Closed")
    for clinic, code in ((retired, "retired_choice"), (theirs, "other_tenant")):
        act = doctors.add if is_new else doctors.update
        doctor = new(here) if is_new else DoctorFactory(hospital=here)
        with pytest.raises(ValidationError) as refused:
            act(head, doctor=doctor, clinics=[clinic])
        assert code_of(refused, "clinics") == code
    assert not DoctorClinic.objects.exists()


def test_the_database_refuses_a_clinic_or_a_doctor_of_another_hospital(here):
    doctor, clinic = DoctorFactory(hospital=here), ClinicFactory(hospital=here)
    for wrong in ({"clinic": ClinicFactory()}, {"doctor": DoctorFactory()}):
        row = DoctorClinic(**{"hospital": here, "doctor": doctor, "clinic": clinic, **wrong})
        with pytest.raises(IntegrityError, match="doctor_clinic_same_as"), transaction.atomic():
            row.save()


def test_a_clinic_at_which_a_doctor_sees_people_cannot_be_retired(here, head):
    clinic = ClinicFactory(hospital=here)
    doctor = DoctorFactory(hospital=here, clinics=[clinic])
    with pytest.raises(RuleError) as refused:
        facts.retire(head, clinic, reason="Closed")
    assert (refused.value.code, refused.value.links) == ("in_use", (doctor.as_link(),))
    doctors.update(head, doctor=doctor, clinics=[])
    facts.retire(head, clinic, reason="Closed")


def test_a_retired_doctor_does_not_hold_a_clinic_and_then_cannot_come_back(here, head):
    clinic = ClinicFactory(hospital=here)
    doctor = DoctorFactory(hospital=here, clinics=[clinic])
    facts.retire(head, doctor, reason="Left")
    facts.retire(head, clinic, reason="Closed")
    with pytest.raises(RuleError) as refused:
        facts.restore(head, doctor)
    assert refused.value.code == "restore_conflict"
    facts.restore(head, clinic)
    doctor.refresh_from_db()
    facts.restore(head, doctor)
    assert clinics_of(doctor) == [clinic]
