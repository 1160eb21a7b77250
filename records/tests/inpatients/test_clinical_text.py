"""The discharge summary is for doctors and nurses: others see that a stay is, and nothing of what it says."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from hospital.kit.errors import Denied
from hospital.models import AuditEvent
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor, api
from hospital.tests.filling import fill
from records.models import InPatient
from records.services import inpatients
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import PatientFactory
from records.tests.inpatients.program import status_and_code
from records.tests.patients.desk import sit

pytestmark = pytest.mark.django_db
CANARY = "Gonorrhoea, healed"
OUTSIDE = ["receptionist", "cashier", "administrator"]
PAGES = [
    "inpatient-detail", "inpatient-edit", "inpatient-discharge", "inpatient-transfer",
    "inpatient-swap", "inpatient-retire", "inpatient-wristband", "inpatient-label",
    "inpatient-summary",
]  # fmt: skip
ADDRESSES = ["inpatients", "in_patients", "encounters"]


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def stay(here):
    """Written anew once, so that the history has both texts."""
    ward = WardFactory(hospital=here)
    row = InPatientFactory(
        hospital=here, patient=PatientFactory(at=here), bed=BedFactory(ward=ward, hospital=here),
        complaint="Pain",
    )  # fmt: skip
    for text in (f"{CANARY} at first", CANARY):
        row.summary = text
        row = inpatients.change(actor("doctor", here), stay=row)
    return row


def told(client, address):
    """What is answered, in words; of a file those that stand in it."""
    answer = client.get(address)
    if answer.get("Content-Type") != "application/pdf":
        return answer.content.decode()
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def pages_about(stay):
    ward, patient = stay.periods.get().ward_id, stay.patient_id
    yield from ((name, reverse(f"records:{name}", args=[stay.pk])) for name in PAGES)
    for name, pk in (
        ("inpatient-of-patient", patient), ("patient-detail", patient),
        ("patient-timeline", patient), ("bedperiod-ward-list", ward),
    ):  # fmt: skip
        yield name, reverse(f"records:{name}", args=[pk])
    yield "inpatient-board", reverse("records:inpatient-board")
    for name in ("change", "history"):
        yield f"admin {name}", reverse(f"admin:records_inpatient_{name}", args=[stay.pk])


@pytest.mark.parametrize("role", [*OUTSIDE, "auditor"])
def test_no_page_print_or_history_tells_it_to(role, here, stay):
    client = sit(role, here)
    told_to = [name for name, address in pages_about(stay) if CANARY in told(client, address)]
    assert told_to == []


@pytest.mark.parametrize("role", ["doctor", "nurse"])
def test_clinicians_read_it_on_the_page_in_the_history_and_in_print(role, here, stay):
    client = sit(role, here)
    shown = told(client, reverse("records:inpatient-detail", args=[stay.pk]))
    assert shown.count(CANARY) == 4  # as it is, and in the history what it said and says
    assert CANARY in told(client, reverse("records:inpatient-summary", args=[stay.pk]))


@pytest.mark.parametrize("role", OUTSIDE)
def test_others_neither_print_nor_are_offered_the_discharge_summary(role, here, stay):
    client, printed = sit(role, here), reverse("records:inpatient-summary", args=[stay.pk])
    assert printed not in told(client, reverse("records:inpatient-detail", args=[stay.pk]))
    assert client.get(printed).status_code == 403
    assert not AuditEvent.objects.filter(object_id=stay.pk, reason="print summary").exists()


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_address_of_the_api_tells_it_to_a_program_of(role, here, stay):
    client = api(role, here)
    for name in ADDRESSES:
        listed = client.get(f"/api/v1/{name}").json()["results"]
        [row] = listed
        assert row == client.get(f"/api/v1/{name}/{stay.pk}").json()
        assert "summary" not in row
        assert CANARY not in str(row)
        assert (row["complaint"], row["number"]) == ("Pain", stay.number)


def test_a_program_of_reception_keeps_the_facts_and_writes_no_summary(here, stay):
    desk, address = api("receptionist", here), f"/api/v1/inpatients/{stay.pk}"
    row = desk.get(address).json()
    refused = desk.patch(address, {"version": row["version"], "summary": "x"})
    assert status_and_code(refused) == (403, "field_forbidden")
    assert desk.put(address, row).json() == row
    assert desk.patch(address, {"version": row["version"], "complaint": "Ache"}).status_code == 200
    assert InPatient.objects.get().summary == CANARY


def test_reception_changes_a_stay_and_the_summary_stays(here, stay):
    fill(sit("receptionist", here), reverse("records:inpatient-edit", args=[stay.pk]),
         complaint="Ache", summary="Stolen")  # fmt: skip
    stay.refresh_from_db()
    assert (stay.complaint, stay.summary) == ("Ache", CANARY)


def test_no_service_writes_it_for_reception(here, stay):
    stay.summary = "Stolen"
    with pytest.raises(Denied) as refused:
        inpatients.change(actor("receptionist", here), stay=stay)
    assert (refused.value.code, refused.value.names) == ("field_forbidden", ("summary",))


def test_reception_is_told_that_it_is_missing_but_not_sent_to_write_it(here):
    stay = InPatientFactory(hospital=here)
    pages = {
        role: told(sit(role, here), reverse("records:inpatient-discharge", args=[stay.pk]))
        for role in ("receptionist", "nurse")
    }
    assert all("Discharge summary" in shown for shown in pages.values())
    assert "#id_summary" in pages["nurse"]
    assert "#id_summary" not in pages["receptionist"]
    assert "#id_attending" in pages["receptionist"]
