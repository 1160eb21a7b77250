"""The place and its people in Django admin."""

from . import audit, departments, hospitals, memberships, tokens, users, wards

__all__ = ["audit", "departments", "hospitals", "memberships", "tokens", "users", "wards"]
