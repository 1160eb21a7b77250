"""Pages of absences: at seven in the morning a doctor calls in sick, and it takes three keys."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Told
from hospital.kit.web.values import day_text, heading, shown
from hospital.kit.web.walltimes import EndFollows, MomentField
from records.models import Absence

from .schedules import (
    GROUP,
    BookableListing,
    BookableSelection,
    ScheduledPages,
    bookable_field,
    span_text,
)

TODAY = "today"


class AbsenceForm(EndFollows, RecordForm):
    """Whole days, or from a time to a time."""

    bookable = bookable_field()
    starts_at = MomentField(
        label=_("From"),
        help_text=_("Like 27-Mar-2026; t is today, +3 in three days. Whole days: no time."),
    )
    ends_at = MomentField(
        label=_("Until"), ends=True, day_of="starts_at", required=False,
        help_text=_("The last day. Empty: the same day."),
    )  # fmt: skip

    class Meta:
        model = Absence
        fields = ("bookable", "starts_at", "ends_at", "cause", "note")


class AbsencePages(ScheduledPages):
    """Absences, those of now and to come in the order of time."""

    topic = "absences"
    form_class = AbsenceForm
    columns = (
        "bookable",
        Told(
            _("When"), lambda row: span_text(row.starts_at, row.ends_at), key="starts_at",
            is_number=False,
        ),
        "cause", "note",
    )  # fmt: skip
    first_order = "starts_at"
    filters = ("bookable", "cause")
    selection_class, listing_class = BookableSelection, BookableListing
    icon, group, order = "calendar-off", GROUP, 41
    reasons = (_("Back earlier"), _("Does not take place"), _("Entered by mistake"))

    def queryset(self) -> Any:
        return super().queryset().select_related("bookable__doctor")

    def for_file(self, rows: Any) -> Any:
        return super().for_file(rows).select_related("bookable__doctor")

    def over(self) -> Q:
        return Q(ends_at__lte=clock.now())

    def acts_of_list(self) -> list[dict[str, Any]]:
        if not policy.allows(self.actor, "records.absence.create"):
            return []
        return [{"label": _("Away today"), "url": away_today(), "icon": "user-x"}]

    def known(self) -> dict[str, Any]:
        """And today, where somebody is away today: the whole day, because of illness."""
        known = super().known()
        if TODAY in self.request.GET:
            day = {"day": day_text(clock.today()), "time": ""}
            known |= {"starts_at": day, "ends_at": day, "cause": Absence.Cause.ILLNESS}
        return known

    def facts_of(self, record: Absence) -> list[dict[str, Any]]:
        when = {"label": gettext("When"), "value": span_text(record.starts_at, record.ends_at)}
        who, *others = [
            {"label": heading(Absence, name), "value": shown(record, name)}
            for name in ("bookable", "cause", "note")
        ]
        return [who, when, *others]


def away_today(bookable: Any = None) -> str:
    """The form of somebody's absence of today."""
    known = {"bookable": bookable.pk} if bookable else {}
    return f"{reverse('records:absence-create')}?{urlencode({**known, TODAY: 1})}"
