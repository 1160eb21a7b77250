"""A doctor's day at a glance: who waits and who is with them, who is still to come, their in-patients, what is to
be done. Where doctors start.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from hospital.kit import audit, clock
from hospital.kit.actors import Actor
from hospital.kit.web.pages import page
from hospital.models import Doctor
from hospital.services import overview
from hospital.web import texts
from records.models import OutPatient
from records.services import rounds

from . import appointment_home, patient_rows, stay_rows, visit_rows
from . import round_rows as shown

# So many stand on the page, and the others are counted.
VISITS, STAYS, TREATMENTS = 10, 20, 8


@page("records.encounter.list", watches=True)
def live(request: HttpRequest) -> HttpResponse:
    """Only the day, when it is not as the page last showed it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    doctor = own_doctor(actor)
    found = _now(actor, doctor) if doctor else None
    if found is None or request.GET.get("seen") == found["seen"]:
        return HttpResponse(status=204)
    _look(actor, found)
    return render(request, "records/rounds/doctor.html#now", found)


def start(actor: Actor) -> dict[str, Any] | None:
    """The panel of the home page, for doctors; who has no entry of their own is told so."""
    if "doctor" not in actor.roles:
        return None
    doctor = own_doctor(actor)
    if doctor is None:
        return {"doctor": None}
    found = _now(actor, doctor)
    _look(actor, found)
    return {**found, "is_whole": actor.roles <= frozenset({"doctor"})}


def own_doctor(actor: Actor) -> Doctor | None:
    """The doctor that this person is here, for who works as one."""
    return overview.own_doctor(actor) if "doctor" in actor.roles else None


def _now(actor: Actor, doctor: Doctor) -> dict[str, Any]:
    """What the page shows of the day."""
    day = rounds.of_doctor(actor, doctor)
    lines = shown.Lines(actor, day.known)
    today, visits, stays = clock.today(), day.visits[:VISITS], day.stays[:STAYS]
    treatments = day.treatments[:TREATMENTS]
    told = {
        "visits": [_visit(row, today) for row in visits],
        "patients": [
            {
                **lines.line(stay, place.bed if place else None),
                "where": stay_rows.where(place) if place else "",
                "lacks": lines.lacks(stay) if lines.leaves_within(stay, 1) else "",
            }
            for stay, place in stays
        ],
        "treatments": [
            {
                "url": reverse("records:treatment-detail", args=[row.pk]),
                "what": str(row.procedure), "who": row.patient.display_name,
                "when": texts.moment_text(row.planned_for),
            }
            for row in treatments
        ],
        "more": {
            "visits": len(day.visits) - len(visits), "patients": len(day.stays) - len(stays),
            "treatments": len(day.treatments) - len(treatments),
        },
    }  # fmt: skip
    came = [row.appointment_id for row in day.visits if row.appointment_id]
    appointments = appointment_home.today(actor, doctor, without=came)
    mark = shown.seen(told, [{**row, "note": ""} for row in appointments["rows"]])
    return {
        **told, "doctor": doctor, "appointments": appointments, "seen": mark,
        "columns": lines.columns,
        "live_url": f"{reverse('records:encounter-live')}?{urlencode({'seen': mark})}",
        "looked_at": {
            "records.outpatient.list": [row.patient_id for row in visits],
            "records.inpatient.list": [stay.patient_id for stay, _place in stays],
            "records.treatment.list": [row.patient_id for row in treatments],
        },
    }  # fmt: skip


def _visit(row: OutPatient, today: dt.date) -> dict[str, Any]:
    line = visit_rows.line(row)
    is_waiting = row.status == OutPatient.Status.ARRIVED
    begun = row.starts_at if is_waiting or not row.seen_at else row.seen_at
    return {
        "url": line["url"], "who": row.patient.display_name, "tone": line["tone"],
        "sign": "●" if is_waiting else "▸",
        "status": line["status_words"],
        "since": gettext("since %(when)s") % {"when": visit_rows.time_text(begun)},
        "detail": [
            patient_rows.age_and_sex(row.patient, today), line["complaint"], line["clinic"],
        ],
        "is_emergency": line["is_emergency"],
    }  # fmt: skip


def _look(actor: Actor, found: dict[str, Any]) -> None:
    for act, patients in found["looked_at"].items():
        if patients:
            audit.looked(actor, act, patient_ids=patients, detail="home")


def urls() -> list[URLPattern]:
    """The address that the day asks again and again."""
    return [path("encounters/live/", live, name="encounter-live")]
