"""A visit from coming to leaving: by mouse, without scripts and by the keyboard alone; every page looked at."""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from hospital.kit import clock
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Diagnosis, Observation, OutPatient
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
)
from records.tests.factories import PatientFactory

from .keyboard import go_to, tab_to, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
HOUR = dt.timedelta(hours=1)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


@BOTH
def test_a_walk_in_is_measured_diagnosed_and_leaves(enter, fine, javascript):
    here = HospitalFactory()
    clinic, patient = ClinicFactory(hospital=here), PatientFactory(at=here)
    page = enter("doctor", here, javascript=javascript)
    look = fine if javascript else lambda _page: None

    page.goto(f"/patients/{patient.pk}/visits/")
    look(page)
    page.get_by_role("link", name="Visit without appointment…").click()
    look(page)
    button(page, "The patient is here").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    page.get_by_label("Clinic").select_option(str(clinic.pk))
    page.get_by_label("Reason for coming").fill("Cough")
    button(page, "The patient is here").click()
    page.wait_for_url("**/outpatients/**")
    look(page)
    button(page, "Start").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("since")

    page.get_by_role("link", name="Record vitals").click()
    look(page)
    page.get_by_label("Systolic").fill("128")
    page.get_by_label("Diastolic").fill("82")
    page.get_by_label("Pulse").fill("720")
    button(page, "Save").click()
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    look(page)
    page.get_by_label("Pulse").fill("72")
    button(page, "Save").click()
    expect(page.get_by_text("128/82")).to_be_visible()

    page.get_by_role("link", name="Add diagnosis").click()
    look(page)
    page.get_by_label("Diagnosis required").fill("Bronchitis")
    page.get_by_label("Main diagnosis").check()
    button(page, "Save").click()
    expect(page.get_by_role("link", name="Bronchitis")).to_be_visible()
    look(page)
    button(page, "Finish").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finished")

    visit = OutPatient.objects.get()
    assert {row.encounter_id for row in Observation.objects.all()} == {visit.pk}
    assert Diagnosis.objects.get().is_main


def test_by_the_keyboard_alone_a_nurse_takes_vitals_in_a_visit(enter):
    here = HospitalFactory()
    patient = PatientFactory(at=here)
    visit = OutPatientFactory(hospital=here, patient=patient, starts_at=clock.now() - HOUR)
    page = enter("nurse", here)
    page.goto(f"/patients/{patient.pk}/")
    tab_to(page, page.get_by_role("link", name="Visits 1", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/")
    tab_to(page, page.locator(f"li a[href='/outpatients/{visit.pk}/']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/outpatients/**")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Being seen since")
    page.keyboard.press("v")
    page.wait_for_url("**/observations/new/**")
    page.keyboard.type("128")  # the first box has the focus
    write(page, "Body temperature", "37,4")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outpatients/**")
    expect(page.get_by_text("37.4")).to_be_visible()
    go_to(page, "All vitals")
    page.wait_for_url("**/observations/**")
    tab_to(page, page.get_by_role("link", name="128/–"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Systolic blood pressure")
    page.keyboard.press("e")
    write(page, "Value", "130")
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/**")
    expect(page.get_by_role("link", name="130/–")).to_be_visible()


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 768, 1366])
def test_a_full_chart_fits_every_screen(enter, fine, width):
    here = HospitalFactory()
    patient = PatientFactory(at=here)
    of = {"hospital": here, "patient": patient}
    doctor = DoctorFactory(hospital=here)
    visit = OutPatientFactory(
        **of, status="in_progress", kind="emergency", attending=doctor, seen_at=clock.now(),
        complaint="Chest pain " * 18, summary="Long notes. " * 80,
    )  # fmt: skip
    stay = InPatientFactory(**of)
    for number in range(12):
        for vital in vitals.VITALS:
            row = ObservationFactory(
                **of, encounter=visit if number < 3 else stay, code_system=LOINC_SYSTEM,
                code=vital.code, name=str(vital.name), unit=vital.unit, value=Decimal(60 + number),
                interpretation="HH" if number % 5 == 1 else "N", note="Sitting " * 20,
                taken_at=clock.now() - number * HOUR,
                status="preliminary" if number == 1 else "final",
            )  # fmt: skip
        diagnosis = DiagnosisFactory(
            **of, encounter=visit, description="A diagnosis of a long name " * 4,
            certainty="provisional" if number % 2 else "refuted",
        )  # fmt: skip
    page = enter("doctor", here, width=width)
    for path in (
        f"/patients/{patient.pk}/", f"/patients/{patient.pk}/timeline/", f"/patients/{patient.pk}/details/",
        f"/patients/{patient.pk}/visits/", f"/outpatients/{visit.pk}/", f"/outpatients/{visit.pk}/edit/",
        f"/patients/{patient.pk}/observations/", f"/observations/{row.pk}/", f"/inpatients/{stay.pk}/",
        f"/patients/{patient.pk}/observations/?chart=pulse&chart=pressure",
        f"/patients/{patient.pk}/diagnoses/", f"/diagnoses/{diagnosis.pk}/",
    ):  # fmt: skip
        page.goto(path)
        fine(page)
