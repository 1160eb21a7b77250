"""Patients in the one search box."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import addresses, clock, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.prepared import Prepared, some_text
from hospital.kit.search import Finder, Hit
from hospital.kit.search import register as add

READ = "records.patient.read"
REMEMBERED = timedelta(days=7)
# A patient is opened several times a day; among so many looks are ten different patients, as a rule.
LOOKED_THROUGH = 100
NOBODY: Mapping[UUID, UUID] = MappingProxyType({})


def register() -> None:
    add(
        Finder(
            "patients", _("Patients"), _("Recent patients"), "records.patient.list",
            find=find, recent=recent, results=results,
        )
    )  # fmt: skip


def find(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Registered patients that fit what was typed, then those that fit nearly; none when nothing in it can be
    searched for.
    """
    from .services import finding, hints
    from .services.charts import in_order

    try:
        found = finding.find(actor, text, limit=limit)
    except ValidationError:
        return []
    patients, former = in_order(actor, found.everybody), _former(text)
    said = dict.fromkeys(found.alike, _("Similar"))
    fitting = [patient for patient in patients if patient.pk not in said]
    said |= dict.fromkeys(hints.by_former_name(text, fitting), _("Former name"))
    return [_hit(actor, patient, text, former, said.get(patient.pk, "")) for patient in patients]


def recent(actor: Actor, limit: int) -> list[Hit]:
    """The patients this person opened last at this hospital, from the audit of looks."""
    from hospital.models import AuditEvent

    from .services.charts import in_order

    if not policy.allows(actor, READ):
        return []
    looks = AuditEvent.objects.filter(
        user_id=actor.user_id, hospital_id=actor.hospital_id, act=READ, outcome="ok",
        at__gte=clock.now() - REMEMBERED,
    )  # fmt: skip
    ids = looks.order_by("-id").values_list("patient_id", flat=True)[:LOOKED_THROUGH]
    seen = [pk for pk in dict.fromkeys(ids) if pk]
    live = [patient for patient in in_order(actor, seen) if not patient.here_retired_at]
    return [_hit(actor, patient) for patient in live[:limit]]


def results(search_id: UUID) -> str:
    """The page of everybody a kept search found."""
    return reverse("records:patient-found", args=[search_id])


def _former(text: str) -> dict[UUID, UUID]:
    """The chart that took up the one with this very MRN, and that one: its address says what became of it."""
    mrns = _as_mrns(text)
    if not any(sign.isdecimal() for sign in mrns[0]):
        return {}
    rows: Any = _merged().rows(mrns)
    return dict(rows)


@cache
def _merged() -> Prepared:
    from .models import Patient

    gone = Patient.objects.filter(mrn__in=[some_text(1)], merged_into__isnull=False)
    return Prepared(gone.values_list("merged_into_id", "pk"), [[some_text(1)]])


def _as_mrns(text: str) -> list[str]:
    from .services import mrns

    return mrns.typed(text)


def _hit(
    actor: Actor, patient: Any, text: str = "", former: Mapping[UUID, UUID] = NOBODY, said: Any = ""
) -> Hit:
    from .models.patients import Sex

    facts = (
        said,
        partialdates.spoken(patient.birth_date),
        Sex(patient.sex).label,
        patient.shown_mrn,
    )
    return Hit(
        url=addresses.of("records:patient-detail", former.get(patient.pk, patient.pk)),
        title=patient.display_name,
        detail=" · ".join(str(fact) for fact in facts if fact),
        is_exact=patient.mrn in _as_mrns(text) or patient.pk in former,
        patient_id=patient.pk,
    )
