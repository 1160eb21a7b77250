"""Entries of charts in the admin: who, when and why, to bring back what was retired by mistake."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.admin.access import actor_of
from hospital.kit.admin.acts import RESTORE
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.masks import MARK
from hospital.kit.web import histories
from hospital.models import User
from records.policy import META


class EntryAdmin(RecordAdmin):
    """One kind of entry, to look at from outside. What it says about the patient is not shown here."""

    section = _("Patients")
    list_display = ("kind", "created_at", "recorder", "retired_at", "retired_reason")
    list_select_related = ("patient",)
    fields = readonly_fields = (
        "kind", "created_at", "hospital", "recorder", "updated_at", "retired_at", "retirer",
        "retired_reason",
    )  # fmt: skip
    ordering = ("-id",)
    acts = (RESTORE,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return _with_names(super().get_queryset(request))

    def visible(self, request: HttpRequest, action: str) -> QuerySet:
        return _with_names(super().visible(request, action))

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._with_patient(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._with_patient(request, self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def histories_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Which fields changed, never what they said."""
        return histories.entries(
            obj, hide=lambda name, text: text if name in META else MARK, leave_out={"patient"}
        )

    def _with_patient(self, request: HttpRequest, names: Any) -> tuple[str, ...]:
        """Whose it is is told to who may list patients."""
        first, *others = names
        is_told = policy.allows(actor_of(request), "records.patient.list")
        return (first, "mrn", *others) if is_told else (first, *others)

    @admin.display(description=_("entry"))
    def kind(self, obj: Any) -> str:
        return str(obj)

    @admin.display(description=_("MRN"))
    def mrn(self, obj: Any) -> str:
        return obj.patient.mrn

    @admin.display(description=_("recorded by"))
    def recorder(self, obj: Any) -> str:
        return obj.recorder_name or ""

    @admin.display(description=_("retired by"))
    def retirer(self, obj: Any) -> str:
        return obj.retirer_name or ""


def _with_names(rows: QuerySet) -> QuerySet:
    """With the names of the two accounts, whatever became of them: no query for each row."""
    return rows.annotate(recorder_name=_name_of("recorded_by"), retirer_name=_name_of("retired_by"))


def _name_of(column: str) -> Subquery:
    return Subquery(User._base_manager.filter(pk=OuterRef(column)).values("full_name")[:1])
