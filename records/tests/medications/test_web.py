"""The catalogue on the web: today's price in the list, the prices on the page and in the form."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Medication
from records.tests.factories import MedicationFactory, PriceFactory

pytestmark = pytest.mark.django_db

LIST = "/medications/"


@pytest.fixture(autouse=True)
def july(monkeypatch):
    moment = dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def here():
    return HospitalFactory(currency="EUR")


@pytest.fixture
def pharmacy(client, here):
    signed_in(client, "pharmacist", here)
    return client


@pytest.fixture
def medication(here):
    """With a price that is over, one of today and one to come."""
    medication = MedicationFactory(hospital=here, name="Doliprane")
    for amount, first, last in (
        ("0.12", "2026-01-01", "2026-06-30"),
        ("0.14", "2026-07-01", "2026-12-31"),
        ("0.16", "2027-01-01", None),
    ):
        PriceFactory(medication=medication, amount=amount, valid_from=first, valid_to=last)
    return medication


def at(page, medication):
    return reverse(f"records:medication-{page}", args=[medication.pk])


def standing(medication):
    rows = medication.prices.live().order_by("valid_from")
    return [f"{row.amount} {row.valid_from} {row.valid_to or ''}".strip() for row in rows]


BEFORE = ["0.12 2026-01-01 2026-06-30", "0.14 2026-07-01 2026-12-31", "0.16 2027-01-01"]


def errors_of(answer):
    """Code by code, what the rows of the list are told."""
    forms = answer.context["form"].lists["prices"].forms
    return [
        (name, error.code) for form in forms for name, rows in form.errors.as_data().items() for error in rows
    ]  # fmt: skip


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


# ---- looking


def test_the_list_tells_todays_price_and_narrows_by_form(pharmacy, here, medication):
    MedicationFactory(hospital=here, name="Otrivin", form="drops")
    page = pharmacy.get(LIST)
    assert [row.first for row in page.context["listing"].rows] == ["Doliprane", "Otrivin"]
    assert "€0.14" in page.content.decode()
    page = pharmacy.get(LIST, {"form": "drops"})
    assert [row.first for row in page.context["listing"].rows] == ["Otrivin"]
    assert "€0.14" not in page.content.decode()


def test_the_list_is_sorted_by_what_stands_in_a_column_and_not_by_what_is_told(pharmacy, here):
    for name, strength in (("A", "9 mg"), ("B", "10 mg")):
        MedicationFactory(hospital=here, name=name, strength=strength, generic_name=f"z{name}")
    ordered = pharmacy.get(LIST, {"order": "-generic_name"}).context["listing"]
    assert [row.first for row in ordered.rows] == ["B", "A"]
    heads = [column.get("sort_url") for column in ordered.columns]
    assert heads[-1] is None
    assert all(heads[:-1])


def test_the_page_marks_todays_price_and_mutes_what_is_over(pharmacy, medication):
    page = pharmacy.get(at("detail", medication))
    told = text_of(page)
    assert "01-Jan-2027 To come until further notice €0.16" in told
    assert "01-Jul-2026 Today 31-Dec-2026 €0.14" in told
    assert page.content.decode().count('<tr class="muted">') == 1


def test_who_may_only_look_sees_the_prices(client, here, medication):
    signed_in(client, "cashier", here)
    assert "€0.14" in client.get(at("detail", medication)).content.decode()
    assert client.get(at("edit", medication)).status_code == 403


def test_the_catalogue_stands_in_the_rail(pharmacy):
    groups = {group["label"]: group["items"] for group in pharmacy.get("/").context["menu"]}
    assert [item["url"] for item in groups["Catalogues"]] == [LIST, "/procedures/", "/consumables/"]


# ---- writing


def test_a_new_medication_with_a_price(pharmacy, here):
    answer = fill(
        pharmacy, "/medications/new/", name="Doliprane", form="tablet", unit="tablet",
        **{"prices-0-amount": "0.12", "prices-0-valid_from": "2026-07-01"},
    )  # fmt: skip
    assert answer.status_code == 302, text_of(answer)
    assert standing(Medication.objects.get()) == ["0.12 2026-07-01"]


def test_one_without_a_price_may_stand_and_an_empty_row_is_no_price(pharmacy):
    fill(pharmacy, "/medications/new/", name="Doliprane", form="tablet", unit="tablet")
    assert standing(Medication.objects.get()) == []


def test_the_form_shows_what_is_valid_or_to_come_and_keeps_what_is_over(pharmacy, medication):
    page = pharmacy.get(at("edit", medication))
    data = form_on(page)["data"]
    assert [data[f"prices-{n}-amount"] for n in range(3)] == [["0.16"], ["0.14"], [""]]
    assert "Price of one unit (EUR)" in page.content.decode()
    typed = {"prices-1-amount": "0.15"}
    assert send(pharmacy, form_on(page), at("edit", medication), **typed).status_code == 302
    assert standing(medication) == [BEFORE[0], "0.15 2026-07-01 2026-12-31", BEFORE[2]]


def test_saved_without_a_touch_nothing_is_changed(pharmacy, medication):
    fill(pharmacy, at("edit", medication))
    medication.refresh_from_db()
    assert (medication.version, standing(medication)) == (1, BEFORE)


def test_a_price_is_taken_off(pharmacy, medication):
    fill(pharmacy, at("edit", medication), **{"prices-0-DELETE": "on"})
    assert standing(medication) == BEFORE[:2]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"prices-2-amount": "1", "prices-2-valid_from": "2026-12-31"}, ("valid_from", "price_overlap")),
        ({"prices-2-amount": "1", "prices-2-valid_from": "2026-06-30", "prices-2-valid_to": "2026-06-30"},
         ("valid_from", "price_overlap")),
        ({"prices-1-valid_to": "2026-06-30"}, ("valid_to", "days_reversed")),
        ({"prices-1-amount": "-1"}, ("amount", "out_of_range")),
        ({"prices-1-amount": "0.125"}, ("amount", "money_decimals")),
        ({"prices-1-amount": "a lot"}, ("amount", "money_invalid")),
        ({"prices-1-amount": ""}, ("amount", "required")),
        ({"prices-1-valid_from": ""}, ("valid_from", "required")),
        ({"prices-2-amount": "1"}, ("valid_from", "required")),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_it_and_on_top_and_nothing_is_saved(
    pharmacy, medication, typed, error
):
    answer = fill(pharmacy, at("edit", medication), **typed)
    assert answer.status_code == 400
    assert errors_of(answer) == [error]
    page = answer.content.decode()
    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert standing(medication) == BEFORE


def test_another_row_keeps_what_was_typed_and_saves_nothing(pharmacy, medication):
    typed = {
        "more": "prices", "name": "Panadol",
        "prices-2-amount": "9", "prices-2-valid_from": "2025-01-01",
    }  # fmt: skip
    answer = fill(pharmacy, at("edit", medication), **typed)
    assert answer.status_code == 200
    data = form_on(answer)["data"]
    assert data["name"] == ["Panadol"]
    assert (data["prices-2-amount"], data["prices-3-amount"]) == (["9"], [""])
    assert standing(medication) == BEFORE
    end = {"prices-2-valid_to": "2025-12-31"}
    assert send(pharmacy, form_on(answer), at("edit", medication), **end).status_code == 302
    assert standing(medication) == ["9.00 2025-01-01 2025-12-31", *BEFORE]


def test_days_are_shown_and_typed_as_near_ones(pharmacy, medication):
    form = form_on(pharmacy.get(at("edit", medication)))
    assert form["data"]["prices-1-valid_to"] == ["31-Dec-2026"]
    typed = {"prices-1-valid_to": "+1", "prices-0-valid_from": "16 jul"}
    send(pharmacy, form, at("edit", medication), **typed)
    assert standing(medication) == [
        BEFORE[0], "0.14 2026-07-01 2026-07-15", "0.16 2026-07-16",
    ]  # fmt: skip


def test_what_was_begun_and_left_is_there_again_with_its_rows(pharmacy, medication):
    page = at("edit", medication)
    typed = {"name": "Panadol", "prices-2-amount": "9", "prices-2-valid_from": "t"}
    kept = send(pharmacy, form_on(pharmacy.get(page)), f"/drafts/keep{page}", **typed)
    assert kept.status_code == 204
    again = pharmacy.get(page)
    data = form_on(again, having="name")["data"]
    assert (data["name"], data["prices-2-amount"], data["prices-3-amount"]) == (
        ["Panadol"], ["9"], [""],
    )  # fmt: skip
    assert "aria-invalid" not in again.content.decode()


@pytest.mark.parametrize("keep", ["theirs", "yours"])
def test_of_two_lists_one_is_chosen(pharmacy, medication, keep):
    form = form_on(pharmacy.get(at("edit", medication)))
    fill(pharmacy, at("edit", medication), **{"prices-0-amount": "0.99"})
    page = send(pharmacy, form, at("edit", medication), **{"prices-0-amount": "0.17"})
    assert page.status_code == 412
    [row] = page.context["differences"]
    assert (row.name, "€0.99 01-Jan-2027" in row.theirs, "€0.17 01-Jan-2027" in row.yours) == (
        "prices", True, True,
    )  # fmt: skip
    send(pharmacy, form_on(page, having="keep_prices"), at("edit", medication), keep_prices=keep)
    assert standing(medication)[-1] == f"{'0.99' if keep == 'theirs' else '0.17'} 2027-01-01"


def test_the_history_tells_which_price_came_and_which_went(pharmacy, medication):
    fill(pharmacy, at("edit", medication), **{"prices-0-amount": "0.99"})
    told = text_of(pharmacy.get(at("detail", medication)))
    assert "0.99 · 01-Jan-2027" in told
    assert "0.16 · 01-Jan-2027" in told


def test_the_page_and_the_form_cost_the_same_for_few_prices_and_for_many(pharmacy, medication):
    costs = []
    for years in (range(2020, 2022), range(2000, 2018)):
        for year in years:
            PriceFactory(
                medication=medication, valid_from=f"{year}-01-01", valid_to=f"{year}-12-31"
            )
        for page in ("detail", "edit"):
            pharmacy.get(at(page, medication))
            with CaptureQueriesContext(connection) as queries:
                pharmacy.get(at(page, medication))
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
