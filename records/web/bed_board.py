"""The wards at a glance: every bed with what it is used for, who waits, now or at an earlier moment."""

import datetime as dt
import hashlib
from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone, is_naive
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.policy import allows
from hospital.kit.web.pages import page
from hospital.kit.web.walltimes import MomentField
from hospital.models import Ward
from records.services import bed_board

from . import bed_rows as shown
from . import stay_rows, task_rows

# As of when, and by what was known when, each in one word or in two boxes.
TIMES = ("at", "at_day", "at_time", "known_at", "known_at_day", "known_at_time")
COLUMNS = [
    {"label": _("Bed")}, {"label": _("State")}, {"label": _("Patient")},
    {"label": _("Since"), "is_wide_only": True}, {"label": _("Until"), "is_wide_only": True},
    {"label": _("Acts"), "is_hidden": True},
]  # fmt: skip


class BoardForm(forms.Form):
    """Which ward, as of when, and by what was known when."""

    ward = forms.ModelChoiceField(
        Ward.objects.none(), label=_("Ward"), required=False, empty_label=_("All wards")
    )
    at = MomentField(exact=True, label=_("As of"), required=False)
    known_at = MomentField(exact=True, label=_("Known at"), required=False)

    def __init__(self, data: Any, *, actor: Actor):
        super().__init__(_with_boxes(data))
        fields: Any = self.fields
        wards = Ward.objects.visible_to(actor, "list").live()
        fields["ward"].queryset = wards.order_by("name", "id")
        self.is_valid()

    def clean_at(self) -> dt.datetime | None:
        """An earlier moment: what will be nobody knows."""
        at: dt.datetime | None = self.cleaned_data["at"]
        if at and at > clock.now():
            raise ValidationError(sentence("time_to_come"), "time_to_come")
        return at

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "at" in found and (known_at := found.get("known_at")):
            bed_board.refuse_unknowable(found["at"] or known_at, known_at)
        return found

    @property
    def known_by(self) -> dt.datetime | None:
        """By what was known when; None is today."""
        return None if self.errors else self.cleaned_data.get("known_at")

    @property
    def moment(self) -> dt.datetime | None:
        """As of when; None is now."""
        return self.cleaned_data.get("at") or self.known_by

    @property
    def chosen(self) -> Ward | None:
        """The one ward."""
        return self.cleaned_data.get("ward")


@page("records.inpatient.list")
def board(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "records/beds/board.html", _board(request))


@page("records.inpatient.list", watches=True)
def live(request: HttpRequest) -> HttpResponse:
    """Only the beds, when they are not as the page last showed them. Asked by the page itself again and again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = BoardForm(request.GET, actor=actor)
    if request.GET.get("seen") == _print(_boards(actor, form), _tasks(actor, form)):
        return HttpResponse(status=204)
    return render(request, "records/beds/board.html#beds", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = BoardForm(request.GET, actor=actor)
    boards, tasks = _boards(actor, form), _tasks(actor, form)
    stay_rows.look(actor, _shown_on(boards), act="list", detail="board")
    is_list = request.GET.get("view") == "list"
    lines = shown.Lines(
        actor, is_now=form.moment is None, back=_address("board", request), tasks=tasks
    )
    return {
        "form": form, "is_list": is_list, "at": form.moment, "known_at": form.known_by,
        "wards": [lines.ward(each) for each in boards], "counts": shown.counts(boards),
        "columns": COLUMNS, "may_admit": allows(actor, "records.inpatient.create"),
        "urls": {
            "now": _address("board", request, **dict.fromkeys(TIMES, "")),
            "today": _address("board", request, **dict.fromkeys(TIMES[3:], "")),
            "other": _address("board", request, view="" if is_list else "list"),
            "here": _address("board", request),
            "live": _address("live", request, seen=_print(boards, tasks)),
        },
    }  # fmt: skip


def _boards(actor: Actor, form: BoardForm) -> list[bed_board.WardBoard]:
    wards = [form.chosen] if form.chosen else None
    return bed_board.at(actor, form.moment, wards=wards, known_at=form.known_by)


def _tasks(actor: Actor, form: BoardForm) -> Counter[UUID]:
    """How many tasks are open in each ward; not as of an earlier moment."""
    return Counter() if form.moment else task_rows.counts(actor)


def _shown_on(boards: list[bed_board.WardBoard]) -> list[UUID]:
    """Whose names stand on the board: who is in, and for whom a bed is kept."""
    places = [place for board in boards for place in (*board.places, *board.waiting)]
    stays = [place.period.encounter for place in places if place.period]
    return [stay.patient_id for stay in stays if stay]


def _print(boards: list[bed_board.WardBoard], tasks: Counter[UUID]) -> str:
    """What changes with the beds and their wards' tasks, and with nothing else."""
    told = [
        (place.bed and (place.bed.pk, place.bed.version), _told(place))
        for board in boards for place in (*board.places, *board.waiting)
    ]  # fmt: skip
    number = [tasks[board.ward.pk] for board in boards]
    return hashlib.sha256(repr((told, number)).encode()).hexdigest()[:16]


def _told(place: bed_board.Place) -> Any:
    period = place.period
    if period is None:
        return None
    stay = period.encounter
    is_known = stay and (stay.version, stay.patient.version)
    return period.pk, period.version, place.is_on_leave, is_known


def _with_boxes(data: Any) -> Any:
    """The moments of an address that says them in one word, as the two boxes have them."""
    typed = data.copy()
    for name in ("at", "known_at"):
        try:
            moment = parse_datetime(data.get(name, ""))
        except ValueError:
            moment = None
        if moment:
            if is_naive(moment):
                moment = moment.replace(tzinfo=get_current_timezone())
            local = clock.local(moment)
            typed[f"{name}_day"], typed[f"{name}_time"] = f"{local:%d-%b-%Y}", f"{local:%H:%M}"
    return typed


def _address(page_: str, request: HttpRequest, **changed: str) -> str:
    """The same board, but for what is changed."""
    known = ("ward", "view", *TIMES)
    asked = {name: request.GET.get(name, "") for name in known} | changed
    query = urlencode({name: value for name, value in asked.items() if value})
    url = reverse(f"records:inpatient-{page_}")
    return f"{url}?{query}" if query else url


def urls() -> list[URLPattern]:
    """The addresses of the board."""
    return [
        path("inpatients/board/", board, name="inpatient-board"),
        path("inpatients/live/", live, name="inpatient-live"),
    ]
