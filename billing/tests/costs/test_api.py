"""Costs and estimates by the API: the same text from both, what is missing, who looks."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Estimate
from billing.tests.factories import EstimateFactory
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, api
from records.models import Medication, TreatmentMedication
from records.tests.encounter_factories import EncounterFactory, TreatmentFactory
from records.tests.factories import (
    MedicationFactory,
    PriceFactory,
    ProcedurePriceFactory,
)

pytestmark = pytest.mark.django_db
ESTIMATES = "/api/v1/estimates"
LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


def planned(here, price="80", quantity="2.5", each="1.25"):
    """A treatment with a priced procedure and one medication."""
    treatment = TreatmentFactory(encounter=EncounterFactory(hospital=here))
    if price is not None:
        ProcedurePriceFactory(procedure=treatment.procedure, amount=price, valid_from=LONG_AGO)
    about = {"hospital": here, "name": "Doliprane", "strength": "500 mg", "form": "tablet"}
    medication = Medication.objects.filter(**about).first()
    if medication is None:
        medication = MedicationFactory(**about)
        PriceFactory(medication=medication, amount=each, valid_from=LONG_AGO)
    TreatmentMedication.objects.create(
        hospital=here, treatment=treatment, medication=medication, quantity=quantity, unit="tablet"
    )
    return treatment


def under(treatment, word):
    return f"/api/v1/treatments/{treatment.pk}/{word}"


def status_and_code(answer):
    return answer.status_code, answer.json()["code"]


def latest():
    event = AuditEvent.objects.latest("id")
    return event.act, event.patient_id


# ---- the cost


def test_a_cost_explains_itself_line_by_line(program, here):
    treatment = planned(here)
    answer = program.get(under(treatment, "cost"))
    assert answer.status_code == 200, answer.content
    cost = answer.json()
    procedure, medication = cost.pop("lines")
    assert list(cost) == ["treatment_id", "currency", "priced_on", "is_estimate", "total"]
    told = (cost["treatment_id"], cost["currency"], cost["is_estimate"], cost["total"])
    assert told == (str(treatment.pk), "EUR", True, "83.13")
    assert procedure == {
        "kind": "procedure", "item_id": str(treatment.procedure_id),
        "name": treatment.procedure.name, "form": "", "quantity": "1", "unit": "", "unit_price": "80.00",
        "price_valid_from": "2020-01-01", "price_valid_to": None, "amount": "80.00",
    }  # fmt: skip
    assert (medication["name"], medication["unit"]) == ("Doliprane 500 mg Tablet", "tablet")
    assert medication["form"] == "tablet"
    amounts = [medication[name] for name in ("quantity", "unit_price", "amount")]
    assert amounts == ["2.5", "1.25", "3.13"]


@pytest.mark.parametrize(
    ("currency", "price", "each", "total"),
    [("JPY", "80", "1", "83"), ("EUR", "80", "1.25", "83.13"), ("KWD", "80", "1.252", "83.130")],
)
def test_amounts_have_the_decimals_of_the_currency_in_costs_and_estimates(
    currency, price, each, total
):
    here = HospitalFactory(currency=currency)
    program, treatment = api("integrator", here), planned(here, price=price, each=each)
    cost = program.get(under(treatment, "cost")).json()
    made = program.post(under(treatment, "estimate"), {}).json()
    assert cost["total"] == total
    assert {name: made[name] for name in cost} == cost
    assert program.get(f"{ESTIMATES}/{made['id']}").json() == made


def test_what_has_no_price_is_named_and_nothing_is_estimated(program, here):
    treatment = planned(here, price=None)
    missing = {
        "kind": "procedure",
        "item_id": str(treatment.procedure_id),
        "name": treatment.procedure.name,
    }
    for answer in (
        program.get(under(treatment, "cost")), program.post(under(treatment, "estimate"), {}),
    ):  # fmt: skip
        assert status_and_code(answer) == (409, "price_missing")
        assert answer.json()["missing"] == [missing]
        assert treatment.procedure.name in answer.json()["detail"]
    assert not Estimate.objects.exists()


def test_what_is_cancelled_or_was_an_error_costs_nothing(program, here):
    off = planned(here)
    type(off).objects.filter(pk=off.pk).update(status="cancelled", cancel_reason="x")
    assert status_and_code(program.get(under(off, "cost"))) == (409, "treatment_step")
    wrong = planned(here)
    program.delete(f"/api/v1/treatments/{wrong.pk}")
    assert program.get(under(wrong, "cost")).status_code == 404


# ---- estimates


def test_an_estimate_is_made_once_for_a_key_and_stays_when_a_price_changes(program, here):
    treatment = planned(here)
    first, second = (
        program.post(under(treatment, "estimate"), {}, headers={"Idempotency-Key": "e"})
        for _ in range(2)
    )
    assert first.status_code == second.status_code == 201, first.content
    assert (first["Location"], first["ETag"]) == (f"{ESTIMATES}/{first.json()['id']}", '"1"')
    assert (second.json(), second["Idempotent-Replay"]) == (first.json(), "true")
    treatment.procedure.prices.update(amount="100")
    assert program.get(under(treatment, "cost")).json()["total"] == "103.13"
    assert program.get(first["Location"]).json() == first.json()
    assert first.json()["made_by_id"] == str(program.user.pk)
    again = program.get(first["Location"], headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_estimates_of_a_treatment_are_listed_the_latest_first_a_page_at_a_time(program, here):
    treatment = planned(here)
    made = [program.post(under(treatment, "estimate"), {}).json() for _ in range(3)]
    EstimateFactory(hospital=here)
    listed = program.get(under(treatment, "estimates")).json()
    assert (listed["results"], listed["next"]) == (made[::-1], None)
    first = program.get(under(treatment, "estimates"), {"limit": 2}).json()
    rest = program.get(first["next"]).json()
    assert first["results"] + rest["results"] == made[::-1]
    assert len(program.get(ESTIMATES).json()["results"]) == 4
    for asked in ({"treatment_id": treatment.pk}, {"patient_id": treatment.patient_id}):
        assert program.get(ESTIMATES, asked).json()["results"] == made[::-1]
    nothing = program.get(under(planned(here), "estimates")).json()
    assert nothing == {"results": [], "next": None}


def test_an_estimate_can_be_neither_changed_nor_deleted(program, here):
    at = f"{ESTIMATES}/{EstimateFactory(hospital=here).pk}"
    for method in ("put", "patch", "delete", "post"):
        assert status_and_code(getattr(program, method)(at, {})) == (405, "method_not_allowed")


def test_what_nobody_reads_is_refused(program, here):
    treatment = planned(here)
    answer = program.post(under(treatment, "estimate"), {"total": "1"})
    assert answer.json()["errors"]["total"][0]["code"] == "unknown_field"
    for word in ("cost", "estimates"):
        answer = program.get(under(treatment, word), {"patient_id": "x"})
        assert answer.json()["errors"]["patient_id"][0]["code"] == "unknown_parameter"
    assert not Estimate.objects.exists()


# ---- who


def test_another_hospitals_is_answered_like_one_that_never_was(program):
    theirs, estimate = planned(HospitalFactory()), EstimateFactory()
    for method, word in (("get", "cost"), ("post", "estimate"), ("get", "estimates")):
        hidden, missing = (
            getattr(program, method)(f"/api/v1/treatments/{pk}/{word}", {})
            for pk in (theirs.pk, theirs.patient_id)
        )
        assert (hidden.status_code, hidden.content) == (404, missing.content), word
    assert program.get(f"{ESTIMATES}/{estimate.pk}").status_code == 404
    assert program.get(ESTIMATES).json()["results"] == []


def test_a_cashier_reads_what_it_costs_and_not_what_was_done(here):
    cashier, treatment = api("cashier", here), planned(here)
    assert cashier.get(under(treatment, "cost")).json()["total"] == "83.13"
    assert cashier.get(under(treatment, "estimates")).status_code == 200
    assert cashier.post(under(treatment, "estimate"), {}).status_code == 403
    assert cashier.get(f"/api/v1/treatments/{treatment.pk}").status_code == 403


def test_every_look_names_the_patient_in_the_audit(program, here):
    treatment = planned(here)
    made = program.post(under(treatment, "estimate"), {})
    assert latest() == ("billing.estimate.create", treatment.patient_id)
    for address, word in (
        (under(treatment, "cost"), "cost.read"), (under(treatment, "estimates"), "estimate.list"),
        (ESTIMATES, "estimate.list"), (made["Location"], "estimate.read"),
    ):  # fmt: skip
        assert program.get(address).status_code == 200
        assert latest() == (f"billing.{word}", treatment.patient_id), address
    type(treatment.procedure).objects.get().prices.update(retired_at=made_at(treatment))
    assert program.get(under(treatment, "cost")).status_code == 409
    assert latest() == ("billing.cost.read", treatment.patient_id), "what is missing tells as much"


def made_at(treatment):
    return treatment.created_at


def test_a_cost_is_asked_with_as_many_queries_for_many_lines_as_for_one(program, here):
    counts = []
    for number in (0, 29):
        treatment = planned(here)
        for _ in range(number):
            medication = MedicationFactory(hospital=here)
            PriceFactory(medication=medication, valid_from=LONG_AGO)
            TreatmentMedication.objects.create(
                hospital=here,
                treatment=treatment,
                medication=medication,
                quantity="1",
                unit="tablet",
            )
        program.get(under(treatment, "cost"))
        with CaptureQueriesContext(connection) as seen:
            assert len(program.get(under(treatment, "cost")).json()["lines"]) == number + 2
        counts.append(len(seen))
    assert counts[0] == counts[1]
