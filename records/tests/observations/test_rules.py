"""What observations keep to: units, ranges by age, slips of the pen, preliminary, final, amended."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock, facts
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import Observation
from records.services import observations
from records.services.vital_signs import ValueUnlikely
from records.tests.encounter_factories import (
    ObservationFactory,
    OutPatientFactory,
    VitalRangeFactory,
)
from records.tests.factories import PatientFactory, register
from records.tests.observations.ground import born, errors_of, sign, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here, birth_date=born(40))


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


def refusal(by, row, **options):
    """field -> codes of what is wrong; nothing was stored."""
    with pytest.raises(ValidationError) as refused:
        observations.record(by, observations=[row], **options)
    assert not Observation.objects.exists()
    return errors_of(refused)


# ---- what is said


def test_a_vital_sign_brings_its_name_and_its_unit(nurse, patient):
    row = taken(nurse, patient, "temperature", "36.80")
    told = (row.code_system, row.name, row.unit, row.value, row.interpretation, row.status)
    assert told == ("http://loinc.org", "Body temperature", "Cel", Decimal("36.8"), "N", "final")
    event = AuditEvent.objects.get(act="records.observation.create")
    assert (event.patient_id, event.object_id, row.history.count()) == (patient.pk, row.pk, 1)


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"unit": "[degF]"}, {"unit": ["unit_wrong"]}),
        ({"value": None}, {"value": ["value_required"]}),
        ({"value": "abc"}, {"value": ["quantity_invalid"]}),
        ({"value": 36.8}, {"value": ["quantity_invalid"]}),
        ({"value": "36.8001"}, {"value": ["quantity_decimals"]}),
        ({"value": "1" * 19}, {"value": ["quantity_too_large"]}),
        ({"code_system": ""}, {"code": ["code_incomplete"], "name": ["required"]}),
        ({"code": "", "code_system": "", "name": "Gait"}, {"unit": ["unit_required"]}),
        ({"taken_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)}, {"taken_at": ["time_to_come"]}),
        ({"category": "weather"}, {"category": ["invalid_choice"]}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(nurse, patient, said, errors):
    found = refusal(nurse, sign(nurse, patient, "temperature", **{"value": "36.8", **said}))
    assert {name: codes for name, codes in found.items() if name in errors} == errors


def test_what_is_told_in_words_needs_no_value_and_no_unit(nurse, patient):
    row = taken(nurse, patient, value=None, value_text="Irregular")
    assert (row.value, row.value_text, row.interpretation) == (None, "Irregular", "")


def test_an_encounter_is_the_patients_own_here_and_not_called_off(nurse, patient, here):
    other, cancelled = (
        OutPatientFactory(hospital=here),
        OutPatientFactory(hospital=here, patient=patient, status="cancelled", cancel_reason="x"),
    )
    register(patient, there := HospitalFactory())
    elsewhere = OutPatientFactory(hospital=there, patient=patient)
    for encounter, code in (
        (other, "other_patient"), (cancelled, "encounter_cancelled"), (elsewhere, "other_tenant"),
    ):  # fmt: skip
        found = refusal(nurse, sign(nurse, patient, encounter_id=encounter.pk))
        assert found == {"encounter": [code]}
    own = OutPatientFactory(hospital=here, patient=patient)
    assert taken(nurse, patient, encounter_id=own.pk).encounter_id == own.pk


# ---- how it lies in the range


@pytest.mark.parametrize(
    ("birth_date", "value", "told"),
    [
        (0.5, "120", "N"), (0.5, "90", "L"), (0.5, "205", "HH"),
        (3, "120", "N"), (3, "145", "H"), (3, "55", "LL"),
        (10, "120", "N"), (10, "125", "H"),
        (40, "72", "N"), (40, "120", "H"), (40, "135", "HH"), (40, "55", "L"), (40, "39", "LL"),
        ("", "72", "N"), ("", "120", "H"),
    ],
)  # fmt: skip
def test_a_value_lies_in_the_range_for_the_patients_age(nurse, here, birth_date, value, told):
    text = birth_date if birth_date == "" else born(birth_date)
    patient = PatientFactory(at=here, birth_date=text)
    assert taken(nurse, patient, value=value).interpretation == told


def test_of_a_birth_date_known_in_part_the_least_age_counts(nurse, here):
    year = clock.now().year - 18
    young = PatientFactory(at=here, birth_date=str(year))
    old = PatientFactory(at=here, birth_date=str(year - 1))
    assert taken(nurse, young, value="110").interpretation == "N"
    assert taken(nurse, old, value="110").interpretation == "H"


def test_the_age_is_that_of_the_day_on_which_it_was_taken(nurse, here):
    patient = PatientFactory(at=here, birth_date=born(1.01))
    then = clock.now() - dt.timedelta(days=180)
    assert taken(nurse, patient, value="150", taken_at=then).interpretation == "N"
    assert taken(nurse, patient, value="150").interpretation == "H"


def test_a_hospital_goes_by_its_own_ranges(nurse, patient, here):
    VitalRangeFactory(hospital=here, from_months=0, low=Decimal(40), high=Decimal(80))
    VitalRangeFactory(from_months=0, high=Decimal(70))
    assert taken(nurse, patient, value="50").interpretation == "N"
    assert taken(nurse, patient, value="90").interpretation == "H"
    VitalRangeFactory(hospital=here, from_months=216, low=Decimal(60), high=Decimal(100))
    assert taken(nurse, patient, value="90").interpretation == "N"
    assert taken(nurse, patient, value="50").interpretation == "L"
    assert taken(nurse, patient, "temperature", "38.5").interpretation == "H"


def test_a_younger_patient_than_any_range_of_the_hospitals_lies_in_none(nurse, here):
    VitalRangeFactory(hospital=here, from_months=216)
    child = PatientFactory(at=here, birth_date=born(3))
    assert taken(nurse, child, value="250").interpretation == ""


def test_a_retired_range_counts_no_more(nurse, patient, here):
    row = VitalRangeFactory(hospital=here, from_months=0, low=None, high=Decimal(50))
    facts.retire(actor("administrator", here), row, reason="Wrong")
    assert taken(nurse, patient, value="72").interpretation == "N"


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({}, {"from_months": ["range_taken"]}),
        ({"from_months": 0, "low": Decimal(120)}, {"low": ["range_order"]}),
        ({"from_months": 0, "critical_low": Decimal(70)}, {"low": ["range_order"]}),
        ({"from_months": 0, "critical_high": Decimal(90)}, {"low": ["range_order"]}),
        ({"from_months": 0, "code": "1"}, {"code": ["invalid_choice"]}),
    ],
)
def test_what_is_wrong_with_a_range_is_told(here, said, errors):
    VitalRangeFactory(hospital=here)
    wrong = VitalRangeFactory.build(hospital=here, **said)
    with pytest.raises(ValidationError) as refused:
        facts.create(actor("administrator", here), wrong)
    assert errors_of(refused) == errors


# ---- slips of the pen


def test_a_slip_of_the_pen_asks_first_and_tells_what_is_likely(nurse, patient):
    with pytest.raises(ValueUnlikely) as refused:
        taken(nurse, patient, "temperature", "368")
    assert refused.value.code == "value_unlikely"
    assert refused.value.more == {"unlikely": [{"row": 0, "code": "8310-5", "likely": "30–43 °C"}]}
    assert not Observation.objects.exists()
    row = taken(nurse, patient, "temperature", "29", is_confirmed=True)
    assert (row.value, row.interpretation) == (29, "LL")


def test_both_ends_of_what_is_likely_are_likely(nurse, patient):
    for value in ("20", "260"):
        assert taken(nurse, patient, value=value)
    for value in ("19.999", "260.001"):
        with pytest.raises(ValueUnlikely):
            taken(nurse, patient, value=value)


def test_a_change_asks_only_when_the_value_is_new(nurse, patient):
    row = taken(nurse, patient, "temperature", "29", is_confirmed=True)
    row.note = "Found in the snow"
    observations.change(nurse, observation=row)
    row.value = "290"
    with pytest.raises(ValueUnlikely):
        observations.change(nurse, observation=row)
    row.refresh_from_db()
    assert row.value == 29


# ---- preliminary, final, amended


def test_what_is_preliminary_is_final_once_somebody_has_looked(nurse, patient):
    row = taken(nurse, patient, is_preliminary=True)
    row.value = "80"
    observations.change(nurse, observation=row)
    assert row.status == "preliminary"
    observations.finalise(nurse, observation=row)
    assert row.status == "final"
    with pytest.raises(RuleError) as refused:
        observations.finalise(nurse, observation=row)
    assert refused.value.code == "not_preliminary"
    row.refresh_from_db()
    assert (row.version, row.history.count()) == (3, 3)


def test_what_was_final_and_is_changed_is_amended_and_says_what_it_said(nurse, patient):
    row = taken(nurse, patient)
    row.note = "After stairs"
    observations.change(nurse, observation=row)
    assert row.status == "final"
    row.value = "140"
    observations.change(nurse, observation=row)
    assert (row.status, row.interpretation) == ("amended", "HH")
    told = [(old.value, old.status) for old in row.history.order_by("version")]
    assert told == [(72, "final"), (72, "final"), (140, "amended")]
    with pytest.raises(RuleError):
        observations.finalise(nurse, observation=row)


def test_a_change_that_says_the_same_is_none(nurse, patient):
    row = taken(nurse, patient)
    row.value = "72.000"
    observations.change(nurse, observation=row)
    row.refresh_from_db()
    assert (row.version, row.status) == (1, "final")


def test_a_stale_change_and_a_retired_one_are_refused(nurse, patient):
    row = taken(nurse, patient)
    row.value = "80"
    with pytest.raises(StaleError):
        observations.change(nurse, observation=row, expected_version=7)
    row = Observation.objects.get()
    facts.retire(nurse, row, reason="Wrong patient")
    row.value = "80"
    with pytest.raises(RuleError) as refused:
        observations.change(nurse, observation=row)
    assert refused.value.code == "retired"


# ---- many at once


def test_many_are_recorded_all_or_none_and_the_wrong_one_is_named(nurse, patient):
    rows = [sign(nurse, patient), sign(nurse, patient, unit="bpm"), sign(nurse, patient)]
    with pytest.raises(ValidationError) as refused:
        observations.record(nurse, observations=rows)
    assert errors_of(refused) == {"observations": ["unit_wrong"]}
    assert str(refused.value.messages[0]).startswith("2: ")
    assert not Observation.objects.exists()
    for rows, code in (([], "required"), ([sign(nurse, patient)] * 101, "too_many")):
        with pytest.raises(ValidationError) as refused:
            observations.record(nurse, observations=rows)
        assert errors_of(refused) == {"observations": [code]}


def test_all_that_is_unlikely_is_told_at_once(nurse, patient):
    rows = [
        sign(nurse, patient, value="720"), sign(nurse, patient),
        sign(nurse, patient, "temperature", "368"),
    ]  # fmt: skip
    with pytest.raises(ValueUnlikely) as refused:
        observations.record(nurse, observations=rows)
    assert [each["row"] for each in refused.value.more["unlikely"]] == [0, 2]
    assert not Observation.objects.exists()


def test_of_a_hundred_the_parents_are_looked_up_once(nurse, patient, here):
    visit = OutPatientFactory(hospital=here, patient=patient)
    costs = []
    for number in (10, 100):
        rows = [sign(nurse, patient, encounter_id=visit.pk) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            observations.record(nurse, observations=rows)
        costs.append(len(queries))
    # Each row, its history and its event are written; nothing is asked for each.
    assert costs[1] - costs[0] == 90 * 3


def test_a_row_of_another_patient_among_many_is_looked_at_as_closely(nurse, patient):
    rows = [sign(nurse, patient), sign(nurse, patient), sign(nurse, PatientFactory())]
    with pytest.raises((ValidationError, NotVisible)):
        observations.record(nurse, observations=rows)
    assert not Observation.objects.exists()


# ---- who


@pytest.mark.parametrize("role", ["receptionist", "cashier", "administrator", "lab", "auditor"])
def test_only_who_cares_for_patients_records(here, patient, role):
    by = actor(role, here)
    with pytest.raises(Denied):
        observations.record(by, observations=[sign(by, patient)])
    assert not Observation.objects.exists()


def test_another_hospitals_is_not_there(here):
    row, stranger = ObservationFactory(hospital=here), actor("doctor", HospitalFactory())
    row.value = "80"
    with pytest.raises(NotVisible):
        observations.change(stranger, observation=row)
    with pytest.raises(NotVisible):
        observations.finalise(stranger, observation=row)
