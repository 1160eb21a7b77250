"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, clock, exports, policy
from hospital.kit.actors import Actor
from hospital.kit.menu import Entry, Panel, Step, add, add_panel, add_step
from hospital.kit.web import asides
from hospital.kit.web.asides import Aside
from hospital.kit.web.plain import entries_of
from hospital.kit.web.plain_exports import sources_of
from hospital.policy import CASHIER, CLINICAL, RECEPTION

SHOWN = 8


def register() -> None:
    from .web.patient_exports import PatientList

    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix=("/patients/", "/allergies/", "/histories/"), key="g p"),
        Entry(_("Appointments"), "records:appointment-list", "calendar", "records.appointment.list",
              order=21, prefix="/appointments/", key="g a"),
        Entry(_("Bed board"), "records:inpatient-board", "bed", "records.inpatient.list",
              order=22, prefix="/inpatients/", key="g b"),
        *entries_of("records.web"),
    )  # fmt: skip
    exports.add(*sources_of("records.web"), PatientList())
    asides.add(*_cards())
    add_step(
        Step(
            _("Doctors’ hours"), _("When patients can be booked."), "records:session-create",
            _("Add"), has_hours, order=20,
        )
    )  # fmt: skip
    add_panel(
        Panel(
            "records/patients/export_home.html", "records.patient.export", way_to_export, order=60
        ),
        Panel("records/appointments/home.html", "records.appointment.list", todays, order=10),
        Panel("records/patients/home.html", "records.patient.list", desk, order=20),
        Panel("records/medications/home.html", "records.medication.create", catalogue, order=20),
    )


def _cards() -> list[Aside]:
    """What the pages of others tell of hours, absences and calendar addresses."""
    from .web import schedule_cards as cards
    from .web.calendar_feeds import ASIDES
    from .web.schedules import to_move_panel

    hours, absences = "records/sessions/card.html", "records/absences/card.html"
    of_hours, of_absences = "records.session.list", "records.absence.list"
    return [
        Aside("hospital.doctor", hours, of_hours, cards.hours_of_doctor, order=10),
        Aside("hospital.doctor", absences, of_absences, cards.absences_of_doctor, order=20),
        Aside("hospital.resource", hours, of_hours, cards.hours_of, order=10),
        Aside("hospital.resource", absences, of_absences, cards.absences_of, order=20),
        Aside("hospital.clinic", hours, of_hours, cards.hours_at, order=10),
        *(
            Aside(resource, "records/schedules/to_move.html", f"{resource}.read", to_move_panel)
            for resource in ("records.session", "records.absence", "records.holiday")
        ),
        *ASIDES,
    ]


def has_hours(actor: Actor) -> bool:
    """Whether anybody keeps hours yet."""
    from .models import Session

    return Session.objects.visible_to(actor, "list").live().exists()


def todays(actor: Actor) -> dict[str, Any] | None:
    """Who comes today: a doctor's own patients, for everybody else at the desk all of them."""
    from .web import appointment_home

    if not actor.roles & (RECEPTION | CLINICAL):
        return None
    return appointment_home.today(actor)


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
