"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.kit.menu import Entry, Panel, add, add_panel
from hospital.kit.web.plain import entries_of
from hospital.policy import CLINICAL, RECEPTION

SHOWN = 8


def register() -> None:
    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix=("/patients/", "/allergies/", "/histories/"), key="g p"),
        *entries_of("records.web"),
    )  # fmt: skip
    add_panel(Panel("records/patients/home.html", "records.patient.list", desk, order=20))


def desk(actor: Actor) -> dict[str, Any] | None:
    """Where reception and clinicians start: who came today, and whom this person opened last."""
    from . import search
    from .web import patient_lists
    from .web import patient_rows as shown

    if not actor.roles & (RECEPTION | CLINICAL):
        return None
    today, count = patient_lists.of_today(actor, SHOWN)
    recent = search.recent(actor, SHOWN)
    seen = [
        *(patient.pk for patient in today),
        *(hit.patient_id for hit in recent if hit.patient_id),
    ]
    if seen:
        audit.looked(actor, "records.patient.list", patient_ids=seen, detail="home")
    return {
        "today": shown.rows(actor, today),
        "count": count,
        "recent": recent,
        "is_desk": bool(actor.roles & RECEPTION),
    }
