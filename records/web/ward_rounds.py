"""A ward at a glance: who lies there with what must be known of them, who leaves and who comes, which beds are to
be cleaned. A page of its own, and where nurses start.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.web.pages import page
from hospital.models import Ward
from hospital.policy import CLINICAL
from hospital.services import overview
from hospital.web import texts
from records.models import BedPeriod
from records.services import rounds

from . import bed_rows, stay_rows, task_rows
from . import round_rows as shown

# The ward that somebody looked at last, until the session ends.
KEPT = "ward"
Kind = BedPeriod.Kind
# What a number is told in, when it is not nothing.
TONES = {"in": "accent", "free": "ok", "cleaning": "warn", "waiting": "warn", "tasks": "warn"}


@page("records.inpatient.list")
def ward(request: HttpRequest) -> HttpResponse:
    """The page of one ward."""
    return render(request, "records/rounds/page.html", _context(request, detail="ward"))


@page("records.inpatient.list", watches=True)
def live(request: HttpRequest) -> HttpResponse:
    """Only what is in the ward, when it is not as the page last showed it."""
    place = _chosen(request, is_kept=False)
    if place is None:
        return HttpResponse(status=204)
    found = _now(request, place)
    if request.GET.get("seen") == found["seen"]:
        return HttpResponse(status=204)
    _look(request, found, detail="ward")
    return render(request, "records/rounds/ward.html#now", found)


def start(request: HttpRequest) -> dict[str, Any] | None:
    """The panel of the home page, for nurses."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if "nurse" not in actor.roles:
        return None
    found = _context(request, detail="home")
    if not found["ward"] and not found["wards"]:
        return None
    return {**found, "is_whole": bool(found["ward"]) and actor.roles <= CLINICAL}


def _context(request: HttpRequest, *, detail: str) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = _chosen(request)
    if place is None:
        return {"ward": None, "wards": overview.wards(actor, limit=60), "here": request.path}
    found = _now(request, place)
    _look(request, found, detail=detail)
    return found


def _chosen(request: HttpRequest, *, is_kept: bool = True) -> Ward | None:
    """The ward that is asked for, else the one that was last, else the only one there is; asking for none
    brings the choice back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wards = list(Ward.objects.visible_to(actor, "list").live())
    last = request.session.get(KEPT)
    wanted = request.GET.get("ward", last)
    found = next((each for each in wards if str(each.pk) == wanted), None)
    if found is None and wanted != "" and len(wards) == 1:
        found = wards[0]
    told = str(found.pk) if found else ""
    if is_kept and "ward" in request.GET and told != last:
        request.session[KEPT] = told
    return found


def _now(request: HttpRequest, place: Ward) -> dict[str, Any]:
    """What the page shows of the ward."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = rounds.of_ward(actor, place)
    here, lines = _here(request, place), shown.Lines(actor, now.known)
    beds = bed_rows.Lines(actor, is_now=True, back=here)
    board = now.board
    told = {
        "patients": [lines.line(stay, bed) for stay, bed in now.patients],
        "leaving": [
            lines.leaving(stay, bed) for stay, bed in now.patients if lines.leaves_within(stay, 0)
        ],
        "expected": [
            *(_kept(beds.bed(each)) for each in board.places if each.state == Kind.RESERVED),
            *(_planned(lines, stay) for stay in now.expected),
        ],
        "cleaning": [beds.bed(each) for each in board.places if each.state == Kind.CLEANING],
        "tasks": task_rows.of_ward(actor, place),
    }
    counts = [
        ("in", _("In the ward"), len(told["patients"])),
        ("free", _("Free"), board.number(bed_rows.FREE)),
        ("cleaning", _("To be cleaned"), len(told["cleaning"])),
        ("waiting", _("Waiting for a bed"), len(board.waiting)),
        ("leaving", _("Leaving today"), len(told["leaving"])),
        ("expected", _("Expected"), len(told["expected"])),
        *([("tasks", _("Tasks"), len(told["tasks"]))] if told["tasks"] else ()),
    ]
    mark = shown.seen(told, [(str(words), number) for _name, words, number in counts])
    live_query = urlencode({"ward": str(place.pk), "seen": mark})
    return {
        **told, "ward": place, "seen": mark, "urls": {"here": here},
        "counts": [
            {"name": name, "words": words, "count": number, "tone": TONES.get(name, "info"),
             "has_list": name in told and number}
            for name, words, number in counts
        ],
        "columns": lines.columns,
        "page_url": f"{reverse('records:inpatient-ward')}?{urlencode({'ward': str(place.pk)})}",
        "live_url": f"{reverse('records:inpatient-ward-live')}?{live_query}",
        "everybody": [stay.patient_id for stay in now.everybody],
    }  # fmt: skip


def _kept(bed: dict[str, Any]) -> dict[str, Any]:
    """A bed that is kept, for a patient or for somebody told in the reason."""
    return {
        "bed": bed["label"], "who": bed.get("who", ""), "url": bed.get("url", ""),
        "reason": bed["reason"], "until": bed["until"],
    }  # fmt: skip


def _planned(lines: shown.Lines, stay: Any) -> dict[str, Any]:
    """A patient expected today, for whom no bed is kept in any ward."""
    return {**lines.who(stay), "when": texts.moment_text(stay.starts_at), "reason": stay.complaint}


def _here(request: HttpRequest, place: Ward) -> str:
    """The page that a press comes back to; asked again and again, the page that asks."""
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.current_url_abs_path:
        return str(htmx.current_url_abs_path)
    return f"{request.path}?{urlencode({'ward': str(place.pk)})}"


def _look(request: HttpRequest, found: dict[str, Any], *, detail: str) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay_rows.look(actor, found["everybody"], act="list", detail=detail)


def urls() -> list[URLPattern]:
    """The addresses of a ward at a glance."""
    return [
        path("inpatients/ward/", ward, name="inpatient-ward"),
        path("inpatients/ward/live/", live, name="inpatient-ward-live"),
    ]
