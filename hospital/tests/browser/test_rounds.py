"""A nurse's ward and a doctor's day: by mouse, without scripts, by the keyboard alone, and full."""

import datetime as dt
import gzip
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from hospital.kit import clock
from hospital.tests.factories import (
    BedFactory,
    DoctorFactory,
    HospitalFactory,
    UserFactory,
    WardFactory,
)
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import BedPeriod
from records.services.rounds import SIGNS
from records.tests.encounter_factories import (
    BedPeriodFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TreatmentFactory,
)
from records.tests.factories import AllergyFactory, PatientFactory

from .keyboard import go_to, tab_to

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
HOUR = dt.timedelta(hours=1)
MOST_NODES, MOST_BYTES = 600, 12 * 1024


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here, name="Cardiology")


def bed_in(ward, label):
    return BedFactory(ward=ward, hospital=ward.hospital, label=label)


def fill(ward, number, **facts):
    """A ward of ``number`` patients as it may be on a full day."""
    begun, today = clock.now() - 30 * HOUR, clock.today()
    for count in range(number):
        patient = PatientFactory(
            at=ward.hospital, family_name=f"Featherstonehaugh {count}", given_names="Maximilian"
        )
        stay = InPatientFactory(
            bed=bed_in(ward, str(count + 1)) if count else None, ward=ward, patient=patient,
            starts_at=begun, needs_isolation=count % 10 == 1,
            expected_end_on=today + dt.timedelta(days=count % 10), **facts,
        )  # fmt: skip
        for key in SIGNS:
            vital = vitals.BY_KEY[key]
            ObservationFactory(
                hospital=ward.hospital, patient=patient, encounter=stay, code_system=LOINC_SYSTEM,
                code=vital.code, name=str(vital.name), unit=vital.unit, value=Decimal(72),
                interpretation="HH" if key == "pulse" and count % 6 == 2 else "N",
                taken_at=clock.now() - HOUR,
            )  # fmt: skip
        if count % 6 == 1:
            AllergyFactory(patient=patient, substance="Penicillin", criticality="high")
    for label in ("31", "32"):
        BedPeriodFactory(bed=bed_in(ward, label), kind="cleaning", starts_at=begun)


@BOTH
def test_a_nurse_cleans_a_bed_and_takes_vitals_from_the_start(enter, here, ward, javascript):
    WardFactory(hospital=here, name="West")
    stay = InPatientFactory(bed=bed_in(ward, "1"), starts_at=clock.now() - HOUR)
    bed = bed_in(ward, "2")
    BedPeriodFactory(bed=bed, kind="cleaning", starts_at=clock.now() - HOUR)
    page = enter("nurse", here, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Cardiology").click()
    page.get_by_role("button", name="Clean Bed 2").click()
    expect(page.get_by_text("Free 1", exact=True)).to_be_visible()
    expect(page.get_by_text("The bed is free.")).to_be_visible()
    assert BedPeriod.objects.get(bed=bed).ends_at is not None
    page.get_by_role("link", name=f"Record vitals of {stay.patient.display_name}").click()
    page.wait_for_url("**/observations/new/**")


def test_by_the_keyboard_alone_a_nurse_cleans_a_bed_from_the_start(enter, here, ward):
    InPatientFactory(bed=bed_in(ward, "1"), starts_at=clock.now() - HOUR)
    bed = bed_in(ward, "2")
    BedPeriodFactory(bed=bed, kind="cleaning", starts_at=clock.now() - HOUR)
    page = enter("nurse", here)
    page.goto("/")
    go_to(page, "To be cleaned 1")
    tab_to(page, page.get_by_role("button", name="Clean Bed 2"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Free 1", exact=True)).to_be_visible()
    go_to(page, "Cardiology")
    page.wait_for_url("**/inpatients/ward/**")


def test_what_changes_shows_by_itself_and_the_focus_stays(enter, here, ward):
    stay = InPatientFactory(bed=bed_in(ward, "1"), starts_at=clock.now() - HOUR)
    page = enter("nurse", here)
    page.goto("/")
    tab_to(page, page.locator(f"#record-{stay.pk}"))
    BedPeriodFactory(bed=bed_in(ward, "2"), kind="cleaning", starts_at=clock.now() - HOUR)
    expect(page.get_by_role("link", name="To be cleaned 1")).to_be_visible(timeout=20_000)
    expect(page.locator(f"#record-{stay.pk}")).to_be_focused()


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 768, 1366])
def test_a_full_ward_fits_every_screen(enter, fine, here, ward, width):
    fill(ward, 30)
    page = enter("nurse", here, width=width)
    for path in ("/", f"/inpatients/ward/?ward={ward.pk}"):
        page.goto(path)
        expect(page.locator("tbody tr")).to_have_count(30)
        assert page.locator("*").count() <= MOST_NODES
        assert len(gzip.compress(page.content().encode())) <= MOST_BYTES
        fine(page)


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 768, 1366])
def test_a_full_day_fits_every_screen(enter, fine, here, ward, width):
    user = UserFactory()
    me = DoctorFactory(hospital=here, user=user)
    fill(ward, 16, attending=me)
    for number in range(8):
        OutPatientFactory(
            hospital=here, attending=me, starts_at=clock.now() - HOUR, complaint="Chest pain " * 8,
            kind="outpatient" if number else "emergency",
        )  # fmt: skip
        TreatmentFactory(hospital=here, doctor=me, planned_for=clock.now())
    page = enter("doctor", here, user=user, width=width)
    page.goto("/")
    expect(page.locator("tbody tr")).to_have_count(16)
    assert page.locator("*").count() <= MOST_NODES
    fine(page)
