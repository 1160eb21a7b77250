"""A second factor that was lost is taken off by an administrator, on both doors by the same rule."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from hospital.models import AuditEvent
from hospital.tests.factories import PASSWORD, HospitalFactory, employ, signed_in
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db
DOORS = ("hospital:user-factor", "admin:hospital_user_factor")


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


def with_factor(place, role="nurse", **facts):
    user = employ(role, place, **facts)
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=user, type=kind, data={})
    return user


@pytest.mark.parametrize("door", DOORS)
def test_it_is_taken_off_with_its_recovery_codes_and_every_session_ends(admin, place, door):
    tab, nurse = Client(), employ("nurse", place, username="elif")
    tab.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=nurse, type=kind, data={})
    fill(admin, reverse(door, args=[nurse.pk]))
    assert not Authenticator.objects.filter(user=nurse).exists()
    assert tab.get("/")["Location"].startswith("/accounts/login/")
    event = AuditEvent.objects.get(act="hospital.account.second_factor")
    assert (event.user_id, event.object_id) == (admin.user.pk, nurse.pk)


def test_where_there_is_none_it_is_refused_and_not_offered(admin, place):
    nurse = employ("nurse", place)
    answer = fill(admin, reverse("hospital:user-factor", args=[nurse.pk]))
    assert (answer.status_code, answer.context["problem"].code) == (409, "no_second_factor")
    answer = fill(admin, reverse("admin:hospital_user_factor", args=[nurse.pk]))
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "no_second_factor"
    page = admin.get(reverse("hospital:user-detail", args=[nurse.pk]))
    assert "Take off" not in page.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_another_administrators_stays(admin, place, door):
    other = with_factor(place, "administrator")
    for user in (other, admin.user):
        assert admin.post(reverse(door, args=[user.pk]), {}).status_code == 403
    assert Authenticator.objects.filter(user=other).count() == 2


def test_the_operator_takes_off_an_administrators(client, place):
    head = with_factor(place, "administrator")
    signed_in(client, "operator")
    fill(client, reverse("hospital:user-factor", args=[head.pk]))
    assert not Authenticator.objects.filter(user=head).exists()
