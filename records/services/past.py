"""What another system has kept of the past, brought in: over for long, so no bed and no time is taken."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hospital.kit import audit, clock, facts, parts, policy, series
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import ExternalId
from records.models import Encounter, Treatment, TreatmentMedication

from .bed_places import LATEST
from .treatments import prepared


@act("records.encounter.bring_in")
def enter_encounter(
    actor: Actor, *, encounter: Encounter, ends_at: dt.datetime, external_id: str = ""
) -> Encounter:
    """Store a visit or a stay that is over. RuleError ``too_recent`` for one that acts could still enter."""
    policy.require(actor, "records.encounter.bring_in", encounter)
    if external_id:
        ExternalId.objects.refuse_taken(actor, encounter.resource, external_id)
    _refuse_recent(ends_at)
    facts.hold_parents(encounter)
    encounter.status, encounter.ends_at = Encounter.Status.FINISHED, ends_at
    if encounter.kind == Encounter.Kind.INPATIENT:
        encounter.disposition = encounter.disposition or Encounter.Disposition.HOME
    else:
        encounter.seen_at = encounter.starts_at
    encounter.number = "0"
    encounter.full_clean()
    encounter.number = series.with_check_digit(series.skipping("encounter"))
    return _stored(actor, encounter, external_id)


@act("records.treatment.bring_in")
def enter_treatment(
    actor: Actor,
    *,
    treatment: Treatment,
    done_at: dt.datetime,
    medications: Sequence[TreatmentMedication] = (),
    external_id: str = "",
) -> Treatment:
    """Store a treatment that was done long ago; refusals as for ``enter_encounter`` and ``treatments.plan``."""
    policy.require(actor, "records.treatment.bring_in", treatment)
    if external_id:
        ExternalId.objects.refuse_taken(actor, treatment.resource, external_id)
    _refuse_recent(done_at)
    facts.hold_parents(treatment)
    treatment.status, treatment.done_at = Treatment.Status.DONE, done_at
    treatment.full_clean()
    rows = prepared(treatment, {"medications": medications})["medications"]
    _stored(actor, treatment, external_id)
    parts.add(rows)
    return treatment


def _refuse_recent(when: dt.datetime) -> None:
    if when > clock.now() - LATEST:
        raise RuleError("too_recent")


def _stored(actor: Actor, record: Any, external_id: str) -> Any:
    chosen = record.changed_fields() - {"hospital"}
    facts.save(record)
    if external_id:
        ExternalId.objects.claim(actor, record, external_id)
    audit.wrote(record, changed=chosen | {"status"})
    return record
