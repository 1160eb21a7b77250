"""Beds of a ward."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import OrderKeyField
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record

from .hospitals import Hospital
from .wards import Ward


class Bed(Record):
    """A place for one in-patient to lie, known in its ward by a label."""

    class Kind(models.TextChoices):
        BED = "bed", _("Bed")
        COT = "cot", _("Cot")

    class SexPolicy(models.TextChoices):
        ANY = "any", _("Anybody")
        FEMALE = "female", _("Women and girls")
        MALE = "male", _("Men and boys")

    errors_at = {"label_taken": "label", "other_tenant": "ward"}
    leans_on = ("ward",)
    SERVER_FIELDS = Record.SERVER_FIELDS | {"sort_key", "is_extra"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="beds", editable=False
    )
    ward = models.ForeignKey(
        Ward, on_delete=models.PROTECT, related_name="beds", verbose_name=_("ward")
    )
    label = models.CharField(_("label"), max_length=20)
    sort_key = OrderKeyField(of=("label",))

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.BED)
    sex_policy = models.CharField(
        _("for whom"), max_length=8, choices=SexPolicy.choices, default=SexPolicy.ANY
    )
    is_isolation = models.BooleanField(_("suitable for isolation"), default=False)
    # Put up on the spot by who is there, and taken away again; a bed for good is the administrator's.
    is_extra = models.BooleanField(_("extra"), default=False, editable=False)

    class Meta:
        verbose_name = _("bed")
        verbose_name_plural = _("beds")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "label"],
                condition=Q(retired_at__isnull=True),
                name="bed_label_unique",
                violation_error_code="label_taken",
                violation_error_message=_(
                    "Another bed of this ward already has this label. Choose another."
                ),
            ),
            SameTenant(name="bed_same_hospital", field="ward", column="hospital_id"),
        ]
        indexes = [
            models.Index(fields=["hospital", "sort_key", "id"], name="bed_order"),
            models.Index(fields=["ward", "sort_key", "id"], name="bed_order_in_ward"),
        ]

    def __str__(self) -> str:
        words = gettext("%(kind)s %(label)s")
        if self.is_extra:
            words = gettext("%(kind)s %(label)s (extra)")
        return words % {"kind": self.get_kind_display(), "label": self.label}
