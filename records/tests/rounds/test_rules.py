"""The last vital signs of many patients, and what a round goes by."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor
from records import vitals
from records.models import AllergyStatement, Observation
from records.services import discharge_blockers, rounds
from records.services.briefs import allergies_of
from records.services.latest_signs import latest
from records.tests.encounter_factories import (
    BedPeriodFactory,
    InPatientFactory,
    ObservationFactory,
    TreatmentFactory,
)
from records.tests.factories import AllergyFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
PULSE, TEMPERATURE = (vitals.BY_KEY[key].code for key in ("pulse", "temperature"))


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


def taken(patient, here, hours_ago, value="72", **facts):
    return ObservationFactory(
        hospital=here, patient=patient, value=Decimal(value),
        taken_at=clock.now() - hours_ago * HOUR, **facts,
    )  # fmt: skip


def read(by, *patients, since=48):
    found = latest(
        by, [row.pk for row in patients], (PULSE, TEMPERATURE), since=clock.now() - since * HOUR
    )
    return {pk: {code: row.value for code, row in rows.items()} for pk, rows in found.items()}


def test_of_each_sign_the_newest_value_counts_whenever_it_was_entered(nurse, here):
    one, other = PatientFactory.create_batch(2, at=here)
    taken(one, here, 1, "80")
    taken(one, here, 5, "60")  # entered later, taken earlier
    taken(one, here, 7, "37.5", code=TEMPERATURE)
    taken(one, here, 1, "99", code="718-7")  # no sign of the round
    taken(other, here, 3, "55")
    assert read(nurse, one, other) == {
        one.pk: {PULSE: 80, TEMPERATURE: Decimal("37.5")}, other.pk: {PULSE: 55},
    }  # fmt: skip


@pytest.mark.parametrize(
    "spoilt",
    [
        {"retired_at": "2026-03-01T00:00Z", "retired_reason": "Entered in error"},
        {"code_system": "http://example.org"},
        {"hours_ago": 49},
        {"at_another": True},
    ],
    ids=["entered in error", "a code of another system", "too long ago", "of another hospital"],
)
def test_what_is_no_value_of_the_stay_here_does_not_count(nurse, here, spoilt):
    patient = PatientFactory(at=here)
    place = HospitalFactory() if spoilt.pop("at_another", False) else here
    taken(patient, here, 3, "60")
    taken(patient, place, spoilt.pop("hours_ago", 1), "80", **spoilt)
    assert read(nurse, patient) == {patient.pk: {PULSE: 60}}


@pytest.mark.parametrize("role", ["administrator", "receptionist", "cashier", "auditor"])
def test_who_reads_no_values_is_given_none(here, role):
    patient = PatientFactory(at=here)
    taken(patient, here, 1)
    assert read(actor(role, here), patient) == {}


def test_two_queries_whatever_was_measured_before(nurse, here):
    few = PatientFactory.create_batch(3, at=here)
    many = [*few, *PatientFactory.create_batch(27, at=here)]
    for patient in many:
        for hours in range(4):
            taken(patient, here, hours + 1)
    costs = []
    for patients in (few, many):
        with CaptureQueriesContext(connection) as found:
            assert len(read(nurse, *patients)) == len(patients)
        costs.append(len(found))
    assert costs == [2, 2]


def test_of_20000_values_each_sign_is_one_step_into_the_index(nurse, here):
    patient = PatientFactory(at=here)
    first = taken(patient, here, 1)
    Observation.objects.bulk_create(
        Observation(
            hospital=here, patient=patient, code_system=first.code_system, name="Pulse", unit="/min",
            code=PULSE if number % 2 else TEMPERATURE, value=60 + number % 40,
            taken_at=clock.now() - number * HOUR,
        )
        for number in range(2, 20_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as asked:
            read(nurse, patient, since=30_000)
        [sql] = [row["sql"] for row in asked.captured_queries if "records_patient" in row["sql"]]
        how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{how} {sql.replace('%', '%%')}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert plan.count("observation_of_one_kind") == 2
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
    assert "Sort" not in plan


def test_what_was_measured_in_an_earlier_stay_is_no_sign_of_this_one(nurse, here):
    stay = InPatientFactory(hospital=here, starts_at=clock.now() - 30 * HOUR)
    taken(stay.patient, here, 30 + 23, "60", code=TEMPERATURE)
    old = taken(stay.patient, here, 30 + 25, "60")
    longer = InPatientFactory(hospital=here, starts_at=clock.now() - 90 * HOUR)
    taken(longer.patient, here, 88, "61")

    known = rounds.known_of(nurse, [stay, longer])

    assert old.patient_id in known.signs
    assert set(known.signs_of(stay)) == {TEMPERATURE}
    assert set(known.signs_of(longer)) == {PULSE}


def test_allergies_of_many_are_told_as_the_banner_of_each_tells_them(nurse, here):
    known, none, unsaid = PatientFactory.create_batch(3, at=here)
    AllergyFactory(patient=known, substance="Latex", criticality="low")
    AllergyFactory(patient=known, substance="Penicillin", criticality="high")
    AllergyFactory(patient=known, substance="Eggs", clinical_status="resolved")
    AllergyStatement.objects.create(patient=none, **AllergyStatement.recorder(nurse))
    with CaptureQueriesContext(connection) as found:
        told = allergies_of(nurse, [known, none, unsaid])
    assert [told[each.pk].allergies for each in (known, none, unsaid)] == [
        "known", "none", "unrecorded",
    ]  # fmt: skip
    assert [row.title for row in told[known.pk].standing] == ["Penicillin", "Latex"]
    assert len(found) <= 2


def test_allergies_are_told_to_others_only_where_the_hospital_shows_them(here):
    patient = PatientFactory(at=here)
    AllergyFactory(patient=patient)
    assert allergies_of(actor("receptionist", here), [patient]) == {}
    shows = HospitalFactory(shows_allergies=True)
    patient = PatientFactory(at=shows)
    AllergyFactory(patient=patient)
    assert allergies_of(actor("receptionist", shows), [patient])[patient.pk].allergies == "known"


def test_what_blocks_many_discharges_is_what_blocks_each(nurse, here):
    ready = InPatientFactory(hospital=here, summary="Well.")
    busy = InPatientFactory(hospital=here)
    TreatmentFactory.create_batch(2, encounter=busy)
    TreatmentFactory(encounter=busy, status="cancelled", cancel_reason="No need")
    told = discharge_blockers.of_many([ready, busy])
    assert {pk: [row["code"] for row in rows] for pk, rows in told.items()} == {
        ready.pk: ["attending_missing"],
        busy.pk: ["attending_missing", "summary_missing", "treatments_planned"],
    }
    assert told[busy.pk] == discharge_blockers.of(busy)
    assert "2" in str(told[busy.pk][-1]["label"])


def test_expected_in_a_ward_is_who_comes_today_unless_another_ward_keeps_a_bed(nurse, here):
    ward = WardFactory(hospital=here)
    facts = {"hospital": here, "status": "planned"}
    today = InPatientFactory(**facts, starts_at=clock.now())
    late = InPatientFactory(**facts, starts_at=clock.now() - 30 * HOUR)
    InPatientFactory(**facts, starts_at=clock.now() + 48 * HOUR)
    InPatientFactory(status="planned", starts_at=clock.now())  # at another hospital
    kept = InPatientFactory(**facts, starts_at=clock.now())
    BedPeriodFactory(
        bed=BedFactory(ward=WardFactory(hospital=here), hospital=here), kind="reserved",
        encounter=kept, starts_at=clock.now() - HOUR, ends_at=clock.now() + HOUR,
    )  # fmt: skip
    assert [row.pk for row in rounds.of_ward(nurse, ward).expected] == [late.pk, today.pk]
