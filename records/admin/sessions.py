"""Weekly hours in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.forms import RecordForm
from records.models import Session

from .schedules import BY_NAME, PastFilter, ScheduledAdmin


class SessionForm(RecordForm):
    """Hours may end at midnight."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        closes: Any = self.fields.get("closes_at")
        if closes:
            closes.ends = True


class EndedFilter(PastFilter):
    """Hours that are no longer kept."""

    def over(self) -> Q:
        return Q(valid_to__lt=clock.today())


@admin.register(Session)
class SessionAdmin(ScheduledAdmin):
    """Hours of the own hospital. The pages of reception add the same hours on several weekdays at once."""

    order = 42
    form = SessionForm
    list_display = ("bookable", "weekday", "hours", "clinic", "valid_from", "valid_to")
    list_select_related = ("bookable__doctor", "clinic")
    list_filter = (
        *RecordAdmin.list_filter, EndedFilter, "weekday", ("clinic", RelatedOnlyFieldListFilter),
    )  # fmt: skip
    search_fields = (*BY_NAME, "clinic__name")
    ordering = ("bookable__sort_key", "opens_at", "id")

    @admin.display(description=_("hours"), ordering="opens_at")
    def hours(self, obj: Session) -> str:
        return obj.hours_text
