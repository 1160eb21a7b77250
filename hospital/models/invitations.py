"""Invitations: how a person gets a password that nobody else ever knows."""

import secrets
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.ids import uuid7

from .tokens import digest_of
from .users import User

LIVES = timedelta(hours=72)


class InvitationQuerySet(models.QuerySet):
    """Invitations."""

    def usable(self) -> Self:
        """Those that still let in: not expired, of an account that may sign in."""
        return self.filter(
            Q(user__is_active=True, user__retired_at__isnull=True), expires_at__gt=clock.now()
        )


class Invitation(models.Model):
    """The one open way in to an account: a key that is good once, for 72 hours.

    Only the SHA-256 of the key is kept. Using it deletes the row, a new invitation replaces it; who
    issued and used it stands in the audit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="invitation", verbose_name=_("account")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()

    def draw_key(self) -> str:
        """Give the invitation a new key and 72 hours, and return the key in clear, for the only time."""
        key = secrets.token_urlsafe(32)
        self.digest, self.expires_at = digest_of(key), clock.now() + LIVES
        return key
