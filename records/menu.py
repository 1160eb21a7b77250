"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, clock, exports, policy
from hospital.kit.actors import Actor
from hospital.kit.menu import Entry, Panel, add, add_panel
from hospital.kit.web.plain import entries_of
from hospital.kit.web.plain_exports import sources_of
from hospital.policy import CASHIER, CLINICAL, RECEPTION

SHOWN = 8


def register() -> None:
    from .web.patient_exports import PatientList

    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix=("/patients/", "/allergies/", "/histories/"), key="g p"),
        *entries_of("records.web"),
    )  # fmt: skip
    exports.add(*sources_of("records.web"), PatientList())
    add_panel(
        Panel(
            "records/patients/export_home.html", "records.patient.export", way_to_export, order=60
        ),
        Panel("records/patients/home.html", "records.patient.list", desk, order=20),
        Panel("records/medications/home.html", "records.medication.create", catalogue, order=20),
    )


def catalogue(actor: Actor) -> dict[str, Any] | None:
    """Where pharmacists start: the catalogue, and what in it has no price today."""
    from .models import Medication

    if "pharmacist" not in actor.roles:
        return None
    rows = Medication.objects.visible_to(actor, "list").live().order_by("sort_key", "id")
    unpriced = rows.on_day(clock.today()).filter(price_today__isnull=True)  # type: ignore[misc]
    return {"count": rows.count(), "unpriced": list(unpriced[:SHOWN])}


def way_to_export(actor: Actor) -> dict[str, Any] | None:
    """For who may export the patients without having their list, where the button is."""
    return None if policy.allows(actor, "records.patient.list") else {}


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
