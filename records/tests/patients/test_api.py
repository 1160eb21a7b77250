"""Patients through the REST door."""

import pytest

from hospital.models import AuditEvent, AuditPatient
from hospital.tests import factories
from records.models import Patient, PatientContact
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db

ANA = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14", "sex": "female"}
PASSPORT = {"kind": "passport", "system": "DE", "value": "C01X 00T47"}
MOTHER = {"name": "Eva Müller", "relationship": "parent", "phone": "030 123456", "email": ""}


@pytest.fixture
def here():
    return factories.HospitalFactory()


@pytest.fixture
def client(here):
    return factories.api("integrator", here)


def test_a_patient_is_registered_with_numbers_and_contacts(client):
    made = client.post("/api/v1/patients", {**ANA, "identifiers": [PASSPORT], "contacts": [MOTHER]})
    assert made.status_code == 201
    body = made.json()
    assert body["mrn"]
    assert body["identifiers"] == [PASSPORT]
    assert body["contacts"] == [{**MOTHER, "phone": "+4930123456"}]
    assert body["possible_duplicates"] == []
    shown = client.get(made["Location"]).json()
    assert shown == {name: body[name] for name in body if name != "possible_duplicates"}
    assert AuditEvent.objects.filter(act="records.patient.create", patient_id=body["id"]).exists()


@pytest.mark.parametrize("date", ["1988", "1988-03", "1988-03-14", ""])
def test_a_birth_date_may_be_partly_known(client, date):
    made = client.post("/api/v1/patients", {**ANA, "birth_date": date})
    assert made.json()["birth_date"] == date


@pytest.mark.parametrize("date", ["14.3.1988", "1988-13", "88", "2999-01-01"])
def test_a_date_that_is_none_is_refused(client, date):
    answer = client.post("/api/v1/patients", {**ANA, "birth_date": date})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["birth_date"]
    assert not Patient.objects.exists()


def test_a_body_just_received_may_be_sent_back_unchanged(client, here):
    patient = PatientFactory(at=here)
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient)
    body = client.get(f"/api/v1/patients/{patient.pk}").json()
    answer = client.put(f"/api/v1/patients/{patient.pk}", body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert answer.json() == body
    assert Patient.history.filter(id=patient.pk).count() == 1


def test_a_list_sent_replaces_the_whole_list_and_moves_the_patients_version(client, here):
    patient = PatientFactory(at=here)
    ContactFactory(patient=patient, name="Old")
    answer = client.patch(f"/api/v1/patients/{patient.pk}", {"contacts": [MOTHER], "version": 1})
    assert answer.status_code == 200
    assert [row["name"] for row in answer.json()["contacts"]] == ["Eva Müller"]
    assert answer.json()["version"] == 2
    assert PatientContact.objects.retired().get().name == "Old"


def test_a_mistake_inside_a_list_is_named_with_its_place(client):
    wrong = {**MOTHER, "phone": "", "email": ""}
    answer = client.post("/api/v1/patients", {**ANA, "contacts": [wrong]})
    assert answer.status_code == 400
    assert answer.json()["errors"]["contacts"][0]["code"] == "contact_unreachable"
    answer = client.post("/api/v1/patients", {**ANA, "contacts": [{**MOTHER, "nmae": "x"}]})
    assert "contacts.0.nmae" in answer.json()["errors"]
    assert not Patient.objects.exists()


def test_an_identifier_known_here_is_a_conflict_with_the_place_of_the_chart(client, here):
    patient = PatientFactory(at=here)
    IdentifierFactory(patient=patient, kind="passport", system="DE", value="C01X00T47")
    answer = client.post("/api/v1/patients", {**ANA, "identifiers": [PASSPORT]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "identifier_known"
    assert answer["Location"] == f"/api/v1/patients/{patient.pk}"
    assert Patient.objects.count() == 1


def test_a_patient_known_elsewhere_is_found_and_registered_here_with_a_reason(client, here):
    there = factories.HospitalFactory()
    patient = PatientFactory(at=there, family_name="Okafor", phone="+4930987654")
    IdentifierFactory(patient=patient, kind="passport", system="DE", value="C01X00T47")
    refused = client.post("/api/v1/patients", {**ANA, "identifiers": [PASSPORT]})
    assert (refused.status_code, refused.json()["code"]) == (409, "known_elsewhere")
    assert "register-here" in refused.json()["detail"]
    found = client.post("/api/v1/patients/search", {"identifier": "C01X00T47"}).json()
    assert found["results"] == []
    (match,) = found["elsewhere"]
    assert (match["birth_year"], match["phone_ending"]) == ("1988", "654")
    assert str(patient.pk) not in str(found)
    act = "/api/v1/patients/register-here"
    without = client.post(act, {"match": match["match"], "reason": " "})
    assert without.status_code == 400
    answer = client.post(act, {"match": match["match"], "reason": "Referred by her doctor"})
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/patients/{patient.pk}"
    assert client.get(answer["Location"]).json()["family_name"] == "Okafor"
    again = client.post(act, {"match": match["match"], "reason": "again"})
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")


def test_somebody_alike_is_registered_and_pointed_at(client, here):
    known = PatientFactory(at=here, family_name="Müller", given_names="Ana")
    made = client.post("/api/v1/patients", ANA)
    assert made.status_code == 201
    assert [row["id"] for row in made.json()["possible_duplicates"]] == [str(known.pk)]
    look = AuditEvent.objects.get(act="records.patient.list")
    assert (look.patient_id, look.reason) == (known.pk, "possible duplicates")


def test_another_hospitals_patient_is_answered_like_one_that_never_was(client):
    theirs = PatientFactory(at=factories.HospitalFactory())
    never = "0198c0de-0000-7000-8000-000000000000"
    for send in (
        lambda pk: client.get(f"/api/v1/patients/{pk}"),
        lambda pk: client.patch(f"/api/v1/patients/{pk}", {"city": "X", "version": 1}),
        lambda pk: client.delete(f"/api/v1/patients/{pk}", headers={"X-Reason": "x"}),
        lambda pk: client.post(f"/api/v1/patients/{pk}/restore"),
    ):
        hidden, missing = send(theirs.pk), send(never)
        assert hidden.status_code == missing.status_code
        assert hidden.status_code in (403, 404)
        assert hidden.content == missing.content
    assert client.get("/api/v1/patients?include_retired=true&count=true").json()["count"] == 0


@pytest.mark.parametrize(
    "known",
    [
        {"name": "mul an"},
        {"name": "Ana MÜLLER", "birth_date": "1988"},
        {"birth_date": "1988-03-14"},
        {"phone": "030 123456"},
        {"identifier": "c01x-00t47"},
        {"name": "ana", "phone": "+49 30 123456", "identifier": "C01X00T47"},
    ],
)
def test_a_patient_is_found_by_what_is_known(client, here, known):
    patient = PatientFactory(at=here, family_name="Müller", given_names="Ana", phone="+4930123456")
    IdentifierFactory(patient=patient, value="C01X00T47")
    PatientFactory(at=here, family_name="Other", given_names="Person", birth_date="1970")
    found = client.post("/api/v1/patients/search", known).json()
    assert [row["id"] for row in found["results"]] == [str(patient.pk)]
    only_wrong = client.post("/api/v1/patients/search", {**known, "mrn": "00000000"}).json()
    assert only_wrong["results"] == []


def test_a_search_goes_on_page_by_page_and_its_marker_fits_no_other(client, here):
    made = {str(PatientFactory(at=here, family_name=f"Smith{n:02}").pk) for n in range(5)}
    sent, seen = {"name": "smith", "limit": 2}, []
    for _ in range(3):
        page = client.post("/api/v1/patients/search", sent).json()
        seen += [row["id"] for row in page["results"]]
        sent = {**sent, "cursor": page["next"]}
    assert page["next"] is None
    assert len(seen) == 5
    assert set(seen) == made
    first = client.post("/api/v1/patients/search", {"name": "smith", "limit": 2}).json()
    wrong = client.post("/api/v1/patients/search", {"name": "ana", "cursor": first["next"]})
    assert wrong.status_code == 400
    assert wrong.json()["errors"]["cursor"][0]["code"] == "cursor_invalid"


def test_a_search_for_nothing_and_one_by_an_unknown_word_are_refused(client):
    assert client.post("/api/v1/patients/search", {}).status_code == 400
    answer = client.post("/api/v1/patients/search", {"family_name": "x"})
    assert answer.json()["errors"]["family_name"][0]["code"] == "unknown_field"


def test_no_address_ever_carries_a_name(client, here):
    for number in range(3):
        PatientFactory(at=here, family_name=f"Zebrowski{number}")
    page = client.get("/api/v1/patients?limit=1")
    assert page.json()["results"][0]["family_name"] == "Zebrowski0"
    assert "cursor=" in page["Link"]
    import base64

    cursor = page.json()["next"].split("cursor=")[1]
    assert b"zebrow" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).lower()
    refused = client.get("/api/v1/patients?family_name=Zebrowski")
    assert refused.status_code == 400


def test_every_look_is_booked_with_every_patient_shown(client, here):
    shown = [PatientFactory(at=here) for _ in range(3)]
    client.get("/api/v1/patients")
    event = AuditEvent.objects.get(act="records.patient.list")
    seen = AuditPatient.objects.filter(event=event).values_list("patient_id", flat=True)
    assert set(seen) == {patient.pk for patient in shown}
    client.get(f"/api/v1/patients/{shown[0].pk}")
    look = AuditEvent.objects.get(act="records.patient.read")
    assert (look.patient_id, look.object_id) == (shown[0].pk, shown[0].pk)


def test_a_write_that_wrote_nothing_but_showed_the_patient_is_booked_as_a_look(client, here):
    looks = AuditEvent.objects.filter(act="records.patient.read")
    key = {"Idempotency-Key": "once"}
    made = client.post("/api/v1/patients", ANA, headers=key)
    assert looks.count() == 0
    client.post("/api/v1/patients", ANA, headers=key)
    assert looks.count() == 1
    client.patch(made["Location"], {"version": 1})
    assert looks.count() == 2
    client.patch(made["Location"], {"city": "Ulm", "version": 1})
    assert looks.count() == 2
    assert set(looks.values_list("patient_id", flat=True).distinct()) == {looks[0].object_id}


def test_a_patient_retired_here_stays_at_the_other_hospital(client, here):
    from records.tests.factories import register

    there = factories.HospitalFactory()
    patient = PatientFactory(at=here)
    register(patient, there)
    other = factories.api("integrator", there)
    before = other.get(f"/api/v1/patients/{patient.pk}").json()
    gone = client.delete(f"/api/v1/patients/{patient.pk}", headers={"X-Reason": "moved away"})
    assert gone.status_code == 204
    assert client.get(f"/api/v1/patients/{patient.pk}").status_code == 404
    assert other.get(f"/api/v1/patients/{patient.pk}").json() == before
    admin = factories.api("administrator", here)
    back = admin.post(f"/api/v1/patients/{patient.pk}/restore")
    assert back.status_code == 200
    assert back.json()["retired_at"] is None


def test_a_role_that_sees_masked_values_sees_their_ends_and_cannot_store_the_masks(here):
    patient = PatientFactory(at=here, phone="+4930123456", email="ana@example.org")
    IdentifierFactory(patient=patient, value="C01X00T47")
    admin = factories.api("administrator", here)
    body = admin.get(f"/api/v1/patients/{patient.pk}").json()
    assert body["phone"] == "•••456"
    assert body["identifiers"][0]["value"] == "•••T47"
    assert (
        admin.put(
            f"/api/v1/patients/{patient.pk}", {**body, "city": "Ulm"}, headers={"If-Match": '"1"'}
        ).status_code
        == 200
    )
    patient.refresh_from_db()
    assert (patient.phone, patient.city) == ("+4930123456", "Ulm")
    changed = [{**body["identifiers"][0], "system": "FR"}]
    refused = admin.patch(f"/api/v1/patients/{patient.pk}", {"identifiers": changed, "version": 2})
    assert refused.json()["errors"]["identifiers"][0]["code"] == "masked"


def test_a_role_may_change_its_own_fields_only(here):
    patient = PatientFactory(at=here)
    nurse = factories.api("nurse", here)
    address = f"/api/v1/patients/{patient.pk}"
    assert nurse.patch(address, {"phone": "030 123456", "version": 1}).status_code == 200
    refused = nurse.patch(address, {"family_name": "X", "version": 2})
    assert (refused.status_code, refused.json()["code"]) == (403, "field_forbidden")
    assert "family_name" in refused.json()["detail"]


def test_a_list_follows_the_name_and_what_changed_since_is_found(client, here):
    last, first = (
        PatientFactory(at=here, family_name="Zeta"),
        PatientFactory(at=here, family_name="Álvarez"),
    )
    rows = client.get("/api/v1/patients").json()["results"]
    assert [row["id"] for row in rows] == [str(first.pk), str(last.pk)]
    client.patch(f"/api/v1/patients/{last.pk}", {"city": "Ulm", "version": 1})
    since = client.get(f"/api/v1/patients/{last.pk}").json()["updated_at"]
    changed = client.get("/api/v1/patients", {"updated_since": since})
    assert [row["id"] for row in changed.json()["results"]] == [str(last.pk)]


def test_who_follows_the_changes_hears_of_the_chart_and_of_the_registration(client, here):
    """In the order in which they happened, each once, and of nothing that happened elsewhere."""
    there = factories.HospitalFactory()
    both, ours = PatientFactory(at=here), PatientFactory(at=here)
    register(both, there)
    neighbour = factories.api("integrator", there)
    start = client.get("/api/v1/patients", {"ordering": "-updated_at", "limit": 1}).json()
    since = start["results"][0]["updated_at"]

    def heard(program, since):
        asked = {"updated_since": since, "include_retired": "true"}
        return [row["id"] for row in program.get("/api/v1/patients", asked).json()["results"]]

    client.delete(f"/api/v1/patients/{ours.pk}")
    neighbour.patch(f"/api/v1/patients/{both.pk}", {"sex": "female", "version": 1})
    assert heard(client, since)[-2:] == [str(ours.pk), str(both.pk)]
    last = client.get(f"/api/v1/patients/{both.pk}").json()["updated_at"]
    neighbour.delete(f"/api/v1/patients/{both.pk}")
    assert heard(client, last) == [str(both.pk)]
    assert client.get(f"/api/v1/patients/{both.pk}").json()["updated_at"] == last
