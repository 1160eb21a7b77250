"""What hours, absences and holidays share in the admin: their writes judge the appointments to come."""

from dataclasses import replace
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.access import actor_of
from hospital.kit.admin.acts import RESTORE, RETIRE, VersionForm
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.reasons import ReasonForm
from hospital.models import Resource
from records.services import schedules

SECTION: str | Promise = _("Schedules")
# How a doctor, a room or a device is searched for.
BY_NAME = ("bookable__doctor__family_name", "bookable__doctor__given_names", "bookable__name")


class PastFilter(admin.SimpleListFilter):
    """What is kept now or later, unless the past is asked for. ``over`` says what is over."""

    title = _("past")
    parameter_name = "past"

    def over(self) -> Q:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queryset.exclude(self.over())

    def choices(self, changelist: Any) -> Any:
        choices: Any = super().choices(changelist)
        yield next(choices) | {"display": _("Now and to come")}
        yield from choices


def _retire(actor: Actor, record: Any, form: ReasonForm) -> None:
    schedules.retire(
        actor, record, reason=form.words, accepts_affected=form.accepts,
        expected_version=form.expected_version,
    )  # fmt: skip


def _restore(actor: Actor, record: Any, form: VersionForm) -> None:
    schedules.restore(
        actor, record, accepts_affected=form.accepts, expected_version=form.expected_version
    )


class ScheduledAdmin(RecordAdmin):
    """RecordAdmin of what appointments depend on."""

    section = SECTION
    acts = (replace(RETIRE, run=_retire), replace(RESTORE, run=_restore))
    searched: ClassVar[Any] = ("bookable", "clinic")

    def create(self, request: HttpRequest, obj: Any, form: Any) -> None:
        schedules.save(actor_of(request), obj, accepts_affected=form.accepts)

    def change(self, request: HttpRequest, obj: Any, form: Any) -> None:
        schedules.save(
            actor_of(request), obj, accepts_affected=form.accepts,
            expected_version=form.expected_version,
        )  # fmt: skip

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "bookable":
            rows = Resource.objects.select_related("doctor")
            kwargs["queryset"] = rows.order_by("sort_key", "id")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
