"""What a hospital does for its patients, and what each of it costs from which day on."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import money
from hospital.kit.fields import MoneyField
from hospital.kit.guards import SameTenant
from hospital.models import Department, Hospital
from hospital.models.parts import HospitalPart

from .prices import CatalogueQuerySet, Price, price_constraints


class Procedure(HospitalPart):
    """An entry of a hospital's catalogue: something that is done for a patient, such as an ECG."""

    errors_at = {**HospitalPart.errors_at, "other_tenant": "department"}
    leans_on = ("department",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="procedures", editable=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="procedures", null=True, blank=True,
        verbose_name=_("department"), help_text=_("Empty: done in every department."),
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta(HospitalPart.Meta):
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        constraints = [
            *HospitalPart.Meta.constraints,
            SameTenant(name="procedure_same_as_department", field="department"),
        ]


class ProcedurePrice(Price):
    """What it costs to do a procedure once, from a day to a day."""

    ITEM = "procedure"

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="prices", editable=False
    )
    amount = MoneyField(_("price"), digits=money.MOST_DECIMALS)

    class Meta(Price.Meta):
        constraints = price_constraints("procedure")
