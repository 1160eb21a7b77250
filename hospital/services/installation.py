"""The first hospital and its first administrator."""

from django.db import transaction

from hospital.kit import audit, facts
from hospital.kit.actors import Actor, acting
from hospital.kit.errors import RuleError
from hospital.models import Hospital, Installation, Membership, Role, User

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
    user = User(username=username, full_name=full_name, email=email)
    accounts.set_password(user, password)
    with transaction.atomic():
        if Hospital.objects.exists():
            raise RuleError("installation_not_empty")
        mark(is_demo=False)
        operator = command_actor(None, Role.OPERATOR)
        hospital = facts.create(
            operator,
            Hospital(code=code, name=name, time_zone=time_zone, currency=currency, country=country),
        )
        accounts.create(operator, user=user)
        accounts.appoint(operator, user=user, hospital=hospital, role=Role.ADMINISTRATOR)
    return hospital, user


def appoint_operator(actor: Actor, *, user: User) -> Membership:
    """Make an account that runs the installation; only for commands: no role may give this one.

    The account is stored as it is, with whatever password was put on it before.
    """
    with transaction.atomic(), acting(actor, "hospital.membership.create"):
        if not user.password:
            accounts.set_password(user, "")
        membership = Membership(user=user, role=Role.OPERATOR)
        for record in (user, membership):
            chosen = record.changed_fields()
            record.full_clean()
            facts.save(record)
            audit.wrote(record, changed=chosen)
    return membership


def mark(*, is_demo: bool) -> None:
    """Say once and for all what this database is for; RuleError when it already says otherwise."""
    row, _ = Installation.objects.get_or_create(pk=1, defaults={"is_demo": is_demo})
    if row.is_demo != is_demo:
        raise RuleError("installation_not_empty")
