"""What is printed of a stay, read back from the file: the words, and the bars."""

import os
import shutil
import subprocess
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from hospital.models import AuditEvent
from hospital.tests.factories import BedFactory, DoctorFactory, HospitalFactory, WardFactory
from records.tests.encounter_factories import DiagnosisFactory, InPatientFactory
from records.tests.factories import PatientFactory
from records.tests.patients.desk import sit

pytestmark = pytest.mark.django_db
NEEDED = ("pdftoppm", "zbarimg")
# In CI their absence is a failure.
may_skip = os.environ.get("OPENWARD_REQUIRE_POSTGRES") != "1"
has_scanner = all(map(shutil.which, NEEDED))


@pytest.fixture
def here():
    return HospitalFactory(name="St Brigid’s Hospital")


@pytest.fixture
def doctor(here):
    return sit("doctor", here)


@pytest.fixture
def stay(here):
    ward = WardFactory(hospital=here, name="Ward 1")
    patient = PatientFactory(
        at=here, family_name="Müller", given_names="Ana", sex="female", birth_date="1988-03-14"
    )
    return InPatientFactory(
        hospital=here, patient=patient, bed=BedFactory(ward=ward, hospital=here),
        complaint="Chest pain", summary="Well again.", attending=DoctorFactory(hospital=here),
    )  # fmt: skip


def printed(client, name, pk):
    answer = client.get(reverse(f"records:{name}", args=[pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content


def words(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("what", ["wristband", "label", "summary"])
def test_each_names_the_patient_by_two_identifiers(doctor, stay, what):
    said = words(printed(doctor, f"inpatient-{what}", stay.pk))
    assert "MÜLLER, Ana" in said
    assert "14-Mar-1988" in said
    assert stay.patient.mrn in said


@pytest.mark.skipif(
    may_skip and not has_scanner, reason="zbar-tools or poppler-utils are not installed"
)
@pytest.mark.parametrize("what", ["wristband", "label", "summary"])
def test_a_scanner_reads_the_number_from_the_bars(doctor, stay, what, tmp_path):
    file = tmp_path / "print.pdf"
    file.write_bytes(printed(doctor, f"inpatient-{what}", stay.pk))
    subprocess.run(["pdftoppm", "-r", "300", "-png", file, tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pages], check=False, capture_output=True, text=True
    )
    assert read.stdout.split() == [stay.patient.mrn]


def test_the_summary_says_what_was_found_and_names_the_zone(doctor, stay, here):
    about = {"hospital": here, "patient": stay.patient, "encounter": stay}
    DiagnosisFactory(description="Angina", is_main=True, **about)
    DiagnosisFactory(description="Embolism", certainty="refuted", **about)
    said = words(printed(doctor, "inpatient-summary", stay.pk))
    assert "Angina" in said
    assert "Embolism" not in said
    assert "Well again." in said
    assert here.time_zone in said


def test_the_list_of_a_ward_has_everybody_in_it(doctor, stay, here):
    ward = stay.periods.get().ward
    other = InPatientFactory(hospital=here, ward=ward)
    said = words(printed(doctor, "bedperiod-ward-list", ward.pk))
    assert stay.patient.mrn in said
    assert other.patient.mrn in said
    assert "Chest pain" in said


@pytest.mark.parametrize("name", ["Müller " * 14, "李小龍", "محمد", "Мария <b>&"])
def test_any_name_fits_on_the_smallest_label(doctor, here, name):
    patient = PatientFactory(at=here, family_name=name.strip(), given_names=name.strip())
    pdf = printed(doctor, "inpatient-label", InPatientFactory(hospital=here, patient=patient).pk)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert patient.mrn in words(pdf)


def test_every_print_is_on_record(doctor, stay):
    for _again in range(2):
        printed(doctor, "inpatient-wristband", stay.pk)
    looks = AuditEvent.objects.filter(object_id=stay.pk, reason="print wristband")
    assert looks.count() == 2


def test_another_hospital_prints_nothing(stay):
    stranger = sit("doctor", HospitalFactory())
    address = reverse("records:inpatient-wristband", args=[stay.pk])
    assert stranger.get(address).status_code == 404
