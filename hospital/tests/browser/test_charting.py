"""Allergies at the bedside: asked, stated, recorded, found wrong, brought back; every state looked at."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory
from records.models import Allergy, AllergyStatement
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    MedicalHistoryFactory,
    PatientFactory,
)

from .keyboard import go_to, tab_to, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@BOTH
def test_none_is_stated_taken_back_and_ended_by_an_allergy(enter, fine, javascript):
    patient = PatientFactory(at=(here := HospitalFactory()))
    page = enter("nurse", here, javascript=javascript)
    banner = page.get_by_role("region", name="Patient ")
    look = fine if javascript else lambda _page: None

    page.goto(f"/patients/{patient.pk}/allergies/")
    expect(banner).to_contain_text("Allergies not recorded")
    look(page)
    page.get_by_role("button", name="State: no known allergies").click()
    expect(banner).to_contain_text("No known allergies")
    look(page)
    page.get_by_role("button", name="Take back").click()
    expect(banner).to_contain_text("Allergies not recorded")
    page.get_by_role("button", name="State: no known allergies").click()

    page.get_by_role("link", name="Add allergy").click()
    look(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    page.get_by_label("Substance").fill("Latex")
    page.get_by_label("Criticality").select_option("high")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(banner).to_contain_text("Latex")
    look(page)
    assert Allergy.objects.get().is_standing
    assert not AllergyStatement.objects.live().exists()


@BOTH
def test_an_entry_in_error_is_brought_back_by_an_administrator_who_does_not_read_it(
    enter, fine, javascript
):
    patient = PatientFactory(at=(here := HospitalFactory()))
    allergy = AllergyFactory(patient=patient, substance="Latex")
    page = enter("nurse", here, javascript=javascript)
    page.goto(f"/patients/{patient.pk}/allergies/")
    page.get_by_role("link", name="Latex").click()
    page.get_by_role("link", name="Entered in error…").click()
    page.get_by_label("Wrong patient").check()
    page.get_by_role("button", name="Entered in error").click()
    page.wait_for_url("**/allergies/")
    expect(page.get_by_role("link", name="Latex")).to_have_count(0)

    page = enter("administrator", here, javascript=javascript)
    page.goto(f"/patients/{patient.pk}/allergies/")
    expect(page.get_by_text("Wrong patient")).to_be_visible()
    if javascript:
        fine(page)
    page.get_by_role("main").get_by_role("link", name="Allergy", exact=True).click()
    expect(page.get_by_text("Latex")).to_have_count(0)
    if javascript:
        fine(page)
    page.get_by_role("button", name="Bring back").click()
    page.wait_for_url("**/allergies/")
    expect(page.get_by_text("Wrong patient")).to_have_count(0)
    allergy.refresh_from_db()
    assert not allergy.is_retired


def test_by_the_keyboard_alone_an_allergy_is_added(enter):
    patient = PatientFactory(at=(here := HospitalFactory()))
    page = enter("nurse", here)
    page.goto(f"/patients/{patient.pk}/")
    tab_to(page, page.get_by_role("link", name="Allergies 0"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/allergies/")
    go_to(page, "Add allergy")
    page.wait_for_url("**/new/")
    write(page, "Substance required", "Peanuts")
    write(page, "Reaction", "Hives")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Peanuts")).to_be_visible()


def test_by_the_keyboard_alone_the_first_page_leads_to_what_is_written_down_and_to_the_details(
    enter,
):
    patient = PatientFactory(at=(here := HospitalFactory()))
    page = enter("doctor", here)
    page.goto(f"/patients/{patient.pk}/")
    page.keyboard.press("v")
    page.wait_for_url("**/observations/new/")
    page.go_back()
    page.keyboard.press("d")
    page.wait_for_url("**/diagnoses/new/")
    page.go_back()
    tab_to(page, page.get_by_role("link", name="Details", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/")
    expect(page.get_by_role("heading", name="Where and how to reach them")).to_be_visible()


def test_at_a_desk_the_tabs_of_a_full_chart_are_one_line_with_edit_beside(enter):
    patient = PatientFactory(at=(here := HospitalFactory()))
    page = enter("doctor", here, width=1366)
    page.goto(f"/patients/{patient.pk}/")
    links = page.get_by_role("navigation", name="Patient").get_by_role("link")
    tops = {round(link.bounding_box()["y"]) for link in links.all()}
    edit = page.get_by_role("link", name="Edit").bounding_box()
    assert len(tops) == 1
    assert abs(edit["y"] - tops.pop()) < edit["height"]


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 768, 1366])
def test_a_long_list_fits_every_screen(enter, fine, width):
    patient = PatientFactory(at=(here := HospitalFactory()))
    for number in range(12):
        AllergyFactory(
            patient=patient, substance=f"A substance of a rather long name {number}",
            criticality="high" if number % 2 else "low", reaction="Short of breath " * 6,
        )  # fmt: skip
        MedicalHistoryFactory(patient=patient, description="An illness of a long name " * 4)
    page = enter("nurse", here, width=width)
    for path in ("", "allergies/", "histories/"):
        page.goto(f"/patients/{patient.pk}/{path}")
        fine(page)
        assert page.locator("*").count() <= 600


def test_an_empty_history_says_what_to_ask(enter, fine):
    patient = PatientFactory(at=(here := HospitalFactory()))
    AllergyStatementFactory(patient=patient)
    page = enter("doctor", here)
    page.goto(f"/patients/{patient.pk}/histories/")
    expect(page.get_by_text("No history is recorded.")).to_be_visible()
    fine(page)
