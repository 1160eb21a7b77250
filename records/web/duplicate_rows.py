"""How two charts that may be of one person read on a page: in a line, and side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.sortkeys import fold
from hospital.models import Membership, User
from hospital.web import texts
from records.models import DuplicatePair, Encounter, Patient, PatientContact, PatientIdentifier
from records.models.patients import Sex
from records.services import chart_counts, charts

from . import patient_rows
from .patient_registering import AGREES

RESOURCE = "records.duplicatepair"
SAME, DIFFERS = "same", "differs"
COUNTS = {
    "outpatient": _("Visits"),
    "inpatient": _("Stays"),
    "appointment": _("Appointments to come"),
    "diagnosis": _("Diagnoses"),
    "history": _("History"),
    "observation": _("Values"),
    "treatment": _("Treatments"),
    "allergy": _("Allergies"),
}


def lines(actor: Actor, pairs: Sequence[DuplicatePair]) -> list[dict[str, Any]]:
    """The lines of a list, each with both charts; two queries however many there are."""
    rows = Patient.objects.visible_to(actor).filter(pk__in=seen(pairs))
    told = {row.pk: patient_rows.Lines(actor).line(row) for row in rows}
    names = _names(actor, pairs)
    return [
        {
            "url": address(pair.pk),
            "charts": [told[pk] for pk in pair.patient_ids if pk in told],
            **about(pair, names),
        }
        for pair in pairs
    ]


def seen(pairs: Iterable[DuplicatePair]) -> list[UUID]:
    """The patients of these pairs."""
    return [pk for pair in pairs for pk in pair.patient_ids]


def address(pk: UUID, page: str = "detail") -> str:
    """The address of one of a pair's pages."""
    return reverse(f"records:duplicatepair-{page}", args=[pk])


def about(pair: DuplicatePair, names: dict[UUID, str]) -> dict[str, Any]:
    """What is known of the two together, and what was decided."""
    return {
        "agrees": [AGREES[word] for word in pair.agrees],
        "score": number_format(pair.score / 10, 1),
        "is_open": pair.is_open,
        "reason": pair.reason,
        "decided_by": names.get(pair.decided_by) if pair.decided_by else "",
        "decided_at": texts.moment_text(pair.decided_at),
    }


def both(actor: Actor, pair: DuplicatePair) -> dict[str, Any]:
    """The page of two charts: what each says, side by side."""
    two = [charts.counted(actor, pk) for pk in pair.patient_ids]
    lines_ = patient_rows.rows(actor, two)
    return {
        "pair": pair,
        "charts": lines_,
        "rows": [*_facts(actor, two), *_lists(actor, two), *_counts(actor, two)],
        "row": about(pair, _names(actor, [pair])),
    }


def _facts(actor: Actor, two: Sequence[Patient]) -> list[dict[str, Any]]:
    """Compared as they are, shown as this person may see them."""
    hidden = policy.masked_of(actor, patient_rows.RESOURCE)
    shown, real = (
        [
            [fact for card in patient_rows.facts_of(chart, h).values() for fact in card]
            for chart in two
        ]
        for h in (hidden, frozenset[str]())
    )
    rows = zip(*shown, *real, strict=True)
    return [
        _row(one["label"], [one, other], mark(a["value"], b["value"], is_name=a["is_name"]))
        for one, other, a, b in rows
    ]


def mark(one: Any, other: Any, *, is_name: bool = False) -> str:
    """SAME or DIFFERS, of names however they are spelt; "" where one of them says nothing."""
    unsaid = Sex.UNKNOWN.label
    if not one or not other or unsaid in (one, other):
        return ""
    key = _name_key if is_name else str.casefold
    return SAME if key(str(one)) == key(str(other)) else DIFFERS


def _name_key(name: str) -> str:
    return fold(name).replace(" ", "")


def _row(label: Any, values: Sequence[Any], found: str = "") -> dict[str, Any]:
    told = [each if isinstance(each, dict) else {"value": each} for each in values]
    return {"label": label, "values": told, "mark": found}


def _lists(actor: Actor, two: Sequence[Patient]) -> list[dict[str, Any]]:
    """What others know them by, each kind by itself, and whom to call."""
    ids = [chart.pk for chart in two]
    hidden = policy.masked_of(actor, patient_rows.RESOURCE)
    people = defaultdict(list)
    for contact in PatientContact.objects.live().filter(patient__in=ids).order_by("id"):
        row = patient_rows.contact_row(contact, hidden)
        people[contact.patient_id].append(" ".join(filter(None, (row["name"], row["phone"]))))
    return [*_numbers(ids), _row(_("Contacts"), [", ".join(people[pk]) for pk in ids])]


def _numbers(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Compared as they are, shown masked; of several numbers of a kind one is enough to be the same."""
    told: dict[str, dict[UUID, list[str]]] = {}
    real: dict[tuple[str, UUID], set[Any]] = defaultdict(set)
    for number in PatientIdentifier.objects.live().filter(patient__in=ids).order_by("kind", "id"):
        row = patient_rows.identifier_row(number, is_revealed=False)
        told.setdefault(row["kind"], defaultdict(list))[number.patient_id].append(row["value"])
        real[row["kind"], number.patient_id].add((number.system, number.value_key))
    return [
        _row(kind, [", ".join(values[pk]) for pk in ids], _shared(*(real[kind, pk] for pk in ids)))
        for kind, values in told.items()
    ]


def _shared(one: set[Any], other: set[Any]) -> str:
    return SAME if one & other else mark(one, other)


def _counts(actor: Actor, two: Sequence[Patient]) -> list[dict[str, Any]]:
    """How much each chart holds of what this person may list, and when the patient was here last."""
    found = [chart_counts.of(chart) for chart in two]
    rows = [
        _row(label, [_counted(each[kind]) for each in found])
        for kind, label in COUNTS.items()
        if kind in found[0]
    ]
    rows.append(_row(_("Registered"), [texts.moment_text(chart.registered_at) for chart in two]))
    if policy.allows(actor, "records.encounter.list"):
        came = Encounter.objects.visible_to(actor, "list").live().filter(patient__in=two)
        last = dict(came.order_by().values_list("patient").annotate(Max("starts_at")))
        never = gettext("Never")
        seen_at = [texts.moment_text(last.get(chart.pk)) or never for chart in two]
        rows.append(_row(_("Last here"), seen_at))
    return rows


def _counted(number: int) -> str:
    return f"{chart_counts.MOST}+" if number > chart_counts.MOST else str(number)


def _names(actor: Actor, pairs: Iterable[DuplicatePair]) -> dict[UUID, str]:
    """Who decided, of those who work or worked here; of others, that it was somebody elsewhere."""
    ids = {pair.decided_by for pair in pairs if pair.decided_by}
    if not ids:
        return {}
    here = Membership.objects.filter(hospital=actor.hospital_id).values("user_id")
    known = User.objects.filter(pk__in=ids).filter(pk__in=here).values_list("pk", "full_name")
    return {**dict.fromkeys(ids, gettext("Somebody elsewhere")), **dict(known)}
