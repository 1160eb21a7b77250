"""Charts that may be of one person: the list, two of them side by side, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web.exporting import watch
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.submitting import once, sent_before
from records.models import DuplicatePair, DuplicateSearch
from records.services import duplicate_search, duplicates

from . import duplicate_rows as shown
from . import merge_rows, stay_acts
from .duplicate_reasons import DIFFERENT

S = DuplicatePair.Status
RESOURCE = shown.RESOURCE
SHOWN, MERGES = 30, 3


class Filters(forms.Form):
    """Those that wait for a decision, those decided, or all."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Open")), (S.DIFFERENT, S.DIFFERENT.label), ("all", _("All"))],
    )

    @property
    def status_asked(self) -> str:
        """The filter in force; what is no choice filters nothing."""
        return str(self.cleaned_data.get("status", "")) if self.is_valid() else ""

    @property
    def asked(self) -> dict[str, str]:
        """The same, as an address says it."""
        return {"status": self.status_asked} if self.status_asked else {}

    @property
    def chips(self) -> list[dict[str, Any]]:
        """The filter in force, with the address without it."""
        labels = dict(self.fields["status"].choices)  # type: ignore[attr-defined]
        return [{"label": labels[word], "url": _list()} for word in self.asked.values()]

    def of(self, rows: Any) -> Any:
        """The pairs that fit."""
        if self.status_asked == "all":
            return rows
        return rows.filter(status=S.DIFFERENT) if self.status_asked else rows.waiting()


@page(f"{RESOURCE}.list")
def index(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the likest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = Filters(request.GET)
    found = _page(request, actor, form)
    audit.looked(actor, f"{RESOURCE}.list", patient_ids=shown.seen(found.rows))
    place = DuplicateSearch.objects.filter(hospital_id=actor.here).first()
    return render(request, "records/duplicates/list.html", {
        "form": form,
        "rows": shown.lines(actor, found.rows),
        "looked_at": place.ended_at if place else None,
        "may_look": policy.allows(actor, f"{RESOURCE}.look"),
        "clear_url": _list(),
        "first_url": _list(**form.asked) if request.GET.get("cursor") else "",
        "next_url": _list(**form.asked, cursor=found.next) if found.next else "",
    })  # fmt: skip


@page(f"{RESOURCE}.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two charts side by side."""
    actor, pair = _opened(request, pk, "read")
    after = duplicates.following(actor, pair)
    merges = [merge_rows.told(event) for event in duplicates.merges_of(actor, pair)[:MERGES]]
    may_decide = pair.is_open and not any(each["code"] == "proposed" for each in merges)
    audit.looked(actor, f"{RESOURCE}.read", object_id=pk, patient_ids=pair.patient_ids)
    return render(request, "records/duplicates/detail.html", {
        **shown.both(actor, pair),
        "merges": merges,
        "reasons": list(enumerate(DIFFERENT, 1)),
        "may_decide": may_decide and policy.allows(actor, f"{RESOURCE}.different", pair),
        "may_undo": not pair.is_open and policy.allows(actor, f"{RESOURCE}.undo", pair),
        "urls": {
            "list": _list(), "next": shown.address(after.pk) if after else "",
            "different": shown.address(pk, "different"), "undo": shown.address(pk, "undo"),
            "merge": _merging(actor, pair),
        },
    })  # fmt: skip


def _merging(actor: Actor, pair: DuplicatePair) -> str:
    """Where it is proposed to merge the newer chart into the older one; "" for who may not."""
    if not policy.allows(actor, "records.merge.create"):
        return ""
    at = reverse("records:merge-create", args=[pair.first_id])
    return f"{at}?with={pair.second_id}&pair={pair.pk}"


@page(f"{RESOURCE}.different", methods="GET POST")
def different(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They are not the same person, and why; then on to the next two."""
    actor, pair = _opened(request, pk, "different")
    to = _next(actor, pair)
    if request.method == "POST" and (again := sent_before(request, to=to)):
        return again
    data = request.POST if request.method == "POST" else None
    if data is None and not pair.is_open:  # come back to by signing in again
        return redirect(shown.address(pk))
    form = ReasonForm(data, reasons=DIFFERENT, is_other=True, initial={"version": pair.version})
    if form.is_valid():
        return stay_acts.press(
            request, to=to,
            done=of_those_before(
                pair, _("The two before are not the same: you are not asked about them again.")
            ),
            act=lambda: duplicates.different(
                actor, pair=pair, reason=form.words, expected_version=form.expected_version
            ),
        )  # fmt: skip
    audit.looked(
        actor, f"{RESOURCE}.read", object_id=pk, patient_ids=pair.patient_ids, detail="different"
    )
    context = {
        "form": form,
        "charts": shown.lines(actor, [pair])[0]["charts"],
        "back": shown.address(pk),
    }
    return render(
        request, "records/duplicates/different.html", context, status=400 if data else 200
    )


@page(f"{RESOURCE}.undo", methods="GET POST")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They may be the same after all: one press, and back to the two."""
    if request.method != "POST":  # come back to by signing in again
        return redirect(shown.address(pk))
    actor, pair = _opened(request, pk, "undo")
    return stay_acts.press(
        request, done=_("Taken back."), to=lambda _pk: shown.address(pk),
        act=lambda: duplicates.undo(
            actor, pair=pair, expected_version=stay_acts.version_of(request)
        ),
    )  # fmt: skip


@page(f"{RESOURCE}.look", methods="GET POST")
def look(request: HttpRequest) -> HttpResponse:
    """Have all charts looked through now."""
    if request.method != "POST":  # come back to by signing in again
        return redirect(_list())
    job_id = once(request, lambda: duplicate_search.look(request.actor))  # type: ignore[attr-defined]
    watch(request, job_id)
    return redirect("hospital:job-detail", job_id)


def _page(request: HttpRequest, actor: Actor, form: Filters) -> keyset.Page:
    rows = form.of(DuplicatePair.objects.visible_to(actor, "list").live())
    how: dict[str, Any] = {
        "order": ("-score", "id"), "limit": SHOWN,
        "bound_to": (actor.hospital_id, *form.asked.items()),
    }  # fmt: skip
    try:
        return keyset.page(rows, cursor=request.GET.get("cursor"), **how)
    except ValidationError:
        return keyset.page(rows, **how)


def _opened(request: HttpRequest, pk: UUID, action: str) -> tuple[Actor, DuplicatePair]:
    """The pair of this page. NotVisible, or Denied when it may be read only."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pair = DuplicatePair.objects.visible_to(actor).live().filter(pk=pk).first()
    if pair is None:
        raise NotVisible
    policy.require(actor, f"{RESOURCE}.{action}", pair)
    return actor, pair


def _next(actor: Actor, pair: DuplicatePair) -> Callable[[UUID | None], str]:
    """Where the work goes on; where it was refused, the same two."""
    return lambda decided: goes_on(actor, pair) if decided else shown.address(pair.pk)


def goes_on(actor: Actor, pair: DuplicatePair) -> str:
    """The next two, or the list when it is done."""
    after = duplicates.following(actor, pair)
    return shown.address(after.pk) if after else _list()


def of_those_before(pair: DuplicatePair, words: str | Promise) -> str:
    """What is told on the page of the next two: ``words``, and the way back to those they are about."""
    back = _("Back to those two")
    return format_html('{} <a href="{}">{}</a>', words, shown.address(pair.pk), back)


def _list(**asked: Any) -> str:
    url = reverse("records:duplicatepair-list")
    return f"{url}?{urlencode(asked)}" if asked else url


def urls() -> list[URLPattern]:
    """The addresses of likely duplicates."""
    return [
        path("patients/duplicates/", index, name="duplicatepair-list"),
        path("patients/duplicates/look/", look, name="duplicatepair-look"),
        path("patients/duplicates/<uuid:pk>/", detail, name="duplicatepair-detail"),
        path("patients/duplicates/<uuid:pk>/different/", different, name="duplicatepair-different"),
        path("patients/duplicates/<uuid:pk>/undo/", undo, name="duplicatepair-undo"),
    ]
