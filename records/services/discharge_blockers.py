"""What is missing before an in-patient may go."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.models import Encounter, Treatment


def of(stay: Encounter) -> list[dict[str, Any]]:
    """What is missing before a patient may go: {"code", "label"}, in the order of the work."""
    return of_many([stay])[stay.pk]


def of_many(stays: Iterable[Encounter]) -> dict[UUID, list[dict[str, Any]]]:
    """The same of many stays, by the stay's id; one query."""
    rows = list(stays)
    treatments = Treatment.objects.live().planned().filter(encounter__in=[row.pk for row in rows])
    planned = dict(treatments.order_by().values_list("encounter").annotate(Count("pk")))
    return {row.pk: _lacking(row, planned.get(row.pk, 0)) for row in rows}


def _lacking(stay: Encounter, planned: int) -> list[dict[str, Any]]:
    found = []
    if stay.attending_id is None:
        found.append({"code": "attending_missing", "label": _("attending doctor")})
    if not stay.summary:
        found.append({"code": "summary_missing", "label": _("discharge summary")})
    if planned:
        words = ngettext("%(count)s planned treatment", "%(count)s planned treatments", planned)
        found.append({"code": "treatments_planned", "label": words % {"count": planned}})
    return found
