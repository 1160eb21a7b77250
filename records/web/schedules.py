"""What pages of hours, absences and holidays share: whoever would take an appointment's time is asked first."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy, sortkeys
from hospital.kit.actors import Actor
from hospital.kit.records import Record
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Listing
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.refusals import AgainForm
from hospital.kit.web.searched import SearchedChoiceField
from hospital.kit.web.selecting import Selection
from hospital.kit.web.values import day_text
from hospital.models import Resource
from records.services import schedules, settling

GROUP: str | Promise = _("Schedules")
BOOKABLE = _("Doctor, room or device")


def bookable_field() -> SearchedChoiceField:
    """One of everything that can be booked here: of two hundred doctors one types the name."""
    return SearchedChoiceField(bookables(), label=BOOKABLE)


def bookables() -> Any:
    return Resource.objects.select_related("doctor").order_by("sort_key", "id")


class ScheduledPages(RecordPages):
    """RecordPages whose every write judges the appointments to come."""

    labels: ClassVar[Any] = {"bookable": _("Who")}

    def store(self, form: RecordForm) -> Record:
        return schedules.save(self.actor, form.record(), accepts_affected=form.accepts)

    def change(self, form: RecordForm) -> Record:
        return schedules.save(
            self.actor, form.record(), accepts_affected=form.accepts,
            expected_version=form.expected_version,
        )  # fmt: skip

    def take(self, record: Any, form: ReasonForm) -> None:
        schedules.retire(
            self.actor, record, reason=form.words, accepts_affected=form.accepts,
            expected_version=form.expected_version,
        )  # fmt: skip

    def bring_back(self, record: Any, form: AgainForm) -> Record:
        return schedules.restore(self.actor, record, accepts_affected=form.accepts)


class BookableFilter(SearchedChoiceField):
    """One of what can be booked, or all whose name has the words typed."""

    widget: Any = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return str(value).strip()


class BookableSelection(Selection):
    """Rows of a doctor, room or device, found by a part of the name."""

    def _filter(self, name: str) -> forms.Field:
        if name != "bookable":
            return super()._filter(name)
        rows = bookables().visible_to(self.actor, "list").live()
        field = BookableFilter(rows, required=False)
        field.help_text = ""
        return field

    def _narrowed(self, rows: Any, chosen: dict[str, Any]) -> Any:
        wanted = dict(chosen)
        if isinstance(wanted.get("bookable"), str):
            for word in sortkeys.natural(wanted.pop("bookable")).split():
                rows = rows.filter(bookable__sort_key__contains=word)
        return super()._narrowed(rows, wanted)


class BookableListing(BookableSelection, Listing):
    """The same as a page."""


def to_move_panel(actor: Actor, record: Any) -> dict[str, Any] | None:
    """How many appointments have to be moved because of the record, for its page."""
    if not policy.allows(actor, "records.appointment.list"):
        return None
    count = settling.to_move_because_of(actor, record).count()
    return {"count": count, "url": reverse("records:appointment-to-move")} if count else None


def span_text(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """From when to when, on the wall of the hospital; of whole days the days alone."""
    first, last = clock.local(starts_at), clock.local(ends_at)
    if first.time() == last.time() == dt.time(0):
        return days_text(first.date(), last.date() - dt.timedelta(days=1))
    end = f"{last:%H:%M}"
    if first.date() != last.date():
        end = f"{_day(last.date())} {end}"
    return f"{_day(first.date())} {first:%H:%M} – {end}"


def days_text(first: dt.date, last: dt.date) -> str:
    """From which day to which, both included."""
    return _day(first) if first >= last else f"{_day(first)} – {_day(last)}"


def _day(day: dt.date) -> str:
    return day_text(day, with_weekday=True)
