"""Invitations: made by administrators, used by the person alone."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, facts, policy
from hospital.kit.actors import Actor, acting
from hospital.kit.acts import act
from hospital.kit.errors import NotVisible, RuleError, StaleError
from hospital.kit.web.links import absolute
from hospital.models import Hospital, Invitation, Membership, User
from hospital.models.tokens import digest_of

from . import accounts, identity, sessions

ISSUE, USE = "hospital.invitation.issue", "hospital.invitation.use"
# What a new one does, for the pages that ask.
MEANING = _(
    "For who is new here, or has forgotten the password. You get a link to hand over, good once and "
    "for 72 hours. The old password, an earlier link and every session of the account stop working "
    "at once; a second factor stays."
)


@act("hospital.user.create")
def invite(
    actor: Actor,
    *,
    user: User,
    hospital: Hospital | None,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> str:
    """Make an account with its first role; returns the key for its person, "" for a program's account."""
    accounts.create(actor, user=user)
    accounts.appoint(
        actor, user=user, hospital=hospital, role=role, valid_from=valid_from, valid_to=valid_to
    )
    return issue(actor, user=user) if user.kind == User.Kind.PERSON else ""


@act("hospital.user.update")
def issue(actor: Actor, *, user: User) -> str:
    """Make the account's one way in and return its key, which is shown this once and kept nowhere.

    The old password, the old sessions and an earlier invitation stop working at once. RuleError
    ``invitation_program`` for a program's account, ``account_disabled`` for one that may not sign in.
    """
    policy.require(actor, "hospital.user.update", user, fields={"password"})
    if user.kind != User.Kind.PERSON:
        raise RuleError("invitation_program")
    if not user.is_active:
        raise RuleError("account_disabled")
    with acting(actor, ISSUE):
        user.set_unusable_password()
        facts.save(user)
        audit.wrote(user, changed={"password"})
    sessions.close(user)
    open_one = Invitation.objects.select_for_update().filter(user=user).first()
    invitation = open_one or Invitation(user=user)
    key = invitation.draw_key()
    invitation.save()
    return key


def link_of(key: str, *, here: str) -> str:
    """The address to hand over; in a demo at the address that was asked, ``here``, whatever its port."""
    return absolute(f"{reverse('hospital:invitation')}?key={key}", here=here)


def mail(user: User, link: str) -> bool:
    """Send the link to the person where a mail server and an address are known; whether it was sent.

    For after the transaction. Whoever asked has the link in any case, so a failure is only told.
    """
    if not settings.CAN_MAIL or not user.email:
        return False
    words = gettext("Choose a password with this link. It is good once, for 72 hours:")
    try:
        sent = send_mail(
            gettext("Your account"), f"{user.full_name}\n\n{words}\n\n{link}\n", None, [user.email]
        )
    except OSError:
        return False
    return bool(sent)


def withdraw(user: User) -> None:
    """Make an open invitation useless, as part of another act: its person has come in by another way."""
    Invitation.objects.filter(user=user).delete()


def open_for(key: str) -> Invitation:
    """The invitation that this key opens. NotVisible when there is none, whyever there is none."""
    found = Invitation.objects.usable().select_related("user").filter(digest=digest_of(key)).first()
    if found is None:
        raise NotVisible
    return found


def guest(invitation: Invitation, *, request_id: str = "", ip: str | None = None) -> Actor:
    """Whose act using an invitation is: the person's, at the first hospital where they work."""
    rows = Membership.objects.live().filter(user=invitation.user).order_by("valid_from", "id")
    first = rows.select_related("hospital").first()
    place = identity.Workplace(first.hospital, frozenset()) if first else None
    return identity.actor_of(invitation.user, place, door="web", request_id=request_id, ip=ip)


def use(actor: Actor, *, invitation: Invitation) -> UUID:
    """Save the password that ``accounts.set_password`` put on the invitation's account; the key is spent.

    Hashing comes before the transaction. NotVisible when somebody was faster, or the invitation was
    taken back meanwhile.
    """
    user = invitation.user
    with transaction.atomic(), acting(actor, USE):
        same = Invitation.objects.usable().filter(pk=invitation.pk, digest=invitation.digest)
        if not same.select_for_update(of=("self",)).first():
            raise NotVisible
        same.delete()
        try:
            facts.save(user)
        except StaleError as exc:
            raise NotVisible from exc
        audit.wrote(user, changed={"password"})
        sessions.close(user)
    return user.pk
