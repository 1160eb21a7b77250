"""Two charts become one: proposed at the desk, approved by an administrator, found by the old number, undone."""

import pytest
from playwright.sync_api import expect

from hospital.tests.factories import HospitalFactory
from records.models import MergeEvent
from records.tests.factories import MergeFactory, PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_two_charts_are_merged_by_two_people_and_parted_again(enter, fine, javascript):
    here = HospitalFactory()
    survivor = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")
    merged = PatientFactory(at=here, family_name="Okora", given_names="Dan", phone="+491705550140")
    look = fine if javascript else lambda _page: None

    desk = enter("receptionist", here, javascript=javascript)
    desk.goto(f"/patients/{survivor.pk}/")
    desk.get_by_role("link", name="Merge…").click()
    look(desk)
    desk.get_by_label("The other chart").fill(merged.mrn)
    desk.get_by_role("button", name="Find", exact=True).click()
    look(desk)
    desk.get_by_role("link", name="OKORA, Dan").click()
    expect(desk.get_by_text("Taken over")).to_be_visible()
    look(desk)
    desk.get_by_role("button", name="Propose the merge").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    desk.get_by_label("Registered twice").check()
    desk.get_by_role("button", name="Propose the merge").click()
    expect(desk.get_by_text("Proposed.")).to_be_visible()

    office = enter("administrator", here, javascript=javascript)
    office.goto("/")
    look(office)
    office.get_by_role("link", name="1 merge of two charts waits").click()
    look(office)
    office.locator("main li a").first.click()
    office.get_by_role("button", name="Approve and merge").click()
    expect(office.get_by_text("Merged.", exact=True)).to_be_visible()
    office.goto(f"/patients/{merged.pk}/")
    expect(office.get_by_text("was merged into this one")).to_be_visible()
    assert office.url.endswith(f"/patients/{survivor.pk}/")

    event = MergeEvent.objects.get()
    office.goto(f"/merges/{event.pk}/")
    look(office)
    office.get_by_role("link", name="Undo the merge…").click()
    look(office)
    office.get_by_label("They are two persons").check()
    office.get_by_role("button", name="Undo the merge").click()
    expect(office.get_by_text("Undone: there are two charts again.")).to_be_visible()
    office.goto(f"/patients/{merged.pk}/")
    expect(office.get_by_text("OKORA, Dan").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_merge_is_refused_by_one_key_or_in_words(enter, fine, javascript):
    here = HospitalFactory()
    key, words = MergeFactory.create_batch(2, hospital=here)
    look = fine if javascript else lambda _page: None
    office = enter("administrator", here, javascript=javascript)
    office.goto(f"/merges/{key.pk}/")
    look(office)
    if javascript:
        office.keyboard.press("1")
    else:
        office.get_by_role("button", name="They are two persons").click()
    expect(office.get_by_text("Refused. Nothing has moved.")).to_be_visible()
    expect(office.get_by_text("They are two persons")).to_be_visible()
    office.goto(f"/merges/{words.pk}/")
    office.get_by_role("link", name="Other reason…").click()
    office.get_by_label("Other", exact=True).check()
    office.get_by_role("button", name="Refuse the merge").click()
    expect(office.get_by_role("alert")).to_be_visible()
    look(office)
    office.get_by_label("Other reason").fill("Father and son")
    office.get_by_role("button", name="Refuse the merge").click()
    expect(office.get_by_text("Father and son")).to_be_visible()
    look(office)


@pytest.mark.once
def test_long_names_fit_every_screen(enter, fine):
    here = HospitalFactory()
    one, other = (
        PatientFactory(
            at=here, family_name="Wolfeschlegelsteinhausen", city="Llanfairpwllgwyngyllgogerychwyrn"
        )
        for _ in range(2)
    )
    page = enter("receptionist", here, width=768)
    page.goto(f"/patients/{one.pk}/merge/?with={other.pk}")
    fine(page)
