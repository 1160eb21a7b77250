"""The one search of every page."""

import pytest

from hospital.kit import audit
from hospital.models import AuditEvent, AuditPatient, SavedSearch
from hospital.services.identity import actor_of, workplaces
from hospital.tests.factories import HospitalFactory, signed_in
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def desk(client, place):
    client.user = signed_in(client, "receptionist", place)
    return client


def suggest(client, text):
    return client.post("/search/", {"q": text}, headers=HTMX)


def looks():
    return AuditEvent.objects.filter(act="records.patient.list")


def test_an_exact_mrn_opens_the_patient(desk, place):
    patient = PatientFactory(at=place)
    answer = desk.post("/search/", {"q": f" {patient.mrn} "})
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert not SavedSearch.objects.exists()


def test_anything_else_leads_to_the_results_and_no_name_stands_in_the_address(desk, place):
    PatientFactory(at=place, family_name="Okoro")
    answer = desk.post("/search/", {"q": "okoro"})
    kept = SavedSearch.objects.get()
    assert kept.text == "okoro"
    assert str(kept.pk) in answer["Location"]
    assert "okoro" not in answer["Location"].lower()


def test_who_fits_only_nearly_is_marked_among_the_suggestions(desk, place):
    PatientFactory(at=place, family_name="Okoro", given_names="Daniel")
    assert "Similar" not in suggest(desk, "okoro").content.decode()
    assert "Similar" in suggest(desk, "okorro").content.decode()


@pytest.mark.parametrize(
    ("typed", "is_found"), [("李", True), ("o", False), ("ö", False), ("7", False)]
)
def test_one_sign_is_enough_where_it_may_be_a_name(desk, place, typed, is_found):
    PatientFactory(at=place, family_name="李", given_names="Okoro")
    assert ("Okoro" in suggest(desk, typed).content.decode()) is is_found


def test_nothing_typed_leads_home(desk):
    assert desk.post("/search/", {"q": "  "})["Location"] == "/"


def test_suggestions_are_at_most_eight_and_every_one_is_booked(desk, place):
    patients = PatientFactory.create_batch(9, at=place, family_name="Okoro")
    page = suggest(desk, "oko").content.decode()
    assert page.count('role="option"') == 8
    booked = AuditPatient.objects.filter(event=looks().get()).values_list("patient_id", flat=True)
    assert len(booked) == 8
    assert set(booked) <= {patient.pk for patient in patients}


def test_a_single_suggestion_is_booked_on_its_patient(desk, place):
    patient = PatientFactory(at=place, family_name="Okoro")
    suggest(desk, "okoro")
    assert looks().get().patient_id == patient.pk


def test_without_a_match_nothing_is_booked(desk):
    page = suggest(desk, "nobody").content.decode()
    assert "No match" in page
    assert "Enter shows all results" not in page
    assert not looks().exists()


@pytest.mark.parametrize("text", ["", "o"])
def test_too_little_typed_answers_nothing(desk, place, text):
    PatientFactory(at=place, family_name="Okoro")
    assert suggest(desk, text).content == b""


def test_before_typing_the_patients_opened_last_come_first(desk, place):
    actor = actor_of(desk.user, workplaces(desk.user)[0], door="web")
    first, second, third = PatientFactory.create_batch(3, at=place)
    for patient in (first, second, first):
        audit.looked(actor, "records.patient.read", object_id=patient.pk, patient_ids=[patient.pk])
    page = suggest(desk, "").content.decode()
    assert page.index(first.mrn) < page.index(second.mrn)
    assert third.mrn not in page
    assert looks().count() == 1


def test_patients_of_another_hospital_are_never_suggested(desk, place):
    stranger = PatientFactory(family_name="Okoro")
    assert "Okoro".upper() not in suggest(desk, "okoro").content.decode()
    assert f"/patients/{stranger.pk}/" not in desk.post("/search/", {"q": stranger.mrn})["Location"]


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_who_may_not_search_is_refused(client, place, role):
    signed_in(client, role, place)
    assert client.post("/search/", {"q": "okoro"}).status_code == 403


def test_a_pharmacist_finds_nobody_without_a_task(client, place):
    PatientFactory(at=place, family_name="Okoro")
    signed_in(client, "pharmacist", place)
    assert "No match" in suggest(client, "okoro").content.decode()
