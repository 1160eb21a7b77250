"""Absences in the admin."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.walltimes import EndFollows, MomentField
from records.models import Absence

from .schedules import BY_NAME, PastFilter, ScheduledAdmin


class AbsenceForm(EndFollows, RecordForm):
    """Whole days, or from a time to a time."""

    starts_at = MomentField(label=_("From"), help_text=_("Whole days: no time."))
    ends_at = MomentField(
        label=_("Until"), ends=True, day_of="starts_at", required=False,
        help_text=_("The last day. Empty: the same day."),
    )  # fmt: skip

    class Meta:
        model = Absence
        fields = ("bookable", "starts_at", "ends_at", "cause", "note")


class OverFilter(PastFilter):
    """Absences that are over."""

    def over(self) -> Q:
        return Q(ends_at__lte=clock.now())


@admin.register(Absence)
class AbsenceAdmin(ScheduledAdmin):
    """Absences at the own hospital."""

    order = 43
    form = AbsenceForm
    fields = ("bookable", "starts_at", "ends_at", "cause", "note")
    list_display = ("bookable", "starts_at", "ends_at", "cause", "note")
    list_select_related = ("bookable__doctor",)
    list_filter = (*RecordAdmin.list_filter, OverFilter, "cause")
    search_fields = (*BY_NAME, "note")
    ordering = ("starts_at", "id")
