"""Registering on the web: one page, one patient, whatever is typed and however often it is sent."""

import re

import pytest

from hospital.models import AuditEvent
from hospital.tests.filling import form_on, send
from records.models import DuplicatePair, Patient, Registration
from records.tests.factories import IdentifierFactory, PatientFactory
from records.web import patient_registering as registering

from .desk import REGISTER, desk, elsewhere, here, main_form, register, sit, text

__all__ = ["desk", "elsewhere", "here"]
pytestmark = pytest.mark.django_db

ANA = {
    "family_name": "Müller", "given_names": "Ana", "sex": "female", "phone": "0170 5550142",
    "birth_date_day": "14", "birth_date_month": "March", "birth_date_year": "1988",
}  # fmt: skip
KNOWN = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14"}


def test_a_patient_is_registered_with_a_number_and_somebody_to_call(desk):
    answer = register(
        desk, **ANA, city="Berlin", country="Germany", language="Turkish", blood_group="A+",
        **{
            "contacts-0-name": "Eva Müller", "contacts-0-relationship": "parent",
            "contacts-0-phone": "030 123456", "identifiers-0-kind": "passport",
            "identifiers-0-system": "DE", "identifiers-0-value": "C01X 00T47",
        },
    )  # fmt: skip
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert (patient.birth_date, patient.phone) == ("1988-03-14", "+491705550142")
    assert (patient.country, patient.language) == ("DE", "tr")
    assert [row.phone for row in patient.contacts.live()] == ["+4930123456"]
    assert [row.value for row in patient.identifiers.live()] == ["C01X 00T47"]
    assert AuditEvent.objects.filter(act="records.patient.create", patient_id=patient.pk).exists()


def test_one_name_is_enough(desk):
    register(desk, given_names="Pelé")
    assert Patient.objects.get().display_name == "Pelé"


def test_nobody_is_registered_without_a_name_unless_it_is_not_known(desk):
    answer = register(desk)
    assert answer.status_code == 400
    assert "<title>Error: Register patient" in text(answer)
    assert "Give a name, or say that the name is not known." in text(answer)
    assert not Patient.objects.exists()
    register(desk, is_unidentified="on")
    assert Patient.objects.get().is_unidentified


def test_an_age_makes_the_birth_year_an_estimate(desk):
    register(desk, family_name="Okoro", birth_date_age="38")
    patient = Patient.objects.get()
    assert len(patient.birth_date) == 4
    assert patient.is_birth_date_estimated


def test_a_day_without_its_year_is_no_date_and_what_was_typed_stays(desk):
    answer = register(desk, **{**ANA, "birth_date_year": ""})
    assert answer.status_code == 400
    assert 'value="March"' in text(answer)
    assert not Patient.objects.exists()


def test_a_wrong_row_is_told_beside_it_and_in_the_summary(desk):
    answer = register(desk, **ANA, **{"contacts-0-name": "Eva", "identifiers-0-value": "--"})
    assert answer.status_code == 400
    page = text(answer)
    assert "<title>Error:" in page
    assert page.count("Give a phone number or an email address.") == 2
    assert 'href="#id_contacts-0-phone"' in page
    assert page.count("A number has at least one letter or digit.") == 2
    assert not Patient.objects.exists()


def test_another_row_comes_without_losing_or_judging_what_was_typed(desk):
    answer = register(
        desk, given_names="Ana", birth_date_day="99", more="contacts",
        **{"contacts-0-name": "Eva", "identifiers-0-value": "C01X"},
    )  # fmt: skip
    assert answer.status_code == 200
    page = text(answer)
    assert "There is a problem" not in page
    assert 'name="contacts-1-name"' in page
    assert 'value="Eva"' in page
    assert 'value="99"' in page
    assert page.count(" autofocus") == 1
    assert " autofocus" in page.split('name="contacts-1-name"')[1].split(">")[0]
    form = main_form(answer)
    send(
        desk, form, REGISTER, birth_date_day="",
        **{"contacts-0-phone": "030 123456", "contacts-1-name": "Jo", "contacts-1-email": "jo@example.org",
           "identifiers-0-kind": "other"},
    )  # fmt: skip
    assert [row.name for row in Patient.objects.get().contacts.live()] == ["Eva", "Jo"]


def test_a_double_click_makes_one_patient_and_leads_both_times_to_it(desk):
    form = main_form(desk.get(REGISTER))
    answers = [send(desk, form, REGISTER, **ANA) for _ in range(2)]
    assert Patient.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]
    assert AuditEvent.objects.filter(act="records.patient.create", outcome="ok").count() == 1


def test_the_same_form_with_other_contents_is_refused(desk):
    form = main_form(desk.get(REGISTER))
    send(desk, form, REGISTER, **ANA)
    again = send(desk, form, REGISTER, **{**ANA, "given_names": "Bea"})
    assert again.status_code == 409
    assert Patient.objects.count() == 1


def test_somebody_like_this_is_shown_first_and_one_key_says_it_is_somebody_else(desk, here):
    known = PatientFactory(at=here, **KNOWN)
    shown = register(desk, **ANA)
    assert shown.status_code == 409
    assert Patient.objects.count() == 1
    page = text(shown)
    assert "Is this one of them?" in page
    assert f'href="/patients/{known.pk}/"' in page
    assert 'data-key="1"' in page
    look = AuditEvent.objects.get(act="records.patient.list")
    assert look.patient_id == known.pk
    form = main_form(shown)
    assert form["data"]["family_name"] == ["Müller"]
    made = send(desk, form, REGISTER, not_them="twin")
    assert made.status_code == 302
    assert Patient.objects.count() == 2
    assert AuditEvent.objects.get(act="records.patient.create").reason == "Twin"


def test_who_was_registered_meanwhile_is_shown_before_the_answer_counts(desk, here):
    PatientFactory(at=here, **KNOWN)
    form = main_form(register(desk, **ANA))
    meanwhile = PatientFactory(at=here, **KNOWN)
    asked = send(desk, form, REGISTER, not_them="checked")
    assert (asked.status_code, Patient.objects.count()) == (409, 2)
    assert f'href="/patients/{meanwhile.pk}/"' in text(asked)
    assert send(desk, main_form(asked), REGISTER, not_them="checked").status_code == 302
    assert DuplicatePair.objects.filter(status="different").count() == 2


def test_who_is_registered_while_the_form_is_looked_at_is_shown_too(desk, here, monkeypatch):
    looked = registering._suspects

    def before_the_other_desk(actor, form):
        monkeypatch.undo()
        found = looked(actor, form)
        PatientFactory(at=here, **KNOWN)
        return found

    form = main_form(desk.get(REGISTER))
    monkeypatch.setattr(registering, "_suspects", before_the_other_desk)
    asked = send(desk, form, REGISTER, **ANA)
    assert (asked.status_code, Patient.objects.count()) == (409, 1)
    assert f'href="/patients/{Patient.objects.get().pk}/"' in text(asked)
    assert AuditEvent.objects.get(act="records.patient.list").patient_id == Patient.objects.get().pk
    assert send(desk, main_form(asked), REGISTER, not_them="twin").status_code == 302
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("answered", "told"),
    [("twin", "Twin"), ("checked", "Different person, checked"), ("unsure", None)],
)
def test_who_said_at_the_desk_that_it_is_somebody_else_is_not_asked_again(
    desk, here, answered, told
):
    known = PatientFactory(at=here, **KNOWN)
    send(desk, main_form(register(desk, **ANA)), REGISTER, not_them=answered)
    pairs = list(DuplicatePair.objects.all())
    if told is None:
        assert pairs == []
        return
    [pair] = pairs
    assert {known.pk, Patient.objects.exclude(pk=known.pk).get().pk} == set(pair.patient_ids)
    assert (pair.status, pair.reason, pair.is_open) == ("different", told, False)
    assert pair.decided_by == AuditEvent.objects.get(act="records.patient.create").user_id


def test_a_twin_is_one_of_those_born_that_day_and_not_all_who_were_shown(desk, here):
    twin = PatientFactory(at=here, **KNOWN)
    PatientFactory(at=here, **KNOWN | {"birth_date": "1988-04-14"})
    send(desk, main_form(register(desk, **ANA)), REGISTER, not_them="twin")
    assert [twin.pk in pair.patient_ids for pair in DuplicatePair.objects.all()] == [True]
    send(desk, main_form(register(desk, **ANA)), REGISTER, not_them="twin")
    assert DuplicatePair.objects.count() == 1


def test_the_same_phone_and_birth_date_under_another_name_is_shown_too(desk, here):
    PatientFactory(
        at=here,
        family_name="Weber",
        given_names="A",
        birth_date="1988-03-14",
        phone="+491705550142",
    )
    page = text(register(desk, **ANA))
    assert "Same birth date" in page
    assert "Same phone" in page


@pytest.mark.parametrize(
    "typed", [{"birth_date_day": "14"}, {"birth_date_month": "3"}, {"phone": "12"}]
)
def test_what_is_typed_only_half_yet_says_nothing_about_who_it_is(desk, here, typed):
    there = {"address_line": "Kantstraße 12", "postal_code": "10623", "city": "Berlin"}
    PatientFactory(at=here, **KNOWN, **there)
    names = {"family_name": "Müller", "given_names": "Ana", **there}
    answer = register(desk, find="suspects", **names, **typed)
    assert answer.status_code == 200
    assert "MÜLLER, Ana" in text(answer)


def test_an_identifier_known_here_leads_to_its_chart(desk, here):
    known = PatientFactory(at=here, family_name="Weber")
    IdentifierFactory(patient=known, kind="passport", value="C01X00T47")
    answer = register(
        desk, **ANA, **{"identifiers-0-kind": "passport", "identifiers-0-value": "c01x-00t47"}
    )
    assert answer.status_code == 409
    assert f'href="/patients/{known.pk}/"' in text(answer)
    assert Patient.objects.count() == 1


def test_who_has_the_number_that_is_typed_is_shown_before_the_form_is_sent(desk, here):
    known = PatientFactory(at=here, family_name="Weber", given_names="Bea")
    IdentifierFactory(patient=known, kind="passport", value="C01X00T47")
    typed = {"identifiers-0-kind": "passport", "identifiers-0-value": "c01x-00t47"}
    for told in ({"find": "suspects"}, {}):
        page = text(register(desk, **ANA, **typed, **told))
        assert "WEBER, Bea" in page
        assert "Same number" in page
        assert 'name="not_them"' not in page
    look = AuditEvent.objects.filter(act="records.patient.list").first()
    assert look.patient_id == known.pk


def test_an_identifier_known_elsewhere_offers_to_register_here(desk, elsewhere):
    known = PatientFactory(at=elsewhere, family_name="Weber", given_names="Bea", city="Leipzig")
    IdentifierFactory(patient=known, kind="passport", value="C01X00T47")
    answer = register(
        desk, **ANA, **{"identifiers-0-kind": "passport", "identifiers-0-value": "C01X00T47"}
    )
    assert answer.status_code == 409
    page = text(answer)
    assert "WEBER, Bea" in page
    assert "St Columba" in page
    assert "Leipzig" not in page
    assert str(known.pk) not in page
    assert 'name="not_them"' not in page
    assert AuditEvent.objects.get(act="records.patient.register_here").patient_id == known.pk


def test_a_stranger_is_registered_here_for_a_reason_from_the_list(desk, here, elsewhere):
    known = PatientFactory(at=elsewhere, **KNOWN)
    match = form_on(register(desk, **ANA), having="match")
    answer = send(desk, match, REGISTER, reason="Moved here")
    assert answer["Location"] == f"/patients/{known.pk}/"
    registration = Registration.objects.get(hospital=here)
    assert (registration.patient, registration.reason) == (known, "Moved here")
    assert (
        AuditEvent.objects.get(act="records.patient.register_here", version=1).reason
        == "Moved here"
    )
    again = send(desk, match, REGISTER, reason="Moved here")
    assert again["Location"] == answer["Location"]
    assert desk.get(answer["Location"]).status_code == 200


def test_another_reason_is_asked_for_in_words(desk, here, elsewhere):
    PatientFactory(at=elsewhere, **KNOWN)
    match = form_on(register(desk, **ANA), having="match")
    asked = send(desk, match, REGISTER, reason="other")
    assert (asked.status_code, "Error:" in text(asked)) == (200, False)  # nobody could say it yet
    assert asked.context["form"]["reason"].value() == "other"
    assert text(asked).count(" autofocus") == 1
    asking = form_on(asked, having="match")
    asked = send(desk, asking, "/patients/register-here/", reason="other", other="")
    assert (asked.status_code, "Error:" in text(asked)) == (400, True)
    assert not Registration.objects.filter(hospital=here).exists()
    asking = form_on(asked, having="match")
    send(desk, asking, "/patients/register-here/", reason="other", other="Asked by court")
    assert Registration.objects.get(hospital=here).reason == "Asked by court"


def test_a_forged_match_opens_nothing(desk, elsewhere):
    PatientFactory(at=elsewhere, **KNOWN)
    match = form_on(register(desk, **ANA), having="match")
    answer = send(desk, match, REGISTER, match="forged", reason="Moved here")
    assert answer.status_code == 400
    assert "too old" in text(answer)


def test_no_address_ever_says_who_a_patient_is(desk, here):
    canaries = ("Quxley", "Zyxwa", "5550142", "Grumbolt", "XY99887")
    made = register(
        desk, family_name="Quxley", given_names="Zyxwa", phone="0170 5550142", city="Grumbolt",
        **{"identifiers-0-kind": "other", "identifiers-0-value": "XY99887"},
    )  # fmt: skip
    found = desk.post("/patients/search/", {"q": "Quxley"})
    chart = made["Location"]
    addresses = [chart, found["Location"]]
    for where in (
        chart,
        f"{chart}edit/",
        f"{chart}history/",
        f"{chart}retire/",
        "/patients/",
        "/",
        found["Location"],
    ):
        page = text(desk.get(where))
        assert "Quxley".casefold() in page.casefold()
        addresses += re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', page)
    retire = form_on(desk.get(f"{chart}retire/"), having="version")
    addresses.append(send(desk, retire, f"{chart}retire/", reason="Registered twice")["Location"])
    assert len(addresses) > 50
    told = " ".join(addresses).casefold()
    assert not [canary for canary in canaries if canary.casefold() in told]


@pytest.mark.parametrize("role", ["doctor", "nurse", "cashier", "administrator", "auditor"])
def test_who_does_not_register_finds_no_way_to(here, role):
    client = sit(role, here)
    assert client.get(REGISTER).status_code == 403
    assert client.post("/patients/register-here/", {"match": "x"}).status_code == 403
    assert "Register patient" not in text(client.get("/"))
