"""What the web tells of costs: on a treatment's page, and on the sheet that a patient takes home."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Estimate
from billing.tests.factories import EstimateFactory
from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import form_on, send
from records.models import TreatmentMedication
from records.services import treatments
from records.tests.encounter_factories import OutPatientFactory, TreatmentFactory
from records.tests.factories import (
    MedicationFactory,
    PatientFactory,
    PriceFactory,
    ProcedurePriceFactory,
)

pytestmark = pytest.mark.django_db
JANUARY, JUNE = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


@pytest.fixture(autouse=True)
def march(monkeypatch):
    moment = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def here():
    return HospitalFactory(currency="EUR", name="St Brigid's")


@pytest.fixture
def nurse(client, here):
    signed_in(client, "nurse", here)
    return client


@pytest.fixture
def treatment(here):
    """A procedure at 80.00 and two and a half tablets at 1.25."""
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")
    planned = TreatmentFactory(encounter=OutPatientFactory(hospital=here, patient=patient))
    ProcedurePriceFactory(procedure=planned.procedure, valid_from=JANUARY)
    medication = MedicationFactory(hospital=here, name="Doliprane")
    PriceFactory(medication=medication, amount="1.25", valid_from=JANUARY, valid_to=JUNE)
    used = TreatmentMedication(medication=medication, quantity=Decimal("2.5"))
    return treatments.change(actor("nurse", here), treatment=planned, medications=[used])


def page_of(treatment):
    return reverse("records:treatment-detail", args=[treatment.pk])


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def write(client, treatment):
    form = form_on(client.get(page_of(treatment)), action="/estimate/")
    url = reverse("billing:estimate-create", args=[treatment.pk])
    return [send(client, form, url) for _ in range(2)]


def test_every_line_is_told_with_the_price_it_used_and_they_add_up(nurse, treatment):
    told = text_of(nurse.get(page_of(treatment)))
    assert "Estimate" in told
    assert "2.5 Tablet €1.25 01-Jan-2026 – 30-Jun-2026 €3.13" in told
    assert "€80.00 since 01-Jan-2026 €80.00" in told
    assert "Total €83.13" in told
    assert "By the prices of 02-Mar-2026." in told


def test_what_is_done_has_a_cost_and_no_estimate_to_write(nurse, here, treatment):
    treatments.perform(actor("nurse", here), treatment=treatment)
    shown = nurse.get(page_of(treatment))
    assert "Cost What Quantity" in text_of(shown)
    assert "Write down an estimate" not in text_of(shown)


def test_what_has_no_price_is_named_instead_of_a_sum(nurse, treatment):
    treatment.procedure.prices.update(valid_to=JANUARY)
    told = text_of(nurse.get(page_of(treatment)))
    assert f"{treatment.procedure} No price" in told
    assert "On 02-Mar-2026 these have no price" in told
    assert "Total" not in told
    assert "Write down an estimate" not in told


def test_what_is_cancelled_costs_nothing(nurse, here, treatment):
    treatments.cancel(actor("nurse", here), treatment=treatment, reason="Better")
    assert "Total" not in text_of(nurse.get(page_of(treatment)))


def test_an_estimate_is_written_once_and_stays_when_a_price_changes(nurse, treatment):
    answers = write(nurse, treatment)

    made = Estimate.objects.get()
    url = reverse("billing:estimate-detail", args=[made.pk])
    assert [each["Location"] for each in answers] == [url] * 2
    treatment.procedure.prices.update(amount=Decimal(100))
    shown = nurse.get(page_of(treatment))
    assert "Total €103.13" in text_of(shown)
    assert url in shown.content.decode()
    told = text_of(nurse.get(url))
    for words in (
        "Total €83.13", "St Brigid&#x27;s", "OKORO, Daniel", treatment.patient.mrn, "14-Mar-1988",
        "The final cost may differ",
    ):  # fmt: skip
        assert words in told
    assert "Okoro" not in nurse.get(url).content.decode().partition("</title>")[0]


def test_what_cannot_be_told_any_more_is_not_written_down(nurse, here, treatment):
    form = form_on(nurse.get(page_of(treatment)), action="/estimate/")
    treatments.perform(actor("nurse", here), treatment=treatment)
    url = reverse("billing:estimate-create", args=[treatment.pk])
    answer = send(nurse, form, url)
    assert answer["Location"] == page_of(treatment)
    assert not Estimate.objects.exists()
    assert nurse.get(url)["Location"] == page_of(treatment)


def test_a_cashier_reads_the_estimate_and_not_the_treatment(client, here, treatment):
    estimate = EstimateFactory(hospital=here, treatment=treatment)
    signed_in(client, "cashier", here)
    shown = client.get(reverse("billing:estimate-detail", args=[estimate.pk]))
    assert shown.status_code == 200
    assert page_of(treatment) not in shown.content.decode()
    assert client.get(page_of(treatment)).status_code in {403, 404}


def test_every_look_names_the_patient_and_other_hospitals_find_nothing(nurse, here, treatment):
    url = reverse(
        "billing:estimate-detail", args=[EstimateFactory(hospital=here, treatment=treatment).pk]
    )
    nurse.get(url)
    event = AuditEvent.objects.latest("id")
    assert event.act == "billing.estimate.read"
    signed_in(nurse, "nurse", HospitalFactory())
    assert nurse.get(url).status_code == 404
    assert nurse.post(reverse("billing:estimate-create", args=[treatment.pk])).status_code == 404


def test_who_may_not_read_what_it_is_sees_no_cost(client, here, treatment):
    EstimateFactory(hospital=here, treatment=treatment)
    signed_in(client, "administrator", here)
    told = text_of(client.get(page_of(treatment)))
    assert not {"Total", "Doliprane", "€80.00"} & set(told.split())


def test_yen_have_no_decimals_and_dinars_three(client, treatment):
    for currency, total in (("JPY", "¥83"), ("KWD", "KWD83.125")):
        type(treatment.hospital).objects.filter(pk=treatment.hospital_id).update(currency=currency)
        signed_in(client, "nurse", treatment.hospital)
        assert f"Total {total}" in text_of(client.get(page_of(treatment))).replace("\xa0", " ")


def test_the_page_costs_the_same_for_one_estimate_and_for_many(nurse, here, treatment):
    EstimateFactory(hospital=here, treatment=treatment)
    costs = []
    for _ in range(2):
        nurse.get(page_of(treatment))
        with CaptureQueriesContext(connection) as queries:
            nurse.get(page_of(treatment))
        costs.append(len(queries))
        EstimateFactory.create_batch(5, hospital=here, treatment=treatment)
    assert costs[0] == costs[1]
