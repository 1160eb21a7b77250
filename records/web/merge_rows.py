"""How a merge reads on a page: the two charts side by side, what would move, where it stands."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.masks import masked
from hospital.kit.web import histories, values
from records.models import MergeEvent, Patient
from records.services.merge_plans import FILLED, Plan

from . import patient_rows
from .duplicate_rows import mark

S = MergeEvent.Status
LOOKS = {
    S.PROPOSED: ("warn", "user-check"),
    S.MERGED: ("ok", "merge"),
    S.REFUSED: ("", "ban"),
    S.UNDONE: ("info", "undo-2"),
}
# Two charts have two MRNs, and hardly anybody has died.
NEVER_MARKED = {"mrn", "is_deceased"}
NAMES = {"family_name", "given_names"}
TOLD = ("mrn", *(name for names in FILLED for name in names), "is_deceased")


def charts(actor: Actor, events: Iterable[MergeEvent]) -> dict[UUID, Patient]:
    """The charts of merges, those that are gone included, as this person may see them."""
    ids = {pk for event in events for pk in (event.survivor_id, event.merged_id)}
    found: dict[UUID, Patient] = Patient.objects.visible_to(actor).in_bulk(ids) if ids else {}
    return found


def lines(actor: Actor, events: list[MergeEvent]) -> list[dict[str, Any]]:
    """The rows of a list; a look at the patients is booked."""
    known = charts(actor, events)
    who = histories.names_of(event.proposed_by for event in events)
    if known:
        audit.looked(actor, "records.merge.list", patient_ids=known)
    return [
        {
            **line(event),
            "who": who.get(event.proposed_by, ""),
            "survivor": known.get(event.survivor_id),
            "merged": known.get(event.merged_id),
        }
        for event in events
    ]


def line(event: MergeEvent) -> dict[str, Any]:
    """A merge in brief."""
    tone, icon = LOOKS[S(event.status)]
    return {
        "url": reverse("records:merge-detail", args=[event.pk]),
        "status": event.get_status_display(),
        "code": event.status,
        "tone": tone,
        "icon": icon,
        "reason": event.reason,
        "at": event.undone_at or event.decided_at or event.created_at,
    }


def told(event: MergeEvent) -> dict[str, Any]:
    """A merge in brief, with who did the last step and why."""
    return {**line(event), "last": steps(event)[-1]}


def compared(actor: Actor, survivor: Patient, merged: Patient, plan: Plan) -> list[dict[str, Any]]:
    """The facts that either chart knows: of both, whether they agree, and whether the one that stays takes it over.

    They are compared as they are, shown as this person may see them.
    """
    hidden = policy.masked_of(actor, patient_rows.RESOURCE)

    def row(name: str) -> dict[str, Any]:
        field = Patient._meta.get_field(name)
        two = [str(values.text(field, getattr(each, name))) for each in (survivor, merged)]  # type: ignore[arg-type]
        one, other = (masked(text) if name in hidden and text else text for text in two)
        return {
            "label": values.heading(Patient, name),
            "survivor": one,
            "merged": other,
            "mark": mark(*two, is_name=name in NAMES) if name not in NEVER_MARKED else "",
            "is_filled": name in plan.filled,
        }

    rows = [row(name) for name in TOLD]
    return [row for row in rows if row["survivor"] or row["merged"]]


def counted(kinds: list[tuple[Any, int]]) -> list[dict[str, Any]]:
    """How many of each kind."""
    return [
        {"label": capfirst(str(model._meta.verbose_name_plural)), "count": count}
        for model, count in kinds
    ]


def steps(event: MergeEvent) -> list[dict[str, Any]]:
    """Who proposed, decided and undid it, and when."""
    decided = _("Refused by") if event.status == S.REFUSED else _("Merged by")
    told = [
        (_("Proposed by"), event.proposed_by, event.created_at, event.reason),
        (decided, event.decided_by, event.decided_at, event.refuse_reason),
        (_("Undone by"), event.undone_by, event.undone_at, event.undo_reason),
    ]
    who = histories.names_of(pk for _label, pk, _at, _why in told)
    return [
        {"label": label, "who": who.get(pk, ""), "at": at, "why": why}
        for label, pk, at, why in told
        if at and pk
    ]
