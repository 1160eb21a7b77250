"""The last vital signs of many patients at once, for the lists of a ward and of a doctor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Subquery

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.codings import LOINC_SYSTEM
from records.models import Observation, Patient

RESOURCE = "records.observation"


def latest(
    actor: Actor, patients: Iterable[UUID], codes: Iterable[str], *, since: dt.datetime
) -> dict[UUID, dict[str, Observation]]:
    """Patient -> code -> the newest value taken from ``since`` on; nothing for who does not read values.

    Two queries, whatever has been measured before: the newest of each code is the last entry of its
    part of the index ``observation_of_one_kind``.
    """
    found: dict[UUID, dict[str, Observation]] = {}
    if policy.fields_of(actor, RESOURCE, "list") is not None:
        return found
    rows = Observation.objects.visible_to(actor, "list").live()
    rows = rows.filter(code_system=LOINC_SYSTEM, taken_at__gte=since)
    of_one = rows.filter(patient=OuterRef("pk")).order_by("-taken_at", "-id").values("pk")
    newest = [Subquery(of_one.filter(code=code)[:1]) for code in codes]
    people = Patient.objects.filter(pk__in=list(patients)).order_by().values_list(*newest)
    wanted = {pk for row in people for pk in row if pk}
    for row in rows.filter(pk__in=wanted).order_by():
        found.setdefault(row.patient_id, {})[row.code] = row
    return found
