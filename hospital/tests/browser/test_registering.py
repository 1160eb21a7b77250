"""Registering a patient at a desk: by keyboard, twice by mistake, known already, known elsewhere."""

import pytest
from playwright.sync_api import Page, expect

from hospital.tests.factories import HospitalFactory
from records.models import Patient, Registration
from records.tests.factories import PatientFactory

from .keyboard import go_to, look_for, press, tab_to, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
REGISTER = "/patients/register/"


@pytest.fixture
def here():
    return HospitalFactory(name="St Brigid's", country="DE")


def type_birth_date(page: Page, day: str, month: str, year: str) -> None:
    for box, text in {"Day": day, "Month": month, "Year": year}.items():
        write(page, box, text)


@BOTH
def test_a_patient_is_registered_by_keyboard_after_a_search(enter, here, javascript):
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    if javascript:
        press(page, "/")
        page.keyboard.type("Nagy Zoltán")
    else:
        look_for(page, "Nagy Zoltán")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody registered here fits.")).to_be_visible()
    assert "nagy" not in page.url.lower()
    go_to(page, "Register patient")
    expect(page.get_by_role("heading", level=1)).to_have_text("Register patient")
    write(page, "Family name", "Nagy")
    write(page, "Given names", "Zoltán")
    type_birth_date(page, "14", "March", "1988")
    tab_to(page, page.get_by_label("Sex", exact=True))
    page.keyboard.type("M")
    write(page, "Phone", "0170 5550142")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Patient NAGY, Zoltán")).to_contain_text("14-Mar-1988")
    patient = Patient.objects.get()
    assert (patient.sex, patient.phone, patient.birth_date) == (
        "male",
        "+491705550142",
        "1988-03-14",
    )


@BOTH
def test_a_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(enter, here, fine, javascript):
    page = enter("receptionist", here, javascript=javascript)
    page.goto(REGISTER)
    write(page, "Given names", "Zoltán")
    type_birth_date(page, "31", "February", "1988")
    write(page, "Phone", "12")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    assert page.title().startswith("Error:")
    assert page.get_by_label("Given names", exact=True).input_value() == "Zoltán"
    assert page.get_by_label("Month", exact=True).first.input_value() == "February"
    assert page.locator("#id_phone").input_value() == "12"
    if javascript:
        expect(summary).to_be_focused()
        fine(page)
    summary.get_by_role("link", name="Phone").focus()
    page.keyboard.press("Enter")
    if javascript:
        expect(page.locator("#id_phone")).to_be_focused()
    assert not Patient.objects.exists()


@BOTH
def test_a_form_clicked_twice_makes_one_patient(enter, here, javascript):
    page = enter("receptionist", here, javascript=javascript)
    page.goto(REGISTER)
    page.get_by_label("Family name", exact=True).fill("Nagy")
    page.get_by_label("Given names", exact=True).fill("Zoltán")
    page.get_by_label("Year", exact=True).first.fill("1988")
    page.get_by_role("button", name="Register", exact=True).dblclick()
    expect(page.get_by_role("region", name="Patient NAGY, Zoltán")).to_be_visible()
    assert Patient.objects.count() == 1


def test_back_after_registering_shows_an_empty_form_and_makes_nobody_twice(enter, here):
    page = enter("receptionist", here)
    page.goto(REGISTER)
    page.get_by_label("Family name", exact=True).fill("Nagy")
    page.get_by_label("Year", exact=True).first.fill("1988")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("region", name="Patient NAGY")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Patient.objects.count() == 1


def test_back_after_saying_that_it_is_a_twin_shows_an_empty_form_too(enter, here):
    PatientFactory(at=here, family_name="Nagy", given_names="Zoltán", birth_date="1988-03-14")
    page = enter("receptionist", here)
    page.goto(REGISTER)
    page.get_by_label("Family name", exact=True).fill("Nagy")
    page.get_by_label("Given names", exact=True).fill("Zoltán")
    page.keyboard.press("Tab")
    type_birth_date(page, "14", "3", "1988")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Is this one of them?")).to_be_focused()
    press(page, "2")
    expect(page.get_by_role("region", name="Patient NAGY, Zoltán")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("")
    assert Patient.objects.count() == 2


def test_who_is_known_already_is_shown_and_one_key_says_it_is_a_twin(enter, here, fine):
    PatientFactory(at=here, family_name="Nagy", given_names="Zoltán", birth_date="1988-03-14")
    page = enter("receptionist", here)
    page.goto(REGISTER)
    write(page, "Family name", "Nagy")
    write(page, "Given names", "Zoltán")
    type_birth_date(page, "14", "3", "1988")
    page.keyboard.press("Enter")
    asked = page.get_by_role("region", name="Is this one of them?")
    expect(asked).to_contain_text("NAGY, Zoltán")
    expect(asked).to_be_focused()
    fine(page)
    press(page, "2")
    expect(page.get_by_role("region", name="Patient NAGY, Zoltán")).to_be_visible()
    assert Patient.objects.count() == 2


@BOTH
def test_somebody_known_elsewhere_is_registered_here_too_for_a_reason(
    enter, here, fine, javascript
):
    patient = PatientFactory(
        at=HospitalFactory(name="St Columba's"), family_name="Nagy", given_names="Zoltán",
        birth_date="1988-03-14", phone="+491705550142", address_line="Kantstraße 12",
    )  # fmt: skip
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    look_for(page, "Nagy Zoltán 14.3.1988")
    page.keyboard.press("Enter")
    found = page.locator(".match")
    expect(found).to_contain_text("1988")
    expect(found).to_contain_text("St Columba's")
    assert "Kantstraße" not in page.inner_text("main")
    assert "5550142" not in page.inner_text("main").replace(" ", "")
    if javascript:
        fine(page)
    tab_to(page, found.get_by_label("Reason"))
    page.keyboard.type("Ref")
    go_to(page, "Register here", "button")
    expect(page.get_by_role("region", name="Patient NAGY, Zoltán")).to_be_visible()
    expect(page.get_by_text("Kantstraße 12")).to_be_visible()
    assert Registration.objects.filter(patient=patient, hospital=here).exists()
    assert Patient.objects.count() == 1


def test_who_it_may_be_is_shown_beside_the_form_while_it_is_filled_in(enter, here, fine):
    PatientFactory(at=here, family_name="Nagy", given_names="Zoltán", birth_date="1988-03-14")
    page = enter("receptionist", here)
    page.goto(REGISTER)
    write(page, "Family name", "Nagi")
    write(page, "Given names", "Zoltan")
    type_birth_date(page, "14", "3", "1988")
    tab_to(page, page.get_by_label("Sex", exact=True))
    asked = page.get_by_role("region", name="Is this one of them?")
    expect(asked).to_contain_text("NAGY, Zoltán")
    expect(asked).to_contain_text("Similar name")
    expect(page.get_by_label("Sex", exact=True)).to_be_focused()
    assert page.get_by_label("Family name", exact=True).input_value() == "Nagi"
    fine(page)
    go_to(page, "Twin", "button")
    expect(page.get_by_role("region", name="Patient NAGI, Zoltan")).to_be_visible()
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("width", [1366, 390])
def test_who_comes_up_outside_the_window_is_led_to_by_a_link_that_stays(enter, here, fine, width):
    PatientFactory(at=here, family_name="Nagy", given_names="Zoltán", birth_date="1988-03-14")
    page = enter("receptionist", here)
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(REGISTER)
    write(page, "Family name", "Nagy")
    write(page, "Given names", "Zoltan")
    type_birth_date(page, "14", "3", "1988")
    write(page, "City", "Bonn")
    if width == 1366:  # beside the form, above
        page.mouse.move(400, 400)
        page.mouse.wheel(0, 500)
    title = page.get_by_role("heading", name="Is this one of them?")
    cue = page.get_by_role("link", name="Is this one of them?")
    expect(title).not_to_be_in_viewport()
    expect(cue).to_be_in_viewport()
    expect(page.get_by_label("City", exact=True)).to_be_focused()
    fine(page)
    cue.click()
    expect(title).to_be_in_viewport()
    expect(title).to_be_focused()
    expect(cue).to_be_hidden()


@BOTH
def test_a_form_opened_from_a_search_asks_at_once_and_enter_answers_nothing(
    enter, here, javascript
):
    PatientFactory(at=here, family_name="Nagy", given_names="Zoltán", birth_date="1988-03-14")
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    look_for(page, "Nagy, Zoltán 14.3.1988")
    page.keyboard.press("Enter")
    go_to(page, "Register patient")
    asked = page.get_by_role("region", name="Is this one of them?")
    expect(asked).to_contain_text("NAGY, Zoltán")
    expect(page.get_by_label("Family name", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    if javascript:
        expect(asked).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Register patient")
    assert Patient.objects.count() == 1
