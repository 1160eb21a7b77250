"""The form of a new patient that opens filled in: from a search, or as somebody left it."""

import pytest

from hospital.models import AuditEvent, SavedSearch
from hospital.tests.filling import form_on, send
from records.models import Patient
from records.tests.factories import IdentifierFactory, PatientFactory

from .desk import REGISTER, desk, elsewhere, here, main_form, text

__all__ = ["desk", "elsewhere", "here"]
pytestmark = pytest.mark.django_db
ASKED = "Is this one of them?"
KNOWN = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14"}
BORN = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1988"}


def searched(client, words):
    """The address of the form that a search leads to."""
    client.post("/patients/search/", {"q": words})
    return f"{REGISTER}?search={SavedSearch.objects.get(text=words).pk}"


def keep(client, address, **typed):
    """Leave the form half filled in, as the script keeps it."""
    assert (
        send(client, main_form(client.get(address)), f"/drafts/keep{REGISTER}", **typed).status_code
        == 204
    )


def looks_at(patient):
    """How often somebody was shown this chart in a list."""
    return AuditEvent.objects.filter(act="records.patient.list", patient_id=patient.pk).count()


def test_from_a_search_the_form_opens_with_who_it_may_be(desk, here):
    known = PatientFactory(at=here, **KNOWN)
    address = searched(desk, "Müller, Ana 14.3.1988")
    before = looks_at(known)
    answer = desk.get(address)
    page = text(answer)
    assert answer.status_code == 200
    assert ASKED in page
    assert "MÜLLER, Ana" in page
    assert "data-focus" not in page
    assert "autofocus" in page
    assert looks_at(known) == before + 1


def test_a_form_that_was_left_opens_with_who_it_may_be(desk, here, elsewhere):
    PatientFactory(at=here, **KNOWN)
    stranger = PatientFactory(at=elsewhere, family_name="Weber", given_names="Bea")
    IdentifierFactory(patient=stranger, kind="passport", value="C01X00T47")
    keep(desk, REGISTER, family_name="Müller", given_names="Ana", **BORN)
    page = text(desk.get(REGISTER))
    assert ASKED in page
    assert "MÜLLER, Ana" in page
    assert "aria-invalid" not in page
    number = {"identifiers-0-kind": "passport", "identifiers-0-value": "C01X00T47"}
    keep(desk, REGISTER, **number)
    assert "WEBER, Bea" in text(desk.get(REGISTER))


def test_a_half_typed_form_that_was_left_opens_and_says_nothing_of_mistakes(desk, here):
    PatientFactory(at=here, **KNOWN, phone="+491705550142")
    keep(desk, REGISTER, family_name="Müller", given_names="Ana", birth_date_day="31", phone="12")
    answer = desk.get(REGISTER)
    assert answer.status_code == 200
    assert "aria-invalid" not in text(answer)


def test_the_question_is_answered_on_the_page_that_opened(desk, here):
    PatientFactory(at=here, **KNOWN)
    address = searched(desk, "Müller, Ana 14.3.1988")
    answer = send(desk, main_form(desk.get(address)), address, not_them="twin", sex="female")
    assert answer.status_code == 302
    assert Patient.objects.count() == 2


def test_an_empty_form_asks_nothing(desk, here):
    PatientFactory(at=here, **KNOWN)
    assert ASKED not in text(desk.get(REGISTER))


def test_a_form_from_a_search_shows_who_was_searched_for_and_not_who_was_begun_before(desk):
    keep(desk, REGISTER, family_name="Kowalczyk")
    address = searched(desk, "Wendeline Oosterhuis")
    page = text(desk.get(address))
    assert 'value="Oosterhuis"' in page
    assert "Kowalczyk" not in page
    assert "did not save" not in page
    keep(desk, address, city="Ulm")
    again = text(desk.get(address))
    assert 'value="Oosterhuis"' in again
    assert 'value="Ulm"' in again
    assert "did not save" in again
    plain = text(desk.get(REGISTER))
    assert 'value="Kowalczyk"' in plain
    assert "Ulm" not in plain


def test_thrown_away_a_form_from_a_search_shows_what_was_searched_for_again(desk):
    keep(desk, REGISTER, family_name="Kowalczyk")
    address = searched(desk, "Wendeline Oosterhuis")
    keep(desk, address, family_name="Oosterhuizen")
    discard = form_on(desk.get(address), having="csrfmiddlewaretoken", action="discard")
    answer = send(desk, discard, "")
    assert answer["Location"] == address
    page = text(desk.get(address))
    assert 'value="Oosterhuis"' in page
    assert "did not save" not in page
    assert 'value="Kowalczyk"' in text(desk.get(REGISTER))


def test_saved_a_form_forgets_its_own_draft_alone(desk):
    keep(desk, REGISTER, family_name="Kowalczyk", birth_date_year="1950")
    address = searched(desk, "Wendeline Oosterhuis 1988")
    keep(desk, address, city="Ulm")
    answer = send(desk, main_form(desk.get(address)), address)
    assert answer.status_code == 302
    assert Patient.objects.get().family_name == "Oosterhuis"
    assert "Ulm" not in text(desk.get(address))
    assert 'value="Kowalczyk"' in text(desk.get(REGISTER))
    assert send(desk, main_form(desk.get(REGISTER)), REGISTER).status_code == 302
    assert "Kowalczyk" not in text(desk.get(REGISTER))


@pytest.mark.parametrize("is_asked_again", [False, True])
def test_registered_here_instead_the_form_beside_it_waits_no_more(desk, elsewhere, is_asked_again):
    PatientFactory(at=elsewhere, **KNOWN)
    keep(desk, REGISTER, family_name="Kowalczyk")
    address = searched(desk, "Müller, Ana 14.3.1988")
    keep(desk, address, city="Ulm")
    match = form_on(desk.get(address), having="match")
    if is_asked_again:
        match = form_on(send(desk, match, "", reason="other"), having="match")
    answer = send(desk, match, "/patients/register-here/", reason="Moved here", other="Moved")
    assert answer.status_code == 302
    assert "Ulm" not in text(desk.get(address))
    assert 'value="Kowalczyk"' in text(desk.get(REGISTER))


def test_what_is_no_id_of_a_search_makes_no_draft_of_its_own(desk):
    keep(desk, f"{REGISTER}?search=Kowalczyk&more=1", family_name="Kowalczyk")
    assert 'value="Kowalczyk"' in text(desk.get(REGISTER))
    assert (
        "search"
        not in text(desk.get(f"{REGISTER}?search=<b>"))
        .split('id="register"')[1]
        .split("</form>")[0]
    )


def test_a_form_outlives_the_search_that_it_was_opened_from(desk):
    address = searched(desk, "Wendeline Oosterhuis 1988")
    form = main_form(desk.get(address))
    SavedSearch.objects.all().delete()
    assert send(desk, form, REGISTER, find="suspects").status_code == 200
    assert send(desk, form, address).status_code == 302
