"""What a refusal looks like, and that nothing typed is lost over it."""

from uuid import UUID

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory, WardFactory, employ
from records.models import Patient
from records.services import charts
from records.tests.factories import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

NOBODY = "/patients/01a1fb4f-07fa-73ed-ac8b-802f4eaeb37a/"


@pytest.fixture
def here():
    return HospitalFactory(name="St Brigid's")


@pytest.mark.parametrize(
    ("path", "status"), [("/wards/new/", 403), (NOBODY, 404), ("/nowhere/", 404)]
)  # fmt: skip
def test_what_is_not_for_one_says_so_and_leads_on(enter, here, fine, path, status):
    page = enter("receptionist", here)
    answer = page.goto(path)
    assert answer.status == status
    fine(page)
    page.get_by_role("link", name="Go to the start page").click()
    expect(page.get_by_role("link", name="Today", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_our_own_mistake_has_a_number_and_no_inner_parts(enter, here, fine, monkeypatch):
    def broken(*_args):
        raise RuntimeError("the inner parts")

    monkeypatch.setattr(charts, "counted", broken)
    page = enter("receptionist", here)
    answer = page.goto(NOBODY)
    assert answer.status == 500
    assert UUID(answer.headers["x-request-id"])
    expect(page.locator("main")).to_contain_text(answer.headers["x-request-id"])
    assert "inner parts" not in page.content()
    fine(page)


def test_a_form_without_its_cookie_is_refused(enter, here, fine):
    page = enter("administrator", here)
    page.goto("/departments/new/")
    page.context.clear_cookies(name="openward-csrf")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form is too old")
    fine(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_page_of_the_hospital_one_has_left_is_refused_with_its_words(
    enter, here, fine, javascript
):
    user = employ("receptionist", HospitalFactory(name="St Columba's"))
    page = enter("receptionist", here, user=user, javascript=javascript)
    page.goto("/patients/register/")
    page.get_by_label("Family name", exact=True).fill("Nagy")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_text("Account menu").locator("..").click()
    other.get_by_role("button", name="St Columba's").click()
    expect(other.locator(".account")).to_contain_text("St Columba's")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("switched to another hospital")
    assert page.get_by_label("Family name", exact=True).input_value() == "Nagy"
    assert not Patient.objects.exists()
    if javascript:
        fine(page)


@pytest.mark.parametrize("path", ["/", "/patients/", "/departments/", "/wards/"])
def test_an_empty_hospital_says_what_comes_next(enter, here, fine, path):
    page = enter("administrator receptionist", here)
    page.goto(path)
    fine(page)


def test_a_retired_chart_is_marked(enter, here, fine):
    patient = PatientFactory(at=here)
    patient.registrations.update(retired_at=patient.created_at, retired_reason="registered twice")
    page = enter("administrator", here)
    page.goto(f"/patients/{patient.pk}/")
    expect(page.locator(".banner--retired")).to_contain_text("registered twice")
    fine(page)


def test_a_stale_edit_in_the_admin_shows_theirs_and_yours(enter, here, fine):
    ward = WardFactory(hospital=here, name="Ward 1")
    first, second = enter("administrator", here), enter("administrator", here)
    for page in (first, second):
        page.goto(f"/admin/hospital/ward/{ward.pk}/change/")
    for page, name in ((first, "Ward one"), (second, "Ward I")):
        page.locator("#id_name").fill(name)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_load_state("networkidle")
    expect(second.locator("main")).to_contain_text("Ward one")
    expect(second.locator("main")).to_contain_text("Ward I")
    fine(second)
    ward.refresh_from_db()
    assert ward.name == "Ward one"
