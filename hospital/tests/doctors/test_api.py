"""A doctor's clinics by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    api,
    employ,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


def ids(*clinics):
    return [str(clinic.pk) for clinic in clinics]


def test_clinics_are_sent_and_shown_as_a_whole_list(here, program):
    one, other = (ClinicFactory(hospital=here, code=f"C{n}") for n in range(2))
    body = {"family_name": "Vogel", "licence_number": "BE-1", "clinic_ids": ids(other, one)}
    body["department_id"] = str(DepartmentFactory(hospital=here).pk)
    made = program.post("/api/v1/doctors", body)
    assert (made.status_code, made.json()["clinic_ids"]) == (201, ids(one, other))
    where, seen = made["Location"], {"If-Match": made["ETag"]}
    fewer = program.patch(where, {"clinic_ids": ids(other)}, headers=seen)
    assert (fewer.json()["clinic_ids"], fewer.json()["version"]) == (ids(other), 2)
    stale = program.patch(where, {"clinic_ids": []}, headers=seen)
    assert stale.status_code == 412
    same = program.put(where, fewer.json(), headers={"If-Match": fewer["ETag"]})
    assert (same.status_code, same.json()) == (200, fewer.json())


@pytest.mark.parametrize("sent", [["x"], "x", [None]])
def test_what_is_no_list_of_ids_is_told_beside_the_field(here, program, sent):
    doctor = DoctorFactory(hospital=here)
    answer = program.patch(
        f"/api/v1/doctors/{doctor.pk}", {"clinic_ids": sent}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 400
    assert "clinic_ids" in answer.json()["errors"]


def test_another_hospitals_and_a_retired_clinic_are_no_choice(here, program):
    doctor, gone = DoctorFactory(hospital=here), ClinicFactory(hospital=here)
    program.delete(f"/api/v1/clinics/{gone.pk}")
    for clinic, code in ((ClinicFactory(), "invalid_choice"), (gone, "retired_choice")):
        answer = program.patch(
            f"/api/v1/doctors/{doctor.pk}", {"clinic_ids": ids(clinic)}, headers={"If-Match": '"1"'}
        )
        assert answer.json()["errors"]["clinic_ids"][0]["code"] == code


def test_doctors_are_found_by_clinic_and_ordered_by_name(here, program):
    clinic = ClinicFactory(hospital=here)
    for name in ("Zander", "Östberg", "Müller"):
        DoctorFactory(hospital=here, family_name=name, clinics=[clinic])
    DoctorFactory(hospital=here, clinics=[ClinicFactory(hospital=here)])
    found = program.get("/api/v1/doctors", {"clinic_id": str(clinic.pk)}).json()["results"]
    assert [row["family_name"] for row in found] == ["Müller", "Östberg", "Zander"]


def test_an_account_is_shown_and_never_taken_from_a_program(here, program):
    doctor = DoctorFactory(hospital=here, user=employ("doctor", here))
    where = f"/api/v1/doctors/{doctor.pk}"
    assert program.get(where).json()["user_id"] == str(doctor.user_id)
    answer = program.patch(where, {"user_id": None}, headers={"If-Match": '"1"'})
    assert answer.json()["errors"]["user_id"][0]["code"] == "read_only"


def test_a_list_with_clinics_costs_the_same_for_3_and_for_30(here, program):
    clinics = [ClinicFactory(hospital=here) for _ in range(2)]
    costs = []
    for number in (3, 27):
        DoctorFactory.create_batch(number, hospital=here, clinics=clinics)
        program.get("/api/v1/doctors")
        with CaptureQueriesContext(connection) as queries:
            program.get("/api/v1/doctors")
        costs.append(len(queries))
    assert costs[0] == costs[1]
