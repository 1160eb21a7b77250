"""What the page of vital signs costs: queries, and nodes that a browser has to lay out."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, signed_in
from records import vitals
from records.codings import LOINC_SYSTEM
from records.tests.encounter_factories import ObservationFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
MOST_NODES = 600


def rounds(here, patient, number):
    """So many rounds of every vital sign."""
    for count in range(number):
        for vital in vitals.VITALS:
            ObservationFactory(
                hospital=here, patient=patient, code_system=LOINC_SYSTEM, code=vital.code,
                name=str(vital.name), unit=vital.unit, value=Decimal(50 + count),
                taken_at=clock.now() - dt.timedelta(hours=count + 1),
            )  # fmt: skip


def test_it_costs_the_same_for_3_and_for_30_rounds(client):
    here = HospitalFactory()
    signed_in(client, "nurse", here)
    costs = []
    for number in (3, 30):
        patient = PatientFactory(at=here)
        rounds(here, patient, number)
        url = reverse("records:observation-list", args=[patient.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(re.findall(r"<[a-z]", page.content.decode())) <= MOST_NODES
