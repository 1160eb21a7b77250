"""The prices of procedures and consumables: kept as those of medications are, on every door.

The rules themselves are proved in records/tests/medications; here, that each catalogue has them.
"""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import OuterRef
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.kit.errors import Denied, RuleError, errors_of
from hospital.kit.facts import retire
from hospital.models import AuditEvent
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor, api, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Procedure, ProcedurePrice
from records.models.prices import price_model, price_on
from records.services import catalogues
from records.tests.factories import (
    ConsumableFactory,
    ConsumablePriceFactory,
    ProcedureFactory,
    ProcedurePriceFactory,
)

pytestmark = pytest.mark.django_db

JANUARY, JUNE, JULY = dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)
KINDS = {
    "procedure": (ProcedureFactory, ProcedurePriceFactory),
    "consumable": (ConsumableFactory, ConsumablePriceFactory),
}


@pytest.fixture(autouse=True)
def july(monkeypatch):
    moment = dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def here():
    return HospitalFactory(currency="EUR")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def entry(kind, here):
    """With a price for the first half of the year, and one from July on."""
    make, price = KINDS[kind]
    entry = make(hospital=here, code="X1")
    price(**{kind: entry}, amount="1.20", valid_from=JANUARY, valid_to=JUNE)
    price(**{kind: entry}, amount="1.40", valid_from=JULY)
    return type(entry).objects.get(pk=entry.pk)


@pytest.fixture
def pharmacist(here):
    return actor("pharmacist", here)


def at(page, entry):
    return reverse(f"{entry.resource.replace('.', ':')}-{page}", args=[entry.pk])


def standing(entry):
    rows = entry.prices.live().order_by("valid_from")
    return [f"{row.amount} {row.valid_from} {row.valid_to or ''}".strip() for row in rows]


BEFORE = ["1.20 2026-01-01 2026-06-30", "1.40 2026-07-01"]


@pytest.mark.parametrize(
    ("day", "amount"),
    [(JANUARY - dt.timedelta(1), None), (JANUARY, "1.20"), (JUNE, "1.20"), (JULY, "1.40")],
)
def test_a_day_has_the_price_whose_days_include_it(entry, day, amount):
    found = type(entry).objects.on_day(day).get(pk=entry.pk)
    assert found.price_today == (amount and Decimal(amount))


def test_a_query_of_other_rows_is_told_the_price_of_the_day_that_they_name(here):
    procedure = ProcedureFactory(hospital=here)
    for amount, first in (("9.00", JANUARY), ("9.50", JULY)):
        ProcedurePriceFactory(
            procedure=procedure, amount=amount, valid_from=first,
            valid_to=JUNE if first == JANUARY else None,
        )  # fmt: skip
    on_its_day = price_on(OuterRef("valid_from"), of=Procedure, key="procedure_id")
    rows = ProcedurePrice.objects.order_by("valid_from").annotate(then=on_its_day)
    assert [row.then for row in rows] == [Decimal("9.00"), Decimal("9.50")]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount": "2", "valid_from": JUNE}, "price_overlap"),
        ({"amount": "2", "valid_from": JUNE, "valid_to": JANUARY}, "days_reversed"),
        ({"amount": "-1", "valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2025, 1, 1)},
         "out_of_range"),
        ({"amount": "1.005", "valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2025, 1, 1)},
         "money_decimals"),
    ],
)  # fmt: skip
def test_a_broken_price_is_told_with_its_number_and_nothing_is_changed(
    pharmacist, entry, facts, code
):
    model = price_model(type(entry))
    whole = [
        model(amount="1.20", valid_from=JANUARY, valid_to=JUNE),
        model(amount="1.40", valid_from=JULY),
        model(**facts),
    ]
    with pytest.raises(ValidationError) as refused:
        catalogues.update(pharmacist, entry=entry, prices=whole)
    [(told, sentence)] = errors_of(refused.value)["prices"]
    assert (told, sentence[:3]) == (code, "3: ")
    assert (standing(entry), AuditEvent.objects.count()) == (BEFORE, 0)


def test_the_database_itself_keeps_a_day_from_having_two_prices(kind, entry):
    twice = KINDS[kind][1].build(**{kind: entry}, valid_from=JUNE, valid_to=JUNE)
    with pytest.raises(IntegrityError, match=f"{kind}_price_no_overlap"):
        twice.save()


def test_a_new_price_ends_the_one_before_and_says_whose_act_it_was(pharmacist, kind, entry):
    first = dt.date(2026, 9, 1)
    catalogues.set_price(
        pharmacist, entry=entry, amount="1.50", valid_from=first, expected_version=1
    )
    assert standing(entry) == [BEFORE[0], "1.40 2026-07-01 2026-08-31", "1.50 2026-09-01"]
    event = AuditEvent.objects.get(object_id=entry.pk)
    assert (event.act, event.changed) == (f"records.{kind}.update", ["prices"])


def test_who_may_only_read_sets_no_price(here, entry):
    with pytest.raises(Denied):
        catalogues.set_price(actor("nurse", here), entry=entry, amount="a lot", valid_from=JULY)
    assert standing(entry) == BEFORE


def test_a_department_that_closed_meanwhile_is_no_choice(here, pharmacist):
    department = DepartmentFactory(hospital=here)
    procedure = ProcedureFactory(department=department)
    with pytest.raises(RuleError) as held:
        retire(actor("administrator", here), department, reason="closed")
    assert held.value.code == "in_use"
    free = ProcedureFactory(hospital=here)
    free.department = other = DepartmentFactory(hospital=here)
    retire(actor("administrator", here), type(other).objects.get(pk=other.pk), reason="closed")
    with pytest.raises(ValidationError) as refused:
        catalogues.update(pharmacist, entry=free)
    assert errors_of(refused.value)["department"][0][0] == "retired_choice"
    assert procedure.department == department


# ---- the doors


def test_the_api_takes_and_shows_prices_and_todays_and_the_currency(here, kind, entry):
    program = api("integrator", here)
    address = f"/api/v1/{kind}s/{entry.pk}"
    shown = program.get(address).json()
    assert (shown["price_today"], shown["currency"]) == ("1.40", "EUR")
    only = [{"amount": "2.00", "valid_from": "2026-08-01", "valid_to": None}]
    changed = program.patch(address, {"prices": only}, headers={"If-Match": '"1"'}).json()
    assert (changed["prices"], changed["price_today"], changed["version"]) == (only, None, 2)


def test_prices_cost_the_api_and_the_list_no_query_for_each_entry(client, here, kind):
    make, price = KINDS[kind]
    signed_in(client, "pharmacist", here)
    program, costs = api("integrator", here), []
    for wanted in (3, 30):
        for _ in range(wanted - make._meta.model.objects.count()):
            price(**{kind: make(hospital=here)})
        for door, address in ((program, f"/api/v1/{kind}s"), (client, f"/{kind}s/")):
            door.get(address)
            with CaptureQueriesContext(connection) as queries:
                door.get(address)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]


def test_the_list_tells_todays_price_and_the_page_all_of_them(client, here, entry):
    signed_in(client, "nurse", here)
    listed = client.get(at("detail", entry).replace(f"{entry.pk}/", "")).content.decode()
    assert "€1.40" in listed
    page = client.get(at("detail", entry)).content.decode()
    assert ("€1.20" in page, "€1.40" in page) == (True, True)
    assert page.count('<tr class="muted">') == 1


def test_an_entry_without_a_price_says_so(client, here, kind):
    signed_in(client, "nurse", here)
    page = client.get(at("detail", KINDS[kind][0](hospital=here))).content.decode()
    assert "It has no price yet." in page


def test_prices_are_written_in_the_form(client, here, entry):
    signed_in(client, "pharmacist", here)
    page = client.get(at("edit", entry))
    label = "Price (EUR)" if isinstance(entry, Procedure) else "Price of one unit (EUR)"
    assert label in page.content.decode()
    typed = {
        "prices-0-valid_to": "2026-12-31", "prices-1-amount": "1.60",
        "prices-1-valid_from": "2027-01-01",
    }  # fmt: skip
    assert send(client, form_on(page), at("edit", entry), **typed).status_code == 302
    assert standing(entry) == [BEFORE[0], "1.40 2026-07-01 2026-12-31", "1.60 2027-01-01"]
    overlap = fill(client, at("edit", entry), **{"prices-1-valid_from": "2026-06-01"})
    assert overlap.status_code == 400
    assert "Another price is valid on some of these days." in overlap.content.decode()


def test_a_new_price_is_set_in_the_administration(client, here, kind, entry):
    signed_in(client, "administrator", here)
    address = reverse(f"admin:records_{kind}_price", args=[entry.pk])
    form = form_on(client.get(address), having="amount")
    for _ in range(2):
        answer = send(client, form, address, amount="1.50", valid_from="1-Sep-2026")
        assert answer.status_code == 302
    assert standing(entry)[1:] == ["1.40 2026-07-01 2026-08-31", "1.50 2026-09-01"]
    page = client.get(reverse(f"admin:records_{kind}_change", args=[entry.pk])).content.decode()
    assert ("€1.50" in page, "€1.20" in page) == (True, True)
