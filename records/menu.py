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
from hospital.policy import ADMINISTRATOR, CASHIER, CLINICAL, RECEPTION

SHOWN = 8
# Every address about one patient.
PATIENTS = (
    "/patients/", "/outpatients/", "/diagnoses/", "/observations/", "/treatments/", "/estimates/",
    "/allergies/", "/histories/",
)  # fmt: skip


def register() -> None:
    from .web import doctor_days, ward_rounds
    from .web.patient_exports import PatientList

    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix=PATIENTS, key="g p"),
        Entry(_("Appointments"), "records:appointment-list", "calendar", "records.appointment.list",
              order=21, prefix="/appointments/", key="g a"),
        Entry(_("Bed board"), "records:inpatient-board", "bed", "records.inpatient.list",
              order=22, prefix="/inpatients/", key="g b"),
        Entry(_("Tasks"), "records:task-list", "list-checks", "records.task.list",
              order=23, prefix="/tasks/"),
        Entry(_("Merges"), "records:merge-list", "merge", "records.merge.list",
              order=24, prefix="/merges/"),
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
        Panel("records/merges/home.html", "records.merge.approve", merges_waiting, order=5),
        Panel("records/rounds/doctor.html", "records.encounter.list", doctor_days.start, order=6),
        Panel(
            "records/rounds/ward.html",
            "records.inpatient.list",
            ward_rounds.start,
            order=8,
            of_request=True,
        ),
        Panel("records/appointments/home.html", "records.appointment.list", todays, order=10),
        Panel("records/patients/home.html", "records.patient.list", desk, order=20),
        Panel(
            "records/duplicates/home.html", "records.duplicatepair.list", waiting_pairs, order=25
        ),
        Panel("records/medications/home.html", "records.medication.create", catalogue, order=20),
    )


def _cards() -> list[Aside]:
    """What the pages of others tell of hours, absences and calendar addresses, of visits and stays what was
    written down in them."""
    from .web import encounter_cards
    from .web import schedule_cards as cards
    from .web.calendar_feeds import ASIDES
    from .web.schedules import to_move_panel
    from .web.treatments import cards as of_treatments

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
        *encounter_cards.ASIDES,
        *of_treatments(),
    ]


def has_hours(actor: Actor) -> bool:
    """Whether anybody keeps hours yet."""
    from .models import Session

    return Session.objects.visible_to(actor, "list").live().exists()


def todays(actor: Actor) -> dict[str, Any] | None:
    """Who comes today, for everybody at the desk; a doctor's own patients stand in the doctor's day."""
    from .web import appointment_home, doctor_days

    if not actor.roles & (RECEPTION | CLINICAL) or doctor_days.own_doctor(actor):
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


def waiting_pairs(actor: Actor) -> dict[str, Any] | None:
    """How many pairs of charts wait to be compared, for who works on them; nothing where none do."""
    from .services import duplicates

    if not actor.roles & (RECEPTION | ADMINISTRATOR):
        return None
    count = duplicates.waiting(actor)
    most = duplicates.MOST
    return {"count": f"{most}+" if count > most else str(count)} if count else None


def way_to_export(actor: Actor) -> dict[str, Any] | None:
    """For who may export the patients without having their list, where the button is."""
    return None if policy.allows(actor, "records.patient.list") else {}


def merges_waiting(actor: Actor) -> dict[str, Any] | None:
    """How many merges wait for this person's word."""
    from .models import MergeEvent

    rows = MergeEvent.objects.visible_to(actor, "approve")
    count = rows.filter(status=MergeEvent.Status.PROPOSED).count()
    return {"count": count} if count else None


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
