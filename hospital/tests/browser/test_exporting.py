"""Taking a list along and watching it being made: with scripts, without them, by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from hospital.models import Job
from hospital.services import jobs
from hospital.tests.exports.files import rows_of
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory

from .keyboard import press, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR, settings.EXPORT_AT_ONCE = tmp_path, 3
    return tmp_path


@pytest.fixture(autouse=True)
def later(monkeypatch):
    """Jobs wait until the test runs them, as they wait for a worker."""
    monkeypatch.setattr(jobs, "enqueue", lambda _job: None)


@pytest.fixture
def here():
    hospital = HospitalFactory()
    WardFactory.create_batch(3, department=DepartmentFactory(hospital=hospital))
    return hospital


def run(job):
    jobs.run_job.call(str(job.pk))


@BOTH
def test_a_short_list_comes_at_once(enter, here, javascript):
    page = enter("nurse", here, javascript=javascript)
    page.goto("/wards/")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV, for any program").click()
    assert download.value.suggested_filename.startswith("wards-")
    assert len(rows_of(download.value.path().read_bytes(), "csv")) == 4


def test_by_the_keyboard_alone(enter, here):
    page = enter("nurse", here)
    page.goto("/wards/")
    tab_to(page, page.locator("summary", has_text="Export"))
    page.keyboard.press("Enter")
    press(page, "ArrowDown")
    expect(page.get_by_role("button", name="CSV, for any program")).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")


@BOTH
def test_a_long_list_is_watched_to_its_file(enter, here, javascript, fine):
    WardFactory(hospital=here)
    page = enter("nurse", here, javascript=javascript)
    page.goto("/wards/?order=-name")
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="Excel (XLSX)").click()
    expect(page.get_by_text("Waiting")).to_be_visible()
    if javascript:
        fine(page)
    job = Job.objects.get()
    Job.objects.update(state="running", done=3200, total=12000, attempts=1)
    expect(page.locator("#job span", has_text="3,200 of 12,000")).to_be_visible(timeout=12_000)
    Job.objects.update(state="waiting")
    run(job)
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=12_000)
    if javascript:
        fine(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert len(rows_of(download.value.path().read_bytes(), "xlsx")) == 5


def test_watching_leaves_the_focus_where_it_is(enter, here):
    WardFactory(hospital=here)
    page = enter("nurse", here)
    page.goto("/wards/")
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="Excel (XLSX)").click()
    stop = page.get_by_role("button", name="Stop it")
    stop.focus()
    Job.objects.update(state="running", done=1, total=4)
    expect(page.locator("#job span", has_text="1 of 4")).to_be_visible()
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It was stopped.")).to_be_visible()


@BOTH
def test_what_ended_meanwhile_is_told_on_the_next_page(enter, here, javascript, fine):
    WardFactory(hospital=here)
    page = enter("nurse", here, javascript=javascript)
    page.goto("/wards/")
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="Excel (XLSX)").click()
    page.get_by_role("link", name="To the list").click()
    run(Job.objects.get())
    page.goto("/wards/")
    told = page.get_by_role("status").filter(has_text="Export: Wards")
    expect(told).to_be_visible()
    if javascript:
        fine(page)
    told.get_by_role("link").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    page.goto("/wards/")
    expect(told).to_have_count(0)


@BOTH
def test_filters_are_saved_and_forgotten(enter, here, javascript, fine):
    page = enter("nurse", here, javascript=javascript)
    page.goto("/wards/?order=-name")
    page.locator("summary", has_text="Save filters").click()
    page.get_by_label("Name for these filters").fill("Z to A")
    page.get_by_role("button", name="Save", exact=True).click()
    tabs = page.get_by_role("navigation", name="Saved filters")
    expect(tabs.get_by_role("link", name="Z to A")).to_have_attribute("aria-current", "page")
    if javascript:
        fine(page)
    tabs.get_by_role("link", name="All").click()
    expect(tabs.get_by_role("link", name="All")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="Z to A").click()
    page.get_by_role("button", name="Forget “Z to A”").click()
    expect(tabs).to_have_count(0)


@BOTH
def test_a_second_person_approves(enter, here, javascript, fine):
    page = enter("administrator", here, javascript=javascript)
    page.goto("/patients/export/")
    if javascript:
        fine(page)
    page.get_by_label("Reason").fill("Report")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for a second person")).to_be_visible()
    second = enter("auditor", here, javascript=javascript)
    second.goto("/jobs/")
    if javascript:
        fine(second)
        second.goto("/jobs/")  # ends what axe is still asking for
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved. It is being made now.")).to_be_visible()
    assert Job.objects.get().state == "waiting"
