"""The occupancy of each ward at midnight, day by day."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, localtimes
from hospital.kit.actors import Actor
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.pages import page
from hospital.models import Ward
from records.services import bed_board

from .appointment_rows import zone_of

DAYS = 7


class LastDay(forms.Form):
    """The last of the days shown."""

    day = NearDateField(label=_("Until"), required=False, help_text=" ")


@page("records.bedperiod.list")
def census(request: HttpRequest) -> HttpResponse:
    """Who lay in each ward at the end of each of seven days, as it is known today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = LastDay(request.GET or None)
    yesterday = clock.today() - dt.timedelta(days=1)
    last = (form.cleaned_data.get("day") if form.is_valid() else None) or yesterday
    last = min(last, yesterday)
    days = [last - dt.timedelta(days=number) for number in reversed(range(DAYS))]
    ends = [localtimes.day_bounds(day, zone_of(request))[1] for day in days]
    context = {"form": form, "last": last, "days": days, **_table(actor, ends)}
    return render(request, "records/beds/census.html", context)


def _table(actor: Actor, ends: list[dt.datetime]) -> dict[str, Any]:
    counted = bed_board.census(actor, ends)
    wards = Ward.objects.visible_to(actor, "list").order_by("name", "id")
    nobody = [bed_board.NOBODY] * len(ends)
    rows = [
        {"ward": ward, "cells": counted.get(ward.pk, nobody)}
        for ward in wards
        if not ward.is_retired or ward.pk in counted
    ]
    by_day = zip(*(row["cells"] for row in rows), strict=True)
    totals = [
        {name: sum(cell[name] for cell in day) for name in bed_board.NOBODY} for day in by_day
    ]
    return {"rows": rows, "totals": totals}


def urls() -> list[URLPattern]:
    """The address of the census."""
    return [path("beds/census/", census, name="bedperiod-census")]
