"""Invitations: a link that is good once, tells nothing, and signs nobody in."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from hospital.kit import clock
from hospital.kit.errors import NotVisible, errors_of
from hospital.models import AuditEvent, Invitation
from hospital.services import invitations
from hospital.tests.factories import (
    PASSWORD,
    HospitalFactory,
    actor,
    employ,
    enter,
    signed_in,
)
from hospital.tests.filling import fill, form_on, lasting, send

pytestmark = pytest.mark.django_db
PAGE = "/invitation/"
NEW = "seven quiet boats at dawn"
BOTH = {"password": NEW, "again": NEW}


@pytest.fixture
def place():
    return HospitalFactory(name="Quay Hospital")


@pytest.fixture
def nurse(place):
    return employ("nurse", place, username="elif", full_name="Elif Kaya")


@pytest.fixture
def key(place, nurse):
    return invitations.issue(actor("administrator", place), user=nurse)


def link(key):
    return f"{PAGE}?key={key}"


def use(client, key, **typed):
    return send(client, form_on(client.get(link(key)), having="key"), PAGE, **typed)


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["form"].errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_the_person_chooses_a_password_and_signs_in_with_it(client, nurse, key):
    answer = use(client, key, **BOTH)
    assert answer["Location"] == "/accounts/login/"
    nurse.refresh_from_db()
    assert nurse.check_password(NEW)
    assert client.get("/")["Location"].startswith("/accounts/login/"), "the link signed somebody in"
    assert "Your password is set" in client.get("/accounts/login/").content.decode()
    client.post("/accounts/login/", {"login": "elif", "password": NEW})
    assert client.get("/").status_code == 200


def test_the_database_knows_no_key(key):
    row = Invitation.objects.get()
    assert key not in repr(vars(row))
    assert row.digest != key


def test_issuing_and_using_stand_in_the_audit_at_the_hospital(client, place, nurse, key):
    use(client, key, **BOTH)
    rows = AuditEvent.objects.filter(object_id=nurse.pk, act__startswith="hospital.invitation")
    issued, used = rows.order_by("id")
    assert (issued.act, used.act) == ("hospital.invitation.issue", "hospital.invitation.use")
    assert issued.user_id not in {None, nurse.pk}
    assert (used.user_id, used.hospital_id, used.changed) == (nurse.pk, place.pk, ["password"])


def test_the_old_password_its_sessions_and_an_earlier_link_stop_at_once(client, place, nurse):
    tab = Client()
    enter(tab, nurse, place)
    administrator = actor("administrator", place)
    first = invitations.issue(administrator, user=nurse)
    nurse.refresh_from_db()
    second = invitations.issue(administrator, user=nurse)
    nurse.refresh_from_db()
    assert not nurse.check_password(PASSWORD)
    assert tab.get("/")["Location"].startswith("/accounts/login/")
    assert client.get(link(first)).status_code == 404
    assert client.get(link(second)).status_code == 200


def test_every_link_that_lets_nobody_in_gets_one_and_the_same_answer(client, place, nurse, key):
    other = employ("nurse", place)
    expired = invitations.issue(actor("administrator", place), user=other)
    Invitation.objects.filter(user=other).update(expires_at=clock.now() - timedelta(seconds=1))
    gone = employ("nurse", place)
    disabled = invitations.issue(actor("administrator", place), user=gone)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    use(client, key, **BOTH)
    fresh = Client()
    dead = (key, expired, disabled, "never-was", "", "\x00", "ü" * 5000)
    answers = [fresh.get(PAGE, {"key": each}) for each in dead]
    answers += [fresh.post(PAGE, {"key": each, **BOTH}) for each in dead]
    assert {answer.status_code for answer in answers} == {404}
    assert len({lasting(answer) for answer in answers}) == 1
    for user in (other, gone):
        user.refresh_from_db()
        assert not user.has_usable_password()


def test_it_is_good_for_72_hours(key):
    assert clock.now() + timedelta(hours=71) < Invitation.objects.get().expires_at
    assert Invitation.objects.get().expires_at < clock.now() + timedelta(hours=73)


def test_a_link_that_is_opened_is_not_spent(client, key):
    for _ in range(3):
        assert client.get(link(key)).status_code == 200
    assert Invitation.objects.exists()


def test_the_page_says_nothing_about_anybody_and_passes_the_key_to_nobody(client, key):
    answer = client.get(link(key))
    page = answer.content.decode()
    assert not {"elif", "Elif", "Kaya", "Nurse", "Quay"} & set(re.findall(r"\w+", page))
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]
    assert page.count(key) == 1


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"password": "", "again": ""}, "password", "required"),
        ({"password": NEW, "again": "something else"}, "again", "password_mismatch"),
        ({"password": "Kd82 xy", "again": "Kd82 xy"}, "password", "password_too_short"),
        ({"password": "a" * 14, "again": "a" * 14}, "password", "password_too_short"),
        ({"password": "Elif Kaya Nurse", "again": "Elif Kaya Nurse"}, "password",
         "password_too_similar"),
        ({"password": "Quay Hospital Quay", "again": "Quay Hospital Quay"}, "password",
         "password_context_word"),
    ],
)  # fmt: skip
def test_a_password_that_will_not_do_is_refused_and_the_link_stays_good(
    client, nurse, key, typed, field, code
):
    answer = use(client, key, **typed)
    assert (answer.status_code, codes(answer, field)[:1]) == (400, [code])
    assert typed["password"] not in answer.content.decode() or not typed["password"]
    nurse.refresh_from_db()
    assert not nurse.has_usable_password()
    assert client.get(link(key)).status_code == 200


def test_two_at_once_use_it_once(nurse, key):
    """Both have opened the page before either sends: the second finds it spent."""
    first, second = invitations.open_for(key), invitations.open_for(key)
    for invitation in (first, second):
        invitation.user.set_password(NEW)
    invitations.use(invitations.guest(first), invitation=first)
    with pytest.raises(NotVisible):
        invitations.use(invitations.guest(second), invitation=second)
    assert AuditEvent.objects.filter(act="hospital.invitation.use").count() == 1


def test_a_second_factor_stays(client, place, nurse):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=nurse, type="totp", data={})
    key = invitations.issue(actor("administrator", place), user=nurse)
    use(client, key, **BOTH)
    assert Authenticator.objects.filter(user=nurse, type="totp").exists()


def test_who_is_signed_in_as_somebody_else_stays_so(client, place, key):
    signed_in(client, "administrator", place)
    use(client, key, **BOTH)
    assert client.get("/").status_code == 200


def test_where_mail_can_be_sent_the_link_goes_to_the_person_too(
    client, place, settings, mailoutbox
):
    settings.CAN_MAIL = True
    signed_in(client, "administrator", place)
    typed = {"full_name": "Mei Lin", "role": "nurse", "email": "mei@example.org"}
    page = fill(client, "/staff/new/", username="mei", **typed).content.decode()
    assert "mei@example.org" in page
    assert mailoutbox[0].to == ["mei@example.org"]
    key = mailoutbox[0].body.partition("key=")[2].strip()
    assert Client().get(link(key)).status_code == 200
    fill(client, "/staff/new/", username="mai", **typed | {"email": ""})
    settings.CAN_MAIL = False
    fill(client, "/staff/new/", username="may", **typed)
    assert len(mailoutbox) == 1


def test_a_mail_server_that_is_down_costs_nobody_the_link(client, place, settings, monkeypatch):
    def fail(*args, **options):
        raise ConnectionRefusedError

    settings.CAN_MAIL = True
    monkeypatch.setattr(invitations, "send_mail", fail)
    signed_in(client, "administrator", place)
    typed = {"full_name": "Mei Lin", "role": "nurse", "email": "mei@example.org"}
    page = fill(client, "/staff/new/", username="mei", **typed).content.decode()
    assert "/invitation/?key=" in page
    assert "mei@example.org" not in page


def test_a_password_reset_by_mail_is_booked_and_ends_sessions_and_invitation(
    client, place, nurse, key, mailoutbox
):
    type(nurse).objects.filter(pk=nurse.pk).update(email="elif@example.org")
    client.post("/accounts/password/reset/", {"email": "elif@example.org"})
    path = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)[0]
    page = client.get(path, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    nurse.refresh_from_db()
    assert nurse.check_password(NEW)
    assert client.get(link(key)).status_code == 404
    event = AuditEvent.objects.get(act="hospital.account.password")
    assert (event.user_id, event.reason) == (nurse.pk, "reset by mail")


@pytest.mark.parametrize("can_mail", [True, False])
def test_the_sign_in_page_offers_mail_only_where_it_can_be_sent(client, settings, can_mail):
    settings.CAN_MAIL = can_mail
    page = client.get("/accounts/login/").content.decode()
    assert ("/accounts/password/reset/" in page) is can_mail
