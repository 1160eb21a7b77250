"""How a task reads on a page: whose stay, where the patient is, what to do; those of a stay, of a ward, of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.models import Ward
from hospital.web import texts
from records.models import BedPeriod, Encounter, Task

from . import stay_rows

RESOURCE = "records.task"
SHOWN = 30
K, S = Task.Kind, Task.Status
WORDS = {
    K.STAY_ELSEWHERE: _(
        "This patient is still counted as in a ward elsewhere. That ward has been told. Ask the patient "
        "when they left there."
    ),
    K.ADMITTED_ELSEWHERE: _(
        "This patient has been admitted elsewhere. Check whether they have left; if so, discharge them."
    ),
}
FACES = {S.REQUESTED: ("warn", "circle"), S.COMPLETED: ("ok", "check"), S.CANCELLED: ("", "ban")}


def of_stay(actor: Actor, stay: Encounter) -> list[dict[str, Any]]:
    """What is open in one stay, for its own page; nothing for who reads no tasks."""
    found = list(told(visible(actor).open().filter(encounter=stay.pk)).order_by("id")[:SHOWN])
    return lines(actor, found, "stay") if found else []


def of_ward(actor: Actor, ward: Ward) -> list[dict[str, Any]]:
    """What is open in one ward, the oldest first, for records/tasks/lines.html.

    The page around it has the look at everybody in the ward on record.
    """
    return _lines(actor, list(told(visible(actor).open().in_ward(ward)).order_by("id")[:SHOWN]))


def counts(actor: Actor) -> Counter[UUID]:
    """Ward id -> how many of its tasks are open; empty for who reads no tasks."""
    rows = BedPeriod.objects.lying().filter(encounter__tasks__in=visible(actor).open())
    return Counter(rows.values_list(Coalesce("bed__ward_id", "ward_id"), flat=True))


def visible(actor: Actor) -> Any:
    """The tasks that this person may list."""
    if not policy.allows(actor, f"{RESOURCE}.list"):
        return Task.objects.none()
    return Task.objects.visible_to(actor, "list").live()


def told(tasks: Any) -> Any:
    """The same rows with everything that a line tells, in one query."""
    return tasks.select_related("encounter__patient")


def lines(actor: Actor, tasks: Sequence[Task], detail: str = "") -> list[dict[str, Any]]:
    """Each of them, formatted; the look at their patients is on record."""
    seen = [task.encounter.patient_id for task in tasks]
    audit.looked(actor, f"{RESOURCE}.list", patient_ids=seen, detail=detail)
    return _lines(actor, tasks)


def _lines(actor: Actor, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    stays = [task.encounter_id for task in tasks]
    rows = BedPeriod.objects.lying().filter(encounter__in=stays)
    places = {row.encounter_id: row for row in rows.select_related("bed__ward", "ward")}
    return [_line(actor, task, places.get(task.encounter_id)) for task in tasks]


def _line(actor: Actor, task: Task, place: Any) -> dict[str, Any]:
    tone, icon = FACES[S(task.status)]
    return {
        "id": task.pk,
        "version": task.version,
        "who": task.encounter.patient.display_name,
        "mrn": task.encounter.patient.mrn,
        "stay_url": stay_rows.address("detail", task.encounter_id),
        "where": stay_rows.where(place) if place else "",
        "since": texts.moment_text(task.created_at),
        "words": WORDS[K(task.kind)],
        "status_words": task.get_status_display(),
        "tone": tone,
        "icon": icon,
        "complete_url": _complete_url(actor, task),
    }


def _complete_url(actor: Actor, task: Task) -> str:
    may = task.is_open and policy.allows(actor, f"{RESOURCE}.complete", task)
    return reverse("records:task-complete", args=[task.pk]) if may else ""
