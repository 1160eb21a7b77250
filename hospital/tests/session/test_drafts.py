"""What is typed is kept while it is typed, comes back with a notice, and is gone once it is saved."""

from datetime import timedelta
from typing import Any

import pytest

from hospital.kit import clock, drafts
from hospital.models import AuditEvent, Draft
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    MembershipFactory,
    signed_in,
)
from hospital.tests.filling import form_on, send
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
NEW = "/departments/new/"
KEEP = f"/drafts/keep{NEW}"


@pytest.fixture
def here() -> Any:
    return HospitalFactory()


def kept(client: Any, page: str, **typed: Any) -> Any:
    return send(client, form_on(client.get(page)), f"/drafts/keep{page}", **typed)


def test_what_was_typed_is_there_again_with_a_notice(client, here):
    signed_in(client, "administrator", here)
    assert "did not save" not in client.get(NEW).content.decode()
    assert kept(client, NEW, code="ca rd", name="Cardiology").status_code == 204
    page = client.get(NEW).content.decode()
    assert "did not save" in page
    assert 'value="ca rd"' in page
    assert "aria-invalid" not in page


def test_saved_it_is_gone(client, here):
    signed_in(client, "administrator", here)
    kept(client, NEW, code="CARD", name="Cardiology")
    assert send(client, form_on(client.get(NEW), having="code"), NEW).status_code == 302
    assert here.departments.get().name == "Cardiology"
    assert not Draft.objects.exists()


def test_what_arrives_after_it_was_saved_is_not_kept(client, here):
    signed_in(client, "administrator", here)
    form = form_on(client.get(NEW), having="code")
    typed = {"code": "CARD", "name": "Cardiology"}
    assert send(client, form, NEW, **typed).status_code == 302
    assert send(client, form, KEEP, **typed).status_code == 204
    assert not Draft.objects.exists()


def test_a_refused_form_leaves_the_draft(client, here):
    signed_in(client, "administrator", here)
    kept(client, NEW, code="ca rd", name="Cardiology")
    assert send(client, form_on(client.get(NEW), having="code"), NEW).status_code == 400
    assert Draft.objects.count() == 1


def test_thrown_away_the_form_is_empty_again(client, here):
    signed_in(client, "administrator", here)
    kept(client, NEW, name="Cardiology")
    form = form_on(client.get(NEW), having="csrfmiddlewaretoken", action="discard")
    assert send(client, form, f"/drafts/discard{NEW}")["Location"] == NEW
    assert "Cardiology" not in client.get(NEW).content.decode()


def test_a_draft_begun_on_an_older_version_meets_theirs_and_yours(client, here):
    signed_in(client, "administrator", here)
    department = DepartmentFactory(hospital=here, name="Heart")
    page = f"/departments/{department.pk}/edit/"
    kept(client, page, name="Cardiology")
    department.refresh_from_db()
    department.name = "Hearts"
    department.save()
    answer = send(client, form_on(client.get(page), having="version"), page)
    assert answer.status_code == 412
    assert [row.theirs for row in answer.context["differences"]] == ["Hearts"]


def test_a_list_chosen_in_a_draft_is_saved_with_it(client, here):
    signed_in(client, "administrator", here)
    department = DepartmentFactory(hospital=here)
    clinic = ClinicFactory(hospital=here, department=department)
    doctor = DoctorFactory(hospital=here, department=department)
    page = f"/doctors/{doctor.pk}/edit/"
    kept(client, page, clinics=[str(clinic.pk)])
    assert send(client, form_on(client.get(page), having="version"), page).status_code == 302
    assert [row.pk for row in doctor.clinics] == [clinic.pk]


@pytest.mark.parametrize("is_typed", [True, False])
def test_who_was_typed_and_is_registered_here_instead_waits_no_more(client, here, is_typed):
    signed_in(client, "receptionist", here)
    page = "/patients/register/"
    known = {"family_name": "Öztürk", "given_names": "Elif"}
    PatientFactory(at=HospitalFactory(), **known, birth_date="1988-03-14")
    kept(client, page, **known)
    born = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1988"}
    shown = send(client, form_on(client.get(page), having="family_name"), page, **born)
    match = form_on(shown, having="match")
    if not is_typed:
        match["data"].pop("typed")
    assert send(client, match, page, reason="Moved here").status_code == 302
    assert ('value="Öztürk"' in client.get(page).content.decode()) is not is_typed


def test_the_text_of_a_new_patient_is_kept_with_its_rows(client, here):
    signed_in(client, "receptionist", here)
    page = "/patients/register/"
    kept(client, page, family_name="Öztürk", **{"contacts-0-name": "Elif", "contacts-0-phone": "x"})
    shown = client.get(page).content.decode()
    assert 'value="Öztürk"' in shown
    assert 'value="Elif"' in shown


def test_nobody_else_and_no_other_hospital_sees_it(client, here):
    user = signed_in(client, "administrator", here)
    there = HospitalFactory()
    MembershipFactory(user=user, hospital=there, role="administrator")
    form = form_on(client.get(NEW))
    send(client, form, KEEP, name="Cardiology")
    client.post("/switch/", {"hospital": str(there.pk)})
    assert "Cardiology" not in client.get(NEW).content.decode()
    answer = send(client, form, KEEP, name="Neurology")
    assert answer.status_code == 409
    assert "Neurology" not in client.get(NEW).content.decode()
    signed_in(client, "administrator", here)
    assert "Cardiology" not in client.get(NEW).content.decode()


@pytest.mark.parametrize("page", ["/nowhere/", "/accounts/password/change/", "/hospitals/new/"])
def test_only_a_page_one_may_open_keeps_a_draft(client, here, page):
    signed_in(client, "administrator", here)
    answer = send(client, form_on(client.get(NEW)), f"/drafts/keep{page}", name="x")
    assert answer.status_code == 404
    assert not Draft.objects.exists()


def test_no_password_and_no_token_is_kept(client, here):
    signed_in(client, "administrator", here)
    kept(client, NEW, name="Cardiology", **{"still_you-password": "secret words here"})
    names = {name for name, _ in Draft.objects.get().typed}
    assert "name" in names
    assert not {name for name in names if "password" in name or "token" in name}


def test_more_than_any_form_holds_is_refused(client, here):
    signed_in(client, "administrator", here)
    assert kept(client, NEW, name="x" * 60_000).status_code == 413
    assert not Draft.objects.exists()


def test_a_draft_is_kept_for_a_week(client, here):
    signed_in(client, "administrator", here)
    kept(client, NEW, name="Cardiology")
    Draft.objects.update(saved_at=clock.now() - timedelta(days=7, minutes=1))
    assert "Cardiology" not in client.get(NEW).content.decode()
    assert drafts.forget_old() == 1


def test_looking_at_a_patients_form_again_is_a_look_on_record(client, here):
    signed_in(client, "receptionist", here)
    patient = PatientFactory(at=here)
    page = f"/patients/{patient.pk}/edit/"
    kept(client, page, city="Ulm")
    looks = AuditEvent.objects.filter(patient_id=patient.pk)
    before = looks.count()
    assert 'value="Ulm"' in client.get(page).content.decode()
    assert looks.count() == before + 1
