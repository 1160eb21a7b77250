"""The timeline of a chart: everything, the latest first, paged, as far as the role reads."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.tests.factories import HospitalFactory, actor
from records.services import timelines
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TreatmentFactory,
)
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
BEGIN = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


def visit_of(patient, here, minutes=0):
    return OutPatientFactory(hospital=here, patient=patient, starts_at=BEGIN + minutes * MINUTE)


def fill(patient, here, number):
    for each in range(number):
        visit = visit_of(patient, here, each)
        about = {"patient": patient, "hospital": here, "encounter": visit}
        DiagnosisFactory(**about)
        ObservationFactory(taken_at=visit.starts_at + MINUTE / 2, **about)
        TreatmentFactory(encounter=visit, status="done", done_at=visit.starts_at + MINUTE / 4)


def kinds(events):
    return [event.kind for event in events]


def test_what_happened_stands_by_its_time_whatever_it_was(here, patient):
    fill(patient, here, 1)
    InPatientFactory(hospital=here, patient=patient, starts_at=BEGIN + 60 * MINUTE)
    events = timelines.load(actor("doctor", here), patient.pk).events
    assert kinds(events)[:3] == ["stay", "vitals", "treatment"]
    assert set(kinds(events)[3:]) == {"visit", "diagnosis"}


def test_vital_signs_of_one_moment_are_one_event(here, patient):
    about = {"patient": patient, "hospital": here}
    for code, value, unit in (
        ("8480-6", 128, "mm[Hg]"),
        ("8462-4", 82, "mm[Hg]"),
        ("8867-4", 76, "/min"),
    ):
        ObservationFactory(code=code, value=value, unit=unit, **about)
    [event] = timelines.load(actor("nurse", here), patient.pk).events
    assert timelines.told(event.values) == "128/82 mmHg, 76 /min"


def test_the_pages_hold_everything_once(here, patient):
    fill(patient, here, 20)
    doctor, seen, before = actor("doctor", here), [], None
    while True:
        page = timelines.load(doctor, patient.pk, before)
        seen += [(event.kind, event.id) for event in page.events]
        if not (before := page.before):
            break
    assert len(seen) == len(set(seen)) == 80


def test_a_long_chart_takes_as_many_queries_as_a_short_one(here, patient):
    doctor, other = actor("doctor", here), PatientFactory(at=here)
    fill(patient, here, 1)
    fill(other, here, 15)
    asked = []
    for chart in (patient, other):
        with CaptureQueriesContext(connection) as queries:
            for event in timelines.load(doctor, chart.pk).events:
                str(event.row.who)
        asked.append(len(queries))
    assert asked == [1, 1]


def test_who_reads_nothing_clinical_sees_when_the_patient_was_here(here, patient):
    fill(patient, here, 1)
    assert kinds(timelines.load(actor("receptionist", here), patient.pk).events) == ["visit"]


def test_another_hospital_sees_nothing_of_it(here, patient):
    fill(patient, here, 1)
    assert timelines.load(actor("doctor", HospitalFactory()), patient.pk).events == []
