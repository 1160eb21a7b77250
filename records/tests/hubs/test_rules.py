"""What stands in a chart: each problem once, the last of each sign, what comes next; and how much there is."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.tests.factories import ClinicFactory, HospitalFactory, actor
from records.models import Observation
from records.services import chart_counts, charts, hubs
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
    MedicalHistoryFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ICD = "http://hl7.org/fhir/sid/icd-10"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def doctor(here):
    return actor("doctor", here)


def problems(doctor, patient):
    return [row.title for row in hubs.load(doctor, patient.pk).problems]


def test_a_problem_stands_once_however_often_it_was_named(here, patient, doctor):
    about = {"patient": patient, "hospital": here}
    MedicalHistoryFactory(patient=patient, description="Asthma", clinical_status="active")
    DiagnosisFactory(description="asthma ", **about)
    coded = {"code_system": ICD, "code": "I10", **about}
    DiagnosisFactory(description="Hypertension", **coded)
    DiagnosisFactory(description="High blood pressure", **coded)
    assert problems(doctor, patient) == ["Asthma", "High blood pressure"]


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ({}, True),
        ({"clinical_status": "resolved"}, False),
        ({"certainty": "provisional"}, False),
        ({"certainty": "provisional", "is_main": True}, True),
        ({"certainty": "refuted", "is_main": True}, False),
    ],
)
def test_a_diagnosis_is_a_problem_while_it_lasts_and_is_certain_or_the_main_one(
    here, patient, doctor, facts, stands
):
    visit = OutPatientFactory(hospital=here, patient=patient)
    DiagnosisFactory(hospital=here, patient=patient, encounter=visit, **facts)
    assert bool(problems(doctor, patient)) is stands


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ({"clinical_status": "active"}, True),
        ({"clinical_status": "inactive"}, False),
        ({"clinical_status": "active", "category": "family"}, False),
    ],
)
def test_what_the_family_has_or_what_is_over_is_no_problem(patient, doctor, facts, stands):
    MedicalHistoryFactory(patient=patient, **facts)
    assert bool(problems(doctor, patient)) is stands


def test_of_each_sign_the_last_value_stands(here, patient, doctor):
    about = {"patient": patient, "hospital": here}
    pulse, older = ObservationFactory(value=Decimal(70), **about), ObservationFactory(
        value=Decimal(90), code="8310-5", unit="Cel", **about
    )  # fmt: skip
    ObservationFactory(
        value=Decimal(131), taken_at=pulse.taken_at + DAY, interpretation="HH", **about
    )
    ObservationFactory(code="718-7", name="Haemoglobin", taken_at=pulse.taken_at + DAY, **about)
    found = {row.code: row for row in hubs.load(doctor, patient.pk).vitals}
    assert {code: row.value for code, row in found.items()} == {"8867-4": 131, older.code: 90}
    assert found["8867-4"].is_out_of_range


def test_what_comes_next_is_the_first_that_is_still_to_come(here, patient, doctor):
    clinic, soon = ClinicFactory(hospital=here), clock.now() + DAY
    about = {"patient": patient, "hospital": here, "clinic": clinic}
    for days, more in ((3, {}), (1, {}), (-1, {"status": "completed"})):
        begin = soon + days * DAY
        AppointmentFactory(starts_at=begin, ends_at=begin + DAY / 48, **about, **more)
    assert hubs.load(doctor, patient.pk).next.at == soon + DAY
    assert hubs.load(doctor, PatientFactory(at=here).pk).next is None


def test_what_is_planned_stands_by_its_time_what_has_none_last(here, patient, doctor):
    visit = OutPatientFactory(hospital=here, patient=patient)
    for when in (None, clock.now() + DAY, clock.now()):
        TreatmentFactory(encounter=visit, planned_for=when)
    TreatmentFactory(encounter=visit, status="done", done_at=clock.now())
    times = [row.at for row in hubs.load(doctor, patient.pk).planned]
    assert times[0] < times[1]
    assert times[2:] == [None]


@pytest.mark.parametrize("role", ["receptionist", "administrator", "cashier"])
def test_who_reads_nothing_clinical_is_told_what_comes_next_alone(here, patient, role):
    about = {"patient": patient, "hospital": here}
    visit = OutPatientFactory(**about)
    MedicalHistoryFactory(patient=patient, clinical_status="active")
    DiagnosisFactory(**about)
    ObservationFactory(**about)
    TreatmentFactory(encounter=visit)
    AppointmentFactory(starts_at=clock.now() + DAY, ends_at=clock.now() + 2 * DAY, **about)
    found = hubs.load(actor(role, here), patient.pk)
    assert found.next is not None
    assert [*found.problems, *found.planned, *found.vitals] == []


def test_another_hospital_sees_what_is_the_patients_own_and_nothing_of_this_one(here, patient):
    about = {"patient": patient, "hospital": here}
    DiagnosisFactory(description="Gout", **about)
    ObservationFactory(**about)
    MedicalHistoryFactory(patient=patient, description="Asthma", clinical_status="active")
    register(patient, there := HospitalFactory())
    found = hubs.load(actor("doctor", there), patient.pk)
    assert [row.title for row in found.problems] == ["Asthma"]
    assert found.vitals == []


# ---- how much there is


def test_each_list_is_counted_as_it_stands(here, patient, doctor):
    about = {"patient": patient, "hospital": here}
    visit = OutPatientFactory(**about)
    InPatientFactory(**about)
    DiagnosisFactory.create_batch(2, encounter=visit, **about)
    MedicalHistoryFactory(patient=patient)
    AllergyFactory(patient=patient, retired_at=clock.now(), retired_reason="Entered twice")
    TreatmentFactory(encounter=visit)
    for code in ("8867-4", "8310-5"):
        ObservationFactory(code=code, **about)
    begin = clock.now() + DAY
    AppointmentFactory(starts_at=begin, ends_at=begin + DAY / 48, **about)
    assert chart_counts.of(charts.counted(doctor, patient.pk)) == {
        "outpatient": 1, "inpatient": 1, "appointment": 1, "diagnosis": 2, "history": 1,
        "observation": 1, "treatment": 1, "allergy": 0,
    }  # fmt: skip


def test_who_may_not_list_is_told_no_number(here, patient):
    counts = chart_counts.of(charts.counted(actor("receptionist", here), patient.pk))
    assert set(counts) == {"outpatient", "inpatient", "appointment"}


def test_nobody_counts_beyond_what_is_read(here, patient, doctor):
    visit = OutPatientFactory(hospital=here, patient=patient)
    Observation.objects.bulk_create(
        Observation(
            hospital=here, patient=patient, encounter=visit, name="Pulse", code_system="http://loinc.org",
            code="8867-4", value=Decimal(70), unit="/min", taken_at=visit.starts_at + number * DAY,
        )
        for number in range(-150, 0)
    )  # fmt: skip
    found = chart_counts.of(charts.counted(doctor, patient.pk))
    assert found["observation"] == chart_counts.MOST + 1


def test_all_of_it_is_two_queries(here, patient, doctor):
    with CaptureQueriesContext(connection) as queries:
        charts.counted(doctor, patient.pk)
        hubs.load(doctor, patient.pk)
    assert len(queries) == 2
