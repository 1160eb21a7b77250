"""Pages of the weekly hours at which a doctor, a room or a device can be booked."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Q, Value, When
from django.forms.models import construct_instance
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, facts, policy
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Told
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.values import day_text, heading, shown
from hospital.kit.web.walltimes import WallTimeField
from hospital.models import Clinic, Hospital, Resource
from hospital.models.hospitals import Weekday
from records.models import Session
from records.services import schedules

from .schedules import (
    GROUP,
    BookableListing,
    BookableSelection,
    ScheduledPages,
    bookable_field,
)

NUMBERS: dict[str, str | Promise] = {
    "slot_minutes": _("Empty: no slots, people come at any time of these hours."),
    "capacity": _("Bookings to a slot; without slots, to the whole session."),
    "overbook_limit": _("How many may be added on top, with a reason, on one day."),
}


def valid_text(session: Session) -> str:
    """Since when and until when, of hours that were not always kept or will not be for ever."""
    first, last = session.valid_from, session.valid_to
    if last:
        return f"{day_text(first)} – {day_text(last)}"
    if first > clock.today():
        return gettext("from %(day)s on") % {"day": day_text(first)}
    return ""


class SessionForm(RecordForm):
    """The hours of one weekday."""

    bookable = bookable_field()

    class Meta:
        model = Session
        fields = (
            "bookable", "clinic", "weekday", "opens_at", "closes_at", "slot_minutes", "capacity",
            "overbook_limit", "valid_from", "valid_to",
        )  # fmt: skip
        field_classes: ClassVar[Any] = {
            "opens_at": WallTimeField, "closes_at": WallTimeField,
            "valid_from": NearDateField, "valid_to": NearDateField,
        }  # fmt: skip
        help_texts: ClassVar[Any] = {
            **NUMBERS,
            "closes_at": _("Not after the beginning: on the next day."),
            "valid_to": _("The last day. Empty: until further notice."),
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "weekday" in self.fields:
            weekday: Any = self.fields["weekday"]
            weekday.choices = [("", "—"), *_in_order(self.instance.hospital_id)]
        closes: Any = self.fields["closes_at"]
        closes.ends = True


class WeekForm(SessionForm):
    """The same hours on one weekday or several."""

    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"), widget=forms.CheckboxSelectMultiple, choices=Weekday.choices
    )
    field_order = (
        "bookable", "clinic", "weekdays", "opens_at", "closes_at", "slot_minutes", "capacity",
        "overbook_limit", "valid_from", "valid_to",
    )  # fmt: skip

    class Meta(SessionForm.Meta):
        exclude = ("weekday",)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["weekdays"].choices = _in_order(self.instance.hospital_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The record is looked at as it is on the first of the days."""
        self.instance.weekday = next(iter(self.cleaned_data.get("weekdays") or ()), "")
        return super().clean() or self.cleaned_data

    def take(self, exc: forms.ValidationError) -> None:
        errors = exc.error_dict if hasattr(exc, "error_dict") else {}
        if "weekday" in errors:
            errors["weekdays"] = errors.pop("weekday")
        super().take(exc)


class ChangeFromForm(SessionForm):
    """Hours that take the place of others from a day on."""

    class Meta(SessionForm.Meta):
        exclude = ("bookable",)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        del self.fields["bookable"]
        self.fields["valid_from"].label = _("From this day on")

    def _post_clean(self) -> None:
        """Looked at by the service: until it has ended the old hours, these meet them."""
        self.instance = construct_instance(self, self.instance, self._meta.fields)


def _in_order(hospital_id: Any) -> list[tuple[str, str | Promise]]:
    """The weekdays in the hospital's own order."""
    days = list(Weekday)
    first = days.index(Hospital.objects.get(pk=hospital_id).week_starts_on)
    return [(day.value, day.label) for day in (*days[first:], *days[:first])]


class SessionPages(ScheduledPages):
    """Hours, by doctor, clinic and weekday."""

    topic = "sessions"
    form_class, new_form_class = SessionForm, WeekForm
    columns = (
        "bookable", Told(_("When"), lambda row: row.week_text, key="weekday", is_number=False),
        "clinic", Told(_("Valid"), valid_text, is_number=False),
    )  # fmt: skip
    filters = ("bookable", "clinic", "weekday")
    orders: ClassVar[Any] = {
        "bookable": ("bookable__sort_key", "weekday_number", "opens_at"),
        "weekday": ("weekday_number", "opens_at"),
    }
    selection_class, listing_class = BookableSelection, BookableListing
    icon, group, order = "clock", GROUP, 40
    add_words = _("Add hours")
    reasons = (_("Entered by mistake"), _("These hours are no longer kept"))

    @classmethod
    def urls(cls) -> list[URLPattern]:
        change = cls.view("change_from", "create", "GET POST")
        return [
            path("sessions/<uuid:pk>/change-from/", change, name="session-change-from"),
            *super().urls(),
        ]

    def queryset(self) -> Any:
        numbers = [When(weekday=day.value, then=Value(n)) for n, day in enumerate(Weekday)]
        rows = super().queryset().select_related("bookable__doctor")
        return rows.annotate(weekday_number=Case(*numbers, output_field=IntegerField()))

    def for_file(self, rows: Any) -> Any:
        return super().for_file(rows).select_related("bookable__doctor")

    def over(self) -> Q:
        return Q(valid_to__lt=clock.today())

    def counted(self, count: int) -> str:
        return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}

    def known(self) -> dict[str, Any]:
        """And the clinic, where the doctor has one alone."""
        known = super().known()
        if "clinic" not in known and (clinic := self._only_clinic(known.get("bookable", ""))):
            known["clinic"] = clinic.pk
        return known

    def facts_of(self, record: Session) -> list[dict[str, Any]]:
        words = {"slot_minutes": gettext("no slots"), "valid_to": gettext("until further notice")}
        return [
            {"label": heading(Session, name), "value": shown(record, name) or words.get(name, "")}
            for name in SessionForm.Meta.fields
        ]

    def acts_of(self, record: Session) -> list[dict[str, Any]]:
        if record.is_retired or not self._may_change_from(record):
            return []
        url = reverse("records:session-change-from", args=[record.pk])
        return [{"label": _("Change from a day on…"), "url": url, "icon": "calendar-clock"}]

    def change_from(self, pk: UUID) -> HttpResponse:
        """Other hours from a day on: these end the day before, in one act."""
        record = self._record(pk, "update")
        facts.refuse_retired(record)
        new = Session(
            **{
                field.attname: getattr(record, field.attname)
                for field in Session._meta.concrete_fields
                if field.name not in Session.SERVER_FIELDS
            }
        )
        new.valid_from = max(clock.today(), record.valid_from) + schedules.ONE_DAY
        form = self._form(ChangeFromForm, instance=new, initial={"version": record.version})
        return self._answer(
            form, lambda: self._change_from(pk, form), record=record, is_change=True
        )

    def after_new(self, pk: UUID | None) -> str:
        """All hours of whoever was given some."""
        session = Session.objects.get(pk=pk)  # type: ignore[misc]
        return f"{reverse('records:session-list')}?bookable={session.bookable_id}"

    def _only_clinic(self, bookable: str) -> Clinic | None:
        """The clinic of a doctor who sees people at one alone."""
        rows: Any = Resource.objects.visible_to(self.actor).filter(doctor__isnull=False)
        try:
            found = rows.filter(pk=bookable).select_related("doctor").first() if bookable else None
        except ValidationError:  # no id
            return None
        clinics = list(found.doctor.clinics[:2]) if found else []
        return clinics[0] if len(clinics) == 1 else None

    def _may_change_from(self, record: Session) -> bool:
        words = ("create", "update")
        return all(policy.allows(self.actor, f"{self.resource}.{word}", record) for word in words)

    def _create(self, form: RecordForm) -> Session:
        made = schedules.add_week(
            self.actor, form.record(), weekdays=form.cleaned_data["weekdays"],
            accepts_affected=form.accepts,
        )  # fmt: skip
        told = "; ".join(str(session) for session in made)
        messages.success(self.request, gettext("Added: %(name)s") % {"name": told})
        return made[0]

    def _change_from(self, pk: UUID, form: RecordForm) -> Session:
        made = schedules.change_from(
            self.actor, self._record(pk, "update"), new=form.record(),
            accepts_affected=form.accepts, expected_version=form.expected_version,
        )  # fmt: skip
        messages.success(self.request, gettext("Saved: %(name)s") % {"name": made})
        return made
