"""The cards about hours and absences on the pages of doctors, rooms, devices and clinics."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.models import Clinic, Doctor, Resource
from hospital.models.hospitals import Weekday
from records.models import Absence, Session

from .absences import away_today
from .schedules import span_text

# So many stand on a page of something else; all of them are a list of their own.
SHOWN = 50
DAY, HOURS, UNTIL = (
    {"label": _("Weekday")},
    {"label": _("Hours")},
    {"label": _("Until"), "is_wide_only": True},
)
OF_SOMEBODY = [DAY, HOURS, {"label": _("Clinic")}, UNTIL]
AT_CLINIC = [DAY, HOURS, {"label": _("Who")}, UNTIL]


def hours_of_doctor(actor: Actor, doctor: Doctor) -> dict[str, Any] | None:
    """The weekly hours of a doctor."""
    resource = Resource.objects.filter(doctor=doctor).first()
    return hours_of(actor, resource) if resource else None


def hours_of(actor: Actor, resource: Resource) -> dict[str, Any]:
    """The weekly hours of a resource, those of now and to come."""
    lines = _lines(actor, bookable=resource)
    return {
        "columns": OF_SOMEBODY, "lines": [{**line, "where": line["row"].clinic} for line in lines],
        **_around(actor, resource, {"bookable": resource.pk}),
    }  # fmt: skip


def hours_at(actor: Actor, clinic: Clinic) -> dict[str, Any]:
    """Who is at a clinic on which weekday."""
    lines = _lines(actor, clinic=clinic)
    return {
        "columns": AT_CLINIC, "lines": [{**line, "where": line["row"].bookable} for line in lines],
        **_around(actor, clinic, {"clinic": clinic.pk}),
    }  # fmt: skip


def absences_of_doctor(actor: Actor, doctor: Doctor) -> dict[str, Any] | None:
    """The absences of a doctor."""
    resource = Resource.objects.filter(doctor=doctor).first()
    return absences_of(actor, resource) if resource else None


def absences_of(actor: Actor, resource: Resource) -> dict[str, Any]:
    """The absences of now and to come, and the way to say that somebody is away today."""
    rows: Any = Absence.objects.visible_to(actor, "list")  # type: ignore[attr-defined]
    to_come = rows.live().filter(bookable=resource, ends_at__gt=clock.now())
    found = list(to_come.order_by("starts_at", "id")[:SHOWN])
    now = clock.now()
    is_open = _is_standing(resource) and policy.allows(actor, "records.absence.create")
    add = f"{reverse('records:absence-create')}?{urlencode({'bookable': str(resource.pk)})}"
    return {
        "lines": [
            {"row": row, "when": span_text(row.starts_at, row.ends_at), "is_now": row.starts_at <= now}
            for row in found
        ],
        "away_url": away_today(resource) if is_open else "",
        "add_url": add if is_open else "",
    }  # fmt: skip


def _lines(actor: Actor, **whose: Any) -> list[dict[str, Any]]:
    """The hours that are not over, in the order of the week."""
    rows: Any = Session.objects.visible_to(actor, "list")
    today = clock.today()
    valid = rows.live().filter(**whose).valid_within(today, None)
    found = valid.select_related("bookable__doctor", "clinic").order_by("opens_at", "id")
    in_order = sorted(found, key=lambda row: list(Weekday).index(Weekday(row.weekday)))
    return [{"row": row, "is_to_come": row.valid_from > today} for row in in_order[:SHOWN]]


def _around(actor: Actor, record: Any, known: dict[str, Any]) -> dict[str, Any]:
    """The way to all of them, and to new ones where they may be made."""
    may_add = _is_standing(record) and policy.allows(actor, "records.session.create")
    query = urlencode(known)
    return {
        "all_url": f"{reverse('records:session-list')}?{query}",
        "add_url": f"{reverse('records:session-create')}?{query}" if may_add else "",
    }


def _is_standing(record: Any) -> bool:
    doctor = getattr(record, "doctor", None)
    return not record.is_retired and not (doctor and doctor.is_retired)
