"""Bringing in a population that Synthea made."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hospital.models import AuditEvent, Clinic, Doctor, ExternalId, User
from hospital.tests.factories import HospitalFactory, actor
from records.models import (
    Allergy,
    Diagnosis,
    Encounter,
    Medication,
    Observation,
    Patient,
    Procedure,
    Treatment,
)

pytestmark = pytest.mark.django_db
TABLES = (
    Clinic, Doctor, Patient, Encounter, Diagnosis, Allergy, Observation, Procedure, Medication,
    Treatment, ExternalId, AuditEvent,
)  # fmt: skip
ANA, VISIT, STAY, HOUSE, DOC = "p-1", "e-1", "e-2", "o-1", "d-1"
WHOSE = {"PATIENT": ANA, "ENCOUNTER": VISIT}
AN_ENCOUNTER = {
    "Id": VISIT, "START": "2023-01-27T16:17:47Z", "STOP": "2023-01-27T16:32:47Z", "PATIENT": ANA,
    "ORGANIZATION": HOUSE, "PROVIDER": DOC, "ENCOUNTERCLASS": "ambulatory",
    "DESCRIPTION": "Encounter for symptom", "REASONDESCRIPTION": "",
}  # fmt: skip
A_PULSE = {
    **WHOSE, "DATE": "2023-01-27T16:20:00Z", "CATEGORY": "vital-signs", "CODE": "8867-4",
    "DESCRIPTION": "Heart rate", "VALUE": "72.0", "UNITS": "/min", "TYPE": "numeric",
}  # fmt: skip
POPULATION = {
    "organizations": [{"Id": HOUSE, "NAME": "GREEN CLINIC"}],
    "providers": [
        {"Id": DOC, "ORGANIZATION": HOUSE, "NAME": "Ludo8 Stone6", "SPECIALITY": "GENERAL PRACTICE"}
    ],
    "patients": [
        {
            "Id": ANA, "BIRTHDATE": "1988-03-14", "DEATHDATE": "", "FIRST": "Xenia7",
            "LAST": "Quill9", "GENDER": "F", "ADDRESS": "1 Road", "CITY": "Town",
            "STATE": "Massachusetts", "ZIP": "02155",
        }
    ],
    "encounters": [
        AN_ENCOUNTER,
        {
            **AN_ENCOUNTER, "Id": STAY, "ENCOUNTERCLASS": "inpatient",
            "START": "2023-02-01T10:00:00Z", "STOP": "2023-02-03T10:00:00Z",
        },
    ],
    "conditions": [
        {**WHOSE, "START": "2023-01-27", "STOP": "", "CODE": "195662009", "DESCRIPTION": "Sore throat"}
    ],
    "allergies": [
        {
            **WHOSE, "START": "2009-09-27", "STOP": "", "CODE": "111088007", "SYSTEM": "SNOMED-CT",
            "DESCRIPTION": "Latex", "TYPE": "allergy", "CATEGORY": "environment",
            "DESCRIPTION1": "Itching", "SEVERITY1": "MODERATE",
        }
    ],
    "observations": [A_PULSE, {**A_PULSE, "CODE": "QALY", "VALUE": "fine", "TYPE": "text"}],
    "procedures": [
        {
            **WHOSE, "START": "2023-01-27T16:20:00Z", "STOP": "", "CODE": "430193006",
            "DESCRIPTION": "Reconciliation", "BASE_COST": "735.40",
        }
    ],
    "medications": [
        {
            **WHOSE, "START": "2023-01-27T16:25:00Z", "STOP": "", "CODE": code,
            "DESCRIPTION": name, "BASE_COST": "7.24", "DISPENSES": "3",
        }
        for code, name in (("665078", "Loratadine"), ("1870230", "Epinephrine"))
    ],
}  # fmt: skip


@pytest.fixture
def here():
    return HospitalFactory(code="SYN", currency="USD")


@pytest.fixture
def bring_in(here, tmp_path):
    """Write the files, bring them in, and return what was said."""
    account = User.objects.get(pk=actor("integrator", here).user_id).username

    def run(population=POPULATION, **options):
        for name, rows in population.items():
            with (tmp_path / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
        said = StringIO()
        given = {"hospital": "SYN", "account": account, "stdout": said, "stderr": said, **options}
        try:
            call_command("import_synthea", str(tmp_path), **given)
        except CommandError as exc:
            said.write(str(exc))
        return said.getvalue()

    return run


def counts():
    return {model.__name__: model.objects.count() for model in TABLES}


def test_everything_of_a_population_is_brought_in(bring_in, here):
    said = bring_in()
    assert "refused" in said
    assert counts() | {"ExternalId": 0, "AuditEvent": 0} == {
        "Clinic": 1, "Doctor": 1, "Patient": 1, "Encounter": 2, "Diagnosis": 1, "Allergy": 1,
        "Observation": 2, "Procedure": 2, "Medication": 2, "Treatment": 2, "ExternalId": 0,
        "AuditEvent": 0,
    }  # fmt: skip
    visit, stay = Encounter.objects.order_by("starts_at")
    assert (visit.kind, visit.status, visit.clinic.name) == (
        "outpatient",
        "finished",
        "Green Clinic",
    )
    assert (stay.kind, stay.disposition) == ("inpatient", "home")
    assert Observation.objects.get(code="8867-4").interpretation == "N"
    given = Treatment.objects.get(procedure__code="DISPENSING")
    assert {str(row.quantity) for row in given.medications.all()} == {"3"}


def test_the_second_time_changes_nothing(bring_in):
    bring_in()
    before = counts()
    bring_in()
    assert counts() == before


def test_a_dry_run_stores_nothing_and_says_the_same(bring_in):
    before = counts()
    tried = bring_in(dry_run=True)
    assert counts() == before
    assert tried.startswith(bring_in().rstrip())


def test_a_broken_row_is_named_and_all_others_are_brought_in(bring_in):
    broken = {**POPULATION, "observations": [{**A_PULSE, "VALUE": "72.12345"}, A_PULSE]}
    said = bring_in(broken)
    assert "observations.csv:2: quantity_decimals" in said
    assert "1 rows could not be brought in" in said
    assert Observation.objects.count() == 1


def test_what_names_an_unknown_patient_is_refused(bring_in):
    said = bring_in({**POPULATION, "allergies": [{**POPULATION["allergies"][0], "PATIENT": "p-9"}]})
    assert "allergies.csv:2: not brought in: patient" in said


def test_nothing_of_the_patient_is_said(bring_in):
    said = bring_in({**POPULATION, "patients": [{**POPULATION["patients"][0], "BIRTHDATE": "x"}]})
    assert "patients.csv:2: date_invalid" in said
    assert "Quill9" not in said


def test_only_an_integrator_of_the_hospital_brings_in(bring_in, here):
    nurse = User.objects.get(pk=actor("nurse", here).user_id).username
    assert "is no integrator" in bring_in(account=nurse)
    assert Patient.objects.count() == 0
