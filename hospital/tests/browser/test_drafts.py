"""Text that was typed outlives the page: every ten seconds, and on leaving it."""

import re

import pytest
from playwright.sync_api import expect

from hospital.models import Draft
from hospital.tests.factories import HospitalFactory
from records.tests.factories import PriceFactory

from .keyboard import look_for

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
NAME, NEW = "#id_name", "/departments/new/"


def test_left_in_the_middle_of_a_word_the_form_is_there_again(enter, fine):
    page = enter("administrator", HospitalFactory())
    page.goto(NEW)
    page.wait_for_load_state("networkidle")
    page.locator(NAME).fill("Cardiol")
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(NEW)
    expect(page.locator(NAME)).to_have_value("Cardiol")
    expect(page.get_by_text("did not save")).to_be_visible()
    fine(page)
    page.locator(NAME).fill("Cardiology")
    page.locator("#id_code").fill("CARD")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Cardiology")).to_be_visible()
    page.goto(NEW)
    expect(page.locator(NAME)).to_have_value("")


def test_a_form_is_kept_before_the_next_page_is_there(enter):
    page = enter("administrator", HospitalFactory())
    page.goto(NEW)
    page.wait_for_load_state("networkidle")
    page.locator(NAME).fill("Cardiol")
    page.route(re.compile(r"//[^/]+/$"), lambda _late: None)  # the server is slow to answer
    with page.expect_response(lambda answer: "/drafts/keep/" in answer.url, timeout=5000) as kept:
        page.get_by_role("link", name="Today").first.click(no_wait_after=True)
    assert kept.value.status == 204


def test_what_was_thrown_away_stays_away(enter):
    page = enter("administrator", HospitalFactory())
    page.clock.install()
    page.goto(NEW)
    page.wait_for_load_state("networkidle")
    page.locator(NAME).fill("Cardiology")
    with page.expect_response(lambda answer: "/drafts/keep/" in answer.url):
        page.clock.fast_forward("00:11")
    page.goto(NEW)
    page.wait_for_load_state("networkidle")
    page.locator(NAME).fill("Cardiology, second floor")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator(NAME)).to_have_value("")
    page.wait_for_load_state("networkidle")
    assert not Draft.objects.exists()


def test_a_draft_is_kept_every_ten_seconds(enter):
    page = enter("administrator", HospitalFactory())
    page.clock.install()
    page.goto(NEW)
    page.wait_for_load_state("networkidle")
    page.locator(NAME).fill("Cardiology")
    with page.expect_response(lambda answer: "/drafts/keep/" in answer.url) as kept:
        page.clock.fast_forward("00:11")
    assert kept.value.status == 204
    page.goto(NEW)
    expect(page.locator(NAME)).to_have_value("Cardiology")


def test_what_was_typed_before_the_page_was_ready_is_kept_too(enter):
    page, late = enter("administrator", HospitalFactory()), []
    page.clock.install()

    def hold(route):
        late.append(route)

    page.route("**/guard.js", hold)
    page.goto(NEW, wait_until="commit")
    page.locator(NAME).fill("Cardiology")
    while not late:
        page.wait_for_timeout(50)
    late[0].continue_()
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: "/drafts/keep/" in answer.url) as kept:
        page.clock.fast_forward("00:11")
    assert kept.value.status == 204


def test_a_refused_form_is_kept_as_well(enter):
    page = enter("administrator", HospitalFactory())
    page.goto(NEW)
    page.locator(NAME).fill("Cardiology")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(NAME)).to_have_value("Cardiology")
    page.wait_for_load_state("networkidle")  # the script is there that keeps it
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(NEW)
    expect(page.locator(NAME)).to_have_value("Cardiology")


def test_of_a_form_with_a_box_to_tick_that_nobody_touched_nothing_is_kept(enter):
    price = PriceFactory(medication__hospital=(here := HospitalFactory()))
    page = enter("administrator", here)
    page.goto(f"/medications/{price.medication_id}/edit/")
    page.wait_for_load_state("networkidle")
    assert page.locator("[type=checkbox]").count() == 1
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    assert not Draft.objects.exists()


def test_a_form_that_was_opened_from_a_search_has_a_draft_of_its_own(enter):
    page = enter("receptionist", HospitalFactory())
    page.goto("/patients/register/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_family_name").fill("Kowalczyk")
    look_for(page, "Wendeline Oosterhuis")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Register patient").click()
    expect(page.locator("#id_family_name")).to_have_value("Oosterhuis")
    page.wait_for_load_state("networkidle")
    page.locator("#id_city").fill("Ulm")
    address = page.url
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(address)
    expect(page.locator("#id_city")).to_have_value("Ulm")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#id_city")).to_have_value("")
    expect(page.locator("#id_family_name")).to_have_value("Oosterhuis")
    page.goto("/patients/register/")
    expect(page.locator("#id_family_name")).to_have_value("Kowalczyk")
