"""How signing in works here: by username, by invitation only, every attempt on record."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["username", "full_name"]

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Usernames are given by the administrator and never made up."""
