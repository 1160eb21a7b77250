"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.kit.menu import Entry, Panel, add, add_panel
from hospital.kit.web.plain import entries_of
from hospital.policy import CASHIER, CLINICAL, RECEPTION

SHOWN = 8


def register() -> None:
    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix=("/patients/", "/allergies/", "/histories/"), key="g p"),
        *entries_of("records.web"),
    )  # fmt: skip
    add_panel(Panel("records/patients/home.html", "records.patient.list", desk, order=20))


def desk(actor: Actor) -> dict[str, Any] | None:
    """Whom this person opened last, for everybody who works with patients; for reception, who came today."""
    from . import search
    from .web import patient_lists
    from .web import patient_rows as shown

    if not actor.roles & (RECEPTION | CLINICAL | CASHIER):
        return None
    is_desk = bool(actor.roles & RECEPTION)
    today, count = patient_lists.of_today(actor, SHOWN) if is_desk else ([], 0)
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
        "is_desk": is_desk,
    }
