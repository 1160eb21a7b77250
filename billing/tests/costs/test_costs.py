"""What a treatment costs: every line explained, nothing rounded away, nothing without a price."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Estimate, EstimateLine
from billing.services import costs
from hospital.kit import clock
from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import TreatmentConsumable, TreatmentMedication
from records.services import treatments
from records.tests.encounter_factories import OutPatientFactory, TreatmentFactory
from records.tests.factories import (
    ConsumableFactory,
    ConsumablePriceFactory,
    MedicationFactory,
    PriceFactory,
    ProcedurePriceFactory,
)

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def doctor(here):
    return actor("doctor", here)


@pytest.fixture
def treatment(doctor, here):
    """An unpriced procedure with two and a half tablets at 1.25 and two unpriced consumables."""
    planned = TreatmentFactory(encounter=OutPatientFactory(hospital=here))
    medication = MedicationFactory(hospital=here)
    PriceFactory(medication=medication, amount="1.25", valid_from=LONG_AGO)
    used = TreatmentConsumable(consumable=ConsumableFactory(hospital=here), quantity=Decimal(2))
    return treatments.change(
        doctor, treatment=planned, consumables=[used],
        medications=[TreatmentMedication(medication=medication, quantity=Decimal("2.5"))],
    )  # fmt: skip


def price_all(treatment):
    ProcedurePriceFactory(procedure=treatment.procedure, amount="80", valid_from=LONG_AGO)
    used = treatment.consumables.get().consumable
    ConsumablePriceFactory(consumable=used, amount="0.10", valid_from=LONG_AGO)


def test_what_has_no_price_is_named_and_nothing_is_free(doctor, treatment):
    with pytest.raises(costs.PriceMissing) as refused:
        costs.of(doctor, treatment)
    assert [row["kind"] for row in refused.value.more["missing"]] == ["procedure", "consumable"]


def test_each_line_is_rounded_and_the_lines_add_up(doctor, treatment):
    price_all(treatment)
    cost = costs.of(doctor, treatment)
    assert [str(line.amount) for line in cost.lines] == ["80.00", "3.13", "0.20"]
    assert str(cost.total) == "83.33"


def test_an_estimate_stays_when_a_price_changes(doctor, treatment):
    price_all(treatment)
    made = costs.estimate(doctor, treatment=treatment)
    treatment.procedure.prices.update(amount=Decimal(100))
    assert str(costs.of(doctor, treatment).total) == "103.33"
    assert str(type(made).objects.get(pk=made.pk).total) == "83.33"


# ---- which prices count


def at(moment):
    return dt.datetime.fromisoformat(moment)


@pytest.fixture
def berlin(here, monkeypatch):
    """Half past eleven in the evening of the last of March in UTC: in Berlin it is April already."""
    monkeypatch.setattr(clock, "now", lambda: at("2026-03-31T22:30:00Z"))
    visit = OutPatientFactory(hospital=here, starts_at=at("2026-03-29T08:00:00Z"))
    planned = TreatmentFactory(encounter=visit)
    for amount, first, last in (
        ("80", "2026-01-01", "2026-03-31"),
        ("90", "2026-04-01", "2026-04-30"),
    ):
        ProcedurePriceFactory(
            procedure=planned.procedure, amount=amount, valid_from=first, valid_to=last
        )
    return planned


def test_the_day_is_the_hospitals_and_that_of_the_doing(doctor, berlin):
    cost = costs.of(doctor, berlin)
    assert (str(cost.total), cost.priced_on) == ("90.00", dt.date(2026, 4, 1))
    [line] = cost.lines
    assert (line.valid_from, line.valid_to) == (dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    treatments.perform(doctor, treatment=berlin, at=at("2026-03-31T21:59:59Z"))
    cost = costs.of(doctor, berlin)
    assert (str(cost.total), cost.priced_on) == ("80.00", dt.date(2026, 3, 31))


@pytest.mark.parametrize(
    ("planned_for", "day"),
    [("2026-04-30T21:00:00Z", "2026-04-30"), ("2026-03-30T10:00:00Z", "2026-04-01"),
     ("2026-04-30T22:30:00Z", None)],
)  # fmt: skip
def test_of_what_is_planned_it_is_the_planned_day_or_today_when_that_is_past(
    doctor, berlin, planned_for, day
):
    berlin.planned_for = at(planned_for)
    treatments.change(doctor, treatment=berlin)
    if day is None:
        with pytest.raises(costs.PriceMissing) as missing:
            costs.of(doctor, berlin)
        assert "2026-05-01" in missing.value.detail
    else:
        assert costs.of(doctor, berlin).priced_on == dt.date.fromisoformat(day)


def test_an_estimate_keeps_a_form_by_its_code_and_tells_it_in_the_readers_words(
    doctor, treatment, monkeypatch
):
    price_all(treatment)
    made = costs.estimate(doctor, treatment=treatment)
    line = made.lines.get(kind="medication")
    assert line.form == "tablet"
    assert line.name == treatment.medications.live().get().medication.name + " 500 mg"
    assert costs.in_words(line.name, line.form) == f"{line.name} Tablet"
    monkeypatch.setitem(costs.FORMS, "tablet", "Comprimé")
    assert costs.in_words(line.name, line.form) == f"{line.name} Comprimé"


def test_a_line_written_down_with_its_form_in_the_name_still_says_that_alone():
    assert costs.in_words("Doliprane 500 mg Tablette", "") == "Doliprane 500 mg Tablette"


def test_a_price_that_was_replaced_does_not_count(doctor, treatment):
    price_all(treatment)
    treatment.procedure.prices.update(retired_at=clock.now())
    ProcedurePriceFactory(procedure=treatment.procedure, amount="81", valid_from=LONG_AGO)
    assert str(costs.of(doctor, treatment).total) == "84.33"


def test_what_is_taken_off_the_list_does_not_cost(doctor, treatment):
    price_all(treatment)
    treatments.change(doctor, treatment=treatment, medications=[])
    assert [line.kind for line in costs.of(doctor, treatment).lines] == ["procedure", "consumable"]


def test_the_largest_amounts_there_can_be_are_told_to_the_last_digit(doctor, here, treatment):
    price_all(treatment)
    vast = "999999999999999.999"
    medication = MedicationFactory(hospital=here)
    PriceFactory(medication=medication, amount=vast, valid_from=LONG_AGO)
    many = [TreatmentMedication(medication=medication, quantity=Decimal(vast))]
    treatments.change(doctor, treatment=treatment, medications=many, consumables=[])
    exact = (int(vast.replace(".", "")) ** 2 + 5000) // 10_000  # in cents
    assert str(costs.of(doctor, treatment).total).replace(".", "") == str(exact + 8000)


# ---- who and when


def refused(act, *args, **kwargs):
    """The code of a refusal that writes nothing."""
    before = Estimate.objects.count(), EstimateLine.objects.count()
    with pytest.raises(Exception) as found:  # noqa: PT011 (whatever a door translates)
        in_transaction(lambda: act(*args, **kwargs))
    assert (Estimate.objects.count(), EstimateLine.objects.count()) == before
    return problem_of(found.value).code


def test_what_is_cancelled_costs_nothing_and_only_what_is_planned_is_estimated(doctor, treatment):
    price_all(treatment)
    treatments.perform(doctor, treatment=treatment)
    assert refused(costs.estimate, doctor, treatment=treatment) == "treatment_step"
    treatments.undo(doctor, treatment=treatment)
    treatments.cancel(doctor, treatment=treatment, reason="Feels better")
    assert refused(costs.of, doctor, treatment) == "treatment_step"
    assert refused(costs.estimate, doctor, treatment=treatment) == "treatment_step"


def test_an_estimate_without_a_price_is_not_made(doctor, treatment):
    assert refused(costs.estimate, doctor, treatment=treatment) == "price_missing"


def test_who_may_read_costs_is_not_who_may_treat(here, treatment):
    price_all(treatment)
    assert costs.of(actor("cashier", here), treatment)
    assert refused(costs.estimate, actor("cashier", here), treatment=treatment) == "forbidden"
    for role in ("administrator", "receptionist", "auditor"):
        assert refused(costs.of, actor(role, here), treatment) == "forbidden"
    assert refused(costs.of, actor("doctor", HospitalFactory()), treatment) == "not_found"


def test_an_estimate_says_who_made_it_with_every_line(doctor, treatment):
    price_all(treatment)
    made = costs.estimate(doctor, treatment=treatment)
    assert made.made_by == doctor.user_id
    lines = [(line.position, line.kind, str(line.amount)) for line in made.lines.all()]
    assert lines == [
        (1, "procedure", "80.00"),
        (2, "medication", "3.13"),
        (3, "consumable", "0.20"),
    ]
    event = AuditEvent.objects.get(act="billing.estimate.create")
    assert (event.object_id, event.patient_id) == (made.pk, treatment.patient_id)


# ---- how many queries


def queries_of(doctor, treatment):
    costs.of(doctor, treatment)
    with CaptureQueriesContext(connection) as seen:
        cost = costs.of(doctor, treatment)
    return len(cost.lines), [row["sql"] for row in seen]


def test_a_cost_is_one_query_for_one_line_and_for_thirty(doctor, here):
    costs_of = []
    for number in (0, 29):
        treatment = TreatmentFactory(encounter=OutPatientFactory(hospital=here))
        ProcedurePriceFactory(procedure=treatment.procedure, valid_from=LONG_AGO)
        used = []
        for _ in range(number):
            medication = MedicationFactory(hospital=here)
            PriceFactory(medication=medication, valid_from=LONG_AGO)
            used.append(TreatmentMedication(medication=medication))
        treatments.change(doctor, treatment=treatment, medications=used)
        costs_of.append(queries_of(doctor, treatment))
    (few, one), (many, other) = costs_of
    assert (few, many) == (1, 30)
    assert len(one) == len(other) == 1
    assert "UNION ALL" in one[0]
    assert "JOIN" in one[0]
