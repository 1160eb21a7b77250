"""The acts on allergies, and the statement that there are none: never both at once.

Each of them holds the patient, so that of two at the same time the second sees what the first did.
"""

from django.utils.translation import gettext

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor, acting
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from records.models import Allergy, AllergyStatement


@act("records.allergy.create")
def record(actor: Actor, *, allergy: Allergy, external_id: str = "") -> Allergy:
    """Write an allergy down; a statement that there are none ends with it.

    ValidationError ``allergy_known`` when the patient's list has the substance or its code.
    """
    facts.create(actor, allergy, external_id=external_id)
    _end_statement(actor, allergy)
    return allergy


@act("records.allergy.update")
def change(
    actor: Actor, *, allergy: Allergy, expected_version: int | None = None, forced: bool = False
) -> Allergy:
    """Store the changes made to an allergy; one that becomes active ends a statement of none."""
    seen = allergy.version
    facts.change(actor, allergy, expected_version=expected_version, forced=forced)
    if allergy.version != seen:
        _end_statement(actor, allergy)
    return allergy


@act("records.allergy.restore")
def restore(actor: Actor, *, allergy: Allergy, expected_version: int | None = None) -> Allergy:
    """Bring back an allergy that was entered in error by mistake."""
    facts.restore(actor, allergy, expected_version=expected_version)
    _end_statement(actor, allergy)
    return allergy


@act("records.allergystatement.create")
def state_none(
    actor: Actor, *, statement: AllergyStatement, external_id: str = ""
) -> AllergyStatement:
    """State that the patient has no known allergies.

    RuleError ``allergies_stand`` with links while one is active; ValidationError
    ``no_allergies_stated`` when it is stated already.
    """
    policy.require(actor, "records.allergystatement.create", statement)
    _hold_without_allergies(statement)
    return facts.create(actor, statement, external_id=external_id)


@act("records.allergystatement.restore")
def restate_none(
    actor: Actor, *, statement: AllergyStatement, expected_version: int | None = None
) -> AllergyStatement:
    """Bring back a statement that was taken back by mistake. RuleError as ``state_none``."""
    policy.require(actor, "records.allergystatement.restore", statement)
    _hold_without_allergies(statement)
    return facts.restore(actor, statement, expected_version=expected_version)


def _hold_without_allergies(statement: AllergyStatement) -> None:
    """Lock the patient, so that nobody records an allergy meanwhile; refuse when one stands."""
    facts.hold_parents(statement)
    standing = Allergy.objects.standing().filter(patient=statement.patient_id)
    if found := list(standing[: facts.LINKED]):
        raise RuleError("allergies_stand", links=tuple(row.as_link() for row in found))


def _end_statement(actor: Actor, allergy: Allergy) -> None:
    """The patient is held already, by what has just been written."""
    if not allergy.is_standing:
        return
    statements = AllergyStatement.objects.live().filter(patient=allergy.patient_id)
    for statement in statements:
        with acting(actor, "records.allergystatement.retire"):
            reason = gettext("An allergy was recorded")
            stamp_retired(statement, reason=reason, at=clock.now(), by=actor.user_id)
            facts.save(statement)
            audit.wrote(statement, changed={"retired_at"}, reason=reason)
