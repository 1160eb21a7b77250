"""The catalogue in the admin: found, filtered, read with its prices, and its history."""

import datetime as dt

import pytest
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.tests.factories import MedicationFactory, PriceFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/records/medication/"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def admin(client, here, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC))
    signed_in(client, "administrator", here)
    return client


@pytest.mark.parametrize("query", ["q=doli", "q=paracetamol", "q=N02BE01", "form__exact=tablet"])
def test_an_entry_is_found_with_todays_price(admin, here, query):
    found = MedicationFactory(
        hospital=here, name="Doliprane", generic_name="Paracetamol", atc_code="N02BE01"
    )
    MedicationFactory(hospital=here, name="Otrivin", form="drops")
    PriceFactory(medication=found, amount="0.14")
    page = admin.get(f"{LIST}?{query}").content.decode()
    assert ("Doliprane" in page, "€0.14" in page, "Otrivin" in page) == (True, True, False)


def test_prices_stand_beside_the_entry_without_those_replaced(admin, here):
    medication = MedicationFactory(hospital=here)
    PriceFactory(medication=medication, amount="0.14")
    PriceFactory(medication=medication, amount="0.99", retired_at=clock.now())
    at = reverse("admin:records_medication_change", args=[medication.pk])
    page = admin.get(at).content.decode()
    assert ("€0.14" in page, "€0.99" in page) == (True, False)
    history = reverse("admin:records_medication_history", args=[medication.pk])
    assert admin.get(history).status_code == 200


def test_a_new_price_is_set_and_a_second_click_sets_none(admin, here):
    medication = MedicationFactory(hospital=here)
    PriceFactory(medication=medication, amount="0.14")
    at = reverse("admin:records_medication_price", args=[medication.pk])
    form = form_on(admin.get(at), having="amount")
    for _ in range(2):
        answer = send(admin, form, at, amount="0.20", valid_from="1-Sep-2026")
        assert answer.status_code == 302
    rows = medication.prices.live().values_list("amount", "valid_to")
    assert [(str(amount), str(last)) for amount, last in rows] == [
        ("0.20", "None"), ("0.14", "2026-08-31"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(act="records.medication.update", door="admin").exists()


def test_a_new_price_with_too_many_decimals_is_refused(admin, here):
    medication = MedicationFactory(hospital=here)
    at = reverse("admin:records_medication_price", args=[medication.pk])
    answer = fill(admin, at, having="amount", amount="0.125", valid_from="t")
    assert answer.status_code == 400
    assert "more than 2 decimals" in answer.content.decode()
    assert not medication.prices.exists()
