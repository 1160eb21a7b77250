"""Accounts in the admin."""

import re
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from hospital.kit.errors import errors_of
from hospital.models import AuditEvent, Invitation, Membership, User
from hospital.models.tokens import digest_of
from hospital.services import invitations
from hospital.tests.factories import PASSWORD, HospitalFactory, UserFactory, employ, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/user/add/"
LIST = "/admin/hospital/user/"
KEY = re.compile(r"/invitation/\?key=([\w-]+)")


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


def at(user, page="change"):
    return reverse(f"admin:hospital_user_{page}", args=[user.pk])


def key_in(answer):
    """The key of the link that this page shows."""
    return KEY.search(answer.content.decode())[1]


def doors_transaction_is_open():
    """Whether a transaction is open besides the one that pytest wraps around the test."""
    return len(connection.atomic_blocks) > 1


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["adminform"].form.errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_an_account_is_made_with_its_first_role(admin, place):
    answer = fill(admin, ADD, username="elif", full_name="Elif Kaya", role="nurse")
    user = User.objects.get(username="elif")
    assert (answer.status_code, user.has_usable_password()) == (200, False)
    assert digest_of(key_in(answer)) == user.invitation.digest
    membership = user.memberships.get()
    assert (membership.hospital, membership.role) == (place, "nurse")
    acts = AuditEvent.objects.filter(outcome="ok", door="admin").values_list("act", flat=True)
    assert list(acts.order_by("id")) == [
        "hospital.user.create", "hospital.membership.create", "hospital.invitation.issue",
    ]  # fmt: skip


def test_an_account_sent_twice_is_made_once(admin):
    form = form_on(admin.get(ADD), having="username")
    typed = {"username": "elif", "full_name": "Elif", "role": "nurse"}
    first, second = (send(admin, form, ADD, **typed) for _ in range(2))
    assert first.status_code == 200
    assert second["Location"] == at(User.objects.get(username="elif"))
    assert (
        User.objects.filter(username="elif").count()
        == Membership.objects.filter(role="nurse").count()
        == 1
    )


def test_without_a_role_nobody_is_made(admin):
    answer = fill(admin, ADD, username="elif", full_name="Elif")
    assert codes(answer, "role") == ["required"]
    assert not User.objects.filter(username="elif").exists()


def test_a_program_needs_no_password(admin):
    fill(
        admin, ADD, username="lab-system", full_name="Laboratory", kind="client", role="integrator"
    )
    assert not User.objects.get(username="lab-system").has_usable_password()


def test_an_administrator_makes_no_administrator(admin):
    offered = dict(admin.get(ADD).context["adminform"].form.fields["role"].choices)
    assert "nurse" in offered
    assert not {"administrator", "operator"} & set(offered)
    answer = fill(admin, ADD, username="eve", full_name="Eve", role="administrator")
    assert codes(answer, "role") == ["invalid_choice"]
    assert not User.objects.filter(username="eve").exists()


def test_the_operator_makes_the_first_administrator_of_a_hospital(client, place):
    signed_in(client, "operator")
    fill(
        client, ADD, username="elif", full_name="Elif", hospital=str(place.pk), role="administrator",
    )  # fmt: skip
    assert Membership.objects.get(user__username="elif").hospital == place


def test_making_and_changing_asks_for_a_password_shown_just_now(client, place):
    user = employ("administrator", place)
    client.force_login(user)
    nurse = employ("nurse", place)
    for url in (ADD, at(nurse), at(nurse, "invite")):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"


def test_a_new_invitation_ends_the_old_password_and_its_sessions(admin, place):
    other = Client()
    nurse = signed_in(other, "nurse", place)
    answer = fill(admin, at(nurse, "invite"))
    nurse.refresh_from_db()
    assert digest_of(key_in(answer)) == nurse.invitation.digest
    assert not nurse.has_usable_password()
    assert other.get("/")["Location"].startswith("/accounts/login/")


def test_the_link_is_shown_once(admin, place):
    nurse = employ("nurse", place)
    form = form_on(admin.get(at(nurse, "invite")))
    key = key_in(send(admin, form, at(nurse, "invite")))
    again = send(admin, form, at(nurse, "invite"))
    assert again["Location"] == at(nurse)
    assert key not in admin.get(at(nurse)).content.decode()


def test_the_link_is_mailed_once_when_the_account_is_stored(
    admin, settings, mailoutbox, monkeypatch
):
    settings.CAN_MAIL = True
    sent = []
    mail = invitations.mail
    monkeypatch.setattr(
        invitations, "mail",
        lambda user, link: sent.append(doors_transaction_is_open()) or mail(user, link),
    )  # fmt: skip
    answer = fill(
        admin, ADD, username="mei", full_name="Mei", email="mei@example.org", role="nurse"
    )
    assert key_in(answer) in mailoutbox[0].body
    assert "mei@example.org" in answer.content.decode()
    assert (len(mailoutbox), sent) == (1, [False])


def test_nobody_is_invited_to_an_account_that_is_no_way_in(admin, place):
    program = employ("integrator", place, kind="client")
    disabled = employ("nurse", place, is_active=False)
    for user, code in ((program, "invitation_program"), (disabled, "account_disabled")):
        answer = fill(admin, at(user, "invite"))
        errors = answer.context["form"].errors.as_data()["__all__"]
        assert (answer.status_code, errors[0].code) == (409, code)
    assert not Invitation.objects.exists()


def test_somebody_is_signed_out_everywhere(admin, place):
    employ("nurse", place, username="elif")
    other = Client()
    other.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    assert other.get("/").status_code == 200
    nurse = User.objects.get(username="elif")
    fill(admin, at(nurse, "sessions"))
    assert other.get("/")["Location"].startswith("/accounts/login/")
    event = AuditEvent.objects.get(act="hospital.session.end")
    assert (event.user_id, event.object_id) == (admin.user.pk, nurse.pk)


def test_a_disabled_account_is_out_with_its_next_click(admin, place):
    other = Client()
    nurse = signed_in(other, "nurse", place)
    fill(admin, at(nurse), having="username", is_active=None)
    assert other.get("/")["Location"].startswith("/accounts/login/")


def test_nobody_changes_the_own_account_or_another_administrator_there(admin, place):
    for user in (admin.user, employ("administrator", place)):
        assert 'name="_save"' not in admin.get(at(user)).content.decode()
        assert admin.post(at(user), {"full_name": "X"}).status_code == 403
        assert admin.get(at(user, "invite")).status_code == 403


def test_colleagues_are_listed_once_and_strangers_never(admin, place):
    nurse = employ("nurse receptionist", place)
    stranger = employ("nurse", HospitalFactory())
    UserFactory()
    assert set(admin.get(LIST).context["cl"].result_list) == {admin.user, nurse}
    assert admin.get(LIST).context["cl"].result_count == 2
    assert admin.get(at(stranger)).status_code == 404


def test_the_account_shows_its_roles_here_and_leads_to_another_one(admin, place):
    nurse = employ("nurse", place)
    employ("doctor", HospitalFactory(name="Elsewhere"), user=nurse)
    page = admin.get(at(nurse)).content.decode()
    assert "Nurse" in page
    assert "Elsewhere" not in page
    assert f"/admin/hospital/membership/add/?user={nurse.pk}" in page
