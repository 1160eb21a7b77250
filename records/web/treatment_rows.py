"""How a treatment reads on a page: in a list, in a card, among its facts; and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.quantities import plain
from hospital.web import texts
from records.models import (
    Consumable,
    Encounter,
    InPatient,
    Medication,
    OutPatient,
    Patient,
    Treatment,
    TreatmentConsumable,
    TreatmentMedication,
)
from records.services.bed_places import LATEST

RESOURCE = "records.treatment"
SHOWN = 50
S = Treatment.Status
# Colour and sign of each status; the word always stands beside them.
FACES = {S.PLANNED: ("info", "calendar-clock"), S.DONE: ("ok", "check"), S.CANCELLED: ("", "ban")}
UNITS = {**dict(Consumable.Unit.choices), **dict(Medication.Unit.choices)}
KINDS: tuple[Any, ...] = (InPatient, OutPatient)


def badge(treatment: Treatment) -> dict[str, Any]:
    """The status: word, colour and sign."""
    tone, icon = FACES[S(treatment.status)]
    return {"label": treatment.get_status_display(), "tone": tone, "icon": icon}


def when(treatment: Treatment) -> str:
    """When it was done, or is to be."""
    if treatment.done_at:
        return texts.moment_text(treatment.done_at)
    return texts.moment_text(treatment.planned_for)


def in_order(treatments: list[Any]) -> list[Any]:
    """What is still to be done first, the next of it on top; then the newest."""
    planned = [each for each in treatments if each.is_planned]
    others = [each for each in treatments if not each.is_planned]
    far = clock.now().replace(year=9999)
    planned.sort(key=lambda each: (each.planned_for or far, each.pk))
    others.sort(key=lambda each: (each.done_at or each.created_at, each.pk), reverse=True)
    return [*planned, *others]


def uses(treatment: Treatment) -> list[dict[str, Any]]:
    """What is given and used up with it."""
    lists = (treatment.medications, treatment.consumables)  # type: ignore[attr-defined]
    rows = [row for each in lists for row in each.all() if not row.is_retired]
    kinds: dict[str, Any] = {"medication": Medication._meta, "consumable": Consumable._meta}
    return [
        {"name": str(row), "kind": kinds[row.ITEM].verbose_name,
         "quantity": plain(row.quantity), "unit": UNITS.get(row.unit, row.unit)}
        for row in rows
    ]  # fmt: skip


def whole(rows: Any) -> Any:
    """The same rows with everything that a treatment's page tells."""
    lists = [
        Prefetch(
            name, queryset=model.objects.select_related(model.ITEM).order_by("created_at", "id")
        )
        for name, model in (
            ("medications", TreatmentMedication),
            ("consumables", TreatmentConsumable),
        )
    ]
    parents = ("hospital", "procedure", "doctor", "encounter__clinic")
    return rows.select_related(*parents).prefetch_related(*lists)


def steps(actor: Actor, treatment: Treatment) -> dict[str, bool]:
    """Which acts are open to this person now; the services judge them all the same."""
    since = treatment.done_at or treatment.updated_at
    is_open = {
        "perform": treatment.is_planned,
        "cancel": treatment.is_planned,
        "undo": not treatment.is_planned and since >= clock.now() - LATEST,
    }
    return {
        word: can and not treatment.is_retired
        and policy.allows(actor, f"{RESOURCE}.{word}", treatment)
        for word, can in is_open.items()
    }  # fmt: skip


# ---- the visit or the stay


def encounter_words(encounter: Encounter) -> str:
    """Stay since 01-Mar-2026 · Visit on 01-Mar-2026, Heart clinic · Emergency visit on …"""
    told = {"day": texts.day_text(encounter.starts_at), "clinic": str(encounter.clinic or "")}
    if encounter.kind == Encounter.Kind.INPATIENT:
        is_planned = encounter.status == Encounter.Status.PLANNED
        words: str | Promise = (
            _("Stay planned for %(day)s") if is_planned else _("Stay since %(day)s")
        )
    elif encounter.kind == Encounter.Kind.EMERGENCY:
        words = _("Emergency visit on %(day)s")
    else:
        words = _("Visit on %(day)s, %(clinic)s")
    return f"{words % told} · {encounter.number}"


def encounter_url(actor: Actor, encounter: Encounter) -> str:
    """The page of the visit or the stay, for who may read it."""
    is_stay = encounter.kind == Encounter.Kind.INPATIENT
    resource = InPatient.resource if is_stay else OutPatient.resource
    if not policy.allows(actor, f"{resource}.read", encounter):
        return ""
    return _address(f"records:{resource.rpartition('.')[2]}-detail", encounter.pk)


def open_encounters(actor: Actor, patient: Patient) -> list[Encounter]:
    """The patient's visits and stays that are planned or under way here, the newest first."""
    found = [
        each
        for kind in KINDS
        if policy.allows(actor, f"{kind.resource}.list")
        for each in kind.objects.visible_to(actor, "list").live().open()
        .filter(patient=patient.pk).select_related("clinic")
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.starts_at, each.pk), reverse=True)


def encounter_of(actor: Actor, patient: Patient, pk: str) -> Encounter:
    """The patient's visit or stay with this id. NotVisible when there is none, or it was called off."""
    try:
        wanted = UUID(pk)
    except ValueError as exc:
        raise NotVisible from exc
    for kind in KINDS:
        rows: Sequence[Any] = (
            kind.objects.visible_to(actor).live().exclude(status=Encounter.Status.CANCELLED)
            .filter(pk=wanted, patient=patient.pk).select_related("clinic")
        )  # fmt: skip
        if found := list(rows):
            return found[0]
    raise NotVisible


def plan_url(patient_id: UUID, encounter: Encounter | None = None) -> str:
    """The form of a new treatment, in that visit or stay."""
    url = reverse("records:treatment-create", args=[patient_id])
    return f"{url}?encounter={encounter.pk}" if encounter else url


def planned_url(actor: Actor, encounter: Encounter) -> str:
    """Where what is still planned there is done or called off: its page, of several the patient's list;
    "" for who may not."""
    if not policy.allows(actor, f"{RESOURCE}.perform"):
        return ""
    rows: Any = Treatment.objects.visible_to(actor).live().planned().filter(encounter=encounter.pk)
    planned = list(rows.values_list("pk", flat=True)[:2])
    if len(planned) == 1:
        return reverse("records:treatment-detail", args=planned)
    return reverse("records:treatment-list", args=[encounter.patient_id])


def openings(patient: Patient) -> list[dict[str, Any]]:
    """Where one goes to open a visit or a stay."""
    ways = (
        (_("Open a visit"), "records:outpatient-create", "stethoscope"),
        (_("Admit"), "records:inpatient-create", "log-in"),
    )
    return [
        {"label": label, "url": url, "icon": icon}
        for label, name, icon in ways
        if (url := _address(name, patient.pk))
    ]


def card(actor: Actor, encounter: Encounter) -> dict[str, Any] | None:
    """The treatments of a visit or a stay, for its page; nothing for who may read their outer facts alone."""
    if policy.fields_of(actor, RESOURCE, "read") is not None:
        return None
    rows: Any = Treatment.objects.visible_to(actor, "list").live().filter(encounter=encounter.pk)
    found = list(rows.select_related("procedure", "doctor").order_by("-id")[:SHOWN])
    is_over = encounter.is_retired or encounter.status == Encounter.Status.CANCELLED
    may_plan = not is_over and policy.allows(actor, f"{RESOURCE}.create")
    return {
        "lines": [
            {"url": reverse("records:treatment-detail", args=[each.pk]), "title": str(each.procedure),
             "when": when(each), "doctor": str(each.doctor), "badge": badge(each)}
            for each in in_order(found)
        ],
        "plan_url": plan_url(encounter.patient_id, encounter) if may_plan else "",
    }  # fmt: skip


def _address(name: str, pk: UUID) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
