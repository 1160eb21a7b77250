"""Is this person known already? Here by likeness; at other hospitals by exact facts alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.errors import Refusal, RuleError
from hospital.models import Hospital
from hospital.services import turns
from records import likeness
from records.likeness import Facts
from records.models import DuplicatePair, Patient, PatientIdentifier, Registration
from records.models.identifiers import key_of

from . import alike
from .alike import Alike
from .charts import in_order
from .search_keys import sort_key

MATCH_LIVES = 15 * 60
SALT = "records.match"


@dataclass(frozen=True, slots=True)
class MinimalMatch:
    """As much of a stranger's chart as recognising them takes. ``match`` opens register_here, for 15 minutes."""

    match: str
    name: str
    birth_year: str
    phone_ending: str
    hospitals: list[str]


def refuse_known(
    actor: Actor, identifiers: Iterable[PatientIdentifier], *, but: UUID | None = None
) -> None:
    """RuleError when an identifier that belongs to one person is already in use.

    ``identifier_known`` with a link when that chart is registered here, else ``known_elsewhere``.
    """
    found = _holders(identifiers).exclude(pk=but).first()
    if found is None:
        return
    if policy.allows(actor, "records.patient.read", found):
        raise RuleError("identifier_known", links=(found.as_link(),))
    raise RuleError("known_elsewhere")


def holders_here(actor: Actor, identifiers: Iterable[PatientIdentifier]) -> list[Patient]:
    """The charts registered here that have such an identifier already."""
    numbers = list(identifiers)
    ids = list(_holders(numbers).values_list("pk", flat=True)) if numbers else []
    return in_order(actor, ids) if ids else []


@dataclass(frozen=True, slots=True)
class Likely:
    """A chart that may be the same person's: how much speaks for it, and what (``likeness.agreements``, or
    "former_name": a chart of that name was merged into it).
    """

    patient: Patient
    score: float
    agrees: list[str]


def likely_here(actor: Actor, patient: Patient, *, limit: int = 10) -> list[Likely]:
    """Charts registered here that may be of the person whom ``patient`` describes, the likest first.

    Of a chart that is stored, those are left out that somebody has said are not the same person.
    """
    person = alike.facts_of(patient)
    found = alike.to(actor, person, least=likeness.LIKELY, but=patient.pk)
    if found and not patient._state.adding:
        apart = DuplicatePair.objects.told_apart(patient.pk)
        found = [each for each in found if each.patient_id not in apart]
    return told(actor, person, found[:limit])


class Unseen(Refusal):
    """Somebody who may be the same person was not shown yet."""

    def __init__(self) -> None:
        super().__init__("likely_unseen")


def refuse_unseen(actor: Actor, patient: Patient, seen: Collection[UUID]) -> None:
    """Unseen when others than these may be the person who is registered now.

    Until the transaction ends, nobody else at the hospital is registered in this way: of two who are sent at the same
    moment the second one meets the first.
    """
    turns.take(actor.here)
    if not {each.patient.pk for each in likely_here(actor, patient)} <= set(seen):
        raise Unseen


def told(actor: Actor, person: Facts, found: list[Alike]) -> list[Likely]:
    """The same with their charts, and with what agrees."""
    charts = in_order(actor, [each.patient_id for each in found]) if found else []
    by_id = {each.patient_id: each for each in found}
    return [
        Likely(chart, by_id[chart.pk].score, _agreements(person, by_id[chart.pk]))
        for chart in charts
    ]


def _agreements(person: Facts, found: Alike) -> list[str]:
    agrees = likeness.agreements(person, found.facts)
    names = ("name", "similar_name") if found.is_former_name else ()
    return ["former_name" if word in names else word for word in agrees]


def elsewhere(
    actor: Actor, *, name: str = "", birth_date: str = "", identifier: str = "", limit: int = 5
) -> list[MinimalMatch]:
    """Charts of other hospitals on two exact facts: an identifier, or the whole name and full birth date.

    Showing them is a look at strangers, so it is booked here, for every door.
    """
    policy.require(actor, "records.patient.register_here")
    if identifier:
        charts = Patient.objects.filter(
            identifiers__value_key=key_of(identifier),
            identifiers__kind__in=PatientIdentifier.ONE_PATIENT_ONLY,
            identifiers__retired_at__isnull=True,
        )
    elif name and len(birth_date) == 10:
        charts = _named(actor, name, birth_date)
    else:
        return []
    here = Registration.objects.live().filter(hospital_id=actor.here)
    strangers = charts.live().exclude(Exists(here.filter(patient=OuterRef("pk"))))
    rows = list(strangers.distinct()[:limit])
    if rows:
        audit.looked(actor, "records.patient.register_here", patient_ids=[row.pk for row in rows])
    return [_minimal(actor, chart) for chart in rows]


def opened(actor: Actor, match: str) -> Patient:
    """The chart a minimal match stands for; ValidationError ``match_invalid`` when it is too old or forged."""
    try:
        hospital_id, patient_id = signing.loads(match, salt=SALT, max_age=MATCH_LIVES)
    except signing.BadSignature as exc:
        raise match_invalid() from exc
    chart = Patient.objects.live().filter(pk=patient_id).first()
    if hospital_id != str(actor.hospital_id) or chart is None:
        raise match_invalid()
    return chart


def _holders(identifiers: Iterable[PatientIdentifier]):  # type: ignore[no-untyped-def]
    either = Q(pk__in=[])
    for row in identifiers:
        if row.kind in PatientIdentifier.ONE_PATIENT_ONLY:
            either |= Q(kind=row.kind, system=row.system, value_key=key_of(row.value))
    held = PatientIdentifier.objects.live().filter(either)
    return Patient.objects.filter(pk__in=held.values("patient_id"))


def _named(actor: Actor, name: str, birth_date: str):  # type: ignore[no-untyped-def]
    """The two orders a name is typed in; the key is the one the lists sort by."""
    words = Patient(family_name=name)
    first, _, rest = name.strip().partition(" ")
    turned = Patient(family_name=rest, given_names=first)
    last = name.strip().rpartition(" ")
    ended = Patient(family_name=last[2], given_names=last[0])
    keys = {sort_key(words), sort_key(turned), sort_key(ended)}
    # By hospital, because that is how registrations are sorted.
    others = Hospital.objects.exclude(pk=actor.here).order_by()
    return Patient.objects.filter(
        birth_date=birth_date, is_unidentified=False, registrations__hospital__in=others,
        registrations__sort_key__in=keys, registrations__retired_at__isnull=True,
    )  # fmt: skip


def _minimal(actor: Actor, chart: Patient) -> MinimalMatch:
    known_to = Hospital.objects.filter(
        registrations__patient=chart, registrations__retired_at__isnull=True
    )
    return MinimalMatch(
        match=signing.dumps([str(actor.hospital_id), str(chart.pk)], salt=SALT),
        name=chart.display_name,
        birth_year=chart.birth_date[:4],
        phone_ending=chart.phone[-3:],
        hospitals=sorted(known_to.values_list("name", flat=True)),
    )


def match_invalid() -> ValidationError:
    """A match that cannot be opened any more."""
    return ValidationError({"match": ValidationError(sentence("match_invalid"), "match_invalid")})
