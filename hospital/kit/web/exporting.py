"""Making a file of a list: a short one comes at once, a long one is made in the background."""

import io
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from hospital.kit import exports, policy, spreadsheets
from hospital.kit.actors import Actor
from hospital.kit.errors import Refusal
from hospital.kit.exports import Source, Table

from . import submitting

Answer = TypeVar("Answer", bound=HttpResponseBase)
MOST_WATCHED = 20


def form_asked(request: HttpRequest) -> str:
    """The form of file that was asked for, "csv" or "xlsx"; Refusal ``invalid_choice`` otherwise."""
    form = request.POST.get("format", "")
    if form not in spreadsheets.TYPES:
        raise Refusal("invalid_choice")
    return form


def answer(request: HttpRequest, source: Source, table: Table) -> HttpResponse:
    """The file itself, or for a long list the page of the job that makes it.

    A form sent twice makes one job. Of a short list every click is a file of its own, and booked.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = form_asked(request)
    submitting.check(request)
    if exports.is_long(table) or policy.needs_second_person(actor, exports.permission_of(source)):
        job_id = submitting.once(request, lambda: exports.hand_over(actor, source, table, form))
        watch(request, job_id)
        return redirect("hospital:job-detail", job_id)
    file = io.BytesIO()
    made = exports.write(actor, source, table, form, file)
    exports.book(actor, source, table, form, made)
    response = HttpResponse(file.getvalue(), content_type=spreadsheets.TYPES[form])
    return attached(response, exports.file_name(source, form))


def attached(response: Answer, name: str) -> Answer:
    """The answer as a file to keep, which no cache keeps."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


def watch(request: HttpRequest, job_id: object) -> None:
    """Remember in the session to tell when the job has ended."""
    watched = [each for each in request.session.get("jobs", ()) if each != str(job_id)]
    request.session["jobs"] = [*watched, str(job_id)][-MOST_WATCHED:]
