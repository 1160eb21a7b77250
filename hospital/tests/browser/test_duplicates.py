"""Two charts of one person are compared and told apart: with and without scripts, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory
from records.models import DuplicatePair
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import ContactFactory, IdentifierFactory, PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def two(here):
    """Two pairs, the likest with a slip in the given name."""
    charts = [
        PatientFactory(at=here, family_name="Okoro", given_names=name, phone="+491705550142")
        for name in ("Daniel", "Danjel")
    ]
    IdentifierFactory(patient=charts[0])
    DuplicatePairFactory(at=here, score=150)
    return DuplicatePairFactory(charts=charts)


@BOTH
def test_reception_compares_two_and_tells_them_apart(enter, fine, here, two, javascript):
    page = enter("receptionist", here, javascript=javascript)
    look = fine if javascript else lambda _page: None
    page.goto("/")
    page.get_by_role("link", name="Compare").click()
    look(page)
    page.get_by_role("link", name="OKORO, Daniel").click()
    expect(page.get_by_role("row", name="Given names")).to_contain_text("Differs")
    look(page)
    page.get_by_role("link", name="Other reason…").click()
    look(page)
    expect(page.get_by_label("Other", exact=True)).to_be_checked()
    expect(page.get_by_label("Other reason")).to_be_focused()
    page.get_by_label("Other reason").fill("Father and son")
    page.get_by_role("button", name="Not the same").click()
    expect(page.get_by_text("The two before are not the same")).to_be_visible()
    page.get_by_role("button", name="Twin").click()
    expect(page.get_by_text("Nobody seems to have two charts.")).to_be_visible()
    page.get_by_label("Status").select_option(label="Not the same")
    page.get_by_role("button", name="Filter", exact=True).click()
    look(page)
    page.get_by_role("link", name="OKORO, Daniel").click()
    look(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    two.refresh_from_db()
    assert two.is_open


def test_by_the_keyboard_alone_one_key_decides_and_another_goes_on(enter, here, two):
    page = enter("receptionist", here)
    page.goto(f"/patients/duplicates/{two.pk}/")
    page.keyboard.press("n")
    page.wait_for_url(lambda url: str(two.pk) not in url)
    page.keyboard.press("n")
    page.wait_for_url(f"**/{two.pk}/")
    page.keyboard.press("o")
    expect(page.get_by_label("Other", exact=True)).to_be_checked()
    expect(page.get_by_label("Other reason")).to_be_focused()
    page.go_back()
    page.keyboard.press("2")
    expect(page.get_by_text("The two before are not the same")).to_be_visible()
    two.refresh_from_db()
    assert (two.status, two.reason) == ("different", "Twin")


@pytest.mark.once
@pytest.mark.parametrize("width", [320, 768, 1366])
def test_long_names_and_a_full_list_fit_every_screen(enter, fine, here, width):
    long = "Wolfeschlegelsteinhausen" * 2
    for number in range(31):
        charts = [
            PatientFactory(at=here, family_name=long, email=f"{long}@x.example") for _ in "ab"
        ]
        pair = DuplicatePairFactory(
            charts=charts, score=300 - number, agrees=["name", "birth_date", "phone", "address"]
        )
    IdentifierFactory.create_batch(3, patient=charts[0])
    ContactFactory.create_batch(3, patient=charts[1], name=long)
    DuplicatePairFactory(at=here, status="different", decided_at=clock.now(), reason=long)
    page = enter("receptionist", here, width=width)
    for path in (
        "/patients/duplicates/",
        "/patients/duplicates/?status=all",
        f"/patients/duplicates/{pair.pk}/",
    ):
        page.goto(path)
        fine(page)
    assert DuplicatePair.objects.count() == 32
