"""Back comes to the page one was on, never to the browser's question whether to send a form again."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory
from records.tests.factories import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here():
    return HospitalFactory()


def test_back_from_a_match_what_was_typed_of_somebody_new_is_there_again(enter, here, fine):
    PatientFactory(at=here, family_name="Okoro", given_names="Daniel", birth_date="1988")
    page = enter("receptionist", here)
    page.goto("/patients/register/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_family_name").fill("Okoro")
    page.locator("#id_given_names").fill("Daniel")
    page.get_by_label("Year").first.fill("1988")
    page.locator("#id_city").fill("Ulm")
    with page.expect_response(lambda answer: answer.status == 409):
        page.get_by_role("button", name="Register", exact=True).click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Open", exact=True).first.click()
    expect(page.get_by_role("region", name="Patient OKORO, Daniel")).to_be_visible()
    page.go_back()
    expect(page.locator("#id_family_name")).to_have_value("Okoro")
    expect(page.locator("#id_city")).to_have_value("Ulm")
    fine(page)


def test_back_to_a_form_that_was_refused_for_what_is_wrong_in_it(enter, here):
    chart = PatientFactory(at=here)
    page = enter("receptionist", here)
    page.goto(f"/patients/{chart.pk}/edit/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_family_name").fill("Nagy")
    page.locator("#id_phone").fill("no number")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.locator("#id_family_name")).to_have_value("Nagy")
    expect(page.locator("#id_phone")).to_have_value("no number")


def test_back_to_a_file_that_could_not_be_read(enter, here):
    page = enter("administrator", here)
    page.goto("/imports/new/")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_load_state("networkidle")
    page.go_back()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_back_to_the_charts_that_were_found_for_a_merge(enter, here, javascript):
    chart, other = (PatientFactory(at=here, family_name="Okoro", given_names=n) for n in "AB")
    page = enter("receptionist", here, javascript=javascript)
    page.goto(f"/patients/{chart.pk}/merge/")
    page.get_by_label("The other chart").fill(other.mrn)
    page.get_by_role("button", name="Find", exact=True).click()
    assert other.mrn not in page.url
    page.get_by_role("link", name="OKORO, B").click()
    expect(page.get_by_role("button", name="Propose the merge")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("The other chart")).to_have_value(other.mrn)
    expect(page.get_by_role("link", name="OKORO, B")).to_be_visible()
