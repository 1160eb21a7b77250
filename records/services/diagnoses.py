"""The main diagnosis of an encounter passes from one to another in one act."""

from hospital.kit import facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from records.models import Diagnosis


@act("records.diagnosis.create")
def record(actor: Actor, *, diagnosis: Diagnosis, external_id: str = "") -> Diagnosis:
    """Store a new diagnosis; a main one takes the place of the encounter's main one before it."""
    _make_secondary(actor, diagnosis)
    return facts.create(actor, diagnosis, external_id=external_id)


@act("records.diagnosis.update")
def change(
    actor: Actor, *, diagnosis: Diagnosis, expected_version: int | None = None, forced: bool = False
) -> Diagnosis:
    """Store changes; one that is made the main one takes the place of the one before it."""
    policy.require(actor, "records.diagnosis.update", diagnosis)
    facts.refuse_stale(diagnosis, expected_version)
    if "is_main" in diagnosis.changed_fields():
        _make_secondary(actor, diagnosis)
    return facts.change(actor, diagnosis, expected_version=expected_version, forced=forced)


def _make_secondary(actor: Actor, main: Diagnosis) -> None:
    if not (main.is_main and main.encounter_id):
        return
    facts.hold_parents(main)
    rows = Diagnosis.objects.live().filter(encounter=main.encounter_id, is_main=True)
    for before in rows.exclude(pk=main.pk):
        before.is_main = False
        facts.change(actor, before)
