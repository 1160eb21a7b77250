"""Accounts in the admin."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hospital.kit.errors import errors_of
from hospital.models import AuditEvent, Membership, User
from hospital.tests.factories import PASSWORD, HospitalFactory, UserFactory, employ, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/user/add/"
LIST = "/admin/hospital/user/"
NEW = "seven quiet boats at dawn"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


def at(user, page="change"):
    return reverse(f"admin:hospital_user_{page}", args=[user.pk])


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["adminform"].form.errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_an_account_is_made_with_its_first_role(admin, place):
    answer = fill(
        admin, ADD, username="elif", full_name="Elif Kaya", role="nurse", new_password=NEW
    )
    user = User.objects.get(username="elif")
    assert answer["Location"] == at(user)
    assert user.check_password(NEW)
    membership = user.memberships.get()
    assert (membership.hospital, membership.role) == (place, "nurse")
    acts = AuditEvent.objects.filter(outcome="ok", door="admin").values_list("act", flat=True)
    assert list(acts.order_by("id")) == ["hospital.user.create", "hospital.membership.create"]


def test_an_account_sent_twice_is_made_once(admin):
    form = form_on(admin.get(ADD), having="username")
    typed = {"username": "elif", "full_name": "Elif", "role": "nurse", "new_password": NEW}
    first, second = (send(admin, form, ADD, **typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (
        User.objects.filter(username="elif").count()
        == Membership.objects.filter(role="nurse").count()
        == 1
    )


def test_a_weak_password_is_refused_beside_its_field_and_makes_nobody(admin):
    answer = fill(admin, ADD, username="elif", full_name="Elif", role="nurse", new_password="short")
    assert answer.status_code == 400
    assert "password_too_short" in codes(answer, "new_password")
    assert not User.objects.filter(username="elif").exists()


def test_without_a_role_nobody_is_made(admin):
    answer = fill(admin, ADD, username="elif", full_name="Elif", new_password=NEW)
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
    answer = fill(
        admin, ADD, username="eve", full_name="Eve", role="administrator", new_password=NEW
    )
    assert codes(answer, "role") == ["invalid_choice"]
    assert not User.objects.filter(username="eve").exists()


def test_the_operator_makes_the_first_administrator_of_a_hospital(client, place):
    signed_in(client, "operator")
    fill(
        client, ADD, username="elif", full_name="Elif", hospital=str(place.pk), role="administrator",
        new_password=NEW,
    )  # fmt: skip
    assert Membership.objects.get(user__username="elif").hospital == place


def test_making_and_changing_asks_for_a_password_shown_just_now(client, place):
    user = employ("administrator", place)
    client.force_login(user)
    nurse = employ("nurse", place)
    for url in (ADD, at(nurse), at(nurse, "password")):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"


def test_a_new_password_ends_the_sessions_of_the_old_one(admin, place):
    other = Client()
    nurse = signed_in(other, "nurse", place)
    fill(admin, at(nurse, "password"), having="password", password=NEW)
    nurse.refresh_from_db()
    assert nurse.check_password(NEW)
    assert other.get("/")["Location"].startswith("/accounts/login/")


def test_a_weak_new_password_changes_nothing(admin, place):
    nurse = employ("nurse", place)
    answer = fill(admin, at(nurse, "password"), having="password", password="short")
    nurse.refresh_from_db()
    assert answer.status_code == 400
    assert nurse.check_password(PASSWORD)


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
        assert admin.get(at(user, "password")).status_code == 403


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
