"""Every page that a role can click its way to is fine: see faults.py and the fixture ``watched``."""

import os
from decimal import Decimal
from hashlib import sha256

import pytest

from billing.tests.factories import EstimateFactory
from hospital.kit import clock
from hospital.tests.browser.faults import NODES, faults_of
from hospital.tests.browser.walking import pages
from hospital.tests.factories import (
    ROLES,
    BedFactory,
    DepartmentFactory,
    HospitalFactory,
    WardFactory,
)
from records.models import TreatmentMedication
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.encounter_factories import (
    BedPeriodFactory,
    DiagnosisFactory,
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TaskFactory,
    TreatmentFactory,
)
from records.tests.factories import (
    AllergyFactory,
    ConsumablePriceFactory,
    ContactFactory,
    IdentifierFactory,
    MedicalHistoryFactory,
    MergeFactory,
    PatientFactory,
    PriceFactory,
    ProcedurePriceFactory,
    register,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]

# People with a desk of their own; a platform's client has none.
STAFF = [role for role in ROLES if role != "integrator"]


@pytest.fixture
def here(settings, tmp_path):
    """A hospital at work: more patients than fit on a page, wards, somebody who died."""
    settings.VAR_DIR = tmp_path
    hospital = HospitalFactory(name="St Brigid's", city="Berlin")
    ward = WardFactory(department=DepartmentFactory(hospital=hospital, name="Cardiology"))
    WardFactory(department=ward.department)
    for number in range(52):
        PatientFactory(at=hospital, phone=f"+4917055501{number:02}", sex="female")
    patient = PatientFactory(
        at=hospital, family_name="Aaronson", is_deceased=True, address_line="Kantstraße 12",
        city="Berlin", postal_code="10625", country="DE", phone="+491705550142",
    )  # fmt: skip
    MergeFactory(hospital=hospital)
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient)
    PriceFactory(medication__hospital=hospital)
    ProcedurePriceFactory(procedure__hospital=hospital, procedure__department=ward.department)
    ConsumablePriceFactory(consumable__hospital=hospital)
    register(patient, HospitalFactory(name="St Columba's"))
    DuplicatePairFactory(charts=[patient, PatientFactory(at=hospital, family_name="Aronson")])
    AllergyFactory(patient=patient, substance="Penicillin", criticality="high", onset="1998")
    AllergyFactory(
        patient=patient, substance="Latex", retired_at=clock.now(), retired_reason="Entered twice"
    )
    MedicalHistoryFactory(patient=patient, description="Asthma", clinical_status="active")
    visit = OutPatientFactory(hospital=hospital, patient=patient, summary="Coughs at night.")
    of_visit = {"hospital": hospital, "patient": patient, "encounter": visit}
    DiagnosisFactory(**of_visit, is_main=True)
    ObservationFactory(**of_visit, status="preliminary")
    ObservationFactory(**of_visit, value=Decimal(131), interpretation="HH")
    treat(patient, hospital)
    beds = [BedFactory(ward=ward, hospital=hospital) for _ in range(4)]
    bring_in(hospital)
    TaskFactory(encounter=InPatientFactory(bed=beds[0]))
    for bed, kind in zip(beds[1:3], ("cleaning", "closed"), strict=True):
        BedPeriodFactory(bed=bed, kind=kind)
    return hospital


def bring_in(hospital):
    """A file of patients that was checked, with a broken row and a likely one."""
    from hospital.tests.factories import actor
    from records.tests.imports.files import checked, person, table

    rows = [person(1), person(2, dob="never"), person(1)]
    checked(actor("administrator", hospital), table(*rows))


def treat(patient, hospital):
    """A planned treatment with a cost, an estimate and what goes into it, in an open visit."""
    visit = OutPatientFactory(hospital=hospital, patient=patient)
    treatment = TreatmentFactory(encounter=visit, hospital=hospital, consent="given")
    ProcedurePriceFactory(procedure=treatment.procedure)
    medication = PriceFactory(medication__hospital=hospital).medication
    TreatmentMedication.objects.create(
        hospital=hospital, treatment=treatment, medication=medication, unit=medication.unit
    )
    EstimateFactory(treatment=treatment)


@pytest.fixture
def is_new(tmp_path_factory):
    """``is_new(outline)``: whether no walk, in this process or another, has judged a page with what is in this one, or
    one with what stands around it.
    """
    base = tmp_path_factory.getbasetemp()
    judged = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "judged"
    judged.mkdir(exist_ok=True)

    def is_first(shape):
        try:
            (judged / sha256(shape.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return lambda outline: True in {is_first(shape) for shape in outline.shapes}


@pytest.mark.parametrize("role", STAFF)
def test_every_page_within_reach_is_fine(enter, here, role, is_new, count):
    page = enter(role, here)
    found, asked, looked_at = [], 0, 0
    for path, status, outline in pages(page, begin=("/", "/styleguide/", "/account/")):
        asked += 1
        found += [] if status == 200 else [f"{path}: {status}"]
        found += [] if outline.nodes <= NODES else [f"{path}: {outline.nodes} nodes"]
        if status == 200 and is_new(outline):
            looked_at += 1
            page.goto(path)
            found += faults_of(page)
    count("pages within reach of people", asked)
    count("pages looked at in a browser, one of each making", looked_at)
    assert asked > 8
    assert not found, "\n".join(found)
