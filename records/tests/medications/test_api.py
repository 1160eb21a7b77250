"""The catalogue by the API: prices as a list, today's price, the currency, filters."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, api
from records.models import Medication
from records.tests.factories import MedicationFactory, PriceFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/medications"


@pytest.fixture
def here():
    return HospitalFactory(currency="GBP", time_zone="Europe/London")


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.fixture(autouse=True)
def summer(monkeypatch):
    """23:30 on the last of June in UTC: in London it is July already."""
    moment = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


def price(amount, valid_from, valid_to=None):
    return {"amount": amount, "valid_from": valid_from, "valid_to": valid_to}


SENT = {
    "name": "Doliprane",
    "form": "tablet",
    "strength": "500 mg",
    "unit": "tablet",
    "prices": [price("0.12", "2026-01-01", "2026-06-30"), price("0.1", "2026-07-01")],
}


def test_prices_are_shown_as_text_the_latest_first_with_todays_and_the_currency(program):
    made = program.post(LIST, SENT)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["prices"] == [
        price("0.10", "2026-07-01"),
        price("0.12", "2026-01-01", "2026-06-30"),
    ]
    assert (shown["price_today"], shown["currency"]) == ("0.10", "GBP")
    [listed] = program.get(LIST).json()["results"]
    assert listed == shown


def test_tomorrow_the_price_is_tomorrows_although_nothing_was_changed(program, monkeypatch):
    made = program.post(LIST, SENT)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC))
    for seen in (program.get(made["Location"]).json(), program.get(LIST).json()["results"][0]):
        assert seen["price_today"] == "0.12"
    again = program.get(made["Location"], headers={"If-None-Match": made["ETag"]})
    assert (again.status_code, again.json()["price_today"]) == (200, "0.12")


def test_a_list_sent_replaces_the_list_and_one_left_out_stays(program):
    made = program.post(LIST, SENT)
    at = made["Location"]
    kept = program.patch(at, {"generic_name": "Paracetamol"}, headers={"If-Match": '"1"'}).json()
    assert kept["prices"] == made.json()["prices"]
    only = [price("0.20", "2026-01-01")]
    changed = program.patch(at, {"prices": only}, headers={"If-Match": '"2"'})
    assert (changed.json()["prices"], changed.json()["version"]) == (only, 3)
    stale = program.patch(at, {"prices": []}, headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert program.get(at).json()["prices"] == only


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (price("0.2", "2026-06-30", "2026-06-30"), "price_overlap"),
        (price("0.2", "2025-02-01", "2025-01-31"), "days_reversed"),
        (price("0.125", "2025-01-01", "2025-01-01"), "money_decimals"),
        (price("-1", "2025-01-01", "2025-01-01"), "out_of_range"),
    ],
)
def test_a_broken_price_is_told_with_its_number(program, broken, code):
    answer = program.post(LIST, {**SENT, "prices": [*SENT["prices"], broken]})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]["prices"]
    assert error["code"] == code
    assert error["detail"].startswith("3: ")
    assert not Medication.objects.exists()


def test_an_amount_that_is_no_text_is_refused(program):
    answer = program.post(LIST, {**SENT, "prices": [price(0.2, "2026-01-01")]})
    assert answer.status_code == 400
    assert b"money_invalid" in answer.content


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=do", ["Doliprane"]),
        ("generic_name=PARA", ["Doliprane", "Panadol"]),
        ("atc_code=N02", ["Doliprane", "Panadol"]),
        ("atc_code=n02be01", ["Doliprane"]),
        ("atc_code=J01", []),
        ("form=syrup", ["Panadol"]),
        ("ordering=-name", ["Ventolin", "Panadol", "Doliprane"]),
    ],
)
def test_the_list_is_narrowed_by_name_substance_group_and_form(program, here, query, names):
    known = {"hospital": here, "generic_name": "Paracetamol"}
    MedicationFactory(**known, name="Doliprane", atc_code="N02BE01")
    MedicationFactory(**known, name="Panadol", form="syrup", atc_code="N02BE51")
    MedicationFactory(hospital=here, name="Ventolin", atc_code="R03AC02")
    found = program.get(f"{LIST}?{query}").json()["results"]
    assert [row["name"] for row in found] == names


def test_prices_cost_no_query_of_their_own_for_each_medication(program, here):
    costs = []
    for wanted in (3, 30):
        for _ in range(wanted - Medication.objects.count()):
            medication = MedicationFactory(hospital=here)
            PriceFactory(medication=medication, valid_from="2026-01-01", valid_to="2026-06-30")
            PriceFactory(medication=medication, valid_from="2026-07-01")
        for query in ("", "?form=tablet"):
            program.get(LIST + query)
            with CaptureQueriesContext(connection) as queries:
                rows = program.get(LIST + query).json()["results"]
            costs.append(len(queries))
            assert all(len(row["prices"]) == 2 and row["price_today"] for row in rows)
    assert costs[:2] == costs[2:]
