"""Two people change one record: the second is shown theirs and yours, and chooses."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory, WardFactory
from records.models import Patient
from records.tests.factories import ContactFactory, PatientFactory

from .keyboard import go_to, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@BOTH
def test_the_second_chooses_between_theirs_and_yours_and_loses_nothing(enter, fine, javascript):
    here = HospitalFactory()
    patient = PatientFactory(at=here, family_name="Müller", city="Köln", phone="+491705550140")
    ContactFactory(patient=patient, name="Eva Müller")
    edit = f"/patients/{patient.pk}/edit/"
    first = enter("receptionist", here, javascript=javascript)
    second = enter("receptionist", here, javascript=javascript)
    first.goto(edit)
    second.goto(edit)
    first.locator("#id_city").fill("Berlin")
    first.locator("#id_phone").fill("0170 5550142")
    first.get_by_role("button", name="Save", exact=True).last.click()
    expect(first.get_by_text("Saved.")).to_be_visible()

    second.locator("#id_city").fill("Bonn")
    second.locator("#id_phone").fill("0170 5550199")
    second.locator("#id_email").fill("ana@example.org")
    second.get_by_role("button", name="Save", exact=True).last.click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Saved by somebody else")
    row = second.get_by_role("row").filter(has_text="City")
    expect(row).to_contain_text("Berlin")
    expect(row).to_contain_text("Bonn")
    if javascript:
        fine(second)
    tab_to(second, second.locator("[name=keep_city][value=yours]"))
    second.keyboard.press("ArrowLeft")
    expect(second.locator("[name=keep_city][value=theirs]")).to_be_checked()
    go_to(second, "Save my choice", "button")
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(second.get_by_role("region", name="Patient MÜLLER")).to_be_visible()

    saved = Patient.objects.get(pk=patient.pk)
    assert (saved.city, saved.phone, saved.email) == ("Berlin", "+491705550199", "ana@example.org")
    assert [contact.name for contact in saved.contacts.live()] == ["Eva Müller"]


def test_dropping_mine_shows_the_form_as_they_left_it(enter):
    here = HospitalFactory()
    ward = WardFactory(hospital=here, name="Ward 1", code="W1")
    first, second = enter("administrator", here), enter("administrator", here)
    for page in (first, second):
        page.goto(f"/wards/{ward.pk}/edit/")
    for page, name in ((first, "Ward one"), (second, "Ward I")):
        page.locator("#id_name").fill(name)
        page.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Saved by somebody else")
    second.get_by_role("link", name="Drop mine, see theirs").click()
    expect(second.locator("#id_name")).to_have_value("Ward one")
