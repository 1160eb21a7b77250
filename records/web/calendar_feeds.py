"""The calendar address of a doctor: issued, shown once, revoked; and the calendar that is behind it."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import parse_etags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible, RuleError, problem_of
from hospital.kit.languages import spoken
from hospital.kit.throttling import Buckets
from hospital.kit.web.asides import Aside
from hospital.kit.web.forms import answer
from hospital.kit.web.links import absolute
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.refusals import Refusable
from hospital.kit.web.submitting import sent_before, submit
from hospital.models import Doctor
from records.models import CalendarFeed
from records.services import calendar_feeds

from . import calendar_files

RESOURCE = CalendarFeed.resource
REASONS = (_("Not needed any more"), _("Somebody else may know it"), _("Left the hospital"))
CALENDAR = "text/calendar; charset=utf-8"
BUCKETS = Buckets()


class FeedForm(Refusable, forms.Form):
    """For which doctor; a doctor is asked about nobody else."""

    doctor = forms.ModelChoiceField(Doctor.objects.none(), label=_("Doctor"))
    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, **options: Any):
        super().__init__(*args, **options)
        rows: Any = Doctor.objects.visible_to(actor, "list").live()
        mine = [row.pk for row in rows if policy.allows(actor, f"{RESOURCE}.create", _feed(row))]
        self.fields["doctor"].queryset = rows.filter(pk__in=mine)  # type: ignore[attr-defined]

    def take(self, exc: ValidationError) -> None:
        """Put what the service refuses beside the doctor: there is nothing else to choose."""
        for errors in exc.error_dict.values():
            self.add_error("doctor", errors)


@page(f"{RESOURCE}.create", methods="GET POST")
def issue(request: HttpRequest) -> HttpResponse:
    """Make a doctor's calendar address; it is shown this once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form: Any = FeedForm(data, actor=actor, initial=request.GET.dict())
    made: dict[str, Any] = {}

    def make() -> CalendarFeed:
        feed, secret = calendar_feeds.issue(actor, doctor=form.cleaned_data["doctor"])
        made.update(feed=feed, secret=secret)
        return feed

    template = "records/calendar-feeds/new.html"
    context = {"back": _back(form)}
    response = answer(request, form, template=template, act=make, to=_to_doctor, context=context)
    if not made or response.status_code != 302:
        return response
    here = request.build_absolute_uri("/")
    address = absolute(reverse("records:calendar", args=[made["secret"]]), here=here)
    shown = {"feed": made["feed"], "address": address}
    return render(request, "records/calendar-feeds/issued.html", shown)


@page(f"{RESOURCE}.retire", methods="GET POST")
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What revoking an address means, and why it is done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    feed = _reached(actor, pk)
    data = request.POST if request.method == "POST" else None
    if data and (again := sent_before(request, to=_to_doctor)):
        return again
    form = ReasonForm(data, reasons=REASONS, initial={"version": feed.version})
    status = 200 if data is None else 400

    def run() -> CalendarFeed:
        calendar_feeds.revoke(
            actor, feed=_reached(actor, pk), reason=form.words,
            expected_version=form.expected_version,
        )  # fmt: skip
        messages.success(request, gettext("Revoked. No calendar program can read it any more."))
        return feed

    if form.is_valid():
        try:
            return submit(request, run, to=_to_doctor)
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
    context = {"feed": feed, "form": form}
    return render(request, "records/calendar-feeds/revoke.html", context, status=status)


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """A doctor's appointments, for a calendar program: whoever has the address may read it.

    404 in one and the same way for every address that opens nothing. Nobody is looked up by a session.
    """
    response = _throttled(request, secret) or _calendar(request, secret)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        actor, feed = calendar_feeds.open_for(
            secret, request_id=getattr(request, "request_id", ""),
            ip=request.META.get("REMOTE_ADDR") or None,
        )  # fmt: skip
        events = calendar_feeds.events(actor, feed=feed)
    except NotVisible:
        return _plain(gettext("There is no calendar here."), 404)
    except (OperationalError, InterfaceError):  # it could not be booked, so it is not shown
        return _plain(gettext("Try again in a moment."), 503, wait=60)
    tag = calendar_files.etag(feed.hospital, events)
    if {tag, "*"} & set(parse_etags(request.headers.get("If-None-Match", ""))):
        return HttpResponseNotModified(headers={"ETag": tag})
    with translation.override(spoken(feed.hospital.language)):
        made = calendar_files.built(feed.hospital, events)
    return HttpResponse(made, content_type=CALENDAR, headers={"ETag": tag})


def _throttled(request: HttpRequest, secret: str) -> HttpResponse | None:
    """The 429 for who asks too often: for one calendar, or for many from one place."""
    limits = settings.CALENDAR_REQUESTS_PER_MINUTE
    wait = max(
        BUCKETS.wait(CalendarFeed.hash_of(secret), per_minute=limits["calendar"]),
        BUCKETS.wait(request.META.get("REMOTE_ADDR"), per_minute=limits["place"]),
    )
    return _plain(gettext("Ask less often."), 429, wait=int(wait) + 1) if wait else None


def _plain(words: str, status: int, *, wait: int = 0) -> HttpResponse:
    headers = {"Retry-After": str(wait)} if wait else {}
    content = "text/plain; charset=utf-8"
    return HttpResponse(words, content, status, headers=headers)


# ---- the card on a doctor's page, and on the own account's


def of_doctor(actor: Actor, doctor: Doctor) -> dict[str, Any] | None:
    """The doctor's calendar address, and what may be done with it; None for who has to do with neither."""
    feed = CalendarFeed.objects.visible_to(actor, "list").live().filter(doctor=doctor.pk).first()
    may_issue = policy.allows(actor, f"{RESOURCE}.create", _feed(doctor))
    if doctor.is_retired or not (feed or may_issue):
        return None
    return {"doctor": doctor, "feed": feed, "may_issue": may_issue and doctor.user_id is not None}


def of_account(actor: Actor, user: Any) -> dict[str, Any] | None:
    """The same for the doctor whose account it is, on the page of the own account."""
    if user.pk != actor.user_id:
        return None
    own = Doctor.objects.live().filter(user=user.pk, hospital=actor.here).first()
    return of_doctor(actor, own) if own else None


CARD = "records/calendar-feeds/card.html"
ASIDES = (
    Aside("hospital.doctor", CARD, f"{RESOURCE}.list", of_doctor, order=80),
    Aside("hospital.user", CARD, f"{RESOURCE}.list", of_account, order=80),
)


def _feed(doctor: Doctor) -> CalendarFeed:
    return CalendarFeed(hospital_id=doctor.hospital_id, doctor=doctor)


def _reached(actor: Actor, pk: UUID) -> CalendarFeed:
    rows = CalendarFeed.objects.visible_to(actor).live().select_related("doctor")
    feed: CalendarFeed | None = rows.filter(pk=pk).first()
    if feed is None:
        raise NotVisible
    policy.require(actor, f"{RESOURCE}.retire", feed)
    return feed


def _back(form: FeedForm) -> str:
    """The page of the doctor it is about, or where that is not said the own account's."""
    chosen = str(form["doctor"].value())
    offered: Any = form.fields["doctor"]
    if chosen in {str(row.pk) for row in offered.queryset}:
        return reverse("hospital:doctor-detail", args=[chosen])
    return reverse("hospital:account")


def _to_doctor(pk: UUID | None) -> str:
    feed = CalendarFeed.objects.get(pk=pk)  # type: ignore[misc]
    return reverse("hospital:doctor-detail", args=[feed.doctor_id])
