"""Histories on the web and by the API: their order, their filters, their brief."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.tests.factories import HospitalFactory, api
from hospital.tests.filling import form_on, send
from records.models import MedicalHistory
from records.tests.factories import (
    AllergyFactory,
    MedicalHistoryFactory,
    PatientFactory,
    register,
)
from records.tests.patients.desk import sit, text

pytestmark = pytest.mark.django_db
HISTORIES = "/api/v1/histories"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def nurse(here):
    return sit("nurse", here)


def page(name, pk):
    return reverse(f"records:{name}", args=[pk])


# ---- the web


def test_the_list_begins_with_what_is_active_then_goes_by_kind_and_date(nurse, patient):
    for description, said in {
        "Smoker": {"category": "social"},
        "Appendix": {"category": "surgery", "onset": "1999"},
        "Hip": {"category": "surgery", "onset": "2014"},
        "Measles": {},
        "Asthma": {"clinical_status": "active"},
    }.items():
        MedicalHistoryFactory(patient=patient, description=description, **said)
    lines = nurse.get(page("history-list", patient.pk)).context["lines"]
    assert [line["title"] for line in lines] == ["Asthma", "Measles", "Hip", "Appendix", "Smoker"]


@pytest.mark.parametrize(
    ("onset", "resolved", "words"),
    [("2011", "", "2011"), ("2011-05", "2012", "May-2011 – 2012"), ("", "2012", "until 2012"),
     ("", "", "")],
)  # fmt: skip
def test_the_span_is_told_as_far_as_it_is_known(nurse, patient, onset, resolved, words):
    MedicalHistoryFactory(patient=patient, onset=onset, resolved=resolved)
    [line] = nurse.get(page("history-list", patient.pk)).context["lines"]
    assert line["cells"][1] == words


def test_an_empty_list_says_what_to_do_next(nurse, patient):
    shown = text(nurse.get(page("history-list", patient.pk)))
    assert "Ask about illnesses" in shown
    assert page("history-create", patient.pk) in shown


def test_a_code_typed_on_the_form_shows_its_meaning_on_the_page(nurse, patient):
    address = page("history-create", patient.pk)
    form = form_on(nurse.get(address), having="description")
    typed = {"description": "Sugar", "code_system": "http://hl7.org/fhir/sid/icd-10", "code": "e119"}  # fmt: skip
    assert send(nurse, form, address, **typed).status_code == 302
    entry = MedicalHistory.objects.get()
    shown = text(nurse.get(page("history-detail", entry.pk)))
    assert "Type 2 diabetes mellitus" in shown
    assert "ICD-10" in shown


def test_a_relative_outside_a_family_history_is_told_beside_the_field(nurse, patient):
    address = page("history-create", patient.pk)
    form = form_on(nurse.get(address), having="description")
    answer = send(nurse, form, address, description="Asthma", relationship="mother")
    assert answer.status_code == 400
    [error] = answer.context["form"].errors.as_data()["relationship"]
    assert error.code == "relationship_of_family"
    assert form_on(answer, having="description")["data"]["description"] == ["Asthma"]


def test_the_overview_shows_what_lasts_to_clinicians_alone(nurse, here, patient):
    MedicalHistoryFactory(patient=patient, description="Appendix", category="surgery")
    MedicalHistoryFactory(patient=patient, description="Zymosis", clinical_status="active")
    answer = nurse.get(page("patient-detail", patient.pk))
    assert [row["title"] for row in answer.context["problems"]] == ["Zymosis"]
    assert "Zymosis" in text(answer)
    tabs = {str(tab["label"]): tab["count"] for tab in answer.context["tabs"]}
    assert tabs["History"] == 2
    for role in ("receptionist", "administrator", "cashier"):
        assert "Zymosis" not in text(sit(role, here).get(page("patient-detail", patient.pk)))


def test_who_is_shown_the_banner_is_not_shown_what_else_is_known(here, patient):
    """An administrator lists entries by their outer facts, and sees the banner where all do."""
    here.shows_allergies = True
    here.save()
    AllergyFactory(patient=patient, substance="Latex", reaction="Itching")
    MedicalHistoryFactory(patient=patient, description="Zymosis")
    shown = text(sit("administrator", here).get(page("patient-detail", patient.pk)))
    assert "Latex" in shown
    assert "Itching" not in shown
    assert "Zymosis" not in shown


def test_every_page_of_a_chart_asks_for_its_brief_once(nurse, patient):
    """What the overview of a nurse costs stays the same however much is in the chart."""
    costs = []
    for number in (1, 12):
        AllergyFactory.create_batch(number, patient=patient)
        MedicalHistoryFactory.create_batch(number, patient=patient)
        nurse.get(page("patient-detail", patient.pk))
        with CaptureQueriesContext(connection) as queries:
            nurse.get(page("patient-detail", patient.pk))
        costs.append(len(queries))
        briefs = [query for query in queries if "records_allergystatement" in query["sql"]]
        assert len(briefs) == 1
    assert costs[0] == costs[1]


# ---- the API


def test_the_list_is_narrowed_by_kind_status_patient_and_hospital(here, patient):
    there = HospitalFactory()
    register(patient, there)
    program = api("integrator", here)
    wanted = MedicalHistoryFactory(
        patient=patient, hospital=there, category="social", clinical_status="inactive"
    )
    MedicalHistoryFactory(hospital=here)
    for query in (
        "category=social", "clinical_status=inactive", f"patient_id={patient.pk}",
        f"hospital_id={there.pk}",
    ):  # fmt: skip
        found = program.get(f"{HISTORIES}?{query}").json()["results"]
        assert [row["id"] for row in found] == [str(wanted.pk)], query
    assert len(program.get(HISTORIES).json()["results"]) == 2


def test_it_answers_by_its_other_name_as_well(here, patient):
    program = api("integrator", here)
    body = {"patient_id": str(patient.pk), "description": "Asthma"}
    made = program.post("/api/v1/medical_histories", body)
    assert (made.status_code, made["Location"]) == (201, f"{HISTORIES}/{made.json()['id']}")


def test_a_meaning_filled_in_may_be_sent_back(here, patient):
    program = api("integrator", here)
    body = {"patient_id": str(patient.pk), "description": "Sugar", "code_system": "ICD-10", "code": "e119"}  # fmt: skip
    made = program.post(HISTORIES, body)
    same = program.put(made["Location"], made.json(), headers={"If-Match": made["ETag"]})
    assert (same.status_code, same.json()) == (200, made.json())
