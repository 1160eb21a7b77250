"""Who works where, as what."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.codes import sentence
from hospital.kit.records import Record, RecordQuerySet

from .hospitals import Hospital
from .users import User


class Role(models.TextChoices):
    """The ten roles of the permission matrix."""

    OPERATOR = "operator", _("Operator")
    ADMINISTRATOR = "administrator", _("Administrator")
    RECEPTIONIST = "receptionist", _("Receptionist")
    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    PHARMACIST = "pharmacist", _("Pharmacist")
    LAB = "lab", _("Laboratory")
    CASHIER = "cashier", _("Cashier")
    AUDITOR = "auditor", _("Auditor")
    INTEGRATOR = "integrator", _("Integrator")


class MembershipQuerySet(RecordQuerySet):
    """Memberships."""

    def in_force(self) -> Self:
        """Those that count today, at a hospital that is not retired."""
        today = clock.today()
        return self.live().filter(
            Q(hospital__isnull=True) | Q(hospital__retired_at__isnull=True),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            valid_from__lte=today,
        )


class Membership(Record):
    """One role of one account at one hospital; the operator's stands at no hospital."""

    errors_at = {"membership_taken": "role", "membership_dates": "valid_to"}
    leans_on = ("hospital",)
    rests_with = ("hospital",)

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True,
        verbose_name=_("hospital"),
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "hospital", "role"],
                condition=Q(retired_at__isnull=True),
                name="membership_unique",
                violation_error_code="membership_taken",
                violation_error_message=_("This person already has this role here."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(retired_at__isnull=True, hospital__isnull=True),
                name="membership_operator_unique",
                violation_error_code="membership_taken",
                violation_error_message=_("This person already has this role here."),
            ),
            models.CheckConstraint(
                condition=Q(role="operator", hospital__isnull=True)
                | (~Q(role="operator") & Q(hospital__isnull=False)),
                name="membership_hospital_fits_role",
                violation_error_code="membership_hospital",
                violation_error_message=_(
                    "The operator belongs to no hospital; every other role to one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="membership_dates_in_order",
                violation_error_code="membership_dates",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def clean(self) -> None:
        super().clean()
        others = Membership.objects.live().filter(user=self.user_id, hospital=self.hospital_id)
        roles = {*others.exclude(pk=self.pk).values_list("role", flat=True), self.role}
        if not self.is_retired and Role.AUDITOR in roles and len(roles) > 1:
            raise ValidationError(sentence("role_conflict"), "role_conflict")
