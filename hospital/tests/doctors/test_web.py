"""A doctor's clinics and account on the web and in the administration."""

import pytest
from django.urls import reverse

from hospital.kit import facts
from hospital.models import Doctor
from hospital.services import doctors
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    actor,
    employ,
    signed_in,
)
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def admin(client, here):
    signed_in(client, "administrator", here)
    return client


def at(doctor, page):
    return reverse(f"hospital:doctor-{page}", args=[doctor.pk])


def clinics_of(doctor):
    return list(Doctor.objects.get(pk=doctor.pk).clinics)


def test_clinics_are_ticked_shown_and_told_in_the_history(admin, here):
    one, other = (ClinicFactory(hospital=here, code=f"C{n}", name=f"Clinic {n}x") for n in range(2))
    department, account = DepartmentFactory(hospital=here), employ("doctor", here)
    fill(
        admin, reverse("hospital:doctor-create"), department=str(department.pk), user=account.pk,
        family_name="Vogel", licence_number="BE-1", clinics=[str(one.pk)],
    )  # fmt: skip
    doctor = Doctor.objects.get()
    assert (doctor.user, clinics_of(doctor)) == (account, [one])
    fill(admin, at(doctor, "edit"), clinics=[str(other.pk)])
    assert clinics_of(doctor) == [other]
    entry = admin.get(at(doctor, "detail")).context["entries"][0]
    told = [(change["old"], change["new"]) for change in entry["changes"]]
    assert sorted(told) == [("", "Clinic 1x"), ("Clinic 0x", "")]


def test_a_list_that_nobody_touched_stays_and_all_can_be_taken_off(admin, here):
    clinics = [ClinicFactory(hospital=here) for _ in range(2)]
    doctor = DoctorFactory(hospital=here, clinics=clinics)
    fill(admin, at(doctor, "edit"), speciality="Hearts")
    assert clinics_of(doctor) == clinics
    fill(admin, at(doctor, "edit"), clinics=None)
    assert clinics_of(doctor) == []


@pytest.mark.parametrize("keep", ["theirs", "yours"])
def test_two_lists_are_shown_side_by_side_and_the_choice_counts(admin, here, keep):
    theirs, yours = ClinicFactory(hospital=here), ClinicFactory(hospital=here)
    doctor, page = DoctorFactory(hospital=here), None
    page = at(doctor, "edit")
    form = form_on(admin.get(page))
    doctors.update(actor("administrator", here), doctor=doctor, clinics=[theirs])
    answer = send(admin, form, page, clinics=[str(yours.pk)])
    assert answer.status_code == 412
    [row] = answer.context["differences"]
    assert (row.name, row.theirs, row.yours) == ("clinics", str(theirs), str(yours))
    send(admin, form_on(answer, having="keep_clinics"), page, keep_clinics=keep)
    assert clinics_of(doctor) == [theirs if keep == "theirs" else yours]


def test_somebody_elses_list_stays_when_only_another_field_was_typed(admin, here):
    theirs = ClinicFactory(hospital=here)
    doctor = DoctorFactory(hospital=here)
    page = at(doctor, "edit")
    form = form_on(admin.get(page))
    doctors.update(actor("administrator", here), doctor=doctor, clinics=[theirs])
    answer = send(admin, form, page, speciality="Hearts")
    send(admin, form_on(answer, having="keep_speciality"), page)
    assert clinics_of(doctor) == [theirs]
    assert Doctor.objects.get().speciality == "Hearts"


def test_a_clinic_retired_meanwhile_is_told_as_such(admin, here):
    clinic, doctor = ClinicFactory(hospital=here), DoctorFactory(hospital=here)
    form = form_on(admin.get(at(doctor, "edit")))
    facts.retire(actor("administrator", here), clinic, reason="Closed")
    answer = send(admin, form, at(doctor, "edit"), clinics=[str(clinic.pk)])
    errors = answer.context["form"].errors.as_data()["clinics"]
    assert [error.code for error in errors] == ["retired_choice"]


def test_only_doctors_accounts_are_offered(admin, here):
    account = employ("doctor", here)
    employ("nurse", here)
    form = admin.get(reverse("hospital:doctor-create")).context["form"]
    assert list(form.fields["user"].queryset) == [account]


def test_a_doctor_is_offered_the_own_phone_and_email(client, here):
    mine = DoctorFactory(hospital=here, user=signed_in(client, "doctor", here))
    assert set(client.get(at(mine, "edit")).context["form"].fields) == {"phone", "email", "version"}
    fill(client, at(mine, "edit"), phone="030 123456", title="Prof.", clinics="x")
    mine.refresh_from_db()
    assert (mine.phone, mine.title) == ("+4930123456", "")
    other = DoctorFactory(hospital=here)
    assert client.get(at(other, "edit")).status_code == 403
    assert at(other, "edit") not in client.get(at(other, "detail")).content.decode()


def test_the_admin_writes_the_same_list(admin, here):
    one, other = (ClinicFactory(hospital=here, code=f"C{n}") for n in range(2))
    doctor = DoctorFactory(hospital=here, clinics=[one])
    page = reverse("admin:hospital_doctor_change", args=[doctor.pk])
    assert fill(admin, page, having="version", clinics=[str(other.pk)]).status_code == 302
    doctor.refresh_from_db()
    assert (clinics_of(doctor), doctor.version) == ([other], 2)
    assert fill(admin, page, having="version", speciality="Hearts").status_code == 302
    assert clinics_of(doctor) == [other]
    history = admin.get(reverse("admin:hospital_doctor_history", args=[doctor.pk]))
    told = [change["new"] for change in history.context["entries"][0]["changes"]]
    assert str(other) in told
