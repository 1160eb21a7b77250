"""Second factors of accounts: whether there is one, and taking it off somebody who lost it."""

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import User

from . import sessions

# What taking it off does, for the pages that ask.
MEANING = _(
    "For who has lost the phone and the recovery codes. Make sure that it is really this person who asks: until a new "
    "one is set up the password alone signs in. Every session of the account ends with its next click."
)


def has_one(user: User) -> bool:
    """Whether the account signs in with a second factor."""
    return Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.TOTP).exists()


@act("hospital.user.update")
def take_off(actor: Actor, *, user: User) -> None:
    """Take the second factor and its recovery codes off a colleague; every session of theirs ends.

    RuleError ``no_second_factor`` when there is none.
    """
    policy.require(actor, "hospital.user.update", user, fields={"password"})
    rows = Authenticator.objects.select_for_update().filter(user=user.pk)
    if not rows.filter(type=Authenticator.Type.TOTP).exists():
        raise RuleError("no_second_factor")
    rows.delete()
    sessions.close(user)
    audit.happened(
        actor, "hospital.account.second_factor", resource="hospital.user", object_id=user.pk,
        detail="taken off by administrator",
    )  # fmt: skip
