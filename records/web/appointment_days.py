"""The calendar: a day as a grid of doctors or as a list, a week of one doctor or of many."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, localtimes, typeddates
from hospital.kit.actors import Actor
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.pages import page
from hospital.models import Clinic, Doctor
from hospital.models.hospitals import Weekday
from hospital.services.overview import own_doctor
from records.models import Appointment
from records.services import days as calendar

from . import appointment_grids as grids
from . import appointment_rows as shown
from .appointment_lists import to_be_moved

WEEK = 7
# The columns of a week of many doctors: as little as a line of it tells.
OF_A_WEEK = (
    "id", "doctor_id", "starts_at", "status", "is_walk_in", "overbook_reason", "caller_name",
    "patient_id", "patient__family_name", "patient__given_names",
)  # fmt: skip


class DayFilters(forms.Form):
    """Which day, and of whom."""

    day = NearDateField(label=_("Day"), required=False, help_text=" ")
    clinic = forms.ModelChoiceField(
        Clinic.objects.none(), label=_("Clinic"), required=False, empty_label=_("All clinics")
    )
    doctor = forms.ModelChoiceField(
        Doctor.objects.none(), label=_("Doctor"), required=False, empty_label=_("All doctors")
    )

    def __init__(self, data: Any, *, actor: Actor):
        day = typeddates.near(data.get("day", "")) or clock.today()
        super().__init__({**data.dict(), "day": day})
        fields: Any = self.fields
        fields["clinic"].queryset = Clinic.objects.visible_to(actor, "list").live()
        fields["doctor"].queryset = Doctor.objects.visible_to(actor, "list").live()
        self.is_valid()

    def said(self, name: str) -> Any:
        """What was chosen; nothing for what makes no sense."""
        return self.cleaned_data.get(name)

    @property
    def wanted(self) -> dt.date:
        """The day; today when none was chosen."""
        return self.said("day") or clock.today()


@page("records.appointment.list")
def day(request: HttpRequest) -> HttpResponse:
    """Everybody who comes on a day: beside each other by doctor, or one below the other."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = DayFilters(request.GET, actor=actor)
    wanted, is_list = filters.wanted, request.GET.get("view") == "list"
    start = _number(request.GET.get("from"))
    found = calendar.read(
        actor, wanted, wanted, clinic=filters.said("clinic"), doctor=filters.said("doctor"),
        start=0 if is_list else start,
    )  # fmt: skip
    begins, ends = localtimes.day_bounds(wanted, found.zone)
    everybody = calendar.booked(
        actor, begins, ends, clinic=filters.said("clinic"), doctor=filters.said("doctor")
    )
    rows = list(everybody.order_by("starts_at", "id")) if is_list else _in_grid(found)
    shown.look(actor, rows, detail="day")
    context = {
        "filters": filters, "day": wanted, "is_list": is_list, "is_today": wanted == clock.today(),
        "urls": _urls(request, wanted, 1, may_book=found.may_book), **_desk(actor, found), "counts": _counts(everybody),
        "statuses": grids.LEGEND, "days": found, "here": request.get_full_path(),
    }  # fmt: skip
    if is_list:
        context["appointments"] = grids.list_of(actor, rows, found.zone)
    else:
        context["grid"] = grids.of_day(found, wanted)
        context["pages"] = _pages(request, start, found.count)
    return render(request, "records/appointments/day.html", context)


@page("records.appointment.list")
def week(request: HttpRequest) -> HttpResponse:
    """A week: of one doctor as a grid of its days, of many as a line for each."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = DayFilters(request.GET, actor=actor)
    hospital = request.workplace.hospital  # type: ignore[attr-defined]
    first = first_day(filters.wanted, hospital.week_starts_on)
    start, doctor = _number(request.GET.get("from")), filters.said("doctor")
    found = calendar.read(
        actor, first, first + dt.timedelta(days=WEEK - 1), clinic=filters.said("clinic"),
        doctor=doctor, start=start, most=10, columns=() if doctor else OF_A_WEEK,
    )  # fmt: skip
    shown.look(actor, _in_grid(found), detail="week")
    context = {
        "filters": filters, "first": first, "last": found.last, "doctor": doctor,
        "urls": _urls(request, first, WEEK, may_book=found.may_book), **_desk(actor, found), "statuses": grids.LEGEND,
        "pages": _pages(request, start, found.count, 10),
    }  # fmt: skip
    if doctor:
        context["grid"] = grids.of_week(found)
    else:
        context["week"] = grids.of_doctors(found)
    return render(request, "records/appointments/week.html", context)


@page("records.appointment.list")
def agenda(request: HttpRequest) -> HttpResponse:
    """Today of the doctor who asks; everybody's for who is no doctor here."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = own_doctor(actor)
    return redirect(shown.address("list", view="list", doctor=mine.pk if mine else None))


def first_day(day_: dt.date, begins_on: Weekday) -> dt.date:
    """The day on which the week of ``day_`` begins."""
    return day_ - dt.timedelta(days=(day_.weekday() - list(Weekday).index(begins_on)) % WEEK)


def _desk(actor: Actor, days: calendar.Days) -> dict[str, Any]:
    """For who books: the button, and how many have lost their time."""
    lost = to_be_moved(actor).count() if days.may_book else 0
    return {"may_book": days.may_book, "to_move": lost}


def _in_grid(found: calendar.Days) -> list[Any]:
    return [row for rows in found.appointments.values() for row in rows]


def _counts(rows: Any) -> dict[str, int]:
    """How many are booked, and how many of them are waiting."""
    statuses = list(rows.order_by().values_list("status", flat=True))
    return {"booked": len(statuses), "waiting": statuses.count(Appointment.Status.CHECKED_IN)}


def _urls(request: HttpRequest, wanted: dt.date, step: int, *, may_book: bool) -> dict[str, str]:
    """Where the page leads to: before, today, after, the other looks, and for who may it booking on this day."""
    kept = {
        name: request.GET[name] for name in ("clinic", "doctor", "view") if request.GET.get(name)
    }
    page_ = "week" if step == WEEK else "list"
    bare = {name: value for name, value in kept.items() if name != "view"}
    return {
        "before": shown.address(page_, **kept, day=wanted - dt.timedelta(days=step)),
        "today": shown.address(page_, **kept) + "#now",
        "after": shown.address(page_, **kept, day=wanted + dt.timedelta(days=step)),
        "grid": shown.address("list", **bare, day=wanted),
        "list": shown.address("list", **bare, day=wanted, view="list"),
        "week": shown.address("week", **bare, day=wanted),
        "book": shown.address("create", **bare, day=wanted) if may_book else "",
    }


def _pages(
    request: HttpRequest, start: int, count: int, most: int = calendar.COLUMNS
) -> list[dict[str, Any]]:
    """The pages of doctors, when there are more than stand beside each other."""
    if count <= most:
        return []
    query = request.GET.copy()
    found = []
    for begin in range(0, count, most):
        query["from"] = str(begin)
        label = f"{begin + 1}–{min(begin + most, count)}"
        found.append(
            {
                "label": label,
                "url": f"{request.path}?{query.urlencode()}",
                "is_current": begin == start,
            }
        )
    return found


def _number(text: str | None) -> int:
    return min(int(text), 10_000) if text and text.isdecimal() and len(text) < 6 else 0
