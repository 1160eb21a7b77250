"""Tokens: how programs prove who they are."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.codes import sentence
from hospital.kit.records import Record

from .hospitals import Hospital
from .memberships import Role
from .users import User

LONGEST_LIFE = timedelta(days=731)
SECRET_FIELDS = {"prefix", "digest"}


def default_expiry():  # type: ignore[no-untyped-def]
    """One year from now."""
    return clock.now() + timedelta(days=365)


class ApiToken(Record):
    """A program's key to one hospital, or with no hospital to the installation (no patient data).

    Only the SHA-256 of the secret is kept; the secret is shown once, when the token is issued.
    Revoking is retiring.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("account")
    )
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="tokens", null=True, blank=True,
        verbose_name=_("hospital"),
    )  # fmt: skip
    label = models.CharField(_("what it is for"), max_length=100)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    expires_at = models.DateTimeField(_("expires"), default=default_expiry)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    # What opens doors is no part of the history.
    UNTRACKED = frozenset({"digest", "last_used_at"})

    resource: ClassVar[str] = "hospital.token"
    SERVER_FIELDS = Record.SERVER_FIELDS | SECRET_FIELDS | {"last_used_at"}

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["label", "id"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"

    def clean(self) -> None:
        super().clean()
        if self.user_id and self.user.kind != User.Kind.CLIENT:
            raise ValidationError(
                {"user": ValidationError(sentence("token_account"), "token_account")}
            )
        if not isinstance(self.scopes, list) or set(map(str, self.scopes)) - set(
            grantable_scopes()
        ):
            raise ValidationError(
                {"scopes": ValidationError(sentence("token_scopes"), "token_scopes")}
            )
        if self.expires_at and self.expires_at > clock.now() + LONGEST_LIFE:
            raise ValidationError(
                {"expires_at": ValidationError(sentence("token_expiry"), "token_expiry")}
            )

    def draw_secret(self) -> str:
        """Give the token a new secret and return it in clear, for the only time."""
        secret = secrets.token_urlsafe(32)
        self.prefix = f"ow_{secrets.token_hex(4)}"
        self.digest = digest_of(secret)
        return f"{self.prefix}.{secret}"


def digest_of(secret: str) -> str:
    """What is stored of a secret of 256 random bits; a slow hash would add nothing."""
    return sha256(secret.encode()).hexdigest()


def grantable_scopes() -> list[str]:
    """Every scope a token may be issued with: what the integrator's permissions ask for."""
    permissions = policy.permissions_of(Role.INTEGRATOR)
    return sorted({policy.needed_scope(permission) for permission in permissions})
