"""Who may see and do what in the admin: the policy's answer, on every page of every class."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible

COUNTED_TO = 10_000


class CountingSoFar(Paginator):
    """Counts up to 10,000 rows and no further: counting all of them is what makes long lists slow."""

    @cached_property
    def count(self) -> int:
        return cast(QuerySet, self.object_list).order_by().values("pk")[: COUNTED_TO + 1].count()


class LookInline(admin.TabularInline):
    """Rows that belong to a record, to look at; the record's page has asked the policy."""

    template = "admin/look_inline.html"
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the admin; the site lets nobody else in."""
    return request.actor  # type: ignore[attr-defined]


class PolicyAdmin(admin.ModelAdmin):
    """A class of the admin whose every page asks the policy with ``resource``.

    ``section`` and ``order`` place it on the first page. Looks at patients are booked: ``patients_of``
    says whom a row is about.
    """

    section: ClassVar[str | Promise] = ""
    order: ClassVar[int] = 50
    paginator = CountingSoFar
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions = None

    @property
    def resource(self) -> str:
        return self.model.resource

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        """Whether the act would be permitted."""
        return policy.allows(actor_of(request), f"{self.resource}.{action}", obj)

    def require(
        self, request: HttpRequest, action: str, obj: Any = None, fields: Iterable[str] = ()
    ) -> None:
        """Raise unless the act is permitted, with a password shown again where that is asked for."""
        policy.require(actor_of(request), f"{self.resource}.{action}", obj, fields=fields)

    # ---- what Django asks

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "list")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "read", obj) if obj is not None else self.may(request, "list")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "update", obj) and not (obj is not None and self.is_retired(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is ever deleted."""
        return False

    # ---- rows

    def visible(self, request: HttpRequest, action: str) -> QuerySet:
        """The rows the actor reaches with ``action``, retired ones included."""
        return self.model.objects.visible_to(actor_of(request), action)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.visible(request, "list")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row of this page. NotVisible when it is not there, or not for this person."""
        self.require(request, "read")
        try:
            found = self.visible(request, "read").filter(pk=object_id).first()
        except (ValidationError, ValueError):
            found = None
        if found is None:
            raise NotVisible
        return found

    def is_retired(self, obj: Any) -> bool:
        return bool(obj.is_retired)

    @admin.display(description=_("phone"), ordering="phone")
    def phone_spaced(self, obj: Any) -> str:
        """For lists: the number as people read it."""
        return phones.spaced(obj.phone)

    # ---- looks

    def patients_of(self, obj: Any) -> Iterable[UUID | None]:
        """The ids of the patients that showing the row shows."""
        return (getattr(obj, "audit_patient_id", None),)

    def looked(
        self, request: HttpRequest, action: str, rows: list[Any], object_id: Any = None
    ) -> None:
        """Book a look at patients, before the answer leaves."""
        patients = [pk for row in rows for pk in self.patients_of(row) if pk]
        if patients:
            audit.looked(
                actor_of(request),
                f"{self.resource}.{action}",
                object_id=object_id,
                patient_ids=patients,
            )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        self.require(request, "list")
        words = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        response = super().changelist_view(request, words)
        if isinstance(response, TemplateResponse) and response.context_data:
            self.looked(request, "list", list(response.context_data["cl"].result_list))
        return response
