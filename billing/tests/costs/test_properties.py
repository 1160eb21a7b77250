"""Any treatment's cost against a reckoning of its own in plain integers: any currency, quantity, day."""

import datetime as dt
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import EstimateLine
from billing.services import costs
from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, actor
from records.models import ConsumablePrice, MedicationPrice, ProcedurePrice
from records.services import treatments
from records.tests.encounter_factories import EncounterFactory, TreatmentFactory
from records.tests.factories import (
    ConsumableFactory,
    MedicationFactory,
    ProcedureFactory,
)

pytestmark = pytest.mark.django_db
DECIMALS = {"JPY": 0, "EUR": 2, "KWD": 3}
# Far from Greenwich on both sides, by half hours, and with a change of the clocks on the 29th of March.
ZONES = ["Europe/Berlin", "Pacific/Auckland", "America/St_Johns", "Asia/Tokyo"]
FIRST = dt.date(2026, 3, 26)
DAYS = st.integers(0, 5).map(lambda number: FIRST + dt.timedelta(days=number))
# Hours and seconds about midnight of the wall, where the day changes.
MOMENTS = st.builds(
    lambda day, seconds: dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=seconds),
    DAYS, st.sampled_from([-1, 0, 1, 3600, 43_200]),
)  # fmt: skip


@st.composite
def histories(draw, decimals):
    """[(first day, last day or None, minor units)], no two on one day; perhaps with days between them."""
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    found = []
    for number, first in enumerate(days):
        following = days[number + 1] if number + 1 < len(days) else None
        end = following and following - dt.timedelta(days=1)
        last = draw(st.sampled_from([end, first]) if following else st.sampled_from([None, first]))
        found.append((first, last, draw(st.integers(0, 10 ** (decimals + 6)))))
    return found


@st.composite
def cases(draw):
    currency = draw(st.sampled_from(sorted(DECIMALS)))
    priced = histories(DECIMALS[currency])
    thousandths = st.one_of(st.integers(1, 5000), st.integers(1, 10**9))
    items = draw(st.lists(st.tuples(st.booleans(), thousandths, priced), max_size=4))
    return {
        "currency": currency,
        "zone": draw(st.sampled_from(ZONES)),
        "items": [(True, 1000, draw(priced)), *items],
        "told_at": draw(MOMENTS),
        "waits": draw(st.sampled_from([0, 1, 3600, 86_400])),
        "dearer": draw(st.integers(0, 10**6)),
    }


def minor(price, thousandths):
    """Price times quantity in minor units, half of one rounded up: integers alone."""
    return (price * thousandths + 500) // 1000


def valid(history, day):
    """The price of a day, or None."""
    found = [
        price for first, last, price in history if first <= day and (last is None or day <= last)
    ]
    assert len(found) < 2
    return found[0] if found else None


def wall_day(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).date()


def at(moment):
    """As if it were then."""
    return mock.patch.object(clock, "now", return_value=moment)


class Ground:
    """A treatment as a case says: the procedure first, then medications (True) and consumables."""

    def __init__(self, case):
        self.case = case
        self.here = HospitalFactory(currency=case["currency"], time_zone=case["zone"])
        self.doctor = actor("doctor", self.here)
        began = case["told_at"] - dt.timedelta(days=2)
        self.treatment = TreatmentFactory(
            encounter=EncounterFactory(hospital=self.here, starts_at=began),
            procedure=ProcedureFactory(hospital=self.here),
        )
        self.histories = {self.treatment.procedure_id: (1000, case["items"][0][2])}
        self._price(ProcedurePrice, "procedure", self.treatment.procedure, case["items"][0][2])
        lists = {"medications": [], "consumables": []}
        for is_medication, thousandths, history in case["items"][1:]:
            factory = MedicationFactory if is_medication else ConsumableFactory
            model = MedicationPrice if is_medication else ConsumablePrice
            name = "medication" if is_medication else "consumable"
            entry = factory(hospital=self.here)
            self._price(model, name, entry, history)
            relation = self.treatment._meta.get_field(f"{name}s").related_model
            quantity = Decimal(thousandths).scaleb(-3)
            lists[f"{name}s"].append(relation(**{name: entry, "quantity": quantity}))
            self.histories[entry.pk] = (thousandths, history)
        treatments.change(self.doctor, treatment=self.treatment, **lists)

    def _price(self, model, name, entry, history):
        for first, last, price in history:
            model.objects.create(
                **{name: entry}, valid_from=first, valid_to=last, amount=self._amount(price)
            )

    def _amount(self, price):
        return Decimal(price).scaleb(-DECIMALS[self.case["currency"]])

    def expected(self, day):
        """{entry: minor units}, or the set of those without a price."""
        prices = {pk: valid(history, day) for pk, (_, history) in self.histories.items()}
        missing = {pk for pk, price in prices.items() if price is None}
        if missing:
            return missing
        return {pk: minor(prices[pk], self.histories[pk][0]) for pk in prices}

    def found(self):
        """The same by the product, whose total is checked on the way."""
        try:
            cost = costs.of(self.doctor, self.treatment)
        except costs.PriceMissing as refused:
            return {row["item_id"] for row in refused.more["missing"]}
        return self.as_minor(cost.lines, cost.total)

    def as_minor(self, lines, total):
        digits = DECIMALS[self.case["currency"]]
        found = {line.item_id: line.amount.scaleb(digits) for line in lines}
        assert total.scaleb(digits) == sum(found.values())
        assert all(value == int(value) for value in found.values())
        return {pk: int(value) for pk, value in found.items()}


@settings(max_examples=60)
@given(case=cases())
def test_the_cost_is_what_plain_integers_say_before_and_after_a_price_changes(case):
    ground, told_at = Ground(case), case["told_at"]
    done_at = told_at + dt.timedelta(seconds=case["waits"])
    expected = ground.expected(wall_day(told_at, case["zone"]))
    with at(told_at):
        assert ground.found() == expected
        made = None
        if isinstance(expected, dict):
            made = costs.estimate(ground.doctor, treatment=ground.treatment)
    for pk, (thousandths, history) in ground.histories.items():
        ground.histories[pk] = (
            thousandths,
            [(a, b, price + case["dearer"]) for a, b, price in history],
        )
    for model in (ProcedurePrice, MedicationPrice, ConsumablePrice):
        for row in model.objects.all():
            row.amount += ground._amount(case["dearer"])
            row.save()
    with at(done_at):
        treatments.perform(ground.doctor, treatment=ground.treatment)
    with at(done_at + dt.timedelta(days=9)):
        assert ground.found() == ground.expected(wall_day(done_at, case["zone"]))
    if made is not None:
        kept = EstimateLine.objects.filter(estimate=made)
        assert ground.as_minor(kept, type(made).objects.get(pk=made.pk).total) == expected
