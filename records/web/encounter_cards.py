"""Cards on the pages of visits and stays: what was measured, and what the patient was found to have."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.web.asides import Aside
from records.models import Diagnosis, Encounter, Observation

from . import diagnoses
from . import vital_rows as shown

SHOWN = 30


def vitals_of(actor: Actor, encounter: Encounter) -> dict[str, Any] | None:
    """The last value of each vital sign taken in it, and the way to a new round."""
    if not _reads_all(actor, Observation):
        return None
    rows = shown.taken(actor, encounter.patient_id).filter(encounter=encounter.pk)
    last: shown.Taken = {}
    for row in rows.order_by("-taken_at", "-id")[:SHOWN]:
        last.setdefault(row.code, row)
    _looked(actor, Observation, encounter)
    found = [
        {"name": sign.name, "unit": sign.unit, **told}
        for sign in shown.signs_of(last)
        if (told := shown.cell(sign, last))
    ]
    return {"rows": found, "when": _newest(last), **_ways(actor, Observation, encounter)}


def diagnoses_of(actor: Actor, encounter: Encounter) -> dict[str, Any] | None:
    """The diagnoses of it, the main one first; what was found outside of any is on the patient's page."""
    if not _reads_all(actor, Diagnosis):
        return None
    rows: Any = Diagnosis.objects.visible_to(actor, "list").live().filter(encounter=encounter.pk)
    found = sorted(rows.order_by("-id")[:SHOWN], key=diagnoses.rank)
    _looked(actor, Diagnosis, encounter)
    lines = [
        {
            "url": reverse("records:diagnosis-detail", args=[row.pk]), "title": row.description,
            "code": row.code, "badges": diagnoses.badges(row),
        }
        for row in found
    ]  # fmt: skip
    return {"rows": lines, **_ways(actor, Diagnosis, encounter)}


ASIDES = [
    Aside(of, template, permission, load, order=order)
    for of in ("records.outpatient", "records.inpatient")
    for template, permission, load, order in (
        ("records/observations/card.html", "records.observation.list", vitals_of, 10),
        ("records/diagnoses/card.html", "records.diagnosis.list", diagnoses_of, 20),
    )
]


def _reads_all(actor: Actor, model: Any) -> bool:
    """Who reads the outer facts alone has nothing to see on a card."""
    return policy.fields_of(actor, model.resource, "read") is None


def _ways(actor: Actor, model: Any, encounter: Encounter) -> dict[str, str]:
    """The patient's list, and for who may the form of a new one in this visit or stay."""
    name = f"records:{model.resource.rpartition('.')[2]}"
    is_open = encounter.status != Encounter.Status.CANCELLED and not encounter.is_retired
    may = is_open and policy.allows(actor, f"{model.resource}.create")
    create = reverse(f"{name}-create", args=[encounter.patient_id])
    return {
        "list_url": reverse(f"{name}-list", args=[encounter.patient_id]),
        "new_url": f"{create}?encounter={encounter.pk}" if may else "",
    }


def _looked(actor: Actor, model: Any, encounter: Encounter) -> None:
    patients: list[UUID] = [encounter.patient_id]
    audit.looked(actor, f"{model.resource}.list", patient_ids=patients, detail="card")


def _newest(last: shown.Taken) -> Any:
    return max((row.taken_at for row in last.values()), default=None)
