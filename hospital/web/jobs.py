"""Background work as its owner sees it: how far it is, stopping it, fetching what it made."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRefresh

from hospital.kit import exports, policy, spreadsheets
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web.exporting import attached
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import once, sent_before
from hospital.models import Job, User
from hospital.services import exports as files
from hospital.services import import_kinds, jobs

State = Job.State
IMPORTING = {
    import_kinds.CHECK: _("Import: check"), import_kinds.BRING_IN: _("Import"), import_kinds.UNDO: _("Import: undo"),
}  # fmt: skip
SHOWN = 50
TONES = {State.DONE: "ok", State.FAILED: "bad", State.CANCELLED: "", State.PROPOSED: "warn"}
ICONS = {
    State.DONE: "check", State.FAILED: "circle-alert", State.CANCELLED: "ban", State.PROPOSED: "user-check",
    State.WAITING: "hourglass", State.RUNNING: "loader",
}  # fmt: skip


@page("hospital.job.list")
def index(request: HttpRequest) -> HttpResponse:
    """One's own jobs, the newest first, and what waits for one's word."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(jobs.own(actor)[: SHOWN + 1])
    context = {
        "jobs": [described(actor, job) for job in rows[:SHOWN]],
        "has_more": len(rows) > SHOWN,
        "proposals": proposals(actor),
        "columns": [
            {"label": _("Job")}, {"label": _("State")},
            {"label": _("Asked for"), "is_wide_only": True}, {"label": _("Rows"), "is_wide_only": True},
        ],
    }  # fmt: skip
    return render(request, "hospital/jobs/list.html", context)


@page("hospital.job.read", watches=True)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a job is. Asked again and again by the page itself, which keeps nobody signed in."""
    job = _own(request, pk)
    if (shown_at := page_of(job)) != request.path:
        return redirect(shown_at)
    is_part = bool(getattr(request, "htmx", None))
    if is_part and job.state not in jobs.OPEN:
        return HttpResponseClientRefresh()
    context = {"job": described(request.actor, job)}  # type: ignore[attr-defined]
    return render(request, f"hospital/jobs/detail.html{'#progress' if is_part else ''}", context)


@page("hospital.job.cancel", methods="POST")
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a job, unless it has ended in the meantime: the page says which it was."""
    job = _own(request, pk)
    once(request, lambda: jobs.stop(request.actor, job=job))  # type: ignore[attr-defined]
    return redirect("hospital:job-detail", pk)


@page("hospital.job.read")
def download(request: HttpRequest, pk: UUID) -> Any:
    """The file a job made, for the person who asked and who may still have it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = _own(request, pk)
    file = files.fetch(actor, job=job)
    form = job.file_name.rpartition(".")[2]
    return attached(FileResponse(file, content_type=spreadsheets.TYPES[form]), job.file_name)


@page("hospital.job.approve", methods="POST")
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a colleague's proposal go ahead."""
    return _decide(request, pk, jobs.approve, gettext("Approved. It is being made now."))


@page("hospital.job.approve", methods="POST")
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no to a colleague's proposal."""
    return _decide(request, pk, jobs.refuse, gettext("Refused. Nothing is made."))


def _decide(request: HttpRequest, pk: UUID, act: Any, words: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    job = Job.objects.filter(hospital_id=actor.hospital_id, pk=pk).first()
    if job is None:
        raise NotVisible
    policy.require(actor, "hospital.job.approve", job)
    if again := sent_before(request, to=lambda _pk: reverse("hospital:job-list")):
        return again
    once(request, lambda: act(actor, job=job))
    messages.success(request, words)
    return redirect("hospital:job-list")


def proposals(actor: Actor) -> list[dict[str, Any]]:
    """What waits for this person's word: who wants which list, how much of it, and why."""
    if not policy.allows(actor, "hospital.job.approve"):
        return []
    rows = list(jobs.proposed(actor)[:SHOWN])
    names = dict(
        User.objects.filter(pk__in=[job.user_id for job in rows]).values_list("pk", "full_name")
    )
    return [
        {
            **described(actor, job),
            "who": names.get(job.user_id, ""),
            "reason": job.reason,
            "rows": _grouped(job.total),
            "words": ", ".join(job.arguments.get("words", ())),
        }
        for job in rows
    ]


def ended(request: HttpRequest) -> list[dict[str, Any]]:
    """The watched jobs that have ended since the last page; told once, and never on their own page."""
    watched = request.session.get("jobs")
    if not watched:
        return []
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = jobs.own(actor).filter(pk__in=watched)
    found = [described(actor, job) for job in rows.exclude(state__in=jobs.OPEN)]
    told = {str(job["id"]) for job in found}
    if told:
        request.session["jobs"] = [each for each in watched if each not in told]
    return [job for job in found if job["url"] != request.path]


def page_of(job: Job) -> str:
    """Where a job is shown: that of an import with the import."""
    if batch := job.arguments.get("batch"):
        return reverse("hospital:importbatch-detail", args=[batch])
    return reverse("hospital:job-detail", args=[job.pk])


def described(actor: Actor, job: Job) -> dict[str, Any]:
    """A job in words: what it makes, its state, how far it is, and what may be done about it."""
    return {
        "id": job.pk,
        "title": title_of(job),
        "state": capfirst(job.get_state_display()),
        "tone": TONES.get(State(job.state), "info"),
        "icon": ICONS[State(job.state)],
        "code": job.state,
        "value": job.done if job.total else None,
        "total": job.total,
        "text": _so_far(job),
        "closing": job.message if job.state == State.DONE else "",
        "is_open": job.state in jobs.OPEN,
        "is_kept": job.kind in jobs.told and jobs.told[job.kind].is_kept,
        "is_refused": job.state == State.CANCELLED and job.message == jobs.REFUSED,
        "created_at": job.created_at,
        "ended_at": job.ended_at,
        "expires_at": job.expires_at,
        "file_name": job.file_name,
        "has_file": files.is_there(job),
        "had_file": bool(job.file_name),
        "url": page_of(job),
        "list_url": _list_of(actor, job),
    }


def title_of(job: Job) -> str:
    """What its kind is called; of an export, which list becomes which kind of file."""
    if told := jobs.told.get(job.kind):
        return str(told.title)
    if "batch" in job.arguments:
        return str(IMPORTING[job.kind])
    form = str(job.arguments.get("form", "")).upper()
    return gettext("Export: %(list)s (%(form)s)") % {"list": _label(job), "form": form}


def _label(job: Job) -> str | Promise:
    source = exports.find(str(job.arguments.get("source", "")))
    return source.label if source else job.kind


def _list_of(actor: Actor, job: Job) -> str:
    """The page that it is about; of an export, where the list can be exported anew."""
    if told := jobs.told.get(job.kind):
        return reverse(told.url_name)
    source = exports.find(str(job.arguments.get("source", "")))
    is_seen = source and policy.allows(actor, f"{source.resource}.list")
    return reverse(source.url_name) if source and is_seen else ""


def _so_far(job: Job) -> str:
    """ "3,200 of 12,000"; "" while nothing can be said."""
    if not job.total:
        return ""
    return gettext("%(done)s of %(total)s") % {
        "done": _grouped(job.done), "total": _grouped(job.total),
    }  # fmt: skip


def _grouped(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def _own(request: HttpRequest, pk: UUID) -> Job:
    """The person's own job at this hospital; NotVisible for anybody else's."""
    job = jobs.own(request.actor).filter(pk=pk).first()  # type: ignore[attr-defined]
    if job is None:
        raise NotVisible
    return job
