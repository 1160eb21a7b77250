"""Visits in the admin: which there are and since when, to bring back what was retired by mistake."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.acts import AdminAct, VersionForm
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.masks import MARK
from hospital.kit.web import histories
from records.models import OutPatient
from records.services import outpatients

# What of a visit is not clinical.
TOLD = {
    "number", "kind", "status", "starts_at", "seen_at", "ends_at", "created_at", "updated_at",
    "retired_at", "retired_by", "retired_reason",
}  # fmt: skip


def _restore(actor: Actor, visit: OutPatient, form: VersionForm) -> None:
    outpatients.restore(actor, visit=visit, expected_version=form.expected_version)


@admin.register(OutPatient)
class OutPatientAdmin(RecordAdmin):
    """Visits to the hospital. They take their steps on the web; nothing clinical is shown here."""

    section = _("Patients")
    order = 47
    list_display = (
        "number", "kind", "status", "starts_at", "seen_at", "ends_at", "retired_at",
        "retired_reason",
    )  # fmt: skip
    search_fields = ("number",)
    ordering = ("-starts_at", "-id")
    fields = readonly_fields = (
        "number", "kind", "status", "starts_at", "seen_at", "ends_at", "created_at", "updated_at",
        "retired_at", "retired_reason",
    )  # fmt: skip
    acts = (
        AdminAct(
            "restore", "restore", _("Bring back"),
            _("It stands again, and is as far as its appointment."), _restore, on_retired=True,
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def histories_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Which fields changed; of what is clinical never what they said."""
        return histories.entries(
            obj, hide=lambda name, text: text if name in TOLD else MARK, leave_out={"patient"}
        )
