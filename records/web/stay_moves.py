"""What is done with a patient who is in: moved, swapped, sent on leave, brought back, discharged."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.web.pages import page
from records.models import InPatient
from records.services import bed_board, discharge_blockers, inpatients

from . import stay_acts, treatment_rows
from . import stay_rows as shown
from .stay_admitting import refuse_unless
from .stay_forms import ActForm, DischargeForm, LeaveForm, PlaceForm, SwapForm

# The field of the edit page where what is missing is written down.
MENDED_AT = {"attending_missing": "id_attending", "summary_missing": "id_summary"}


@page("records.inpatient.transfer", methods="GET POST")
def transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another bed, or another ward to wait in."""
    actor, stay, data = _opened(request, pk, "transfer")
    form = PlaceForm(data, actor=actor, stay=stay, initial={"version": stay.version})

    def act() -> InPatient:
        return inpatients.transfer(
            actor, stay=shown.one(actor, pk, "transfer"), expected_version=form.expected_version,
            **form.where,
        )  # fmt: skip

    words = {"heading": _("Transfer"), "button_words": _("Transfer")}
    return _run(request, form, stay, "place", act, _("Transferred."), **words)


@page("records.inpatient.transfer", methods="GET POST")
def swap(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two patients change places at one moment."""
    actor, stay, data = _opened(request, pk, "transfer")
    others = _others(actor, stay)
    form = SwapForm(data, actor=actor, initial={"version": stay.version}, choices=_choices(others))

    def act() -> InPatient:
        return inpatients.swap(
            actor, stay=shown.one(actor, pk, "transfer"),
            other=shown.one(actor, UUID(form.cleaned_data["with_stay"]), "transfer"),
            at=form.cleaned_data["at"], expected_version=form.expected_version,
            reason=form.reason,
        )  # fmt: skip

    return _run(request, form, stay, "swap", act, _("Swapped."), has_others=bool(others))


@page("records.inpatient.leave", methods="GET POST")
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Home for a while; the bed is kept."""
    actor, stay, data = _opened(request, pk, "leave")
    form = LeaveForm(data, actor=actor, initial={"version": stay.version})

    def act() -> InPatient:
        return inpatients.leave(
            actor, stay=shown.one(actor, pk, "leave"), at=form.cleaned_data["at"],
            expected_back_at=form.cleaned_data["expected_back_at"],
            expected_version=form.expected_version,
        )  # fmt: skip

    return _run(request, form, stay, "leave", act, _("On leave. The bed is kept."))


@page("records.inpatient.leave", methods="GET POST")
def back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back from leave: now by one press, or at an earlier time."""
    actor, stay, data = _opened(request, pk, "back")
    form = ActForm(data, actor=actor, initial={"version": stay.version})

    def act() -> InPatient:
        return inpatients.come_back(
            actor, stay=shown.one(actor, pk, "leave"), at=form.cleaned_data["at"],
            expected_version=form.expected_version,
        )  # fmt: skip

    return _run(request, form, stay, "back", act, _("Back from leave."))


@page("records.inpatient.discharge", methods="GET POST")
def discharge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is missing before the patient may go, where to, and the discharge."""
    actor, stay, data = _opened(request, pk, "discharge")
    missing = discharge_blockers.of(stay)
    may_override = bool(missing) and policy.allows(actor, "records.inpatient.override", stay)
    form = DischargeForm(
        data, actor=actor, may_override=may_override, initial={"version": stay.version}
    )

    def act() -> InPatient:
        return inpatients.discharge(
            actor, stay=shown.one(actor, pk, "discharge"),
            disposition=form.cleaned_data["disposition"], at=form.cleaned_data["at"],
            override_reason=form.override_reason, expected_version=form.expected_version,
        )  # fmt: skip

    checks = [{**each, "url": _mended_at(actor, stay, each["code"])} for each in missing]
    return _run(
        request, form, stay, "discharge", act, _("Discharged. The bed is to be cleaned."),
        checks=checks, may_override=may_override,
    )  # fmt: skip


def _mended_at(actor: Actor, stay: InPatient, code: str) -> str:
    """Where what is missing is brought in order; "" where this person cannot."""
    if code == "summary_missing" and not policy.touches(
        actor, "records.inpatient.update", "summary"
    ):
        return ""
    if code in MENDED_AT:
        return f"{shown.address('edit', stay.pk)}#{MENDED_AT[code]}"
    return treatment_rows.planned_url(actor, stay)


def _opened(request: HttpRequest, pk: UUID, word: str) -> tuple[Actor, InPatient, Any]:
    """Who asks, the stay, and what was sent; a look on record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk, "leave" if word == "back" else word)
    shown.look(actor, [stay.patient_id], object_id=pk, detail=word)
    if request.method == "POST":
        return actor, stay, request.POST
    refuse_unless(stay, word)
    return actor, stay, None


def _run(
    request: HttpRequest, form: Any, stay: InPatient, template: str, act: Any, done: Any,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return stay_acts.run(
        request, form, template=f"records/inpatients/{template}.html", act=act, done=done,
        to=lambda _pk: shown.to_stay(stay.pk),
        context={**stay_acts.around(actor, stay), **context},
    )  # fmt: skip


def _others(actor: Actor, stay: InPatient) -> list[tuple[Any, list[Any]]]:
    """Whoever else is in a bed, ward by ward."""
    found = []
    for board in bed_board.at(actor):
        rows = [
            (place.bed, place.period.encounter)
            for place in board.places
            if place.period and place.state == "occupied" and place.period.encounter_id != stay.pk
        ]
        if rows:
            found.append((board.ward, rows))
    seen = [other.patient_id for _ward, rows in found for _bed, other in rows if other]
    if seen:
        shown.look(actor, seen, act="list", detail="swap")
    return found


def _choices(others: list[tuple[Any, list[Any]]]) -> list[Any]:
    return [
        (
            str(ward),
            [(str(other.pk), f"{bed} · {other.patient.display_name}") for bed, other in rows],
        )
        for ward, rows in others
    ]
