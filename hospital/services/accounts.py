"""Accounts of staff: made, changed and disabled by administrators."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import Hospital, Membership, Role, User


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


def give_password(actor: Actor, *, user: User, password: str) -> None:
    """Give a colleague a new password; every session of theirs ends with the next click."""
    policy.require(actor, "hospital.user.update", user, fields={"password"})
    set_password(user, password)
    store_password(actor, user=user)


@act("hospital.user.update")
def store_password(actor: Actor, *, user: User) -> None:
    """Save what ``set_password`` put on the account, for who hashes before opening a transaction."""
    policy.require(actor, "hospital.user.update", user, fields={"password"})
    facts.save(user)
    audit.wrote(user, changed={"password"})


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
def appoint(actor: Actor, *, user: User, hospital: Hospital | None, role: str) -> Membership:
    """Give an account a role at a hospital from today on."""
    return facts.create(actor, Membership(user=user, hospital=hospital, role=role))


@act("hospital.membership.update")
def redate(actor: Actor, *, membership: Membership, expected_version: int | None = None) -> None:
    """Change from and until when a role counts.

    RuleError ``last_administrator`` when nobody could run the hospital afterwards.
    """
    today = clock.today()
    if membership.valid_from > today or (membership.valid_to and membership.valid_to < today):
        _keep_an_administrator(membership)
    facts.change(actor, membership, expected_version=expected_version)


@act("hospital.membership.retire")
def dismiss(actor: Actor, *, membership: Membership, reason: str) -> None:
    """Take a role away; what is open in that role ends with the next click.

    RuleError ``last_administrator`` when nobody could run the hospital afterwards.
    """
    _keep_an_administrator(membership)
    facts.retire(actor, membership, reason=reason)


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
    if not others.exclude(pk=membership.pk).exists():
        raise RuleError("last_administrator")
