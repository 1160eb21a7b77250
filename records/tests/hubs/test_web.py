"""The first page about a patient, for each role; its tabs with their counts; and the details behind them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory
from records.models import Registration
from records.services import chart_counts
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TreatmentFactory,
)
from records.tests.factories import (
    AllergyFactory,
    AppointmentFactory,
    ContactFactory,
    IdentifierFactory,
    MedicalHistoryFactory,
    PatientFactory,
    ProcedureFactory,
)
from records.tests.patients.desk import sit, text

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    """Somebody with a bit of everything."""
    patient = PatientFactory(at=here, phone="+491705550142", city="Berlin")
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient, name="Eva Müller")
    about = {"patient": patient, "hospital": here}
    visit = OutPatientFactory(complaint="Cough", **about)
    DiagnosisFactory(description="Bronchitis", encounter=visit, **about)
    ObservationFactory(encounter=visit, value=Decimal(131), interpretation="HH", **about)
    TreatmentFactory(encounter=visit, procedure=ProcedureFactory(hospital=here, name="Spirometry"))
    MedicalHistoryFactory(
        patient=patient, description="Asthma", clinical_status="active", onset="1995"
    )
    AllergyFactory(patient=patient, substance="Penicillin", reaction="Rash")
    begin = clock.now() + DAY
    AppointmentFactory(starts_at=begin, ends_at=begin + DAY / 48, **about)
    return patient


def page(patient, name="patient-detail"):
    return reverse(f"records:{name}", args=[patient.pk])


def tabs(answer):
    return {str(tab["label"]): tab for tab in answer.context["tabs"]}


@pytest.mark.parametrize("role", ["doctor", "nurse"])
def test_a_clinician_sees_what_happened_what_stands_and_what_comes_next(here, patient, role):
    answer = sit(role, here).get(page(patient))
    shown = text(answer)
    for words in (
        "Timeline", "Bronchitis", "Asthma", "since 1995", "Rash", "131 /min", "Critically high",
        "Spirometry", "30 minutes", page(patient, "observation-create"),
    ):  # fmt: skip
        assert words in shown, words
    assert "Eva Müller" not in shown
    assert (page(patient, "diagnosis-create") in shown) is (role == "doctor")


@pytest.mark.parametrize("role", ["receptionist", "cashier", "administrator"])
def test_the_desk_sees_who_it_is_when_they_come_and_nothing_clinical(here, patient, role):
    shown = text(sit(role, here).get(page(patient)))
    for words in (
        "Where and how to reach them",
        "Berlin",
        "Eva Müller",
        "Identifiers",
        "30 minutes",
        "Visits and stays",
    ):
        assert words in shown, words
    for words in ("Bronchitis", "Asthma", "Rash", "131 /min", "Spirometry"):
        assert words not in shown, words


def test_the_auditor_sees_who_it_is_alone(here, patient):
    answer = sit("auditor", here).get(page(patient))
    assert "Berlin" in text(answer)
    assert not answer.context["next"]
    assert not answer.context["rows"]
    assert "Nothing is booked." not in text(answer)


def test_a_look_at_what_is_clinical_is_booked_as_one(here, patient):
    for role, told in (("nurse", "overview"), ("receptionist", "")):
        client = sit(role, here)
        client.get(page(patient))
        event = AuditEvent.objects.get(act="records.patient.read", user_id=client.user.pk)
        assert (event.patient_id, event.reason) == (patient.pk, told)


def test_the_details_are_a_page_of_their_own_for_everybody(here, patient):
    answer = sit("nurse", here).get(page(patient, "patient-details"))
    for words in ("Berlin", "Eva Müller", "Registered"):
        assert words in text(answer)
    assert tabs(answer)["Details"]["is_current"]
    assert AuditEvent.objects.filter(reason="details", patient_id=patient.pk).count() == 1


def test_the_tabs_say_how_much_there_is(here, patient):
    InPatientFactory(hospital=here, patient=patient)
    found = tabs(sit("nurse", here).get(page(patient)))
    assert {label: tab["count"] for label, tab in found.items()} == {
        "Overview": None, "Visits": 2, "Appointments": 1, "History": 2, "Vitals": 1,
        "Treatments": 1, "Allergies": 1, "Details": None, "Changes": None,
    }  # fmt: skip
    desk = tabs(sit("receptionist", here).get(page(patient)))
    assert list(desk) == ["Overview", "Visits", "Appointments", "Details", "Changes"]


def test_a_tab_of_two_lists_offers_both_and_opens_the_one_that_has_something(here):
    lone = PatientFactory(at=here)
    InPatientFactory(hospital=here, patient=lone)
    nurse = sit("nurse", here)
    found = tabs(nurse.get(page(lone)))
    assert found["Visits"]["url"] == page(lone, "inpatient-of-patient")
    assert found["History"]["url"] == page(lone, "diagnosis-list")
    for name in ("inpatient-of-patient", "outpatient-of-patient"):
        answer = nurse.get(page(lone, name))
        assert tabs(answer)["Visits"]["is_current"]
        assert [(str(part["label"]), part["count"]) for part in answer.context["parts"]] == [
            ("Visits", 0), ("Stays", 1),
        ]  # fmt: skip


def test_more_than_anybody_counts_is_said_so(here, patient, monkeypatch):
    monkeypatch.setattr(chart_counts, "MOST", 1)
    OutPatientFactory.create_batch(2, hospital=here, patient=patient)
    assert tabs(sit("nurse", here).get(page(patient)))["Visits"]["count"] == "1+"


def test_earlier_leads_on_in_the_timeline_without_a_gap(here):
    long, nurse = PatientFactory(at=here), sit("nurse", here)
    for number in range(12):
        OutPatientFactory(
            hospital=here, patient=long, complaint=f"Complaint {number}",
            starts_at=dt.datetime(2026, 3, 1 + number, 8, tzinfo=dt.UTC),
        )  # fmt: skip
    first = nurse.get(page(long))
    assert [row["detail"] for row in first.context["rows"]][-1] == "Complaint 2"
    rest = nurse.get(first.context["earlier_url"])
    assert [row["detail"] for row in rest.context["rows"]] == ["Complaint 1", "Complaint 0"]


def test_a_retired_chart_is_read_and_nothing_is_written_down_from_it(here, patient):
    Registration.objects.filter(patient=patient).update(
        retired_at=clock.now(), retired_reason="Moved"
    )
    shown = text(sit("administrator", here).get(page(patient)))
    assert "banner--retired" in shown
    assert page(patient, "patient-restore") in shown
    assert "?patient=" not in shown
    assert sit("nurse", here).get(page(patient)).status_code == 404
