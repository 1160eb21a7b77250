"""Signing in: refused with the words kept, let in to where one was going, with and without JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from hospital.kit import policy
from hospital.tests.factories import PASSWORD, DepartmentFactory, HospitalFactory, employ

from .keyboard import go_to

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture
def department():
    department = DepartmentFactory(hospital=HospitalFactory(), name="Cardiology")
    employ("receptionist", department.hospital, username="amina", full_name="Amina Yusuf")
    return department


@BOTH
def test_the_wrong_password_is_refused_and_the_right_one_leads_where_one_was_going(
    watched, department, fine, javascript
):
    page = watched(javascript=javascript)
    page.goto(f"/departments/{department.pk}/")
    page.get_by_label("Username").fill("amina")
    page.locator("input[type=password]").fill("not the password at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    assert page.title().startswith("Error:")
    assert page.get_by_label("Username").input_value() == "amina"
    assert page.locator("input[type=password]").input_value() == ""
    if javascript:
        expect(page.get_by_role("alert")).to_be_focused()
        fine(page)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cardiology")
    assert page.url.endswith(f"/departments/{department.pk}/")


@BOTH
def test_signing_out_closes_the_door(enter, department, javascript):
    page = enter("receptionist", department.hospital, javascript=javascript)
    page.goto("/")
    page.get_by_text("Account menu").locator("..").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/departments/")
    assert "/accounts/login/" in page.url


def test_the_sign_in_page_is_fine(watched, live_server, fine):
    page = watched()
    page.goto("/accounts/login/")
    fine(page)


def test_a_second_factor_is_set_up_by_keyboard(enter, department, fine, monkeypatch):
    monkeypatch.setattr(policy, "FRESH", timedelta())
    page = enter("receptionist", department.hospital)
    page.goto("/accounts/2fa/")
    fine(page)
    go_to(page, "Set up an app")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    fine(page)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".qr")).to_be_visible()
    fine(page)
