"""The tasks of a hospital: a list by ward, and the press that settles one."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hospital.kit import keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page
from hospital.kit.web.selecting import BOXES
from hospital.models import Ward
from records.models import Task
from records.services import tasks

from . import appointment_rows, stay_acts
from . import task_rows as shown


class Filters(forms.Form):
    """Of which ward, and whether what is settled is shown too."""

    ward = forms.ModelChoiceField(
        Ward.objects.none(), label=_("Ward"), required=False, empty_label=_("All wards")
    )
    past = forms.BooleanField(label=BOXES["past"], required=False)

    def __init__(self, data: Any, *, actor: Actor):
        super().__init__(data)
        fields: Any = self.fields
        wards = Ward.objects.visible_to(actor, "list").live()
        fields["ward"].queryset = wards.order_by("name", "id")
        self.is_valid()

    @property
    def chosen(self) -> Ward | None:
        """The one ward."""
        return self.cleaned_data.get("ward")

    @property
    def has_past(self) -> bool:
        return bool(self.cleaned_data.get("past"))

    @property
    def asked(self) -> dict[str, Any]:
        """The filters in force, as the address says them."""
        ward = {"ward": self.chosen.pk} if self.chosen else {}
        return {**ward, **({"past": "on"} if self.has_past else {})}

    @property
    def chips(self) -> list[dict[str, Any]]:
        """Each filter in force, with the address without it."""
        labels = {"ward": str(self.chosen), "past": BOXES["past"]}
        asked = self.asked
        return [
            {"label": labels[name], "url": _list(**{n: v for n, v in asked.items() if n != name})}
            for name in asked
        ]


@page("records.task.list")
def index(request: HttpRequest) -> HttpResponse:
    """What is open, the oldest first; with what is settled, the latest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = Filters(request.GET, actor=actor)
    found = _page(request, actor, form)
    return render(request, "records/tasks/list.html", {
        "form": form,
        "rows": shown.lines(actor, found.rows),
        "here": request.get_full_path(),
        "clear_url": _list(),
        "first_url": _list(**form.asked) if request.GET.get("cursor") else "",
        "next_url": _list(**form.asked, cursor=found.next) if found.next else "",
    })  # fmt: skip


@page("records.task.complete", methods="GET POST")
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It has been seen to: one press, and back to where it was pressed."""
    if request.method != "POST":  # come back to by signing in again
        return redirect(_list())
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _one(actor, pk)
    return stay_acts.press(
        request, done=_("Settled."),
        to=lambda _pk: appointment_rows.came_from(request, _list()),
        act=lambda: tasks.complete(
            actor, task=_one(actor, pk), expected_version=stay_acts.version_of(request)
        ),
    )  # fmt: skip


def _page(request: HttpRequest, actor: Actor, form: Filters) -> keyset.Page:
    rows = shown.visible(actor)
    rows = rows if form.has_past else rows.open()
    rows = shown.told(rows.in_ward(form.chosen) if form.chosen else rows)
    how: dict[str, Any] = {
        "order": ("-id",) if form.has_past else ("id",), "limit": shown.SHOWN,
        "bound_to": (actor.hospital_id, *form.asked.items()),
    }  # fmt: skip
    try:
        return keyset.page(rows, cursor=request.GET.get("cursor"), **how)
    except ValidationError:
        return keyset.page(rows, **how)


def _one(actor: Actor, pk: UUID) -> Task:
    found: Task | None = shown.told(Task.objects.visible_to(actor).live()).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    policy.require(actor, "records.task.complete", found)
    return found


def _list(**asked: Any) -> str:
    url = reverse("records:task-list")
    return f"{url}?{urlencode(asked)}" if asked else url


def urls() -> list[URLPattern]:
    """The addresses of tasks."""
    return [
        path("tasks/", index, name="task-list"),
        path("tasks/<uuid:pk>/complete/", complete, name="task-complete"),
    ]
