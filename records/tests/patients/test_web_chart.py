"""The chart on the web: what each role sees of it, what is masked, and what a stranger learns."""

from datetime import timedelta
from uuid import uuid4

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import PASSWORD, HospitalFactory, actor
from hospital.tests.filling import lasting
from records.models import Patient, PatientContact, Registration
from records.services import patients
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    register,
)

from .desk import desk, elsewhere, here, sit, text

__all__ = ["desk", "elsewhere", "here"]
pytestmark = pytest.mark.django_db

FULL = {
    "family_name": "Müller", "given_names": "Ana", "sex": "female", "phone": "+491705550142",
    "email": "ana@example.org", "address_line": "Kantstraße 12", "city": "Berlin",
}  # fmt: skip
PAGES = ["", "details/", "edit/", "history/", "retire/"]


@pytest.fixture
def ana(here):
    patient = PatientFactory(at=here, **FULL)
    IdentifierFactory(patient=patient, value="C01X00T47")
    ContactFactory(patient=patient, name="Eva Müller")
    return patient


def test_the_chart_shows_who_it_is_and_the_look_is_booked(desk, ana):
    page = text(desk.get(f"/patients/{ana.pk}/"))
    for words in (
        "MÜLLER, Ana",
        "14-Mar-1988",
        "Female",
        ana.mrn,
        "+49 170 5550142",
        "Kantstraße 12",
        "Eva Müller",
    ):
        assert words in page
    event = AuditEvent.objects.get(act="records.patient.read")
    assert (event.patient_id, event.user_id, event.outcome) == (ana.pk, desk.user.pk, "ok")


def test_the_chart_costs_the_desk_five_queries_of_its_own(desk, ana, django_assert_num_queries):
    """The chart with its counts, the last visits, what comes next, contacts, identifiers. Besides three for who
    asks, one for where, one to book the look."""
    desk.get("/patients/")
    with django_assert_num_queries(10):
        desk.get(f"/patients/{ana.pk}/")


@pytest.mark.parametrize("role", ["doctor", "nurse"])
def test_a_clinician_is_told_all_of_it_with_four_queries(
    here, ana, role, django_assert_num_queries
):
    """The chart with its counts, the allergies, the timeline, what stands."""
    client = sit(role, here)
    client.get("/patients/")
    with django_assert_num_queries(9):
        client.get(f"/patients/{ana.pk}/")


def test_no_title_names_a_patient(desk, ana):
    for where in PAGES:
        title = text(desk.get(f"/patients/{ana.pk}/{where}")).split("</title>")[0]
        assert "ller" not in title


def test_an_identifier_is_masked_until_it_is_asked_for_which_is_booked(desk, ana):
    assert "C01X00T47" not in text(desk.get(f"/patients/{ana.pk}/"))
    assert "C01X00T47" not in text(desk.get(f"/patients/{ana.pk}/edit/"))
    assert not AuditEvent.objects.filter(act="records.patient.reveal").exists()
    assert "C01X00T47" in text(desk.post(f"/patients/{ana.pk}/reveal/"))
    assert AuditEvent.objects.get(act="records.patient.reveal").patient_id == ana.pk
    assert desk.get(f"/patients/{ana.pk}/reveal/")["Location"] == f"/patients/{ana.pk}/"


def test_to_htmx_only_the_card_is_revealed(desk, ana):
    card = text(desk.post(f"/patients/{ana.pk}/reveal/", headers={"HX-Request": "true"}))
    assert "C01X00T47" in card
    assert "<html" not in card
    assert "Kantstraße" not in card


@pytest.mark.parametrize("role", ["administrator", "cashier", "auditor"])
def test_who_only_recognises_sees_masks_and_reveals_nothing(here, ana, role):
    client = sit(role, here)
    for where in ("", "details/", "history/"):
        page = text(client.get(f"/patients/{ana.pk}/{where}"))
        assert "MÜLLER, Ana" in page
        for secret in ("5550142", "ana@example.org", "Kantstra", "C01X00"):
            assert secret not in page.replace(" ", "").replace("+49170", "")
    assert client.post(f"/patients/{ana.pk}/reveal/").status_code == 403
    assert not AuditEvent.objects.filter(act="records.patient.reveal", outcome="ok").exists()


def test_masks_lie_over_old_values_too(here, ana):
    chart = Patient.objects.get(pk=ana.pk)
    chart.phone = "+49301112223"
    patients.update(actor("receptionist", here), patient=chart, expected_version=1)
    page = text(sit("administrator", here).get(f"/patients/{ana.pk}/history/")).replace(" ", "")
    assert "•••223" in page
    assert "1112223" not in page


def test_another_hospital_gets_the_same_page_as_for_nobody(elsewhere, ana):
    client = sit("receptionist", elsewhere)
    for where in PAGES:
        theirs = client.get(f"/patients/{ana.pk}/{where}")
        nobodys = client.get(f"/patients/{uuid4()}/{where}")
        assert theirs.status_code == nobodys.status_code == 404
        assert lasting(theirs) == lasting(nobodys)
    assert client.post(f"/patients/{ana.pk}/reveal/").status_code == 404
    denial = AuditEvent.objects.filter(outcome="denied", object_id=ana.pk)
    assert denial.count() == len(PAGES) + 1


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("doctor", "retire/"), ("nurse", "restore/"), ("cashier", "edit/"), ("cashier", "retire/"),
        ("administrator", "retire/"), ("auditor", "edit/"), ("receptionist", "restore/"),
    ],
)  # fmt: skip
def test_what_a_role_may_not_is_403_and_changes_nothing(here, ana, role, where):
    answer = sit(role, here).post(f"/patients/{ana.pk}/{where}", {"reason": "Registered twice"})
    assert answer.status_code == 403
    assert Patient.objects.get(pk=ana.pk).version == 1
    assert not Registration.objects.filter(retired_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("receptionist", {"edit", "retire", "reveal"}), ("doctor", {"edit"}),
        ("nurse", {"edit"}), ("cashier", set()), ("administrator", {"edit"}), ("auditor", set()),
    ],
)  # fmt: skip
def test_only_open_acts_are_offered(here, ana, role, shown):
    page = text(sit(role, here).get(f"/patients/{ana.pk}/"))
    acts = ("edit", "retire", "restore", "reveal")
    assert {act for act in acts if f'"/patients/{ana.pk}/{act}/"' in page} == shown


def test_the_auditor_shows_the_password_again_and_comes_back_to_the_chart(here, ana):
    client = sit("auditor", here)
    assert client.get(f"/patients/{ana.pk}/").status_code == 200
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(minutes=6).total_seconds()
    session.save()
    asked = client.get(f"/patients/{ana.pk}/")
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    back = client.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == f"/patients/{ana.pk}/"
    assert "MÜLLER" in text(client.get(back["Location"]))


def test_nobody_signed_in_is_led_to_sign_in_and_back(client, ana):
    answer = client.get(f"/patients/{ana.pk}/")
    assert answer["Location"] == f"/accounts/login/?next=/patients/{ana.pk}/"


def test_markup_in_any_text_is_shown_as_text(desk, here):
    nasty = "<script>alert(1)</script>"
    patient = PatientFactory(
        at=here,
        family_name=nasty,
        given_names='"><img src=x onerror=1>',
        city=nasty,
        address_line=nasty,
    )
    ContactFactory(patient=patient, name=nasty)
    IdentifierFactory(patient=patient, system=nasty, value=f"{nasty}9")
    for where in (*(f"/patients/{patient.pk}/{page}" for page in PAGES), "/patients/", "/"):
        page = text(desk.get(where))
        assert nasty not in page
        assert "<img src=x" not in page
    assert nasty not in text(desk.post(f"/patients/{patient.pk}/reveal/"))
    found = desk.post("/patients/search/", {"q": "<script>x"})["Location"]
    assert "<script>x" not in text(desk.get(found))


def test_who_has_died_is_marked_and_ages_no_more(desk, here):
    patient = PatientFactory(
        at=here, birth_date="1941-06-02", is_deceased=True, deceased_on="2020-06-01"
    )
    page = text(desk.get(f"/patients/{patient.pk}/"))
    assert "banner--deceased" in page
    assert "(78y)" in page
    assert "01-Jun-2020" in page


def test_history_tells_who_changed_what_and_each_act_once(desk, here):
    clerk = actor("receptionist", here)
    chart = patients.register(
        clerk,
        patient=Patient(family_name="Müller", city="Berlin"),
        contacts=[PatientContact(name="Eva", phone="+4930123456")],
    )
    chart = Patient.objects.visible_to(clerk).get(pk=chart.pk)
    chart.city = "Potsdam"
    nurse = actor("nurse", here)
    patients.update(
        nurse,
        patient=chart,
        expected_version=1,
        contacts=[PatientContact(name="Jo", phone="+4930123457")],
    )
    entries = desk.get(f"/patients/{chart.pk}/history/").context["entries"]
    assert [(entry["who"], entry["what"]) for entry in entries] == [
        (nurse.name, "changed 3 fields"),
        (clerk.name, "registered the patient"),
    ]
    told = {(change["label"], change["old"], change["new"]) for change in entries[0]["changes"]}
    assert told == {
        ("City", "Berlin", "Potsdam"),
        ("Contact", "Eva · Other · +49 30 123456", ""),
        ("Contact", "", "Jo · Other · +49 30 123457"),
    }


def test_history_of_this_hospital_says_nothing_of_the_other_ones_registration(desk, here, ana):
    other = HospitalFactory(name="St Columba's")
    register(ana, other)
    there = Patient.objects.visible_to(actor("receptionist", other)).get(pk=ana.pk)
    patients.retire(actor("receptionist", other), patient=there, reason="Moved away for good")
    assert "Moved away for good" not in text(desk.get(f"/patients/{ana.pk}/history/"))


def test_a_banner_says_what_is_unknown(desk, here):
    chart = PatientFactory(at=here, sex="unknown")
    assert "Sex unknown" in text(desk.get(f"/patients/{chart.pk}/"))
