"""How a stay reads on a page: its status, where the patient lies, its facts; and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import addresses, audit, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.models import Bed
from hospital.web import texts
from records.models import BedPeriod, Encounter, InPatient, Patient
from records.services import bed_places

RESOURCE = "records.inpatient"
S = Encounter.Status
IN = (S.IN_PROGRESS, S.ON_LEAVE)
WORDS = dict(S.choices)
# Colour and sign of each status; the word always stands beside them.
FACES = {
    S.PLANNED: ("info", "calendar-clock"),
    S.ARRIVED: ("warn", "circle-dot"),
    S.IN_PROGRESS: ("accent", "bed-double"),
    S.ON_LEAVE: ("warn", "house"),
    S.FINISHED: ("ok", "check"),
    S.CANCELLED: ("", "ban"),
}
# Every act a page may offer, and the statuses in which it makes sense.
OPEN_IN: dict[str, tuple[str, ...]] = {
    "admit": (S.PLANNED,),
    "cancel": (S.PLANNED,),
    "transfer": IN,
    "discharge": IN,
    "leave": (S.IN_PROGRESS,),
    "back": (S.ON_LEAVE,),
    "undo": (*IN, S.FINISHED),
    "update": tuple(S),
    "print_summary": tuple(S),
    "retire": tuple(S),
}


def address(word: str, pk: UUID) -> str:
    """The address of one of a stay's pages."""
    return addresses.of(f"records:inpatient-{word}", pk)


def to_stay(pk: UUID | None) -> str:
    """The stay's own page, for ``submit``."""
    return reverse("records:inpatient-detail", args=[pk])


def of_patient(patient_id: UUID) -> str:
    """The stays of a patient."""
    return addresses.of("records:inpatient-of-patient", patient_id)


def one(actor: Actor, pk: UUID, action: str = "read") -> InPatient:
    """The stay with what a page tells of it. NotVisible, or Denied when it may be read only."""
    rows: Any = InPatient.objects.visible_to(actor)
    if not policy.allows(actor, f"{RESOURCE}.restore"):
        rows = rows.live()
    found: InPatient | None = told(rows.filter(pk=pk)).first()
    if found is None:
        raise NotVisible
    policy.require(actor, f"{RESOURCE}.{action}", found)
    return found


def told(rows: Any) -> Any:
    """The same rows with everything that a line tells, in one query."""
    return rows.select_related("patient", "attending")


def look(
    actor: Actor, patients: Iterable[Patient | UUID], *, act: str = "read", **about: Any
) -> None:
    """Book that stays of these patients were looked at."""
    seen = [each if isinstance(each, UUID) else each.pk for each in patients]
    audit.looked(actor, f"{RESOURCE}.{act}", patient_ids=seen, **about)


def reads_notes(actor: Actor) -> bool:
    """Whether the discharge summary is for this person's eyes."""
    return policy.touches(actor, f"{RESOURCE}.read", "summary")


def line(stay: Encounter, place: BedPeriod | None = None) -> dict[str, Any]:
    """One stay, everything formatted."""
    tone, icon = FACES[S(stay.status)]
    return {
        "id": stay.pk,
        "version": stay.version,
        "url": address("detail", stay.pk),
        "number": stay.number,
        "from": texts.moment_text(stay.starts_at),
        "until": texts.moment_text(stay.ends_at),
        "status": stay.status,
        "status_words": str(WORDS[stay.status]),
        "tone": tone,
        "icon": icon,
        "where": where(place) if place else "",
        "complaint": stay.complaint,
        "doctor": str(stay.attending or ""),
    }


def title(stay: Encounter, place: BedPeriod | None) -> str:
    """What the page of a stay is headed by: where the patient is, else how far the stay has come."""
    if place:
        return where(place)
    if stay.status == S.PLANNED:
        return gettext("Expected %(when)s") % {"when": texts.moment_text(stay.starts_at)}
    if stay.status == S.FINISHED:
        return gettext("Discharged %(when)s") % {"when": texts.moment_text(stay.ends_at)}
    return str(WORDS[stay.status])


def where(period: BedPeriod) -> str:
    """Ward 1, Bed 3; who has none waits in the ward."""
    told_ = {"ward": str(period.ward), "bed": str(period.bed)}
    if period.bed is None:
        return gettext("%(ward)s, waits for a bed") % told_
    return gettext("%(ward)s, %(bed)s") % told_


def bed_words(bed: Bed) -> str:
    """Bed 3, and for whom it is when it is not for everybody."""
    also = [str(bed.get_sex_policy_display())] if bed.sex_policy != Bed.SexPolicy.ANY else []
    also += [gettext("isolation")] if bed.is_isolation else []
    return " · ".join([str(bed), *also])


def place_of(stay: Encounter) -> BedPeriod | None:
    """Where the patient lies or waits now; nothing of what is not under way."""
    return bed_places.current(stay) if stay.is_under_way else None


def places(stay: Encounter) -> list[dict[str, Any]]:
    """Where the patient has been, in order."""
    rows = stay.periods.live().filter(kind=BedPeriod.Kind.OCCUPIED).select_related("ward", "bed")
    return [
        {
            "where": where(row),
            "from": texts.moment_text(row.starts_at),
            "until": texts.moment_text(row.ends_at),
            "reason": row.reason,
        }
        for row in rows.order_by("-starts_at", "-id")
    ]


def leaves(stay: Encounter) -> list[dict[str, str]]:
    """When the patient was away."""
    return [
        {
            "from": texts.moment_text(row.starts_at),
            "until": texts.moment_text(row.ends_at),
            "expected": texts.moment_text(row.expected_back_at),
        }
        for row in stay.leaves.live().order_by("-starts_at", "-id")
    ]


def may(actor: Actor, stay: InPatient) -> dict[str, bool]:
    """Which acts are open to this person now; the services judge them all the same."""
    named = {"back": "leave"}
    if stay.is_retired:
        return {"restore": policy.allows(actor, f"{RESOURCE}.restore", stay)}
    return {
        word: stay.status in statuses
        and policy.allows(actor, f"{RESOURCE}.{named.get(word, word)}", stay)
        for word, statuses in OPEN_IN.items()
    }


def facts_of(stay: Encounter) -> list[dict[str, Any]]:
    """What the stay's page tells beside the discharge summary."""
    is_planned = stay.status == S.PLANNED
    always = [
        (_("Attending doctor"), str(stay.attending or "")),
        (_("Reason for coming"), stay.complaint),
    ]
    told_ = [
        (_("Expected") if is_planned else _("From"), texts.moment_text(stay.starts_at)),
        (_("Until"), texts.moment_text(stay.ends_at)),
        (_("Comes from"), stay.get_source_display()),
        (_("Isolation"), gettext("Needed") if stay.needs_isolation else ""),
        (_("Expected discharge"), texts.day_text(stay.expected_end_on)),
        (_("Discharged to"), stay.get_disposition_display()),
        (_("Cancelled because"), stay.cancel_reason),
    ]
    number = {"label": _("Number"), "value": stay.number, "is_code": True}
    known = [*always, *(each for each in told_ if each[1])]
    return [number, *({"label": label, "value": value} for label, value in known)]
