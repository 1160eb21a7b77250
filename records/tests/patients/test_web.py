"""Patients on the web: register, find, look, and what never stands in an address."""

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import fill
from records.models import Patient
from records.tests.factories import ContactFactory, IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory(name="St Brigid's")


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "receptionist", here)
    return client


REGISTER = "/patients/register/"


def test_a_patient_is_registered_with_a_number_and_somebody_to_call(desk):
    answer = fill(
        desk, REGISTER,
        family_name="Müller", given_names="Ana", birth_date_day="14", birth_date_month="March", birth_date_year="1988",
        sex="female", phone="0170 5550142", city="Berlin", country="DE", language="Turkish", blood_group="A+",
        **{
            "contacts-0-name": "Eva Müller", "contacts-0-relationship": "parent", "contacts-0-phone": "030 123456",
            "identifiers-0-kind": "passport", "identifiers-0-system": "DE", "identifiers-0-value": "C01X 00T47",
        },
    )  # fmt: skip
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert (patient.birth_date, patient.phone, patient.language) == (
        "1988-03-14",
        "+491705550142",
        "tr",
    )
    assert [row.phone for row in patient.contacts.live()] == ["+4930123456"]
    assert [row.value for row in patient.identifiers.live()] == ["C01X 00T47"]
    assert AuditEvent.objects.filter(act="records.patient.create", patient_id=patient.pk).exists()
    page = desk.get(answer["Location"]).content.decode()
    assert "MÜLLER, Ana" in page
    assert "C01X" not in page


def test_pages(desk, here):
    patient = PatientFactory(at=here)
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient)
    for url in (
        "/patients/",
        f"/patients/{patient.pk}/",
        f"/patients/{patient.pk}/edit/",
        f"/patients/{patient.pk}/history/",
        f"/patients/{patient.pk}/retire/",
    ):
        assert desk.get(url).status_code == 200, url
    r = desk.post("/patients/search/", {"q": "fam"})
    r = desk.get(r["Location"])
    assert r.status_code == 200
