"""Issuing, replacing and revoking API tokens."""

from hospital.kit import audit, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.models import ApiToken


@act("hospital.token.create")
def issue(actor: Actor, *, token: ApiToken) -> str:
    """Store a new token and return its secret, which is shown this once and kept nowhere.

    ValidationError for an expiry more than two years away or scopes an integrator does not have.
    """
    chosen = token.changed_fields()
    policy.require(actor, "hospital.token.create", token)
    secret = token.draw_secret()
    token.full_clean()
    facts.save(token)
    audit.wrote(token, changed=chosen)
    return secret


@act("hospital.token.retire")
def revoke(actor: Actor, *, token: ApiToken, reason: str) -> None:
    """End a token at once: its next request is refused."""
    facts.retire(actor, token, reason=reason)
