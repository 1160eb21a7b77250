"""Addresses at which a doctor's calendar program finds the appointments."""

import hashlib
import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.kit.records import Record
from hospital.models import Doctor, Hospital

SECRET_BYTES = 32


class CalendarFeed(Record):
    """A secret address of one doctor's appointments; retiring it is revoking it. Kept as a hash alone."""

    errors_at = {"other_tenant": "doctor"}
    leans_on = ("doctor",)
    rests_with = ("doctor",)
    SERVER_FIELDS = Record.SERVER_FIELDS | {"secret_hash"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="calendar_feeds", verbose_name=_("doctor")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["doctor"],
                condition=Q(retired_at__isnull=True),
                name="calendar_feed_one_each",
                violation_error_code="feed_taken",
                violation_error_message=_(
                    "This doctor has a calendar address already. Revoke it to make a new one."
                ),
            ),
            SameTenant(name="calendar_feed_same_as_doctor", field="doctor"),
        ]

    def __str__(self) -> str:
        return gettext("Calendar of %(doctor)s") % {"doctor": self.doctor}

    @staticmethod
    def new_secret() -> str:
        """A secret to be shown once: 256 random bits, safe in an address."""
        return secrets.token_urlsafe(SECRET_BYTES)

    @staticmethod
    def hash_of(secret: str) -> str:
        """What is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()
