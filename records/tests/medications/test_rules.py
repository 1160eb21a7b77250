"""Prices of a medication: from a day to a day, in the hospital's currency, one at a time."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from hospital.kit import clock, facts
from hospital.kit.errors import RuleError, StaleError, errors_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import Medication, MedicationPrice
from records.services import catalogues
from records.tests.factories import MedicationFactory, PriceFactory

pytestmark = pytest.mark.django_db

JANUARY, JUNE = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
JULY = dt.date(2026, 7, 1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def pharmacist(here):
    return actor("pharmacist", here)


@pytest.fixture
def medication(here):
    """With a price for the first half of the year, and one from July on."""
    medication = MedicationFactory(hospital=here, name="Doliprane")
    PriceFactory(medication=medication, amount="0.12", valid_from=JANUARY, valid_to=JUNE)
    PriceFactory(medication=medication, amount="0.14", valid_from=JULY)
    return Medication.objects.get(pk=medication.pk)


def price(amount="0.20", valid_from=JANUARY, valid_to=None):
    return MedicationPrice(amount=amount, valid_from=valid_from, valid_to=valid_to)


def standing(medication):
    rows = medication.prices.live().order_by("valid_from")
    return [(str(row.amount), row.valid_from, row.valid_to) for row in rows]


def price_on(medication, day):
    return Medication.objects.on_day(day).get(pk=medication.pk).price_today


def codes_of(refused, name="prices"):
    return [code for code, _sentence in errors_of(refused.value)[name]]


# ---- which price counts


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (JANUARY - dt.timedelta(1), None),
        (JANUARY, "0.12"),
        (JUNE, "0.12"),
        (JULY, "0.14"),
        (dt.date(2099, 12, 31), "0.14"),
    ],
)
def test_both_days_belong_to_a_price_and_without_an_end_it_goes_on(medication, day, amount):
    assert price_on(medication, day) == (amount and Decimal(amount))
    counted = [row for row in medication.prices.all() if row.is_valid_on(day)]
    assert [str(row.amount) for row in counted] == ([amount] if amount else [])


def test_a_replaced_price_counts_no_more(pharmacist, medication):
    catalogues.update(pharmacist, entry=medication, prices=[price("0.99")])
    assert price_on(medication, JUNE) == Decimal("0.99")


def test_today_is_the_day_on_the_hospitals_wall(medication, monkeypatch):
    evening = dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: evening)
    with timezone.override("Europe/Berlin"):
        assert price_on(medication, clock.today()) == Decimal("0.14")
    with timezone.override("Europe/London"):
        assert price_on(medication, clock.today()) == Decimal("0.12")


# ---- the list as a whole


def test_a_new_entry_takes_its_prices_with_it(pharmacist, here):
    medication = MedicationFactory.build(hospital=here)
    catalogues.add(
        pharmacist,
        entry=medication,
        prices=[price("1", JANUARY, JUNE), price("2.50", JULY)],
    )
    assert standing(medication) == [("1.00", JANUARY, JUNE), ("2.50", JULY, None)]
    acts = AuditEvent.objects.values_list("act", flat=True)
    assert list(acts) == ["records.medication.create"] * 3


def test_a_list_replaces_the_list_and_moves_the_version_once(pharmacist, medication):
    kept = medication.prices.get(valid_from=JANUARY)
    wanted = [price("0.12", JANUARY, JUNE), price("0.15", JULY)]
    catalogues.update(pharmacist, entry=medication, prices=wanted, expected_version=1)
    assert medication.version == 2
    assert standing(medication) == [("0.12", JANUARY, JUNE), ("0.15", JULY, None)]
    assert medication.prices.live().get(valid_from=JANUARY) == kept
    assert medication.prices.retired().get().retired_reason == "replaced"
    event = AuditEvent.objects.get(object_id=medication.pk)
    assert (event.act, event.changed) == ("records.medication.update", ["prices"])


@pytest.mark.parametrize("prices", [None, "the same"])
def test_a_list_that_stays_changes_nothing(pharmacist, medication, prices):
    same = [price("0.14", JULY), price("0.12", JANUARY, JUNE), price("0.120", JANUARY, JUNE)]
    catalogues.update(pharmacist, entry=medication, prices=prices and same)
    assert (medication.version, AuditEvent.objects.count()) == (1, 0)


def test_a_price_may_take_the_days_of_the_one_it_replaces(pharmacist, medication):
    catalogues.update(pharmacist, entry=medication, prices=[price("0.30", JANUARY)])
    assert standing(medication) == [("0.30", JANUARY, None)]


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (dt.date(2026, 9, 1), [("0.12", JANUARY, JUNE), ("0.14", JULY, dt.date(2026, 8, 31)),
                               ("0.20", dt.date(2026, 9, 1), None)]),
        (JULY, [("0.12", JANUARY, JUNE), ("0.20", JULY, None)]),
        (dt.date(2026, 3, 1), [("0.12", JANUARY, dt.date(2026, 2, 28)),
                               ("0.20", dt.date(2026, 3, 1), None)]),
        (dt.date(2025, 1, 1), [("0.20", dt.date(2025, 1, 1), None)]),
    ],
)  # fmt: skip
def test_a_new_price_ends_the_one_before_and_takes_back_those_to_come(
    pharmacist, medication, first, wanted
):
    catalogues.set_price(
        pharmacist, entry=medication, amount="0.20", valid_from=first, expected_version=1
    )
    assert (standing(medication), medication.version) == (wanted, 2)


def test_a_new_price_that_is_none_changes_nothing(pharmacist, medication):
    with pytest.raises(ValidationError) as refused:
        catalogues.set_price(pharmacist, entry=medication, amount="-1", valid_from=JULY)
    assert codes_of(refused, "amount") == ["out_of_range"]
    assert (len(standing(medication)), AuditEvent.objects.count()) == (2, 0)


def test_who_saw_an_older_version_is_told(pharmacist, medication):
    catalogues.update(pharmacist, entry=medication, prices=[], expected_version=1)
    late = Medication.objects.get(pk=medication.pk)
    with pytest.raises(StaleError):
        catalogues.update(pharmacist, entry=late, prices=[price()], expected_version=1)
    assert standing(medication) == []


def test_of_a_retired_medication_no_price_is_changed(pharmacist, medication):
    facts.retire(pharmacist, medication, reason="not sold any more")
    with pytest.raises(RuleError) as refused:
        catalogues.update(pharmacist, entry=medication, prices=[])
    assert refused.value.code == "retired"
    assert len(standing(medication)) == 2


# ---- what is refused


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (price("0.20", JUNE, JULY), "price_overlap"),
        (price("0.20", JULY), "price_overlap"),
        (price("0.20", dt.date(2026, 12, 1), dt.date(2026, 12, 1)), "price_overlap"),
        (price("0.20", JANUARY - dt.timedelta(1), JANUARY - dt.timedelta(2)), "days_reversed"),
        (price("-0.01", JANUARY - dt.timedelta(1), JANUARY - dt.timedelta(1)), "out_of_range"),
        (price("0.125", JANUARY - dt.timedelta(1), JANUARY - dt.timedelta(1)), "money_decimals"),
        (price("a lot", JANUARY - dt.timedelta(1), JANUARY - dt.timedelta(1)), "money_invalid"),
        (price(None, JANUARY - dt.timedelta(1), JANUARY - dt.timedelta(1)), "required"),
        (price("0.20", None), "required"),
    ],
)
def test_a_broken_price_is_told_with_its_number_and_nothing_is_changed(
    pharmacist, medication, row, code
):
    before = standing(medication)
    whole = [price("0.12", JANUARY, JUNE), price("0.14", JULY), row]
    with pytest.raises(ValidationError) as refused:
        catalogues.update(pharmacist, entry=medication, prices=whole)
    assert codes_of(refused) == [code]
    assert refused.value.messages[0].startswith("3: ")
    assert (standing(medication), AuditEvent.objects.count()) == (before, 0)


def test_the_database_itself_keeps_a_day_from_having_two_prices(medication):
    twice = MedicationPrice(medication=medication, amount="0.20", valid_from=JUNE, valid_to=JUNE)
    with pytest.raises(ValidationError) as refused:
        twice.full_clean()
    assert codes_of(refused, "valid_from") == ["price_overlap"]
    with pytest.raises(IntegrityError, match="medication_price_no_overlap"):
        twice.save()


def test_the_currency_says_how_many_decimals_there_are():
    tokyo = HospitalFactory(currency="JPY")
    medication = MedicationFactory(hospital=tokyo)
    chemist = actor("pharmacist", tokyo)
    with pytest.raises(ValidationError) as refused:
        catalogues.update(chemist, entry=medication, prices=[price("12.50")])
    assert codes_of(refused) == ["money_decimals"]
    catalogues.update(chemist, entry=medication, prices=[price("1200")])
    assert medication.prices.live().get().amount == 1200


def test_the_same_product_stands_once_among_the_live_ones(here, pharmacist):
    first = MedicationFactory(hospital=here, name="Doliprane")
    again = MedicationFactory.build(hospital=here, name="Doliprane")
    with pytest.raises(ValidationError) as refused:
        catalogues.add(pharmacist, entry=again)
    assert codes_of(refused, "name") == ["medication_taken"]
    for other in ({"form": "syrup"}, {"strength": "1 g"}, {"hospital": HospitalFactory()}):
        MedicationFactory(**{"hospital": here, "name": "Doliprane"} | other).full_clean()

    facts.retire(pharmacist, first, reason="not sold any more")
    catalogues.add(pharmacist, entry=again)
    with pytest.raises(RuleError) as refused:
        facts.restore(actor("administrator", here), Medication.objects.get(pk=first.pk))
    assert refused.value.code == "restore_conflict"


def test_an_atc_code_is_kept_in_capitals(here, pharmacist):
    medication = MedicationFactory.build(hospital=here, atc_code=" n02be01 ")
    catalogues.add(pharmacist, entry=medication)
    medication.refresh_from_db()
    assert medication.atc_code == "N02BE01"


def test_the_catalogue_is_ordered_as_people_count(here):
    for strength in ("1000 mg", "500 mg", "75 mg"):
        MedicationFactory(hospital=here, name="Doliprane", strength=strength)
    found = Medication.objects.order_by("sort_key").values_list("strength", flat=True)
    assert list(found) == ["75 mg", "500 mg", "1000 mg"]
