"""Pages of merges: proposing one from a patient's page, deciding on it, undoing it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, keyset, policy
from hospital.kit.actors import NOWHERE, Actor
from hospital.kit.errors import NotVisible, RuleError
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from records.models import DuplicatePair, MergeEvent, Patient
from records.services import charts, merge_plans, merges

from . import duplicates, merge_finding, patient_rows, stay_acts
from . import merge_rows as shown
from .merge_reasons import PROPOSE, REFUSE, UNDO

S = MergeEvent.Status
SHOWN = 50


@page("records.merge.list")
def index(request: HttpRequest) -> HttpResponse:
    """What waits for an administrator, and what became of the others, the latest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = MergeEvent.objects.visible_to(actor, "list")
    waiting = list(rows.filter(status=S.PROPOSED).order_by("id")[:SHOWN])
    how: dict[str, Any] = {
        "order": ("-id",), "limit": SHOWN, "bound_to": (actor.hospital_id, "merges")
    }  # fmt: skip
    decided = rows.exclude(status=S.PROPOSED)
    try:
        found = keyset.page(decided, cursor=request.GET.get("cursor"), **how)
    except ValidationError:
        found = keyset.page(decided, **how)
    here = reverse("records:merge-list")
    told = shown.lines(actor, [*waiting, *found.rows])
    return render(request, "records/merges/list.html", {
        "waiting": told[: len(waiting)], "decided": told[len(waiting) :],
        "first_url": here if request.GET.get("cursor") else "",
        "next_url": f"{here}?cursor={found.next}" if found.next else "",
    })  # fmt: skip


@page("records.merge.create", methods="GET POST")
def propose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Which other chart is of the same person, found by words that are in no address; then both side by side."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    survivor = _chart(actor, patient_id)
    other = _other(actor, request, survivor)
    if other is None:
        return merge_finding.find(request, actor, survivor)
    plan = merge_plans.of(actor, survivor, other)
    if refusal := merges.standing(actor, survivor, other):
        plan.forbidden.insert(0, refusal)
    form = ReasonForm(request.POST if request.method == "POST" else None, reasons=PROPOSE)
    ids = [survivor.pk, other.pk]
    audit.looked(actor, "records.patient.read", patient_ids=ids, detail="merge")
    return stay_acts.run(
        request, form, template="records/merges/propose.html", done=_told(actor, request),
        to=lambda pk: _after(actor, request, pk) if pk else request.get_full_path(),
        act=lambda: merges.propose(actor, survivor=survivor, merged=other, reason=form.words),
        # No banner: it is never on a page about two patients.
        context={
            **_side_by_side(actor, survivor, other, plan),
            "turned_url": merge_finding.address(other, survivor, pair=_asked(request, "pair")),
        },
    )  # fmt: skip


@page("records.merge.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A merge: both charts, what moves, who proposed and decided, and what may be done about it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    event = _one(actor, pk)
    known = shown.charts(actor, [event])
    survivor, merged = known.get(event.survivor_id), known.get(event.merged_id)
    audit.looked(actor, "records.merge.read", object_id=pk, patient_ids=known)
    plan = merge_plans.Plan()
    if event.status == S.PROPOSED and survivor and merged:
        plan = merge_plans.of(actor, survivor, merged)
    may = {
        "approve": event.status == S.PROPOSED and policy.allows(actor, "records.merge.approve", event),
        "undo": event.status == S.MERGED and policy.allows(actor, "records.merge.undo", event),
    }  # fmt: skip
    context: dict[str, Any] = {
        "event": event, "line": shown.line(event), "steps": shown.steps(event), "may": may,
        "moved": shown.counted(merges.moved(event)), "next_url": _following(actor, event),
        "pair_url": _still_likely(actor, event), "reasons": list(enumerate(REFUSE, 1)),
    }  # fmt: skip
    if survivor and merged:
        context |= _side_by_side(actor, survivor, merged, plan)
    return render(request, "records/merges/detail.html", context)


@page("records.merge.approve", methods="GET POST")
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Merge the two charts of a colleague's proposal."""
    if request.method != "POST":  # come back to by signing in again
        return redirect("records:merge-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "records.merge.approve", _one(actor, pk))
    return stay_acts.press(
        request, done=_("Merged."), to=lambda _pk: _detail(pk),
        act=lambda: merges.approve(
            actor, event=_one(actor, pk), expected_version=stay_acts.version_of(request)
        ),
    )  # fmt: skip


@page("records.merge.approve", methods="GET POST")
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no to a colleague's proposal, and why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    event = _one(actor, pk)
    policy.require(actor, "records.merge.approve", event)
    data = request.POST if request.method == "POST" else None
    if data is None and event.status != S.PROPOSED:  # come back to by signing in again
        return redirect(_detail(pk))
    form = ReasonForm(data, reasons=REFUSE, is_other=True, initial={"version": event.version})
    return stay_acts.run(
        request, form, template="records/merges/refuse.html", done=_("Refused. Nothing has moved."),
        to=lambda _pk: _detail(pk), context={"event": event, "back_url": _detail(pk)},
        act=lambda: merges.refuse(
            actor, event=_one(actor, pk), reason=form.words, expected_version=form.expected_version
        ),
    )  # fmt: skip


@page("records.merge.undo", methods="GET POST")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What undoing a merge means, and why it is done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    event = _one(actor, pk)
    policy.require(actor, "records.merge.undo", event)
    data = request.POST if request.method == "POST" else None
    if data is None and event.status != S.MERGED:
        raise RuleError("merge_step", status=event.get_status_display())
    form = ReasonForm(data, reasons=UNDO, initial={"version": event.version})
    return stay_acts.run(
        request, form, template="records/merges/undo.html", done=_("Undone: there are two charts again."),
        to=lambda _pk: _detail(pk), context={"event": event, "back_url": _detail(pk)},
        act=lambda: merges.undo(
            actor, event=_one(actor, pk), reason=form.words, expected_version=form.expected_version
        ),
    )  # fmt: skip


def _side_by_side(actor: Actor, survivor: Patient, merged: Patient, plan: Any) -> dict[str, Any]:
    return {
        "columns": [
            {"label": label, "is_wide_only": True}  # a telephone says it beside each
            for label in (_("Fact"), _("Stays"), _("Goes into it"))
        ],
        "facts": shown.compared(actor, survivor, merged, plan),
        "moves": shown.counted(plan.moves),
        "stays": shown.counted(plan.stays),
        "forbidden": plan.forbidden,
        "survivor": patient_rows.rows(actor, [survivor])[0],
        "merged": patient_rows.rows(actor, [merged])[0],
    }


def _chart(actor: Actor, pk: UUID) -> Patient:
    patient = charts.counted(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    if patient.here_retired_at is not None:
        raise RuleError("retired")
    return patient


def _other(actor: Actor, request: HttpRequest, survivor: Patient) -> Patient | None:
    """The chart that was chosen; the same one again is none."""
    chosen = _asked(request, "with")
    return _chart(actor, chosen) if chosen and chosen != survivor.pk else None


def _after(actor: Actor, request: HttpRequest, pk: UUID) -> str:
    """The proposal; who came from two likely charts goes on to the next two."""
    pair = _pair(actor, request)
    return duplicates.goes_on(actor, pair) if pair else _detail(pk)


def _told(actor: Actor, request: HttpRequest) -> Any:
    """That it is proposed, so that nobody believes it of the next two."""
    pair = _pair(actor, request)
    if pair is None:
        return _("Proposed.")
    return duplicates.of_those_before(pair, _("It is proposed to merge the two before."))


def _pair(actor: Actor, request: HttpRequest) -> DuplicatePair | None:
    """The two likely charts that somebody came from."""
    came_from = _asked(request, "pair")
    pairs = DuplicatePair.objects.visible_to(actor, "list")
    return pairs.filter(pk=came_from).first() if came_from else None


def _asked(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _one(actor: Actor, pk: UUID) -> MergeEvent:
    found: MergeEvent | None = MergeEvent.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def _following(actor: Actor, event: MergeEvent) -> str:
    """The next proposal that this person may decide on, "" when there is none."""
    if not policy.allows(actor, "records.merge.approve"):
        return ""
    waiting = MergeEvent.objects.visible_to(actor, "approve").filter(
        status=S.PROPOSED, pk__gt=event.pk
    )
    pk = (
        waiting.exclude(proposed_by=actor.user_id or NOWHERE)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )
    return _detail(pk) if pk else ""


def _still_likely(actor: Actor, event: MergeEvent) -> str:
    """Where the two charts that stay two wait for a decision again; "" when they do not."""
    if event.status not in (S.REFUSED, S.UNDONE):
        return ""
    pairs = DuplicatePair.objects.visible_to(actor).waiting()
    pairs = pairs.between(event.survivor_id, event.merged_id)
    pk = pairs.values_list("pk", flat=True).first()
    return reverse("records:duplicatepair-detail", args=[pk]) if pk else ""


def _detail(pk: UUID) -> str:
    return reverse("records:merge-detail", args=[pk])


def urls() -> list[URLPattern]:
    """The addresses of merges."""
    return [
        path("merges/", index, name="merge-list"),
        path("merges/<uuid:pk>/", detail, name="merge-detail"),
        path("merges/<uuid:pk>/approve/", approve, name="merge-approve"),
        path("merges/<uuid:pk>/refuse/", refuse, name="merge-refuse"),
        path("merges/<uuid:pk>/undo/", undo, name="merge-undo"),
        path("patients/<uuid:patient_id>/merge/", propose, name="merge-create"),
    ]
