"""What the records said of beds at an earlier time: told from the histories of beds, their periods, leaves and stays.

People and wards are told by the names they have today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hospital.models import Bed, Ward
from records.models import BedPeriod, Encounter, Leave
from records.models.bed_periods import at_moment

from .bed_places import LATEST


def beds(wards: Iterable[Ward], when: dt.datetime, by: dt.datetime) -> list[Bed]:
    """The beds of these wards, in their order, that for who looked at ``by`` were not retired at ``when``."""
    known = {ward.pk: ward for ward in wards}
    rows = _latest(Bed.history.filter(ward__in=list(known)), by)
    there = Q(retired_at__isnull=True) | Q(retired_at__gt=when)
    found = [row.instance for row in rows.filter(there).order_by("sort_key", "id")]
    for bed in found:
        bed.ward = known[bed.ward_id]
    return found


def periods(
    beds_: Collection[UUID], wards: Collection[UUID], when: dt.datetime, by: dt.datetime
) -> list[BedPeriod]:
    """What held at ``when`` of these beds, and of who waited in these wards, each with its stay as it was known."""
    here = Q(bed__in=beds_) | Q(bed__isnull=True, ward__in=wards)
    rows = lasting(BedPeriod.objects.filter(here), [when], by).filter(at_moment(when))
    found = [row.instance for row in rows.order_by("starts_at", "id")]
    stays = _stays({row.encounter_id for row in found if row.encounter_id}, by)
    leaves = lasting(Leave.objects.filter(encounter__in=list(stays)), [when], by)
    away = set(leaves.filter(at_moment(when)).values_list("encounter", flat=True))
    for row in found:
        row.encounter = stays.get(row.encounter_id)
        row.is_away = row.encounter_id in away
    return found


def lasting(rows: QuerySet, moments: Collection[dt.datetime], by: dt.datetime) -> Any:
    """The history rows of periods or leaves that were the latest, and not retired, at ``by``; all that may hold at
    one of ``moments`` are among them.

    What is over for long is left out at once: an end is never entered more than 72 hours late, so nothing that
    ended longer than that before ``by`` was still going on for who looked then.
    """
    over = min(*moments, by - LATEST)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=over), starts_at__lte=max(moments))
    rows = rows.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=by))
    history = rows.model.history.filter(id__in=rows.values("pk"))
    return _latest(history, by).filter(retired_at__isnull=True)


def _stays(ids: Collection[UUID], by: dt.datetime) -> dict[UUID, Encounter]:
    rows = _latest(Encounter.history.filter(id__in=ids), by).select_related("patient", "attending")
    found = {}
    for row in rows:
        stay = found[row.id] = row.instance
        stay.patient, stay.attending = row.patient, row.attending
    return found


def _latest(rows: Any, by: dt.datetime) -> Any:
    """Of each record the row that its history ended with at ``by``."""
    newer = rows.model.objects.filter(
        id=OuterRef("id"), history_date__lte=by, version__gt=OuterRef("version")
    )
    return rows.filter(~Exists(newer), history_date__lte=by)
