"""The banner and the list of allergies: what is known, what is stated, and what nobody has asked."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import form_on, send
from records.models import Allergy, AllergyStatement
from records.services import briefs
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    PatientFactory,
)
from records.tests.patients.desk import sit, text

pytestmark = pytest.mark.django_db
OTHERS = ["receptionist", "administrator", "cashier"]


@pytest.fixture
def here():
    return HospitalFactory(name="St Brigid's")


@pytest.fixture
def patient(here):
    return PatientFactory(at=here)


@pytest.fixture
def nurse(here):
    return sit("nurse", here)


def page(name, pk):
    return reverse(f"records:{name}", args=[pk])


def said(client, patient):
    """What the banner of the patient's page says of allergies."""
    banner = client.get(page("patient-detail", patient.pk)).context["banner"]
    return banner["allergies"], [line.title for line in banner["standing"]]


# ---- the banner


def test_the_banner_names_what_stands_the_most_dangerous_first(nurse, patient):
    for substance, facts_ in {
        "Apples": {}, "Zinc": {"criticality": "high"}, "Bees": {"criticality": "low"},
        "Cats": {"clinical_status": "resolved"}, "Dust": {"verification_status": "refuted"},
        "Eggs": {"clinical_status": "inactive"},
    }.items():  # fmt: skip
        AllergyFactory(patient=patient, substance=substance, **facts_)
    gone = AllergyFactory(patient=patient, substance="Figs")
    Allergy.objects.filter(pk=gone.pk).update(retired_at=gone.created_at)
    assert said(nurse, patient) == ("known", ["Zinc", "Apples", "Bees"])
    shown = text(nurse.get(page("patient-detail", patient.pk)))
    assert "Known allergies:" in shown
    assert "(high criticality)" in shown


def test_the_banner_tells_none_from_not_asked(nurse, patient):
    assert said(nurse, patient) == ("unrecorded", [])
    assert "Allergies not recorded" in text(nurse.get(page("patient-detail", patient.pk)))
    AllergyStatementFactory(patient=patient)
    assert said(nurse, patient) == ("none", [])
    assert "No known allergies" in text(nurse.get(page("patient-detail", patient.pk)))


def test_what_is_resolved_or_refuted_does_not_say_that_there_are_no_others(nurse, patient):
    AllergyFactory(patient=patient, clinical_status="resolved")
    assert said(nurse, patient) == ("unrecorded", [])


def test_a_database_that_does_not_answer_breaks_no_page(nurse, patient, monkeypatch, caplog):
    AllergyFactory(patient=patient)

    def fail(*_args):
        raise OperationalError("no answer")

    monkeypatch.setattr(briefs, "_read", fail)
    answer = nurse.get(page("patient-detail", patient.pk))
    assert answer.status_code == 200
    assert answer.context["banner"]["allergies"] == "unavailable"
    assert "Allergies unavailable" in text(answer)
    assert "No known allergies" not in text(answer)
    assert "a brief of a chart could not be read" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["patient-detail", "patient-history", "patient-edit", "allergy-list", "allergy-create"],
)
def test_it_stands_on_every_page_about_one_patient(nurse, patient, name):
    AllergyFactory(patient=patient, substance="Latex")
    answer = nurse.get(page(name, patient.pk))
    assert answer.context["banner"]["allergies"] == "known"
    assert "Known allergies:" in text(answer)


@pytest.mark.parametrize("role", OTHERS)
def test_others_see_it_only_where_the_hospital_says_so(here, patient, role):
    AllergyFactory(patient=patient, substance="Latex")
    client = sit(role, here)
    assert said(client, patient) == ("", [])
    assert "Latex" not in text(client.get(page("patient-detail", patient.pk)))
    here.shows_allergies = True
    here.save()
    assert said(client, patient) == ("known", ["Latex"])


def test_the_setting_of_another_hospital_opens_nothing(here, patient):
    HospitalFactory(shows_allergies=True)
    AllergyFactory(patient=patient)
    assert said(sit("receptionist", here), patient) == ("", [])


def asked(actor_, patient):
    chart = type(patient).objects.visible_to(actor_).get(pk=patient.pk)
    with CaptureQueriesContext(connection) as queries:
        briefs.of(actor_, chart)
    return len(queries)


def test_it_costs_one_query_and_none_for_who_is_not_shown_it(here, patient):
    AllergyFactory.create_batch(7, patient=patient)
    AllergyStatementFactory(patient=PatientFactory(at=here))
    assert asked(actor("nurse", here), patient) == 1
    assert asked(actor("receptionist", here), patient) == 0
    here.shows_allergies = True
    assert asked(actor("receptionist", here), patient) == 1


# ---- the list


def test_the_list_begins_with_what_stands_and_is_dangerous(nurse, patient):
    for substance, facts_ in {
        "Zinc": {"criticality": "high", "clinical_status": "resolved"}, "Apples": {},
        "Nuts": {"criticality": "high"},
    }.items():  # fmt: skip
        AllergyFactory(patient=patient, substance=substance, **facts_)
    lines = nurse.get(page("allergy-list", patient.pk)).context["lines"]
    assert [line["title"] for line in lines] == ["Nuts", "Apples", "Zinc"]


def test_the_tab_counts_what_is_on_the_list_for_who_may_list_it(nurse, here, patient):
    AllergyFactory.create_batch(2, patient=patient)
    tabs = {tab["label"]: tab for tab in nurse.get(page("patient-detail", patient.pk)).context["tabs"]}  # fmt: skip
    assert tabs["Allergies"]["count"] == 2
    reception = sit("receptionist", here).get(page("patient-detail", patient.pk))
    assert "Allergies" not in [str(tab["label"]) for tab in reception.context["tabs"]]


@pytest.mark.parametrize("role", ["receptionist", "cashier", "pharmacist", "lab"])
def test_the_list_is_not_for_others_even_where_the_banner_is(here, patient, role):
    here.shows_allergies = True
    here.save()
    assert sit(role, here).get(page("allergy-list", patient.pk)).status_code == 403


def test_an_empty_list_says_what_to_do_next(nurse, patient):
    shown = text(nurse.get(page("allergy-list", patient.pk)))
    assert "Ask the patient." in shown
    assert page("allergy-create", patient.pk) in shown


def test_the_overview_shows_allergies_in_brief_to_clinicians_alone(nurse, here, patient):
    AllergyFactory(patient=patient, substance="Latex", reaction="Itching")
    assert "Itching" in text(nurse.get(page("patient-detail", patient.pk)))
    here.shows_allergies = True
    here.save()
    reception = text(sit("receptionist", here).get(page("patient-detail", patient.pk)))
    assert "Latex" in reception
    assert "Itching" not in reception


# ---- no known allergies


def state(client, patient):
    address = page("allergy-list", patient.pk)
    return send(client, form_on(client.get(address), action="/none/"), address)


def test_that_there_are_none_is_stated_by_one_press_and_taken_back_by_another(nurse, patient):
    answer = state(nurse, patient)
    assert (answer.status_code, answer["Location"]) == (302, page("allergy-list", patient.pk))
    statement = AllergyStatement.objects.get()
    assert statement.recorded_by == nurse.user.pk
    shown = nurse.get(page("allergy-list", patient.pk))
    assert f"Stated by {nurse.user}" in text(shown)
    send(nurse, form_on(shown, action="/retire/"), "")
    statement.refresh_from_db()
    assert (statement.is_retired, statement.retired_reason) == (True, "Taken back")
    assert said(nurse, patient) == ("unrecorded", [])


def test_pressed_twice_it_is_stated_once(nurse, patient):
    address = page("allergy-list", patient.pk)
    form = form_on(nurse.get(address), action="/none/")
    first, second = (send(nurse, form, address) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert AllergyStatement.objects.count() == 1
    assert AuditEvent.objects.filter(act="records.allergystatement.create").count() == 1


def test_taken_back_twice_it_goes_to_the_same_place(nurse, patient):
    AllergyStatementFactory(patient=patient)
    address = page("allergy-list", patient.pk)
    form = form_on(nurse.get(address), action="/retire/")
    first, second = (send(nurse, form, address) for _ in range(2))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])


def test_somebody_who_recorded_one_meanwhile_is_heeded(nurse, patient):
    address = page("allergy-list", patient.pk)
    form = form_on(nurse.get(address), action="/none/")
    allergy = AllergyFactory(patient=patient, substance="Latex")
    answer = send(nurse, form, address)
    assert answer.status_code == 409
    assert page("allergy-detail", allergy.pk) in text(answer)
    assert "Latex" not in text(answer)
    assert not AllergyStatement.objects.exists()


def test_an_allergy_added_ends_the_statement_on_the_page(nurse, patient):
    state(nurse, patient)
    address = page("allergy-create", patient.pk)
    send(nurse, form_on(nurse.get(address), having="substance"), address, substance="Latex")
    assert said(nurse, patient) == ("known", ["Latex"])
    assert not AllergyStatement.objects.live().exists()


# ---- the forms


def test_an_allergy_known_already_is_told_beside_the_substance_with_the_text_kept(nurse, patient):
    AllergyFactory(patient=patient, substance="Latex")
    address = page("allergy-create", patient.pk)
    form = form_on(nurse.get(address), having="substance")
    answer = send(nurse, form, address, substance="LATEX", reaction="Itching", onset_year="1998")
    assert answer.status_code == 409
    error = answer.context["form"].errors.as_data()["substance"][0]
    assert error.code == "allergy_known"
    again = form_on(answer, having="substance")["data"]
    typed = (again["substance"], again["reaction"], again["onset_year"])
    assert typed == (["LATEX"], ["Itching"], ["1998"])
    assert Allergy.objects.count() == 1


def test_a_code_system_that_a_program_sent_stays_when_the_form_is_saved(nurse, patient):
    allergy = AllergyFactory(patient=patient, code_system="urn:oid:1.2.3", code="77")
    address = page("allergy-edit", allergy.pk)
    answer = send(nurse, form_on(nurse.get(address), having="substance"), address, reaction="Itching")  # fmt: skip
    assert answer.status_code == 302
    allergy.refresh_from_db()
    assert (allergy.code_system, allergy.code, allergy.reaction) == ("urn:oid:1.2.3", "77", "Itching")  # fmt: skip


def test_the_history_of_an_allergy_says_who_changed_what(nurse, patient):
    allergy = AllergyFactory(patient=patient, reaction="Hives")
    address = page("allergy-edit", allergy.pk)
    send(nurse, form_on(nurse.get(address), having="substance"), address, reaction="Fainting")
    entries = nurse.get(page("allergy-detail", allergy.pk)).context["entries"]
    [change] = entries[0]["changes"]
    assert (entries[0]["who"], change["old"], change["new"]) == (str(nurse.user), "Hives", "Fainting")  # fmt: skip


def test_an_allergy_brought_back_by_an_administrator_ends_a_statement(here, patient, client):
    allergy = AllergyFactory(patient=patient)
    facts.retire(actor("nurse", here), allergy, reason="Wrong patient")
    AllergyStatementFactory(patient=patient)
    signed_in(client, "administrator", here)
    address = page("allergy-detail", allergy.pk)
    send(client, form_on(client.get(address), action="restore"), address)
    assert not AllergyStatement.objects.live().exists()


def test_an_administrator_is_shown_neither_the_statement_nor_the_substance(here, patient):
    AllergyStatementFactory(patient=patient)
    shown = text(sit("administrator", here).get(page("allergy-list", patient.pk)))
    assert "No known allergies" not in shown
