"""Finding patients on the web: the list, the search, and what never stands in an address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient, SavedSearch
from hospital.services import searches
from hospital.tests.factories import actor
from hospital.tests.filling import form_on, send
from records import search as box
from records.models import Patient, Registration, SearchKey
from records.services import search_keys
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    register,
)

from .desk import desk, elsewhere, here, sit, text

__all__ = ["desk", "elsewhere", "here"]
pytestmark = pytest.mark.django_db


def search(client, words):
    """Where a search leads, and the page there."""
    answer = client.post("/patients/search/", {"q": words})
    assert answer.status_code == 302
    return answer["Location"], client.get(answer["Location"])


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_shows_live_patients_of_this_hospital_by_name_and_books_them_all(
    desk, here, elsewhere
):
    weber = PatientFactory(at=here, family_name="Weber")
    anders = PatientFactory(at=here, family_name="Ånders")
    PatientFactory(at=elsewhere, family_name="Stranger")
    gone = PatientFactory(at=here, family_name="Gone")
    Registration.objects.filter(patient=gone).update(retired_at=clock.now())
    page = text(desk.get("/patients/"))
    assert page.index("ÅNDERS") < page.index("WEBER")
    assert "STRANGER" not in page
    assert "GONE" not in page
    assert "2 patients" in page
    event = AuditEvent.objects.get(act="records.patient.list")
    booked = set(AuditPatient.objects.filter(event=event).values_list("patient_id", flat=True))
    assert booked == {weber.pk, anders.pk}


def test_the_list_costs_the_same_queries_for_3_and_for_30(desk, here):
    PatientFactory.create_batch(3, at=here)
    few = queries_of(desk, "/patients/")
    PatientFactory.create_batch(27, at=here)
    assert queries_of(desk, "/patients/") == few
    assert few <= 8


def test_the_results_cost_no_more_queries_for_30_than_for_3(desk, here):
    PatientFactory.create_batch(3, at=here, family_name="Okoro", phone="+491705550142")
    where, _page = search(desk, "okoro 0170")
    few = queries_of(desk, where)
    PatientFactory.create_batch(27, at=here, family_name="Okoro", phone="+491705550142")
    assert queries_of(desk, where) <= few
    assert few <= 15


@pytest.mark.parametrize("place", ["o.abc", "n.abc", "abc", "o."])
def test_a_place_that_is_not_one_of_this_search_begins_anew(desk, here, place):
    known = PatientFactory(at=here, family_name="Okoro")
    where, _page = search(desk, "okoro")
    assert str(known.pk) in desk.get(where, {"cursor": place}).text


def test_a_long_list_is_read_page_by_page_and_nobody_comes_twice(desk, here):
    everybody = PatientFactory.create_batch(60, at=here)
    first = desk.get("/patients/")
    following = first.context["next_url"]
    second = desk.get(following)
    names = [hit["id"] for page in (first, second) for hit in page.context["hits"]]
    assert len(names) == len(set(names)) == len(everybody)
    assert all(patient.family_name.lower() not in following.lower() for patient in everybody)
    assert second.context["next_url"] == ""


def test_a_page_marker_of_another_list_leads_to_the_first_page(desk, here):
    PatientFactory.create_batch(60, at=here)
    following = desk.get("/patients/").context["next_url"]
    answer = desk.get(f"{following}&sex=male")
    assert answer["Location"] == "/patients/?sex=male"


def test_filters_stand_in_the_address_and_as_chips(desk, here):
    PatientFactory(at=here, family_name="Weber", sex="male")
    PatientFactory(at=here, family_name="Okoro", sex="female")
    PatientFactory(family_name="Elsewhere", sex="male")
    page = text(desk.get("/patients/?sex=male"))
    assert "WEBER" in page
    assert "OKORO" not in page
    assert "Sex: Male" in page
    assert "1 patient" in page


def test_today_begins_at_midnight_of_the_hospital(desk, here):
    PatientFactory(at=here, family_name="Fresh")
    old = PatientFactory(at=here, family_name="Stale")
    Registration.objects.filter(patient=old).update(registered_at="2020-01-01T00:00:00Z")
    page = text(desk.get("/patients/?today=on"))
    assert "FRESH" in page
    assert "STALE" not in page


def test_only_who_may_restore_finds_the_retired(desk, here):
    gone = PatientFactory(at=here, family_name="Gone")
    Registration.objects.filter(patient=gone).update(retired_at=clock.now())
    assert "GONE" not in text(desk.get("/patients/?retired=on"))
    assert "GONE" in text(sit("administrator", here).get("/patients/?retired=on"))


def test_a_mask_lies_over_the_phone_for_who_only_recognises_it(here):
    PatientFactory(at=here, phone="+491705550142")
    page = text(sit("cashier", here).get("/patients/"))
    assert "5550142" not in page.replace(" ", "")
    assert "•••142" in page


def test_a_search_finds_by_name_in_any_order_and_no_name_stands_in_the_address(desk, here):
    PatientFactory(at=here, family_name="Müller", given_names="Ana Maria")
    PatientFactory(at=here, family_name="Weber", given_names="Ana")
    where, page = search(desk, "mar mulle")
    kept = SavedSearch.objects.get()
    assert where == f"/patients/found/{kept.pk}/"
    assert "MÜLLER, Ana Maria" in text(page)
    assert "WEBER" not in text(page)


def test_a_whole_mrn_opens_the_chart(desk, here):
    patient = PatientFactory(at=here)
    where, _page = search(desk, f" {patient.mrn} ")
    assert where == f"/patients/{patient.pk}/"
    assert not SavedSearch.objects.exists()


def test_chips_say_what_besides_the_name_fitted(desk, here):
    patient = PatientFactory(at=here, family_name="Okoro", phone="+491705550142")
    _where, page = search(desk, "okoro 0170555")
    assert page.context["hits"][0]["why"] == ["Phone"]
    IdentifierFactory(patient=patient, value="ZZ9901")
    _where, page = search(desk, "ZZ9901")
    assert page.context["hits"][0]["why"] == ["Identifier"]


def test_what_was_typed_is_filled_into_the_form_but_not_into_the_address(desk):
    _where, page = search(desk, "Müller, Ana 14.3.1988")
    assert "Nobody registered here fits." in text(page)
    link = f"/patients/register/?search={SavedSearch.objects.get().pk}"
    assert link in text(page)
    form = text(desk.get(link))
    for value in ("Müller", "Ana", "14", "March", "1988"):
        assert f'value="{value}"' in form


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Müller, Ana 14.3.1988", "What you typed is filled in."),
        ("Müller P1234567X", "What you typed is filled in, but not <bdi>P1234567X</bdi>."),
        ("Zyzzyva 31.2.1988", "but not <bdi>31.2.1988</bdi>."),
        ("P1234567X", ""),
    ],
)
def test_what_the_form_will_not_take_along_is_named(desk, typed, said):
    page = text(search(desk, typed)[1])
    assert "Not in the list?" in page
    assert said in page
    assert ("What you typed" in page) == bool(said)


def test_the_same_search_is_kept_once_so_that_what_was_begun_from_it_is_there(desk, here):
    (first, _), (again, _) = search(desk, "Nobody Here"), search(desk, "Nobody Here")
    assert first == again
    assert search(desk, "Nobody Else")[0] != first
    assert search(sit("receptionist", here), "Nobody Here")[0] != first
    SavedSearch.objects.update(created_at=clock.now() - searches.KEPT_FOR)
    assert search(desk, "Nobody Here")[0] != first


def test_who_is_found_by_the_name_of_before_a_merge_is_marked(desk, here):
    chart = PatientFactory(at=here, family_name="Bianchi", given_names="Giulia")
    before = PatientFactory(at=here, family_name="Rossi", given_names="Giulia")
    before.registrations.update(retired_at=clock.now())
    SearchKey.objects.filter(registration__patient=before).delete()
    Patient.objects.filter(pk=before.pk).update(merged_into=chart, retired_at=clock.now())
    search_keys.rewrite(Patient.objects.get(pk=chart.pk))
    reception = actor("receptionist", here)
    for typed, is_former in {
        "giulia rossi": True,
        "giulia": False,
        "bianchi": False,
        "ROS": True,
    }.items():
        (hit,) = box.find(reception, typed, 8)
        assert hit.detail.startswith("Former name · ") == is_former
        assert ("Former name" in text(search(desk, typed)[1])) == is_former


def test_a_search_is_its_owners(desk, here, elsewhere):
    where, _page = search(desk, "okoro")
    assert sit("receptionist", here).get(where).status_code == 404
    assert desk.get(f"/patients/register/?search={where.split('/')[-2]}").status_code == 200
    assert (
        sit("receptionist", elsewhere)
        .get(f"/patients/register/?search={where.split('/')[-2]}")
        .status_code
        == 404
    )


def test_a_stranger_shows_only_on_two_exact_facts_and_minimally(desk, elsewhere):
    stranger = PatientFactory(
        at=elsewhere, family_name="Müller", given_names="Ana", birth_date="1988-03-14",
        phone="+491705550142", city="Leipzig",
    )  # fmt: skip
    for words in ("Müller", "Müller Ana", "Ana Müller 1988", "0170 5550142"):
        assert "Known at another hospital" not in text(search(desk, words)[1])
    _where, found = search(desk, "Ana Müller 14.3.1988")
    page = text(found)
    assert "Known at another hospital" in page
    assert "MÜLLER, Ana" in page
    assert "…142" in page
    for secret in ("Leipzig", "14-Mar", "5550142", str(stranger.pk), stranger.mrn):
        assert secret not in page
    answer = send(desk, form_on(found, having="match"), "", reason="Emergency")
    assert answer["Location"] == f"/patients/{stranger.pk}/"


@pytest.mark.parametrize("role", ["doctor", "cashier", "administrator"])
def test_who_may_not_register_sees_no_stranger(here, elsewhere, role):
    PatientFactory(at=elsewhere, family_name="Müller", given_names="Ana", birth_date="1988-03-14")
    _where, page = search(sit(role, here), "Ana Müller 14.3.1988")
    assert "Known at another hospital" not in text(page)


def test_a_patient_of_both_hospitals_is_no_stranger(desk, here, elsewhere):
    both = PatientFactory(
        at=elsewhere, family_name="Müller", given_names="Ana", birth_date="1988-03-14"
    )
    register(both, here)
    _where, page = search(desk, "Ana Müller 14.3.1988")
    assert "Known at another hospital" not in text(page)
    assert [hit["id"] for hit in page.context["hits"]] == [both.pk]


@pytest.mark.parametrize("role", ["pharmacist", "lab"])
def test_who_has_no_task_with_a_patient_sees_none(here, role):
    PatientFactory(at=here, family_name="Okoro")
    client = sit(role, here)
    assert "OKORO" not in text(client.get("/patients/"))
    assert "OKORO" not in text(search(client, "okoro")[1])


def test_reception_starts_with_who_came_today_and_each_shown_is_booked(desk, here):
    patient = PatientFactory(at=here, family_name="Okoro")
    ContactFactory(patient=patient)
    page = text(desk.get("/"))
    assert "OKORO" in page
    assert "Register patient" in page
    assert AuditEvent.objects.get(act="records.patient.list").patient_id == patient.pk
    nurse = sit("nurse", here)
    assert "OKORO" not in text(nurse.get("/"))
    nurse.get(f"/patients/{patient.pk}/")
    assert "OKORO" in text(nurse.get("/"))
    assert "OKORO" not in text(sit("cashier", here).get("/"))
