"""What is done with a bed in which nobody lies: one press on the board, or a small form."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import OTHER, words_of
from hospital.kit.web.walltimes import MomentField
from hospital.models import Bed, Ward
from records.models import BedPeriod
from records.services import bed_board, bed_keeping

from . import appointment_rows, bed_rows, stay_acts
from .stay_forms import LATE, ActForm, Reasoned
from .stay_reasons import CLOSE

RESOURCE = "records.bedperiod"
USUAL_RESERVED = dt.timedelta(hours=4)


class CloseForm(Reasoned, ActForm):
    """Why nobody may lie in it, and until when."""

    why = forms.ChoiceField(label=_("Reason"), required=False, widget=forms.RadioSelect)
    other = forms.CharField(label=_("Other reason"), required=False, max_length=200)
    ends_at = MomentField(
        label=_("Until"), required=False, help_text=_("Empty: until somebody reopens it.")
    )
    at = MomentField(exact=True, label=_("From"), required=False, help_text=LATE)
    field_order = ("why", "other", "ends_at", "at")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["why"].choices = [*((str(words), words) for words in CLOSE), (OTHER, _("Other"))]


class ReserveForm(Reasoned, ActForm):
    """For whom it is kept, and until when."""

    why = forms.CharField(
        label=_("For whom"), required=False, max_length=200,
        help_text=_("Such as: from the emergency department. No patient’s name."),
    )  # fmt: skip
    other = forms.CharField(widget=forms.HiddenInput, required=False)
    until = MomentField(exact=True, label=_("Until"), help_text=_("At most 48 hours from now."))
    at = None  # type: ignore[assignment]
    field_order = ("until", "why")


@page(f"{RESOURCE}.close", methods="GET POST")
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody may lie in it: why, and until when."""
    actor, bed = _opened(request, pk, "close")
    form = CloseForm(request.POST if request.method == "POST" else None, actor=actor)

    def act() -> Any:
        bed_keeping.close(
            actor, bed=_one(actor, pk), at=form.cleaned_data["at"],
            ends_at=form.cleaned_data["ends_at"],
            reason=words_of(form.cleaned_data["why"], form.cleaned_data["other"]),
        )  # fmt: skip

    return _run(request, form, bed, act, heading=_("Close the bed"), done=_("Closed."))


@page(f"{RESOURCE}.reserve", methods="GET POST")
def reserve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a free bed for a while; it lapses by itself."""
    actor, bed = _opened(request, pk, "reserve")
    data = request.POST if request.method == "POST" else None
    soon = clock.now().replace(second=0, microsecond=0) + USUAL_RESERVED
    form = ReserveForm(data, actor=actor, initial={"until": soon})

    def act() -> Any:
        bed_keeping.reserve(
            actor, bed=_one(actor, pk), until=form.cleaned_data["until"],
            reason=form.cleaned_data["why"],
        )  # fmt: skip

    return _run(request, form, bed, act, heading=_("Reserve the bed"), done=_("Reserved."))


class PutUpForm(ActForm):
    """A bed or a cot."""

    kind = forms.ChoiceField(
        label=_("What"), choices=Bed.Kind.choices, initial=Bed.Kind.BED, widget=forms.RadioSelect
    )
    at = None  # type: ignore[assignment]


@page(f"{RESOURCE}.put_up", methods="GET POST")
def put_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An extra bed or cot in a ward."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    ward = _ward(actor, pk)
    policy.require(actor, f"{RESOURCE}.put_up", ward)
    form = PutUpForm(request.POST if request.method == "POST" else None, actor=actor)

    def act() -> Any:
        bed_keeping.put_up(actor, ward=_ward(actor, pk), kind=form.cleaned_data["kind"])

    board_url = _board(ward)
    return stay_acts.run(
        request, form, template="records/beds/put_up.html", act=act, done=_("Put up."),
        to=lambda _pk: board_url, context={"ward": ward, "board_url": board_url},
    )  # fmt: skip


def press(word: str, act: Any, done: Any) -> Any:
    """The page of what one press does: nothing to read, and back to the board."""

    action = word.replace("-", "_")

    @page(f"{RESOURCE}.{action}", methods="GET POST")
    def run(request: HttpRequest, pk: UUID) -> HttpResponse:
        actor, _bed = _opened(request, pk, action)
        if request.method != "POST":  # come back to by signing in again
            return redirect(_board())
        return stay_acts.press(
            request, act=lambda: _nothing(act(actor, bed=_one(actor, pk))), done=done,
            to=lambda _pk: appointment_rows.came_from(request, _board()),
        )  # fmt: skip

    return run


def _nothing(_made: Any) -> None:
    """What was made has no page."""


def _opened(request: HttpRequest, pk: UUID, word: str) -> tuple[Actor, Bed]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    bed = _one(actor, pk)
    policy.require(actor, f"{RESOURCE}.{word}", bed)
    return actor, bed


def _one(actor: Actor, pk: UUID) -> Bed:
    found: Bed | None = (
        Bed.objects.visible_to(actor).live().select_related("ward").filter(pk=pk).first()
    )
    if found is None:
        raise NotVisible
    return found


def _ward(actor: Actor, pk: UUID) -> Ward:
    found: Ward | None = Ward.objects.visible_to(actor).live().filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def _run(request: HttpRequest, form: Any, bed: Bed, act: Any, *, heading: Any, done: Any) -> Any:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    boards = bed_board.at(actor, wards=[bed.ward])
    state = next((p.state for p in boards[0].places if p.bed and p.bed.pk == bed.pk), "free")
    tone, icon = bed_rows.FACES[state]
    is_idle = state in (bed_board.FREE, BedPeriod.Kind.CLEANING)
    may_take = bed.is_extra and is_idle and policy.allows(actor, f"{RESOURCE}.take_away", bed)
    face = {"words": bed_rows.WORDS[state], "tone": tone, "icon": icon}
    return stay_acts.run(
        request, form, template="records/beds/act.html", act=act, done=done,
        to=lambda _pk: _board(bed.ward),
        context={"bed": bed, "heading": heading, "state": face, "may_take": may_take,
                 "board_url": _board(bed.ward)},
    )  # fmt: skip


def _board(ward: Ward | None = None) -> str:
    url = reverse("records:inpatient-board")
    return f"{url}?ward={ward.pk}" if ward else url


def urls() -> list[URLPattern]:
    """The addresses of a bed's acts."""
    pages = {
        "close": close,
        "reserve": reserve,
        "clean": press("clean", bed_keeping.cleaned, _("The bed is free.")),
        "reopen": press("reopen", bed_keeping.reopen, _("The bed is free again.")),
        "release": press("release", bed_keeping.release, _("The bed is free again.")),
        "take-away": press("take-away", bed_keeping.take_away, _("Taken away.")),
    }
    return [
        path("inpatients/wards/<uuid:pk>/put-up/", put_up, name="bedperiod-put-up"),
        *(
            path(f"inpatients/beds/<uuid:pk>/{word}/", view, name=f"bedperiod-{word}")
            for word, view in pages.items()
        ),
    ]
