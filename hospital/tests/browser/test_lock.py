"""The idle lock over an open page: the text stays, Escape does not help, the password does."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from hospital.kit import clock
from hospital.tests.browser.faults import faults_of
from hospital.tests.factories import PASSWORD, HospitalFactory

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_the_lock_covers_the_page_and_gives_it_back_with_the_text(enter, monkeypatch):
    page = enter("administrator", HospitalFactory())
    page.clock.install()
    page.goto("/departments/new/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_name").fill("Cardiology")
    lock = page.get_by_role("dialog", name="Locked")
    page.clock.fast_forward("09:00")
    expect(lock).to_be_hidden()

    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=11))
    page.clock.fast_forward("02:00")
    expect(lock).to_be_visible()
    expect(lock.get_by_label("Password")).to_be_focused()
    assert not faults_of(page, thorough=True)
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    lock.get_by_label("Password").fill("wrong horse battery")
    lock.get_by_label("Password").press("Enter")
    expect(lock.get_by_role("alert")).to_be_visible()
    lock.get_by_label("Password").fill(PASSWORD)
    lock.get_by_label("Password").press("Enter")
    expect(lock).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("Cardiology")
    page.locator("#id_code").fill("CARD")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Cardiology")).to_be_visible()


def test_an_answer_that_comes_late_does_not_lock_again(enter, monkeypatch):
    page = enter("administrator", HospitalFactory())
    page.clock.install()
    page.goto("/departments/new/")
    page.wait_for_load_state("networkidle")
    lock = page.get_by_role("dialog", name="Locked")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=11))
    # Several at once find the session locked: the timer, a draft, a part of the page.
    page.evaluate("for (let i = 0; i < 5; i++) document.dispatchEvent(new Event('locked'))")
    expect(lock).to_be_visible()
    lock.get_by_label("Password").fill(PASSWORD)
    page.evaluate("document.dispatchEvent(new Event('locked'))")
    expect(lock.get_by_label("Password")).to_have_value(PASSWORD)
    lock.get_by_label("Password").press("Enter")
    expect(lock).to_be_hidden()
    page.wait_for_load_state("networkidle")
    expect(lock).to_be_hidden()
