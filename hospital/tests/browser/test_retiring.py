"""Retiring and bringing back: a ward whose code was given away, a patient who came twice."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory
from records.tests.factories import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@BOTH
def test_a_retired_ward_whose_code_was_given_away_does_not_come_back(enter, fine, javascript):
    here = HospitalFactory()
    ward = WardFactory(department=DepartmentFactory(hospital=here), code="W1", name="Ward 1")
    page = enter("administrator", here, javascript=javascript)
    page.goto(f"/wards/{ward.pk}/")
    page.get_by_role("link", name="Retire…").click()
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Closed").check()
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_role("button", name="Bring back")).to_be_visible()

    page.goto("/wards/new/")
    page.get_by_label("Department").select_option(str(ward.department_id))
    page.locator("#id_code").fill("W1")
    page.locator("#id_name").fill("Ward 1 again")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ward 1 again")

    page.goto(f"/wards/{ward.pk}/")
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not possible now")
    if javascript:
        fine(page)
    ward.refresh_from_db()
    assert ward.is_retired


@BOTH
def test_a_patient_is_retired_by_reception_and_brought_back_by_an_administrator(enter, javascript):
    here = HospitalFactory()
    patient = PatientFactory(at=here, family_name="Müller")
    page = enter("receptionist", here, javascript=javascript)
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Retire…").click()
    page.get_by_label("Registered twice").check()
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients")
    expect(page.get_by_role("link", name="MÜLLER")).to_have_count(0)

    page = enter("administrator", here, javascript=javascript)
    page.goto("/patients/?retired=on")
    page.get_by_role("link", name="MÜLLER").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("The patient is back")).to_be_visible()
