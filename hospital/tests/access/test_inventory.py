"""Nothing is served that nobody has thought about: every address belongs to one of the walks, or is named here."""

import pytest
from django.test import Client
from django.urls import reverse

from hospital.tests import factories

from . import test_walk_admin, test_walk_api, test_walk_web
from .walking import addresses, visit

pytestmark = pytest.mark.django_db

# Sign-in and what belongs to it, by allauth and by invitation, and the secret address of a calendar:
# "anybody" may see it, "closed" leads nowhere, the rest is about one's own account.
ACCOUNT = {
    "account_login": "anybody",
    "account_logout": "anybody",
    "account_inactive": "anybody",
    "account_signup": "closed",
    "account_reauthenticate": "own",
    "account_email": "own",
    "account_email_verification_sent": "anybody",
    "account_confirm_email": "anybody",
    "account_confirm_login_code": "anybody",
    "account_change_password": "own",
    "account_set_password": "own",
    "account_reset_password": "anybody",
    "account_reset_password_done": "anybody",
    "account_reset_password_from_key": "anybody",
    "account_reset_password_from_key_done": "anybody",
    "mfa_index": "own",
    "mfa_authenticate": "anybody",
    "mfa_reauthenticate": "own",
    "mfa_activate_totp": "own",
    "mfa_deactivate_totp": "own",
    "mfa_view_recovery_codes": "own",
    "mfa_generate_recovery_codes": "own",
    "mfa_download_recovery_codes": "own",
    "usersessions_list": "own",
    "hospital:invitation": "anybody",
    "records:calendar": "anybody",
}
WHERE = {
    "records:calendar": {"secret": "abc"},
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
}


def test_every_address_is_walked_or_named(count):
    walked = {page.name for page in test_walk_web.PAGES}
    walked |= {route.name for route, *_ in test_walk_api.operations()} | test_walk_api.PUBLIC
    known = walked | set(ACCOUNT)
    undeclared = [
        a.route for a in addresses() if a.name not in known and not a.route.startswith("admin/")
    ]
    assert undeclared == [], "declare a permission, or name it here"
    assert set(ACCOUNT) <= {a.name for a in addresses()}, "named here and gone"
    assert list(test_walk_admin.of_models())
    count("addresses in the inventory", len(addresses()))


@pytest.mark.parametrize("name", sorted(name for name, whose in ACCOUNT.items() if whose == "own"))
def test_the_pages_of_ones_own_account_are_for_who_is_signed_in(name):
    found = visit(Client(), "GET", reverse(name, kwargs=WHERE.get(name)))
    assert (found.status, "/accounts/login/" in found.location) == (302, True)
    assert found.changed <= {"django_session"}


def test_there_is_no_way_to_sign_up():
    client = Client()
    before = factories.User.objects.count()
    answer = client.post(
        reverse("account_signup"), {"username": "me", "password1": factories.PASSWORD}
    )
    assert answer.status_code in {200, 302, 403, 404}
    assert factories.User.objects.count() == before


@pytest.mark.parametrize("name", sorted(name for name, whose in ACCOUNT.items() if whose != "own"))
def test_what_anybody_may_see_answers_without_a_fault(name):
    found = visit(Client(), "GET", reverse(name, kwargs=WHERE.get(name)))
    assert found.status in {200, 302, 403, 404}
    assert found.changed <= {"django_session"}
