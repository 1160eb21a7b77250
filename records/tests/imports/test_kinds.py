"""Departments, wards, beds, clinics, doctors and medications from files."""

import pytest

from hospital.models import AuditEvent, Bed, Clinic, Department, Doctor, Resource, Ward
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory
from records.models import Medication
from records.tests.imports.files import brought_in, counts, problems, undone

pytestmark = pytest.mark.django_db

FILES = {
    "departments": (
        Department,
        "Code,Name,Phone\nCARD,Cardiology,030 123456\nCARD,Again,\nSURG,,\n",
    ),
    "wards": (Ward, "Code,Name,Dept\nW1,Ward one,DEP\nDEP1,Known,DEP\nW2,Ward two,NONE\n"),
    "beds": (Bed, "Ward,Label,Type,Isolation\nDEP1,12,bed,yes\nDEP1,12,Cot,no\nDEP1,13,sofa,\n"),
    "clinics": (Clinic, "Code,Name,Department\nC1,Eyes,dep\nC1,Ears,DEP\nC2,Nose,\n"),
    "doctors": (Doctor, "Surname,Licence,Department\nOkoro,L-1,DEP\nHaddad,l-1,DEP\n,L-2,DEP\n"),
    "medications": (
        Medication,
        "Name,Form,Strength,Unit\nAmoxil,tablet,500 mg,tablet\nAMOXIL,Tablet,500 mg,tablet\nX,pill,,tablet\n",
    ),
}
CODE = {
    "departments": "required", "wards": "import_code_unknown", "beds": "invalid_choice", "clinics": "required",
    "doctors": "required", "medications": "invalid_choice",
}  # fmt: skip


@pytest.fixture
def place(here):
    department = DepartmentFactory(hospital=here, code="DEP")
    WardFactory(department=department, hospital=here, code="DEP1")
    DepartmentFactory(hospital=HospitalFactory(), code="NONE")
    return here


@pytest.mark.parametrize("kind", FILES)
def test_good_rows_are_made_known_ones_left_out_and_broken_ones_told(boss, place, kind):
    model, content = FILES[kind]
    before = model.objects.filter(hospital=place).count()
    batch = brought_in(boss, content.encode(), kind=kind)
    assert counts(batch) == {"created": 1, "skipped": 1, "broken": 1, "likely": 1}
    assert problems(batch) == {2: [], 3: ["import_likely"], 4: [CODE[kind]]}
    assert model.objects.filter(hospital=place).count() == before + 1
    made = model.objects.get(pk=batch.told.get(number=2).object_id)
    assert AuditEvent.objects.filter(act=f"{model.resource}.create", object_id=made.pk).count() == 1
    if kind == "doctors":
        assert Resource.objects.filter(doctor=made).exists() or made.clinics is not None


def test_known_ones_may_be_told_as_broken(boss, place):
    batch = brought_in(
        boss, b"Code,Name\nDEP,Known\nNEW,New\n", kind="departments", likely="refuse"
    )
    assert counts(batch) == {"created": 1, "broken": 1, "likely": 1}


def test_undone_they_are_retired_unless_something_leans_on_them(boss, place):
    batch = brought_in(boss, b"Code,Name\nA1,One\nA2,Two\nA3,Three\n", kind="departments")
    used = Department.objects.get(code="A1")
    WardFactory(department=used, hospital=place)
    assert undone(boss, batch).undone == 2
    assert set(Department.objects.live().filter(hospital=place).values_list("code", flat=True)) == {
        "DEP",
        "A1",
    }
