"""Pages of the days on which the hospital, or one of its clinics, is closed."""

from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Told
from hospital.kit.web.neardates import NearDateField
from records.models import Holiday

from .schedules import GROUP, ScheduledPages, days_text


def closed_text(holiday: Holiday) -> str:
    """What is closed: a clinic, or all of it."""
    return str(holiday.clinic) if holiday.clinic else gettext("the whole hospital")


class HolidayForm(RecordForm):
    class Meta:
        model = Holiday
        fields = ("name", "first_on", "last_on", "clinic")
        field_classes: ClassVar[Any] = {"first_on": NearDateField, "last_on": NearDateField}


class HolidayPages(ScheduledPages):
    """Holidays, those to come in the order of time."""

    topic = "holidays"
    form_class = HolidayForm
    columns = (
        "name",
        Told(
            _("When"), lambda row: days_text(row.first_on, row.last_on), key="first_on",
            is_number=False,
        ),
        Told(_("Closed"), closed_text, is_number=False),
    )  # fmt: skip
    first_order = "first_on"
    filters = ("clinic",)
    icon, group, order = "party-popper", GROUP, 42
    reasons = (_("Open after all"), _("Entered by mistake"))

    def queryset(self) -> Any:
        return super().queryset().select_related("clinic")

    def over(self) -> Q:
        return Q(last_on__lt=clock.today())

    def facts_of(self, record: Holiday) -> list[dict[str, Any]]:
        *told, clinic = super().facts_of(record)
        return [*told, {**clinic, "value": closed_text(record)}]
