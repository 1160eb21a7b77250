"""Holidays in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import Q

from hospital.kit import clock
from hospital.kit.admin.records import RecordAdmin
from records.models import Holiday

from .schedules import PastFilter, ScheduledAdmin


class OverFilter(PastFilter):
    """Holidays that are over."""

    def over(self) -> Q:
        return Q(last_on__lt=clock.today())


@admin.register(Holiday)
class HolidayAdmin(ScheduledAdmin):
    """Holidays of the own hospital."""

    order = 44
    searched = ("clinic",)
    list_display = ("name", "first_on", "last_on", "clinic")
    list_select_related = ("clinic",)
    list_filter = (*RecordAdmin.list_filter, OverFilter, ("clinic", RelatedOnlyFieldListFilter))
    search_fields = ("name",)
    ordering = ("first_on", "id")
