"""What procedures keep as every plain record does, and whose they are."""

import pytest

from hospital.tests.entity import EntityTests
from hospital.tests.factories import DepartmentFactory, HospitalFactory, api
from records.tests.factories import ProcedureFactory


class TestProcedures(EntityTests):
    factory = ProcedureFactory
    topic = "procedures"
    change = ("note", "At rest")
    broken = [
        ("name", "", "required"),
        ("code", "ecg 12", "code_invalid"),
        ("note", "x" * 201, "max_length"),
    ]

    def facts(self, hospital):
        department = DepartmentFactory(hospital=hospital)
        return {"code": "ECG12", "name": "Electrocardiogram", "department": department}


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.mark.django_db
def test_another_hospitals_department_is_no_choice(here, program):
    body = {"code": "ECG12", "name": "Electrocardiogram"}
    theirs = {"department_id": str(DepartmentFactory().pk)}
    answer = program.post("/api/v1/procedures", body | theirs)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["department_id"]
    everybodys = program.post("/api/v1/procedures", body)
    assert (everybodys.status_code, everybodys.json()["department_id"]) == (201, None)


@pytest.mark.django_db
def test_a_code_is_of_one_live_procedure(here, program):
    body = {"code": "ECG12", "name": "Electrocardiogram"}
    first = program.post("/api/v1/procedures", body)
    again = program.post("/api/v1/procedures", body)
    assert again.status_code == 400
    assert again.json()["errors"]["code"][0]["code"] == "code_taken"
    program.delete(first["Location"])
    assert program.post("/api/v1/procedures", body).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["code=ECG12", "name=electro", "department_id={department}"])
def test_the_list_is_narrowed_by_code_name_and_department(here, program, query):
    department = DepartmentFactory(hospital=here)
    found = ProcedureFactory(code="ECG12", name="Electrocardiogram", department=department)
    ProcedureFactory(hospital=here, name="Plaster cast")
    rows = program.get(f"/api/v1/procedures?{query.format(department=department.pk)}").json()
    assert [row["id"] for row in rows["results"]] == [str(found.pk)]
