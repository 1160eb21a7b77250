"""The page of a timeline: what it links, how it is paged, and that a long chart weighs what a short one does."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit.ids import uuid7
from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, HospitalFactory
from records.models import Observation, OutPatient
from records.tests.encounter_factories import (
    DiagnosisFactory,
    ObservationFactory,
    OutPatientFactory,
)
from records.tests.factories import PatientFactory
from records.tests.patients.desk import sit, text

pytestmark = pytest.mark.django_db
BEGIN = dt.datetime(2015, 3, 1, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
VISITS, SIGNS = 2_000, 10
HEAVIEST, NODES = 60_000, 600


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


def timeline_of(patient):
    return reverse("records:patient-timeline", args=[patient.pk])


def live_long(patient, here):
    """Two thousand visits with ten values each."""
    clinic = ClinicFactory(hospital=here)
    visits = [
        OutPatient(
            hospital=here, patient=patient, clinic=clinic, number=f"L{number}", status="finished",
            starts_at=BEGIN + number * DAY, seen_at=BEGIN + number * DAY,
            ends_at=BEGIN + number * DAY + DAY / 24,
        )
        for number in range(VISITS)
    ]  # fmt: skip
    OutPatient.objects.bulk_create(visits)
    Observation.objects.bulk_create(
        [
            Observation(
                id=uuid7(), hospital=here, patient=patient, encounter=visit, name="Pulse",
                code_system="http://loinc.org", code="8867-4", value=Decimal(60 + sign),
                unit="/min", taken_at=visit.starts_at + sign * DAY / 240,
            )
            for visit in visits
            for sign in range(SIGNS)
        ],
        batch_size=500,
    )  # fmt: skip


def test_each_event_leads_to_what_it_was(here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient, complaint="Cough")
    about = {"hospital": here, "patient": patient, "encounter": visit}
    diagnosis = DiagnosisFactory(description="Bronchitis", certainty="provisional", **about)
    ObservationFactory(value=Decimal(131), interpretation="HH", **about)
    shown = text(sit("nurse", here).get(timeline_of(patient)))
    assert reverse("records:outpatient-detail", args=[visit.pk]) in shown
    assert reverse("records:diagnosis-detail", args=[diagnosis.pk]) in shown
    for words in ("Cough", "Bronchitis", "Suspected", "131 /min", "Out of range"):
        assert words in shown


def test_what_is_no_vital_sign_is_called_an_observation(here, patient):
    about = {"hospital": here, "patient": patient, "category": "laboratory", "code": "718-7"}
    ObservationFactory(name="Haemoglobin", value=Decimal("14.1"), unit="g/dL", **about)
    [row] = sit("nurse", here).get(timeline_of(patient)).context["rows"]
    assert (row["kind"], row["title"]) == ("Observation", "Haemoglobin")


def test_who_reads_nothing_clinical_is_told_when_the_patient_was_here(here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient)
    DiagnosisFactory(description="Bronchitis", hospital=here, patient=patient, encounter=visit)
    shown = text(sit("cashier", here).get(timeline_of(patient)))
    assert "Visit" in shown
    assert "Bronchitis" not in shown


def test_the_look_is_on_record(here, patient):
    sit("nurse", here).get(timeline_of(patient))
    looks = AuditEvent.objects.filter(object_id=patient.pk, reason="timeline")
    assert looks.count() == 1


def test_an_address_that_is_no_moment_is_not_found(here, patient):
    assert sit("nurse", here).get(f"{timeline_of(patient)}?before=x").status_code == 404


def test_a_chart_of_twenty_thousand_values_opens_as_a_short_one_does(here, patient):
    long, nurse = PatientFactory(at=here), sit("nurse", here)
    visit = OutPatientFactory(hospital=here, patient=patient)
    ObservationFactory(hospital=here, patient=patient, encounter=visit)
    live_long(long, here)
    for name in ("patient-detail", "patient-timeline"):
        pages = [reverse(f"records:{name}", args=[chart.pk]) for chart in (patient, long)]
        nurse.get(pages[0])
        asked = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                answer = nurse.get(page)
            asked.append(len(queries))
        assert asked[0] == asked[1]
        assert len(answer.content) <= HEAVIEST
        assert answer.content.decode().count("<") - answer.content.decode().count("</") <= NODES
        tabs = {str(tab["label"]): tab["count"] for tab in answer.context["tabs"]}
        assert (tabs["Visits"], tabs["Vitals"]) == ("99+", "99+")
    second = nurse.get(answer.context["next_url"])
    assert len(second.context["rows"]) >= 25
