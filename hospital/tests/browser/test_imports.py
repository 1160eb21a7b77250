"""Bringing in a file in the browser, with scripts and without: each page on the way is fine."""

import re

import pytest
from playwright.sync_api import expect

from hospital.models import Job
from hospital.services import jobs
from hospital.tests.browser.faults import faults_of
from hospital.tests.factories import HospitalFactory
from records.models import Patient
from records.tests.imports.files import person, table

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def var(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda _job: None)


ITS_PAGE = re.compile(r"/imports/[0-9a-f-]{36}/$")


def press(page, name):
    """Press a button that leads to the import's own page."""
    page.get_by_role("button", name=name).click()
    page.wait_for_url(ITS_PAGE)


def shown(what):
    """The page comes round by itself when the job has ended, with scripts and without."""
    expect(what).to_be_visible(timeout=20_000)


def run():
    jobs.run_job.call(str(Job.objects.latest("id").pk))


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_file_is_brought_in_and_undone(enter, javascript):
    page = enter("administrator", HospitalFactory(), javascript=javascript)
    found = []

    def look():
        found.extend(faults_of(page, thorough=True) if javascript else [])

    page.goto("/imports/")
    look()
    page.get_by_role("link", name="Import a file").first.click()
    page.wait_for_url("**/new/")
    look()
    content = table(person(1), person(2, dob="never"), person(1))
    assert page.get_by_label("What stands in the file").input_value() == "patients"
    file = {"name": "old.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/columns/")
    look()
    page.get_by_label("A row that is probably there already").select_option("link")
    press(page, "Check the file")
    look()
    run()
    shown(page.get_by_role("button", name="Download these rows"))
    look()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these rows").click()
    assert download.value.suggested_filename == "patients-not-in.csv"
    page.get_by_role("button", name="Bring in what is good").click()
    expect(page.get_by_role("button", name="Stop it")).to_be_visible()
    run()
    assert Patient.objects.live().count() == 1
    shown(page.get_by_role("link", name="Undo…"))
    chart = Patient.objects.get()
    shown(page.get_by_role("link", name=f"{chart.display_name} · {chart.mrn}"))
    look()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the result").click()
    assert download.value.suggested_filename == "patients-result.csv"
    page.get_by_role("link", name="Undo…").click()
    page.wait_for_url("**/undo/")
    look()
    press(page, "Undo the import")
    run()
    assert Patient.objects.live().count() == 0
    expect(page.get_by_role("button", name="Stop it")).to_be_hidden(timeout=20_000)
    look()
    assert not found, "\n".join(found)
