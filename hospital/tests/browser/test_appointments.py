"""A receptionist's day by keyboard alone, with and without scripts: book, move, check in, complete, undo."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from hospital.kit import clock
from hospital.models.hospitals import Weekday
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory
from records.models import Appointment
from records.tests.factories import PatientFactory, SessionFactory

from .keyboard import go_to, look_for, press, tab_to, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture
def here():
    """A hospital where it is about noon, whenever the test runs: its day is not over in the middle."""
    hours = clock.now().hour - 12
    return HospitalFactory(name="St Brigid's", country="DE", time_zone=f"Etc/GMT{hours:+d}")


@pytest.fixture
def doctor(here):
    """Sees people at cardiology all day, every day."""
    doctor = DoctorFactory(hospital=here, title="Dr", family_name="Rao")
    clinic = ClinicFactory(hospital=here, name="Cardiology")
    for weekday in Weekday:
        SessionFactory(
            bookable=doctor.as_resource, clinic=clinic, weekday=weekday, opens_at=dt.time(0),
            closes_at=dt.time(0),
        )  # fmt: skip
    return doctor


def choose(page: Page, label: str, words: str) -> None:
    """Tab to a picker and type the beginning of what it offers."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


@BOTH
def test_a_day_at_the_desk_by_keyboard(enter, here, doctor, javascript):
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")
    page = enter("receptionist", here, javascript=javascript)
    page.goto("/")
    if javascript:
        press(page, "/")
        page.keyboard.type("okoro")
        expect(page.get_by_role("option").first).to_contain_text("OKORO, Daniel")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        look_for(page, "okoro")
        page.keyboard.press("Enter")
        go_to(page, "OKORO, Daniel")
    expect(page.get_by_role("region", name="Patient OKORO, Daniel")).to_be_visible()
    go_to(page, "Book")
    choose(page, "Clinic", "Cardiology")
    if not javascript:
        go_to(page, "Show free times", "button")
    first = page.locator("input[name=slot]").first
    expect(first).to_be_attached()
    page.wait_for_load_state("networkidle")
    tab_to(page, first)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked:")).to_be_visible()
    made = Appointment.objects.get()
    assert (made.patient, made.doctor) == (patient, doctor)

    go_to(page, "Move…")
    tab_to(page, page.locator("input[name=slot]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved to")).to_be_visible()
    moved = Appointment.objects.get()
    assert moved.starts_at > made.starts_at

    for name, status in [
        ("Check in", "Checked in"), ("Start", "In progress"), ("Complete", "Completed"),
        ("Undo", "In progress"),
    ]:  # fmt: skip
        go_to(page, name, "button")
        expect(page.locator(".page-head")).to_contain_text(status)
    assert Appointment.objects.get().status == "in_progress"


@BOTH
def test_two_at_one_time_one_press_books_another(enter, here, doctor, javascript):
    first, second = (enter("receptionist", here, javascript=javascript) for _ in range(2))
    for page, name in ((first, "Ana Novak"), (second, "Daniel Okoro")):
        page.goto(f"/appointments/new/?doctor={doctor.pk}")
        page.get_by_text("A caller without a chart").click()
        page.get_by_label("Name of the caller").fill(name)
        page.locator("input[name=slot]").nth(3).check()
    first.get_by_role("button", name="Book", exact=True).last.click()
    expect(first.get_by_text("Booked:")).to_be_visible()
    second.get_by_role("button", name="Book", exact=True).last.click()
    alert = second.get_by_role("alert")
    expect(alert).to_contain_text("Dr Rao has another appointment then.")
    expect(alert.locator("button[name=take_slot]")).to_have_count(3)
    alert.locator("button[name=take_slot]").first.click()
    expect(second.get_by_text("Booked:")).to_be_visible()
    names = Appointment.objects.order_by("starts_at").values_list("caller_name", flat=True)
    assert list(names) == ["Ana Novak", "Daniel Okoro"]


def test_the_day_is_worked_through_in_its_list(enter, here, doctor, fine):
    page = enter("receptionist", here)
    for name in ("Okoro", "Novak"):
        patient = PatientFactory(at=here, family_name=name)
        page.goto(f"/appointments/new/?patient={patient.pk}&doctor={doctor.pk}")
        page.locator("input[name=slot]").first.check()
        page.get_by_role("button", name="Book", exact=True).last.click()
        expect(page.get_by_text("Booked:")).to_be_visible()
    page.goto("/")
    press(page, "g", "a")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    fine(page)
    write(page, "Day", "t")
    page.goto("/appointments/?view=list")
    row = page.get_by_role("row").filter(has_text="NOVAK")
    row.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("row").filter(has_text="NOVAK")).to_contain_text("Checked in")
    assert page.url.endswith("/appointments/?view=list")
    fine(page)


@pytest.mark.parametrize(("place", "is_at_now"), [("", True), ("#main", False)])
def test_today_opens_at_the_line_of_now_unless_the_address_names_a_place(
    enter, here, doctor, place, is_at_now
):
    page = enter("receptionist", here)
    page.set_viewport_size({"width": 1366, "height": 450})
    page.goto(f"/appointments/?view=day{place}", wait_until="networkidle")
    now = page.locator("[data-now]")
    expect(now).to_have_count(1)
    expect(now).to_be_in_viewport() if is_at_now else expect(now).not_to_be_in_viewport()
