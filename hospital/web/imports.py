"""Pages of imports: the file, its columns, what the check found, the import itself, and undoing it."""

import tempfile
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRefresh

from hospital.kit import spreadsheets
from hospital.kit.actors import Actor
from hospital.kit.errors import errors_of
from hospital.kit.web import uploads
from hospital.kit.web.exporting import attached, watch
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import check, once, sent_before
from hospital.models import ImportBatch
from hospital.services import import_files, import_results, imports

from . import import_rows as shown
from .import_forms import ColumnsForm, FileForm

RESOURCE = "hospital.importbatch"
SHOWN = 50


@page(f"{RESOURCE}.list")
def index(request: HttpRequest) -> HttpResponse:
    """What was brought in here, the newest first."""
    rows = list(imports.visible(_actor(request))[: SHOWN + 1])
    context = {
        "batches": shown.listed(rows[:SHOWN]),
        "has_more": len(rows) > SHOWN,
        "columns": [
            {"label": _("File")}, {"label": _("State")}, {"label": _("New"), "is_number": True},
            {"label": _("Broken"), "is_number": True}, {"label": _("When"), "is_wide_only": True},
            {"label": _("Who"), "is_wide_only": True},
        ],
    }  # fmt: skip
    return render(request, "hospital/imports/list.html", context)


@page(f"{RESOURCE}.create", methods="GET POST")
def create(request: HttpRequest) -> HttpResponse:
    """Choose a file. It is read before anything is on record of it."""
    if request.method != "POST":
        return render(request, "hospital/imports/create.html", {"form": FileForm()})
    if again := sent_before(request, to=_columns_of):
        return again
    check(request)
    form = FileForm(request.POST, request.FILES, too_large=uploads.was_too_large(request))
    received = form.received()
    if received is None:
        return render(request, "hospital/imports/create.html", {"form": form}, status=400)
    what = {"kind": form.cleaned_data["kind"], "file_name": form.cleaned_data["file"].name}
    try:
        pk = once(request, lambda: imports.create(_actor(request), received=received, **what))
    except BaseException:
        imports.forget(received)
        raise
    return redirect(_columns_of(pk))


@page(f"{RESOURCE}.read", watches=True)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far an import is, what was found, and what can be done next."""
    batch = imports.find(_actor(request), pk)
    job = imports.job_of(batch)
    is_part = bool(getattr(request, "htmx", None))
    if is_part and not shown.is_running(job):
        return HttpResponseClientRefresh()
    if is_part:
        part = "hospital/imports/detail.html#progress"
        return render(request, part, shown.progress(batch, job))
    context = shown.described(_actor(request), batch, job)
    return render(request, "hospital/imports/detail.html", context)


@page(f"{RESOURCE}.update", methods="GET POST")
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what each column holds; then the whole file is checked."""
    actor = _actor(request)
    batch = imports.find(actor, pk)
    form = ColumnsForm(batch, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _started(
                request, pk, lambda: imports.choose(actor, batch=batch, **form.chosen())
            )
        except ValidationError as exc:
            for code, text in errors_of(exc)["fields"]:
                form.add_error(None, ValidationError(text, code))
    context = {"form": form, "batch": batch, "names": form.columns}
    return render(
        request, "hospital/imports/columns.html", context, status=400 if form.is_bound else 200
    )


@page(f"{RESOURCE}.update", methods="POST")
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring in what was checked, or go on with what was stopped."""
    actor = _actor(request)
    batch = imports.find(actor, pk)
    is_checked = batch.state == ImportBatch.State.CHECKED
    return _started(request, pk, lambda: imports.begin(actor, batch=batch) if is_checked else batch)


@page(f"{RESOURCE}.update", methods="POST")
def halt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop what is under way."""
    actor = _actor(request)
    batch = imports.find(actor, pk)
    once(request, lambda: imports.stop(actor, batch=batch))
    return redirect("hospital:importbatch-detail", pk)


@page(f"{RESOURCE}.undo", methods="GET POST")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What undoing means; then it is done in the background. Where nothing is to be undone its page opens."""
    actor = _actor(request)
    batch = imports.find(actor, pk)
    if request.method == "POST":
        return _started(request, pk, lambda: imports.undo(actor, batch=batch))
    if batch.state not in imports.UNDOABLE:
        return redirect("hospital:importbatch-detail", pk)
    return render(request, "hospital/imports/undo.html", {"batch": batch})


@page(f"{RESOURCE}.fetch", methods="POST")
def left(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows that are not in, as a file; every click is a file of its own, and booked."""
    return _file(request, pk, import_files.write_left, "not-in")


@page(f"{RESOURCE}.fetch", methods="POST")
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of every row, as a file; every click is a file of its own, and booked."""
    return _file(request, pk, import_results.write, "result")


def _file(request: HttpRequest, pk: UUID, write: Any, name: str) -> HttpResponse:
    actor = _actor(request)
    batch = imports.find(actor, pk)
    check(request)
    form = import_files.form_of(batch)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the answer)
    try:
        write(actor, batch=batch, file=file, form=form)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    answer: Any = FileResponse(file, content_type=spreadsheets.TYPES[form])
    return attached(answer, f"{batch.kind}-{name}.{form}")  # type: ignore[no-any-return]


def _started(request: HttpRequest, pk: UUID, act: Any) -> HttpResponse:
    """Do the act and hand the batch to the workers, once; then show it."""
    if again := sent_before(request, to=_page_of(pk)):
        return again
    job_id = once(request, lambda: imports.start_job(_actor(request), act()))
    if job_id:
        watch(request, job_id)
    return redirect("hospital:importbatch-detail", pk)


def _page_of(pk: UUID) -> Any:
    return lambda _job_id: reverse("hospital:importbatch-detail", args=[pk])


def _columns_of(pk: UUID | None) -> str:
    return reverse("hospital:importbatch-columns", args=[pk])


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
