"""Single keys, never while typing, and switched off by who does not want them; colours and density."""

import pytest
from playwright.sync_api import expect

from hospital.models import User
from hospital.tests.factories import HospitalFactory, WardFactory, employ
from records.tests.factories import PatientFactory

from .keyboard import press

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here():
    return HospitalFactory()


def heading(page):
    return page.get_by_role("heading", level=1)


def test_keys_lead_where_they_say(enter, here, fine):
    page = enter("receptionist", here)
    page.goto("/account/")
    press(page, "/")
    expect(page.locator("#search-text")).to_be_focused()
    heading(page).click()
    press(page, "g", "p")
    expect(heading(page)).to_have_text("Patients")
    press(page, "?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Keyboard shortcuts")
    expect(dialog).to_contain_text("g p")
    fine(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    press(page, "n")
    expect(heading(page)).to_have_text("Register patient")
    heading(page).click()
    press(page, "g", "b")
    expect(heading(page)).to_have_text("Beds")


def test_keys_are_announced(enter, here):
    page = enter("receptionist", here)
    page.goto("/patients/")
    assert page.locator("#search-text").get_attribute("aria-keyshortcuts") == "/"
    assert page.get_by_role("link", name="Patients", exact=True).get_attribute("aria-keyshortcuts")


def test_keys_do_nothing_while_typing(enter, here):
    page = enter("receptionist", here)
    page.goto("/patients/register/")
    name = page.get_by_label("Family name", exact=True)
    page.wait_for_load_state("networkidle")
    name.focus()
    page.keyboard.type("ng p/?")
    assert name.input_value() == "ng p/?"
    assert page.url.endswith("/patients/register/")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_who_switched_the_keys_off_is_left_alone(enter, here):
    user = employ("receptionist", here)
    User.objects.filter(pk=user.pk).update(has_shortcuts=False)
    page = enter("nurse", here, user=user)
    page.goto("/account/")
    press(page, "g", "p", "?", "/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#search-text")).not_to_be_focused()
    assert page.url.endswith("/account/")


def test_colours_are_shown_at_once_and_kept(enter, here):
    page = enter("receptionist", here)
    page.goto("/account/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Colours").select_option("dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/patients/")
    assert page.evaluate(ground) == dark


def test_leaving_words_that_no_draft_keeps_asks_first(enter, here):
    ward = WardFactory(hospital=here)
    page = enter("administrator", here)
    page.goto(f"/wards/{ward.pk}/retire/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_other").press_sequentially("Bonn")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="Keep it").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    assert page.locator("#id_other").input_value() == "Bonn"


def test_a_filter_changes_the_list_in_place_and_its_address(enter, here):
    PatientFactory(at=here, family_name="Abel", sex="male")
    PatientFactory(at=here, family_name="Berta", sex="female")
    page = enter("receptionist", here)
    page.goto("/patients/")
    page.get_by_label("Sex").select_option("female")
    expect(page.get_by_role("link", name="ABEL")).to_have_count(0)
    expect(page.get_by_role("link", name="BERTA")).to_be_visible()
    assert "sex=female" in page.url
    expect(page.locator("#live")).to_have_text("1 patient that fit the filters")
