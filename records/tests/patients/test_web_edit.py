"""Changing a chart on the web: no lost update, no lost word, nothing beyond one's fields."""

import pytest

from hospital.models import AuditEvent
from hospital.tests.factories import MembershipFactory, actor
from hospital.tests.filling import form_on, send
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


@pytest.fixture
def ana(here):
    patient = PatientFactory(
        at=here, family_name="Müller", given_names="Ana", phone="+491705550142",
        city="Berlin", language="de", country="DE",
    )  # fmt: skip
    IdentifierFactory(patient=patient, value="C01X00T47")
    ContactFactory(patient=patient, name="Eva", phone="+4930123456")
    return patient


def edit(client, patient):
    """The address of the edit page, and the form on it."""
    where = f"/patients/{patient.pk}/edit/"
    return where, form_on(client.get(where), having="version")


def fresh(patient):
    return Patient.objects.get(pk=patient.pk)


def test_saving_without_a_change_writes_nothing(desk, ana):
    where, form = edit(desk, ana)
    assert send(desk, form, where)["Location"] == f"/patients/{ana.pk}/"
    assert fresh(ana).version == 1
    assert not AuditEvent.objects.filter(act="records.patient.update").exists()


def test_a_change_is_saved_once_and_booked_by_field_name(desk, ana):
    where, form = edit(desk, ana)
    answers = [send(desk, form, where, city="Potsdam") for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"] == f"/patients/{ana.pk}/"
    assert (fresh(ana).city, fresh(ana).version) == ("Potsdam", 2)
    assert AuditEvent.objects.get(act="records.patient.update").changed == ["city"]


def test_contacts_are_changed_added_and_taken_off(desk, ana):
    ContactFactory(patient=ana, name="Jo", phone="+4930123457")
    where, form = edit(desk, ana)
    send(
        desk, form, where,
        **{
            "contacts-0-phone": "030 999888", "contacts-1-DELETE": "on",
            "contacts-2-name": "Kim", "contacts-2-email": "kim@example.org",
        },
    )  # fmt: skip
    assert {(row.name, row.phone) for row in ana.contacts.live()} == {
        ("Eva", "+4930999888"),
        ("Kim", ""),
    }
    assert fresh(ana).version == 2


def test_an_identifier_is_taken_off_and_another_added_without_showing_the_first(desk, ana):
    where, form = edit(desk, ana)
    standing = str(ana.identifiers.get().pk)
    send(
        desk,
        form,
        where,
        **{
            "identifiers-REMOVE": standing,
            "identifiers-0-kind": "insurance",
            "identifiers-0-value": "A12345",
        },
    )
    assert [row.value for row in ana.identifiers.live()] == ["A12345"]


def test_identifiers_stay_when_only_others_are_added(desk, ana):
    where, form = edit(desk, ana)
    send(desk, form, where, **{"identifiers-0-kind": "insurance", "identifiers-0-value": "A12345"})
    assert {row.value for row in ana.identifiers.live()} == {"C01X00T47", "A12345"}
    assert ana.identifiers.count() == 2


def test_the_second_of_two_is_shown_theirs_and_yours_and_loses_nothing(desk, here, ana):
    where, form = edit(desk, ana)
    other = sit("receptionist", here)
    _where, theirs = edit(other, ana)
    send(other, theirs, where, city="Köln", email="ana@example.org")
    answer = send(desk, form, where, city="Bonn", state="NRW")
    assert answer.status_code == 412
    assert fresh(ana).city == "Köln"
    rows = {row.name: row for row in answer.context["differences"]}
    assert (rows["city"].theirs, rows["city"].yours, rows["city"].keep) == ("Köln", "Bonn", "yours")
    assert rows["email"].keep == "theirs"
    assert rows["state"].keep == "yours"
    assert other.user.full_name in text(answer)
    again = form_on(answer, having="version")
    assert again["data"]["keep_email"] == ["theirs"]
    done = send(desk, again, where, keep_city="theirs")
    assert done["Location"] == f"/patients/{ana.pk}/"
    chart = fresh(ana)
    assert (chart.city, chart.email, chart.state) == ("Köln", "ana@example.org", "NRW")


def test_yours_may_be_kept_over_theirs(desk, here, ana):
    where, form = edit(desk, ana)
    other = sit("receptionist", here)
    send(other, edit(other, ana)[1], where, birth_date_day="15", city="Köln")
    answer = send(desk, form, where, birth_date_year="1989", city="Bonn")
    send(desk, form_on(answer, having="version"), where)
    assert (fresh(ana).birth_date, fresh(ana).city) == ("1989-03-14", "Bonn")


def test_theirs_may_be_kept_for_a_date_a_country_and_a_phone(desk, here, ana):
    where, form = edit(desk, ana)
    other = sit("receptionist", here)
    send(
        other,
        edit(other, ana)[1],
        where,
        birth_date_day="15",
        country="France",
        phone="030 7654321",
    )
    answer = send(
        desk, form, where, birth_date_year="1989", country="Spain", phone="030 1111111", city="Bonn"
    )
    keep = dict.fromkeys(("keep_birth_date", "keep_country", "keep_phone"), "theirs")
    send(desk, form_on(answer, having="version"), where, **keep)
    chart = fresh(ana)
    assert (chart.birth_date, chart.country, chart.phone, chart.city) == (
        "1988-03-15",
        "FR",
        "+49307654321",
        "Bonn",
    )


def test_a_list_both_touched_is_chosen_as_a_whole(desk, here, ana):
    where, form = edit(desk, ana)
    clerk = actor("receptionist", here)
    chart = Patient.objects.visible_to(clerk).get(pk=ana.pk)
    patients.update(
        clerk, patient=chart, contacts=[PatientContact(name="Theirs", phone="+4930123459")]
    )
    answer = send(desk, form, where, **{"contacts-0-name": "Yours"})
    rows = {row.name: row for row in answer.context["differences"]}
    assert "Theirs" in rows["contacts"].theirs
    assert "Yours" in rows["contacts"].yours
    again = form_on(answer, having="version")
    send(desk, again, where, keep_contacts="theirs", city="Bonn")
    assert [row.name for row in ana.contacts.live()] == ["Theirs"]


def test_a_list_nobody_touched_here_is_no_conflict_and_stays_theirs(desk, here, ana):
    where, form = edit(desk, ana)
    clerk = actor("receptionist", here)
    chart = Patient.objects.visible_to(clerk).get(pk=ana.pk)
    patients.update(
        clerk,
        patient=chart,
        contacts=[PatientContact(name="Theirs", phone="+4930123459")],
        identifiers=[],
    )
    answer = send(desk, form, where, city="Bonn")
    assert [row.name for row in answer.context["differences"]] == ["city"]
    send(desk, form_on(answer, having="version"), where)
    assert [row.name for row in ana.contacts.live()] == ["Theirs"]
    assert not ana.identifiers.live().exists()
    assert fresh(ana).city == "Bonn"


def test_a_form_without_its_version_overwrites_nothing(desk, ana):
    where, form = edit(desk, ana)
    assert send(desk, form, where, version=None, city="Bonn").status_code == 412
    assert fresh(ana).city == "Berlin"


def test_bad_input_comes_back_as_it_was_typed(desk, ana):
    where, form = edit(desk, ana)
    answer = send(desk, form, where, phone="12", country="Atlantis", city="Bonn")
    assert answer.status_code == 400
    page = text(answer)
    assert "<title>Error: Edit patient" in page
    for typed in ('value="12"', 'value="Atlantis"', 'value="Bonn"'):
        assert typed in page
    assert fresh(ana).version == 1


@pytest.mark.parametrize("role", ["doctor", "nurse"])
def test_clinicians_write_only_how_to_reach_the_patient(here, ana, role):
    client = sit(role, here)
    where, form = edit(client, ana)
    assert (
        not {"family_name", "birth_date_day", "blood_group", "identifiers-TOTAL_FORMS"}
        & form["data"].keys()
    )
    send(
        client,
        form,
        where,
        phone="030 7654321",
        family_name="Hacked",
        blood_group="B+",
        **{"contacts-0-name": "Eva M."},
    )
    chart = fresh(ana)
    assert (chart.family_name, chart.blood_group, chart.phone) == ("Müller", "", "+49307654321")
    assert [row.name for row in chart.contacts.live()] == ["Eva M."]


def test_an_administrator_corrects_names_and_never_saves_a_mask(here, ana):
    client = sit("administrator", here)
    where, form = edit(client, ana)
    assert not {"phone", "email", "address_line", "contacts-TOTAL_FORMS"} & form["data"].keys()
    send(client, form, where, given_names="Anna", phone="•••142")
    assert (fresh(ana).given_names, fresh(ana).phone) == ("Anna", "+491705550142")


def test_the_form_of_one_hospital_is_not_saved_at_another(here, elsewhere, desk, ana):
    register(ana, elsewhere)
    where, form = edit(desk, ana)
    session = desk.session
    MembershipFactory(user=desk.user, role="receptionist", hospital=elsewhere)
    session["hospital_id"] = str(elsewhere.pk)
    session.save()
    answer = send(desk, form, where, city="Bonn")
    assert answer.status_code == 409
    assert 'value="Bonn"' in text(answer)
    assert fresh(ana).city == "Berlin"


def test_retiring_asks_why_and_hides_the_patient_from_this_hospital_alone(
    here, elsewhere, desk, ana
):
    register(ana, elsewhere)
    where = f"/patients/{ana.pk}/retire/"
    form = form_on(desk.get(where), having="version")
    assert send(desk, form, where).status_code == 400
    answers = [send(desk, form, where, reason="Registered twice") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/patients/"] * 2
    assert desk.get(f"/patients/{ana.pk}/").status_code == 404
    assert Registration.objects.get(hospital=here).retired_reason == "Registered twice"
    assert sit("receptionist", elsewhere).get(f"/patients/{ana.pk}/").status_code == 200
    assert (
        AuditEvent.objects.filter(
            act="records.patient.retire", outcome="ok", reason="Registered twice"
        ).count()
        == 1
    )


def test_another_reason_is_said_in_words(desk, here, ana):
    where = f"/patients/{ana.pk}/retire/"
    form = form_on(desk.get(where), having="version")
    assert send(desk, form, where, reason="other").status_code == 400
    send(desk, form, where, reason="other", other="Wrong hospital")
    assert Registration.objects.get(hospital=here).retired_reason == "Wrong hospital"


def test_a_chart_changed_meanwhile_is_not_retired_unseen(desk, here, ana):
    where = f"/patients/{ana.pk}/retire/"
    form = form_on(desk.get(where), having="version")
    send(desk, edit(desk, ana)[1], f"/patients/{ana.pk}/edit/", city="Bonn")
    assert send(desk, form, where, reason="Registered twice").status_code == 412
    assert not Registration.objects.get(hospital=here).is_retired


def test_an_administrator_sees_why_and_brings_the_patient_back(desk, here, ana):
    where = f"/patients/{ana.pk}/retire/"
    send(desk, form_on(desk.get(where), having="version"), where, reason="Registered twice")
    client = sit("administrator", here)
    page = client.get(f"/patients/{ana.pk}/")
    assert "banner--retired" in text(page)
    assert "Registered twice" in text(page)
    assert f"/patients/{ana.pk}/edit/" not in text(page)
    form = form_on(page, action="restore")
    answers = [send(client, form, "") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"/patients/{ana.pk}/"] * 2
    assert desk.get(f"/patients/{ana.pk}/").status_code == 200


def test_a_retired_chart_cannot_be_edited(desk, here, ana):
    where = f"/patients/{ana.pk}/retire/"
    send(desk, form_on(desk.get(where), having="version"), where, reason="Registered twice")
    answer = sit("administrator", here).get(f"/patients/{ana.pk}/edit/")
    assert answer.status_code == 409
