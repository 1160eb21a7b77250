"""Diagnoses on the web: of the patient, of a visit and of a stay."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor, api, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Diagnosis
from records.services import diagnoses
from records.tests.encounter_factories import (
    DiagnosisFactory,
    InPatientFactory,
    OutPatientFactory,
)
from records.tests.factories import PatientFactory, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db):
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def doctor(client, here):
    signed_in(client, "doctor", here)
    return client


def page(name, *args):
    return reverse(f"records:diagnosis-{name}", args=args)


def new_in(patient, encounter):
    return f"{page('create', patient.pk)}?encounter={encounter.pk}"


def text_of(answer):
    return answer.content.decode()


def test_a_diagnosis_of_the_patient_with_a_checked_and_explained_code(doctor, patient):
    typed = {
        "description": "Sugar",
        "code_system": "http://hl7.org/fhir/sid/icd-10",
        "code": "e119",
    }
    done = fill(doctor, page("create", patient.pk), **typed)
    assert done["Location"] == page("list", patient.pk)
    made = Diagnosis.objects.get()
    assert (made.code, made.encounter, made.is_main) == ("E11.9", None, False)
    assert "Since" in text_of(doctor.get(page("list", patient.pk)))
    assert made.code_display in text_of(doctor.get(page("detail", made.pk)))


@pytest.mark.parametrize("kind", [OutPatientFactory, InPatientFactory])
def test_one_added_in_a_visit_or_a_stay_belongs_to_it_and_leads_back(doctor, here, patient, kind):
    encounter = kind(hospital=here, patient=patient)
    done = fill(doctor, new_in(patient, encounter), description="Pneumonia", is_main="on")
    made = Diagnosis.objects.get()
    assert (made.encounter_id, made.is_main) == (encounter.pk, True)
    back = encounter.resource.replace(".", ":") + "-detail"
    assert done["Location"] == reverse(back, args=[encounter.pk])
    assert done["Location"] in text_of(doctor.get(page("detail", made.pk)))
    assert "Pneumonia" in text_of(doctor.get(done["Location"]))


def test_another_one_is_begun_in_the_same_visit(doctor, here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient)
    done = fill(doctor, new_in(patient, visit), description="Asthma", another="1")
    assert done["Location"] == new_in(patient, visit)


def test_a_new_main_diagnosis_makes_the_one_before_secondary(doctor, here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient)
    of = {"hospital": here, "patient": patient, "encounter": visit}
    before = DiagnosisFactory(**of, is_main=True)
    fill(doctor, new_in(patient, visit), description="Pneumonia", is_main="on")
    before.refresh_from_db()
    assert not before.is_main
    fill(doctor, page("edit", before.pk), is_main="on")
    assert [row.description for row in Diagnosis.objects.filter(is_main=True)] == ["Asthma"]


def test_a_main_one_moved_to_where_there_is_one_is_refused_alike_at_every_door(
    doctor, here, patient
):
    one, other = (OutPatientFactory(hospital=here, patient=patient) for _ in range(2))
    of = {"hospital": here, "patient": patient, "is_main": True}
    DiagnosisFactory(**of, encounter=one)
    row = DiagnosisFactory(**of, encounter=other)

    by_web = fill(doctor, page("edit", row.pk), encounter=str(one.pk))
    address = f"/api/v1/diagnoses/{row.pk}"
    by_api = api("doctor", here).patch(address, {"version": 1, "encounter_id": str(one.pk)})
    row.encounter = one
    with pytest.raises(ValidationError) as by_service:
        diagnoses.change(actor("doctor", here), diagnosis=row)

    assert (by_web.status_code, by_api.status_code) == (409, 409)
    assert "There is a main diagnosis already." in text_of(by_web)
    assert [each["code"] for each in by_api.json()["errors"]["is_main"]] == ["main_diagnosis_taken"]
    assert [each.code for each in by_service.value.error_dict["is_main"]] == [
        "main_diagnosis_taken"
    ]
    row.refresh_from_db()
    assert (row.encounter_id, row.version) == (other.pk, 1)


def test_a_visit_of_somebody_else_is_none(doctor, here, patient):
    theirs = OutPatientFactory(hospital=here)
    elsewhere = PatientFactory(at=here)
    register(elsewhere, HospitalFactory())
    for wrong in (theirs, OutPatientFactory(patient=elsewhere)):
        assert doctor.get(new_in(patient, wrong)).status_code == 404
    form = form_on(doctor.get(page("create", patient.pk)))
    sent = {"description": "Asthma", "encounter": str(theirs.pk)}
    answer = send(doctor, form, page("create", patient.pk), **sent)
    assert answer.status_code == 400
    assert not Diagnosis.objects.exists()


def test_main_ones_come_first_and_ruled_out_ones_last_and_marked(doctor, here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient)
    of = {"hospital": here, "patient": patient}
    DiagnosisFactory(**of, description="Main", encounter=visit, is_main=True)
    DiagnosisFactory(**of, description="Usual")
    DiagnosisFactory(**of, description="Gone", certainty="refuted")
    DiagnosisFactory(**of, description="Healed", clinical_status="resolved")
    answer = doctor.get(page("list", patient.pk))
    assert [line["title"] for line in answer.context["lines"]] == [
        "Main",
        "Usual",
        "Healed",
        "Gone",
    ]
    assert "Ruled out" in text_of(answer)


def test_a_nurse_reads_and_does_not_write(client, here, patient):
    row = DiagnosisFactory(hospital=here, patient=patient)
    signed_in(client, "nurse", here)
    shown = text_of(client.get(page("list", patient.pk)))
    assert "Asthma" in shown
    assert page("create", patient.pk) not in shown
    for address in (page("create", patient.pk), page("edit", row.pk), page("retire", row.pk)):
        assert client.get(address).status_code == 403


def test_who_reads_the_outer_facts_alone_is_not_told_what_it_says(client, here, patient):
    row = DiagnosisFactory(hospital=here, patient=patient, description="Zymosis")
    signed_in(client, "administrator", here)
    for address in (page("list", patient.pk), page("detail", row.pk)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Zymosis" not in text_of(answer)


def test_in_error_and_back(client, doctor, here, patient):
    row = DiagnosisFactory(hospital=here, patient=patient)
    fill(doctor, page("retire", row.pk), reason="Wrong patient")
    assert doctor.get(page("list", patient.pk)).context["lines"] == []
    signed_in(client, "administrator", here)
    url = page("restore", row.pk)
    send(client, form_on(client.get(page("detail", row.pk)), action=url), url)
    row.refresh_from_db()
    assert not row.is_retired


def test_every_look_names_the_patient_in_the_audit(doctor, here, patient):
    row = DiagnosisFactory(hospital=here, patient=patient)
    for name, pk, word in (("list", patient.pk, "list"), ("detail", row.pk, "read")):
        doctor.get(page(name, pk))
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.diagnosis.{word}", patient.pk)


def test_the_list_costs_the_same_for_3_and_for_30(doctor, here, patient):
    costs = []
    for number in (3, 27):
        DiagnosisFactory.create_batch(number, hospital=here, patient=patient)
        doctor.get(page("list", patient.pk))
        with CaptureQueriesContext(connection) as queries:
            doctor.get(page("list", patient.pk))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_what_was_begun_in_one_visit_is_not_saved_in_another(doctor, here, patient):
    one, other = OutPatientFactory.create_batch(2, hospital=here, patient=patient)
    path = page("create", patient.pk)
    form = form_on(doctor.get(new_in(patient, one)))
    sent = {**form["data"], "description": "Asthma", "path": path}
    doctor.post(reverse("hospital:draft-keep", args=[path.lstrip("/")]), sent)

    answer = doctor.get(new_in(patient, other))
    assert 'value="Asthma"' in text_of(answer)
    send(doctor, form_on(answer), new_in(patient, other))
    assert Diagnosis.objects.get().encounter_id == other.pk


def test_a_long_list_goes_on_page_by_page_and_shows_each_once(doctor, here, patient):
    DiagnosisFactory.create_batch(45, hospital=here, patient=patient)
    first = doctor.get(page("list", patient.pk))
    second = doctor.get(first.context["next_url"])
    shown = [line["url"] for answer in (first, second) for line in answer.context["lines"]]
    assert (len(first.context["lines"]), len(set(shown))) == (30, 45)
    assert not second.context["next_url"]


def test_an_address_that_names_no_entry_is_not_found(doctor, patient):
    assert doctor.get(f"{page('list', patient.pk)}?before=x").status_code == 404
