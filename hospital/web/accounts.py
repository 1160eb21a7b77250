"""How signing in works here: by username, by invitation only, every attempt on record."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hospital.kit import policy


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["username", "full_name"]

    def is_reauthentication_required(self, *, app: str, **about: Any) -> bool:
        """As for every act of ours: a sign-in is fresh for five minutes, and asked for once."""
        actor = getattr(self.request, "actor", None)
        if actor is not None and policy.is_fresh(actor):
            return False
        return bool(super().is_reauthentication_required(app=app, **about))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Usernames are given by the administrator and never made up."""
