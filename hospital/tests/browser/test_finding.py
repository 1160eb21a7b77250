"""Finding a patient by the keyboard alone, and what the search never does."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory
from records.tests.factories import PatientFactory

from .keyboard import go_to, look_for, press

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here():
    hospital = HospitalFactory()
    PatientFactory(at=hospital, family_name="Müller", given_names="Ana", birth_date="1988-03-14")
    PatientFactory(at=hospital, family_name="Müller", given_names="Berta", birth_date="1990")
    return hospital


@pytest.fixture
def ana():
    return PatientFactory._meta.model.objects.get(given_names="Ana")


def test_suggestions_are_chosen_with_the_arrow_keys(enter, here):
    page = enter("receptionist", here)
    page.goto("/")
    press(page, "/")
    page.keyboard.type("mull")
    box, options = page.get_by_role("combobox").first, page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    second = options.nth(1).locator("b").inner_text()
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name=f"Patient {second}")).to_be_visible()


def test_escape_closes_the_suggestions_and_keeps_the_words(enter, here):
    page = enter("receptionist", here)
    page.goto("/")
    look_for(page, "mull")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    assert page.locator("#search-text").input_value() == "mull"


@pytest.mark.parametrize("before", ["", "ana"], ids=["recent", "of other words"])
def test_keys_quicker_than_the_answer_never_open_who_was_listed_before(enter, here, ana, before):
    page = enter("receptionist", here)
    page.goto(f"/patients/{ana.pk}/")
    page.goto("/")
    press(page, "/")
    expect(page.get_by_role("combobox").first).to_be_focused()
    page.keyboard.type(before)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Control+a")
    page.keyboard.type("berta")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Patient MÜLLER, Berta")).to_be_visible()


def test_two_arrows_and_enter_quicker_than_the_answer_open_the_second(enter, here, ana):
    page = enter("receptionist", here)
    page.goto("/")
    press(page, "/")
    expect(page.get_by_role("combobox").first).to_be_focused()
    page.keyboard.type("mull")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("region", name="Patient MÜLLER, Berta")).to_be_visible()


def test_arrow_and_enter_quicker_than_the_answer_lead_to_the_results_where_nobody_is_found(
    enter, here, ana
):
    page = enter("receptionist", here)
    page.goto("/")
    press(page, "/")
    expect(page.get_by_role("combobox").first).to_be_focused()
    page.keyboard.type("zzyzx")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody registered here fits.")).to_be_visible()


def test_an_arrow_key_quicker_than_the_answer_waits_for_it(enter, here, ana):
    page = enter("receptionist", here)
    page.goto(f"/patients/{ana.pk}/")
    page.goto("/")
    press(page, "/")
    expect(page.get_by_role("combobox").first).to_be_focused()  # its script is there
    page.keyboard.type("berta")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Berta")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Patient MÜLLER, Berta")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_whole_mrn_and_enter_open_the_chart(enter, here, ana, javascript):
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    look_for(page, ana.mrn)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Patient MÜLLER, Ana")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("typed", ["ana mul", "14.3.1988 muller"])
def test_enter_lists_who_fits_and_back_brings_the_list_again(enter, here, ana, typed, javascript):
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    look_for(page, typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results")
    assert "mul" not in page.url
    go_to(page, "MÜLLER, Ana")
    expect(page.get_by_role("region", name="Patient MÜLLER, Ana")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="MÜLLER, Ana", exact=True)).to_be_visible()
    assert page.locator("#search-text").input_value() == typed


def test_who_was_opened_last_is_offered_before_typing(enter, here, ana):
    page = enter("receptionist", here)
    page.goto(f"/patients/{ana.pk}/")
    page.goto("/departments/")
    press(page, "/")
    expect(page.get_by_role("listbox", name="Recent patients")).to_contain_text("MÜLLER, Ana")


def test_open_suggestions_are_fine(enter, here, fine):
    page = enter("receptionist", here)
    page.goto("/")
    look_for(page, "mull")
    expect(page.get_by_role("option")).to_have_count(2)
    fine(page)


def test_a_slip_is_forgiven_while_typing_and_on_the_page_of_results(enter, here, fine):
    page = enter("receptionist", here)
    page.goto("/")
    look_for(page, "ana mulelr")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("nobody fits exactly; these are similar")).to_be_visible()
    expect(page.get_by_role("row", name="MÜLLER, Ana")).to_contain_text("Similar")
    fine(page)
