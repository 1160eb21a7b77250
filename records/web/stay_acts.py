"""An act on a stay or a bed by a form: sent once, told what came of it, refused in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext

from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError, StaleError, problem_of
from hospital.kit.web.submitting import sent_before, submit
from records.models import InPatient
from records.services import charts
from records.services.bed_places import BedConflict

from . import appointment_rows, stay_rows

To = Callable[[Any], str]


def run(
    request: HttpRequest, form: Any, *, template: str, act: Callable[[], Any], to: To,
    done: str | Promise, context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show the form, or when it was sent run ``act`` once and go on to ``to``; nothing typed is lost."""
    if request.method == "POST" and (again := sent_before(request, to=to)):
        return again
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            return submit(request, lambda: said(request, act(), done), to=to)
        except ValidationError as exc:
            form.take(exc)
            problem = problem_of(exc)
            status = problem.status if problem else 400
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
        except StaleError:
            tell_stale(request)
            return redirect(to(None))
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {"form": form, **context, "told": standing(actor, form)}
    return render(request, template, context, status=status)


def press(
    request: HttpRequest, *, act: Callable[[], Any], to: To, done: str | Promise,
    refused: Callable[[BedConflict], HttpResponse] | None = None,
) -> HttpResponse:  # fmt: skip
    """What one button does, and back to ``to``; when somebody else was first that is said there."""
    try:
        return submit(request, lambda: said(request, act(), done), to=to)
    except StaleError:
        tell_stale(request)
    except BedConflict as exc:
        if refused:
            return refused(exc)
        messages.warning(request, exc.detail)
    except RuleError as exc:
        messages.warning(request, exc.detail)
    return redirect(to(None))


def said(request: HttpRequest, made: Any, done: str | Promise) -> Any:
    """Tell that it is done."""
    messages.success(request, str(done))
    return made


def tell_stale(request: HttpRequest) -> None:
    """Somebody else was first."""
    messages.warning(
        request, gettext("Somebody else was working on this too. This is how it stands now.")
    )


def version_of(request: HttpRequest) -> int | None:
    """The version that the page showed."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() else None


def around(actor: Actor, stay: InPatient) -> dict[str, Any]:
    """What every page of one stay has: the banner, and the stay in a line."""
    place = stay_rows.place_of(stay)
    return {
        **appointment_rows.around(actor, charts.one(actor, stay.patient_id)),
        "stay": stay,
        "place": place,
        "row": stay_rows.line(stay, place),
        "title": stay_rows.title(stay, place),
    }


def standing(actor: Actor, form: Any) -> dict[str, Any]:
    """Who lies in the bed that was asked for, as the page tells it, and the look that this is."""
    exc = getattr(form, "conflict", None)
    return told_of(actor, exc) if exc else {}


def told_of(actor: Actor, exc: BedConflict) -> dict[str, Any]:
    """A bed's conflict for records/inpatients/conflict.html."""
    period = exc.standing
    stay = period.encounter if period else None
    if stay is None:
        return {"conflict": exc, "there": None}
    found = stay_rows.told(InPatient.objects.visible_to(actor)).filter(pk=stay.pk).first()
    if found is None:
        return {"conflict": exc, "there": None}
    stay_rows.look(actor, [found.patient_id], object_id=found.pk, detail="conflict")
    return {"conflict": exc, "there": {**stay_rows.line(found), "name": found.patient.display_name}}
