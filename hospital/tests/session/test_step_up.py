"""A password that grows old while somebody types: asked for again, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hospital.models import AuditEvent, Hospital, User
from hospital.tests.factories import PASSWORD, HospitalFactory, UserFactory, signed_in
from hospital.tests.filling import form_on, send

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/user/add/"
TYPED = {"username": "elif", "full_name": "Elif <b>Kaya</b>", "role": "nurse"}
PROOF = "still_you-password"


def grow_old(client):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(minutes=6).total_seconds()
    session.save()


def sent_too_late(client, path, having, **typed):
    form = form_on(client.get(path), having=having)
    grow_old(client)
    return send(client, form, path, **typed)


def asked(answer):
    """The form that asks for the password, as a browser would send it."""
    assert answer.status_code == 403
    return form_on(answer, having=PROOF)


@pytest.fixture
def operator(client):
    signed_in(client, "operator")
    return client


@pytest.fixture
def admin(client):
    signed_in(client, "administrator", HospitalFactory())
    return client


def test_a_web_form_is_saved_with_what_was_typed_once_the_password_is_shown(operator):
    typed = {"code": "BRIGID", "name": "St Brigid's", "time_zone": "Europe/Berlin"}
    answer = sent_too_late(operator, "/hospitals/new/", "code", **typed)
    assert not Hospital.objects.exists()
    send(operator, asked(answer), "/hospitals/new/", **{PROOF: PASSWORD})
    assert Hospital.objects.get().name == "St Brigid's"


def test_sent_with_the_password_twice_it_has_one_effect(operator):
    typed = {"code": "BRIGID", "name": "St Brigid's"}
    form = asked(sent_too_late(operator, "/hospitals/new/", "code", **typed))
    first, second = (send(operator, form, "/hospitals/new/", **{PROOF: PASSWORD}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Hospital.objects.count() == 1


def test_an_admin_form_is_saved_too(admin):
    form = asked(sent_too_late(admin, ADD, "username", **TYPED))
    send(admin, form, ADD, **{PROOF: PASSWORD})
    user = User.objects.get(username="elif")
    assert user.full_name == TYPED["full_name"]
    assert user.memberships.get().role == "nurse"


def test_an_admin_form_with_a_mistake_comes_back_with_everything_typed(admin):
    form = asked(sent_too_late(admin, ADD, "username", **TYPED | {"role": ""}))
    answer = send(admin, form, ADD, **{PROOF: PASSWORD})
    again = form_on(answer, having="username")
    assert answer.status_code == 400
    assert again["data"]["full_name"] == [TYPED["full_name"]]
    assert PROOF not in again["data"]
    send(admin, again, ADD, role="nurse")
    assert User.objects.filter(username="elif").exists()


def test_a_wrong_password_asks_again_and_keeps_what_was_typed(admin):
    nurse = UserFactory(username="elif")
    form = asked(sent_too_late(admin, ADD, "username", **TYPED | {"username": "mei"}))
    answer = send(admin, form, ADD, **{PROOF: "not my password at all"})
    assert "mei" in str(asked(answer))
    assert "not my password" not in answer.content.decode()
    assert AuditEvent.objects.filter(outcome="denied", reason="reauth").count() == 2
    assert User.objects.exclude(pk=nurse.pk).filter(username__in=["mei", "elif"]).count() == 0


def test_what_was_typed_is_in_no_address_and_not_kept_on_the_server(admin):
    answer = sent_too_late(admin, ADD, "username", **TYPED)
    assert "Location" not in answer
    assert "Elif" not in str(dict(admin.session))
    assert "<b>Kaya" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_guess_is_limited(admin):
    form = asked(sent_too_late(admin, ADD, "username", **TYPED))
    for _ in range(11):
        answer = send(admin, form, ADD, **{PROOF: "not my password at all"})
    answer = send(admin, form, ADD, **{PROOF: PASSWORD})
    assert "elif" in str(asked(answer))


def test_what_a_role_may_not_do_no_password_opens(client):
    signed_in(client, "nurse", HospitalFactory())
    answer = client.post(reverse("hospital:hospital-create"), {PROOF: PASSWORD})
    assert answer.status_code == 403
    assert PROOF not in answer.content.decode()
