"""Observations: recorded one by one or many at once, made final, amended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from hospital.kit import audit, facts, parts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import ExternalId
from records import codings, vitals
from records.models import Observation

from .vital_signs import interpret, refuse_unlikely
from .wanted_times import invalid

MOST = 100
# Of whom an observation is, and where it was made.
PLACE = frozenset({"patient", "hospital", "encounter"})
S = Observation.Status


@act("records.observation.create")
def record(
    actor: Actor,
    *,
    observations: Sequence[Observation],
    is_preliminary: bool = False,
    is_confirmed: bool = False,
    external_ids: Sequence[str] = (),
) -> list[Observation]:
    """Store one to a hundred observations, all or none.

    ValueUnlikely (409) for what is hardly a patient's, unless ``is_confirmed``. ValidationError
    ``too_many``, ``unit_wrong``; of several, on "observations" with the number of the broken one.
    """
    refuse_count(observations)
    ids = [*external_ids, *[""] * (len(observations) - len(external_ids))]
    for row in observations:
        row.status = S.PRELIMINARY if is_preliminary else S.FINAL
        policy.require(
            actor, "records.observation.create", row, fields=row.changed_fields() - {"hospital"}
        )
    facts.hold_parents_of(observations)
    _mark_alike(observations)
    for number, (row, external_id) in enumerate(zip(observations, ids, strict=True), 1):
        try:
            _check(actor, row, external_id)
        except ValidationError as exc:
            alone = len(observations) == 1
            raise exc if alone else parts.numbered(exc, "observations", number) from exc
    interpret(observations)
    if not is_confirmed:
        refuse_unlikely(observations)
    for row, external_id in zip(observations, ids, strict=True):
        facts.save(row)
        if external_id:
            ExternalId.objects.claim(actor, row, external_id)
        audit.wrote(row, changed=row.SAYS | {"patient", "encounter", "status"})
    return list(observations)


@act("records.observation.update")
def change(
    actor: Actor,
    *,
    observation: Observation,
    is_confirmed: bool = False,
    expected_version: int | None = None,
    forced: bool = False,
) -> Observation:
    """Store changes; of what was final that makes an amendment, and what it said before stays readable."""
    changed = observation.changed_fields()
    policy.require(actor, "records.observation.update", observation, fields=changed)
    facts.refuse_stale(observation, expected_version)
    facts.refuse_retired(observation)
    if not changed:
        return observation
    facts.hold_parents(observation)
    _complete(observation)
    if changed & Observation.SAYS and observation.status != S.PRELIMINARY:
        observation.status = S.AMENDED
    observation.full_clean()
    interpret([observation])
    if changed & {"value", "unit", "code"} and not is_confirmed:
        refuse_unlikely([observation])
    facts.save(observation)
    audit.wrote(observation, changed=changed | {"status"}, forced=forced)
    return observation


@act("records.observation.finalise")
def finalise(
    actor: Actor, *, observation: Observation, expected_version: int | None = None
) -> Observation:
    """What was preliminary is final. RuleError ``not_preliminary``."""
    policy.require(actor, "records.observation.finalise", observation)
    facts.lock(observation)
    observation.refresh_from_db()
    facts.refuse_stale(observation, expected_version)
    facts.refuse_retired(observation)
    if observation.status != S.PRELIMINARY:
        raise RuleError("not_preliminary")
    observation.status = S.FINAL
    facts.save(observation)
    audit.wrote(observation, changed={"status"})
    return observation


def refuse_count(rows: Sequence[Any]) -> None:
    """ValidationError when these are none, or more than are recorded at once."""
    if not 0 < len(rows) <= MOST:
        raise invalid("observations", "too_many" if rows else "required", most=MOST)


def _check(actor: Actor, row: Observation, external_id: str) -> None:
    if external_id:
        ExternalId.objects.refuse_taken(actor, row.resource, external_id)
    _complete(row)
    row.full_clean(exclude=PLACE if row.is_like_another else None)


def _mark_alike(rows: Sequence[Observation]) -> None:
    """Of whom and where they are is looked up once, not for each of a hundred."""
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        place = tuple(getattr(row, f"{name}_id") for name in sorted(PLACE))
        row.is_like_another = place in seen
        seen.add(place)


def _complete(row: Observation) -> None:
    """A vital sign has its name and its unit; ValidationError ``unit_wrong`` for another one."""
    row.code_system = codings.system(row.code_system)
    sign = vitals.of(row.code_system, row.code)
    if sign is None:
        return
    row.name = row.name or str(sign.name)
    row.unit = row.unit or sign.unit
    if row.value is not None and row.unit != sign.unit:
        raise invalid("unit", "unit_wrong", unit=sign.unit)
