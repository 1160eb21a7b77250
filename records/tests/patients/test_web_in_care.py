"""Who is in the hospital's care is not retired, and the refusal leads to the stay or the visit."""

import re

import pytest

from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import form_on, send
from records.tests.encounter_factories import InPatientFactory, OutPatientFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("factory", "label"),
    [(InPatientFactory, "In-patient stay"), (OutPatientFactory, "Out-patient visit")],
)
def test_a_refused_retirement_leads_to_what_is_open(client, factory, label):
    here = HospitalFactory()
    encounter = factory(hospital=here, patient=PatientFactory(at=here), status="in_progress")
    signed_in(client, "receptionist", here)
    page = f"/patients/{encounter.patient_id}/retire/"
    form = form_on(client.get(page), having="version")
    refused = send(client, form, page, reason="Registered twice")
    assert refused.status_code == 409
    [address] = re.findall(rf'href="([^"]+)"><bdi>{label}', refused.content.decode())
    assert client.get(address).status_code == 200
