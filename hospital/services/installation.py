"""The first hospital and its first administrator."""

from django.db import transaction

from hospital.kit import facts
from hospital.kit.errors import RuleError
from hospital.models import Hospital, Installation, Role, User

from . import accounts
from .identity import command_actor


def set_up(
    *,
    code: str,
    name: str,
    time_zone: str,
    currency: str,
    country: str,
    username: str,
    full_name: str,
    email: str,
    password: str,
) -> tuple[Hospital, User]:
    """Make an empty installation a real one. RuleError when it already has a hospital."""
    with transaction.atomic():
        if Hospital.objects.exists():
            raise RuleError("installation_not_empty")
        mark(is_demo=False)
        operator = command_actor(None, Role.OPERATOR)
        hospital = facts.create(
            operator,
            Hospital(code=code, name=name, time_zone=time_zone, currency=currency, country=country),
        )
        user = User(username=username, full_name=full_name, email=email)
        accounts.create(operator, user=user, password=password)
        accounts.appoint(operator, user=user, hospital=hospital, role=Role.ADMINISTRATOR)
    return hospital, user


def mark(*, is_demo: bool) -> None:
    """Say once and for all what this database is for; RuleError when it already says otherwise."""
    row, _ = Installation.objects.get_or_create(pk=1, defaults={"is_demo": is_demo})
    if row.is_demo != is_demo:
        raise RuleError("installation_not_empty")
