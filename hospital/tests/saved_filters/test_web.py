"""Filters people keep: their own, of one list at one hospital, and never more than the list's own words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hospital.models import SavedFilter
from hospital.services import saved_filters
from hospital.tests.factories import (
    DepartmentFactory,
    HospitalFactory,
    WardFactory,
    employ,
    enter,
    signed_in,
)
from hospital.tests.filling import form_on, send

pytestmark = pytest.mark.django_db
LIST = "/wards/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def heart(place):
    department = DepartmentFactory(hospital=place, name="Heart")
    WardFactory(department=department, name="In it")
    WardFactory(hospital=place, name="Beside")
    return department


@pytest.fixture
def nurse(client, place):
    client.user = signed_in(client, "nurse", place)
    return client


def saved(client, query, name="Mine"):
    form = form_on(client.get(LIST + query), action="/saved-filters/")
    return send(client, form, LIST, name=name)


def links(client, query=""):
    return [(each["label"], each["is_current"]) for each in client.get(LIST + query).context["saved"].tabs]  # fmt: skip


def test_filters_and_order_are_saved_shown_above_the_list_and_lead_back(nurse, heart):
    query = f"?department={heart.pk}&order=-name"
    answer = saved(nurse, query, "Heart, Z to A")
    page = nurse.get(answer["Location"])
    assert [row.first for row in page.context["listing"].rows] == ["In it"]
    assert links(nurse) == [("All", True), ("Heart, Z to A", False)]
    assert links(nurse, query) == [("All", False), ("Heart, Z to A", True)]
    [link] = page.context["saved"].links
    assert [row.first for row in nurse.get(LIST + link["url"]).context["listing"].rows] == ["In it"]


def test_a_list_as_it_always_is_has_nothing_to_save(nurse, heart):
    page = nurse.get(LIST)
    assert "/saved-filters/" not in page.content.decode()
    token = form_on(page)["data"]["form_token"]
    sent = {"form_token": token, "list": "hospital.wards", "query": "", "name": "x"}
    nurse.post("/saved-filters/", sent)
    assert not SavedFilter.objects.exists()


def test_the_same_name_again_means_the_new_filters(nurse, heart):
    saved(nurse, "?order=-name")
    saved(nurse, "?order=-code")
    assert [row.query for row in SavedFilter.objects.all()] == ["order=-code"]


def test_a_double_click_saves_once(nurse, heart):
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/saved-filters/")
    first, second = (send(nurse, form, LIST, name="Mine") for _ in range(2))
    assert first["Location"] == second["Location"]
    assert SavedFilter.objects.count() == 1


def test_what_was_saved_is_forgotten_and_a_second_click_does_no_harm(nurse, heart):
    saved(nurse, "?order=-name")
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/remove/")
    for _ in range(2):
        assert send(nurse, form, LIST)["Location"].startswith(LIST)
    assert not SavedFilter.objects.exists()
    assert links(nurse) == []


def test_they_are_ones_own_and_of_one_hospital(nurse, place, heart):
    saved(nurse, "?order=-name")
    row = SavedFilter.objects.get()
    other = Client()
    signed_in(other, "administrator", place)
    assert links(other) == []
    token = form_on(other.get(f"{LIST}?order=-name"))["data"]["form_token"]
    assert other.post(f"/saved-filters/{row.pk}/remove/", {"form_token": token}).status_code == 404
    there = HospitalFactory()
    elsewhere = Client()
    enter(elsewhere, employ("nurse", there, user=nurse.user), there)
    assert links(elsewhere) == []
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["family_name=Müller&order=-name", "department=%27%20OR%201=1&order=-name&q=Ana", "order=-name&cursor=x"]
)  # fmt: skip
def test_only_the_lists_own_words_are_kept(nurse, heart, query):
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/saved-filters/")
    send(nurse, form, LIST, query=query, name="Mine")
    assert SavedFilter.objects.get().query == "order=-name"


def test_another_hospitals_department_cannot_be_saved(nurse, heart):
    theirs = DepartmentFactory()
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/saved-filters/")
    send(nurse, form, LIST, query=f"order=-name&department={theirs.pk}", name="Mine")
    assert SavedFilter.objects.get().query == "order=-name"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\0b"])
def test_a_name_is_needed_and_is_short(nurse, heart, name):
    answer = saved(nurse, "?order=-name", name)
    assert not SavedFilter.objects.exists()
    assert "up to 40 letters" in nurse.get(answer["Location"]).content.decode()


def test_a_list_that_does_not_exist_is_refused(nurse, heart):
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/saved-filters/")
    answer = send(nurse, form, LIST, list="hospital.nothing", name="Mine")
    assert (answer.status_code, answer.context["problem"].code) == (400, "invalid_choice")


def test_there_is_an_end_to_how_many(nurse, heart, monkeypatch):
    monkeypatch.setattr(saved_filters, "MOST", 2)
    saved(nurse, "?order=-name", "One")
    saved(nurse, "?order=-code", "Two")
    answer = saved(nurse, "?order=floor", "Three")
    assert (answer.status_code, answer.context["problem"].code) == (409, "saved_filters_full")
    assert saved(nurse, "?order=floor", "Two").status_code == 302
    assert SavedFilter.objects.count() == 2


def test_a_list_costs_the_same_with_one_saved_and_with_ten(nurse, heart):
    costs = []
    for number in range(10):
        saved(nurse, "?order=-name", f"View {number}")
        if number in {0, 9}:
            with CaptureQueriesContext(connection) as queries:
                nurse.get(LIST)
            costs.append(len(queries))
    assert costs[0] == costs[1]
