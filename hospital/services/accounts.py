"""Accounts of staff: made, changed and disabled by administrators."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import Hospital, Membership, Role, User

from . import sessions


def create(actor: Actor, *, user: User, password: str = "") -> User:
    """Make an account; without a password nobody can sign in to it (programs use tokens).

    Hashing takes a tenth of a second: who creates inside a transaction calls ``set_password`` before
    opening it and gives no ``password`` here.
    """
    policy.require(actor, "hospital.user.create", user)
    if password or not user.password:
        set_password(user, password)
    return _store(actor, user=user)


@act("hospital.user.create")
def _store(actor: Actor, *, user: User) -> User:
    chosen = user.changed_fields()
    user.full_clean()
    facts.save(user)
    audit.wrote(user, changed=chosen)
    return user


@act("hospital.user.update")
def change(actor: Actor, *, user: User, expected_version: int | None = None) -> User:
    """Store the changes made to an account; one that may no longer sign in is out with its next click.

    RuleError ``last_administrator`` when nobody could run a hospital afterwards.
    """
    changed = user.changed_fields()
    policy.require(actor, "hospital.user.update", user, fields=changed)
    is_disabled = "is_active" in changed and not user.is_active
    if is_disabled:
        for membership in user.memberships.in_force().order_by("hospital_id"):
            _keep_an_administrator(membership)
    facts.change(actor, user, expected_version=expected_version)
    if is_disabled:
        sessions.close(user)
    return user


def set_password(user: User, password: str) -> None:
    """Put a checked password on the account, without saving; none makes signing in impossible.

    ValidationError on ``password`` when it is too short, too common, or too close to the person.
    """
    if not password:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as exc:
        raise ValidationError({"password": exc.error_list}) from exc
    user.set_password(password)


@act("hospital.membership.create")
def appoint(
    actor: Actor,
    *,
    user: User,
    hospital: Hospital | None,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give an account a role at a hospital, from today on unless told otherwise."""
    membership = Membership(user=user, hospital=hospital, role=role, valid_to=valid_to)
    if valid_from:
        membership.valid_from = valid_from
    return facts.create(actor, membership)


@act("hospital.membership.update")
def redate(actor: Actor, *, membership: Membership, expected_version: int | None = None) -> None:
    """Change from and until when a role counts; one that no longer does ends with the next click.

    RuleError ``last_administrator`` when nobody could run the hospital afterwards.
    """
    today = clock.today()
    has_ended = membership.valid_from > today or (
        membership.valid_to is not None and membership.valid_to < today
    )
    if has_ended:
        _keep_an_administrator(membership)
    facts.change(actor, membership, expected_version=expected_version)
    if has_ended:
        sessions.close(membership.user)


@act("hospital.membership.retire")
def dismiss(
    actor: Actor, *, membership: Membership, reason: str, expected_version: int | None = None
) -> None:
    """Take a role away; every session of the account ends with the next click.

    RuleError ``last_administrator`` when nobody could run the hospital afterwards.
    """
    _keep_an_administrator(membership)
    facts.retire(actor, membership, reason=reason, expected_version=expected_version)
    sessions.close(membership.user)


def roles_to_give(actor: Actor) -> list[Role]:
    """The roles this person may give to somebody else."""
    place = actor.hospital_id
    return [
        role
        for role in Role
        if policy.allows(
            actor, "hospital.membership.create", Membership(hospital_id=place, role=role)
        )
    ]


def _keep_an_administrator(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR or not membership.hospital:
        return
    # Two administrators who dismiss each other at once must not both go.
    facts.lock(membership.hospital)
    others = Membership.objects.in_force().filter(
        hospital=membership.hospital_id, role=Role.ADMINISTRATOR, user__is_active=True
    )
    if not others.exclude(user=membership.user_id).exists():
        raise RuleError("last_administrator")
