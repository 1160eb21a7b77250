"""The audit in the admin: to be read, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, policy
from hospital.kit.admin.access import PolicyAdmin, actor_of
from hospital.kit.errors import Link, NotVisible
from hospital.kit.web.links import url_of
from hospital.models import AuditEvent, User


class OutcomeFilter(admin.SimpleListFilter):
    """What was done, or what was refused."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ok", _("Done")), ("denied", _("Refused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(outcome=self.value()) if self.value() else queryset


class ResourceFilter(admin.SimpleListFilter):
    """What it was done to; the choices come from the policy, not from a million rows."""

    title = _("kind of record")
    parameter_name = "resource"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = {permission.rpartition(".")[0] for permission in policy.permissions()}
        return [(name, name) for name in sorted(names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(resource=self.value()) if self.value() else queryset


class DoorFilter(admin.SimpleListFilter):
    """Which way they came."""

    title = _("door")
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("web", _("Pages")), ("admin", _("Administration")), ("api", _("API")),
            ("command", _("Commands")), ("job", _("Jobs")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(door=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditAdmin(PolicyAdmin):
    """Who did what, and who looked at whom."""

    section = _("Watching")
    order = 60
    resource = AuditEvent.resource_name
    list_display = ("at", "person", "act", "outcome", "door", "object_id", "patient", "reason")
    list_display_links = ("at",)
    list_filter = (OutcomeFilter, DoorFilter, ResourceFilter, "at")
    search_fields = ("=request_id", "=object_id", "=patient_id", "=user_id", "=ip")
    ordering = ("-id",)

    def visible(self, request: HttpRequest, action: str) -> QuerySet:
        rows = AuditEvent.objects.filter(
            policy.scope_q(actor_of(request), f"{self.resource}.{action}")
        )
        name = User.objects.filter(pk=OuterRef("user_id")).values("full_name")
        return rows.annotate(person_name=Subquery(name[:1]))

    def is_retired(self, obj: AuditEvent) -> bool:
        return False

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        return action in {"read", "list"} and super().may(request, action, obj)

    def patients_of(self, obj: AuditEvent) -> tuple[()]:
        """A look at the audit is booked as one, not as a look at each of its patients."""
        return ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = {"id", "user_id"}
        return ["person", *(field.name for field in self.opts.fields if field.name not in hidden)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        response = super().changelist_view(request, extra_context)
        audit.looked(actor_of(request), f"{self.resource}.list")
        return response

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        self.require(request, "read", self.get_object(request, object_id))
        return super().change_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """An event has no history: it happened once."""
        raise NotVisible

    @admin.display(description=_("who"), ordering="user_id")
    def person(self, obj: Any) -> str:
        return obj.person_name or str(obj.user_id or "")

    @admin.display(description=_("patient"), ordering="patient_id")
    def patient(self, obj: AuditEvent) -> Any:
        if obj.patient_id is None:
            return ""
        url = url_of(Link("records.patient", obj.patient_id, ""))
        return format_html('<a href="{}">{}</a>', url, obj.patient_id)
