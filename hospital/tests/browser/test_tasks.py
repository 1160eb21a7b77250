"""A ward is asked to look whether a patient is still there: with and without scripts, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, WardFactory
from records.models import Task
from records.tests.encounter_factories import InPatientFactory, TaskFactory
from records.tests.factories import PatientFactory

from .keyboard import go_to, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def task(here):
    ward = WardFactory(hospital=here, name="Cardiology")
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")
    return TaskFactory(encounter=InPatientFactory(patient=patient, ward=ward))


@BOTH
def test_a_nurse_sees_the_task_on_the_board_looks_and_settles_it(
    enter, fine, here, task, javascript
):
    page = enter("nurse", here, javascript=javascript)
    look = fine if javascript else lambda _page: None
    page.goto("/inpatients/board/")
    look(page)
    page.get_by_role("link", name="1 task").click()
    expect(page.get_by_text("Cardiology, waits for a bed")).to_be_visible()
    look(page)
    page.get_by_role("link", name="OKORO, Daniel").click()
    expect(page.get_by_text("Check whether they have left")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Settled", exact=True).click()
    expect(page.get_by_text("Settled.")).to_be_visible()
    expect(page.get_by_text("Check whether they have left")).to_have_count(0)
    page.goto("/tasks/")
    expect(page.get_by_text("Nothing has to be seen to.")).to_be_visible()
    look(page)
    page.get_by_label("Include past").check()
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("main li").get_by_text("Settled", exact=True)).to_be_visible()
    look(page)
    assert Task.objects.get().status == "completed"


def test_by_the_keyboard_alone_it_is_settled_from_the_list(enter, here, task):
    page = enter("nurse", here)
    page.goto("/")
    go_to(page, "Tasks")
    page.wait_for_url("**/tasks/")
    tab_to(page, page.get_by_role("button", name="Settled: OKORO, Daniel"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has to be seen to.")).to_be_visible()
    assert Task.objects.get().status == "completed"


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 768, 1366])
def test_a_full_list_fits_every_screen(enter, fine, here, width):
    ward = WardFactory(hospital=here, name="A ward of a long name " * 3)
    for number in range(42):
        patient = PatientFactory(at=here, family_name="Wolfeschlegelsteinhausen" * 2)
        TaskFactory(
            encounter=InPatientFactory(patient=patient, ward=ward),
            kind="stay_elsewhere" if number % 2 else "admitted_elsewhere",
            status="completed" if number == 7 else "requested",
            completed_at=clock.now() if number == 7 else None,
        )  # fmt: skip
    page = enter("doctor", here, width=width)
    for path in ("/tasks/", f"/tasks/?ward={ward.pk}&past=on"):
        page.goto(path)
        fine(page)
