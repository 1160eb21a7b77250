"""The acts on a chart: register, change, register here, retire, restore."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from hospital.kit import audit, clock, facts, parts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import Moved, RuleError
from hospital.kit.records import stamp_restored, stamp_retired
from hospital.models import ExternalId
from records.models import Patient, PatientContact, PatientIdentifier, Registration
from records.models.identifiers import key_of

from . import deaths, duplicates, matching, mrns, search_keys


@act("records.patient.create")
def register(
    actor: Actor,
    *,
    patient: Patient,
    identifiers: Sequence[PatientIdentifier] = (),
    contacts: Sequence[PatientContact] = (),
    external_id: str = "",
    not_duplicate: str = "",
    apart_from: Sequence[matching.Likely] = (),
    seen: Collection[UUID] | None = None,
) -> Patient:
    """Open a chart and register it at the actor's hospital, with a new MRN.

    ``not_duplicate`` says why this is somebody new although likely matches were shown; it stands
    in the audit, and for those of ``apart_from`` it is remembered that they are somebody else. Who was shown is
    ``seen``: Unseen when somebody else may be the same by now; with None nobody is asked.
    ValidationError for broken facts; RuleError ``identifier_known`` or ``known_elsewhere`` when an
    identifier that belongs to one person is already in use, ``external_id_taken`` with a link.
    """
    chosen = patient.changed_fields()
    policy.require(actor, "records.patient.create", patient, fields=chosen)
    if external_id:
        ExternalId.objects.refuse_taken(actor, patient.resource, external_id)
    matching.refuse_known(actor, identifiers)
    if seen is not None:
        matching.refuse_unseen(actor, patient, seen)
    [patient.mrn] = mrns.new(actor.hospital_id)
    patient.full_clean()
    facts.save(patient)
    registration = _register(actor, patient)
    numbers = _prepare(actor, patient, "identifiers", identifiers)
    parts.add(numbers)
    parts.add(_prepare(actor, patient, "contacts", contacts))
    search_keys.add_keys(registration, search_keys.keys_of(patient, numbers))
    if external_id:
        ExternalId.objects.claim(actor, patient, external_id)
    audit.wrote(patient, changed=chosen, reason=not_duplicate)
    for other in apart_from:
        duplicates.told_apart(actor, patient, other, reason=not_duplicate)
    return patient


@act("records.patient.update")
def update(
    actor: Actor,
    *,
    patient: Patient,
    identifiers: Sequence[PatientIdentifier] | None = None,
    contacts: Sequence[PatientContact] | None = None,
    accepts_cancelling: bool = False,
    expected_version: int | None = None,
    forced: bool = False,
) -> Patient:
    """Store the changes made to a chart; a given list replaces the whole list, None leaves it.

    The chart's version moves with its parts. StaleError when ``expected_version`` is not current.
    BookingsToCancel when somebody has died who is still expected; with ``accepts_cancelling`` those
    bookings are called off.
    """
    policy.require(actor, "records.patient.update", patient)
    facts.refuse_stale(patient, expected_version)
    _refuse_retired(actor, patient)
    lists: dict[str, Any] = {"identifiers": identifiers, "contacts": contacts}
    given = {
        name: _prepare(actor, patient, name, rows)
        for name, rows in lists.items()
        if rows is not None
    }
    differing = {name: rows for name, rows in given.items() if parts.differ(patient, name, rows)}
    changed = patient.changed_fields() | differing.keys()
    policy.require(actor, "records.patient.update", patient, fields=changed)
    if not changed:
        return patient
    matching.refuse_known(actor, identifiers or (), but=patient.pk)
    patient.full_clean()
    has_died = patient.is_deceased and "is_deceased" in changed
    if has_died and not accepts_cancelling:
        deaths.refuse_unlisted(actor, patient)
    facts.save(patient)
    for name, rows in differing.items():
        parts.replace(actor, patient, name, rows)
    search_keys.rewrite(patient)
    audit.wrote(patient, changed=changed, forced=forced)
    if has_died:
        deaths.call_off(actor, patient)
    return patient


@act("records.patient.register_here")
def register_here(actor: Actor, *, match: str, reason: str) -> Patient:
    """Register a chart known to another hospital at the actor's own. The reason stands in the audit."""
    facts.require_reason(reason)
    patient = matching.opened(actor, match)
    _hold(patient)
    if patient.is_retired:
        raise matching.match_invalid()
    registration = _registration(actor, patient)
    if registration and not registration.is_retired:
        raise RuleError("already_registered", links=(patient.as_link(),))
    if registration:
        stamp_restored(registration)
        registration.reason = reason.strip()
        facts.save(registration)
    else:
        registration = _register(actor, patient, reason=reason.strip())
    search_keys.rewrite(patient)
    audit.wrote(registration, changed={"hospital"}, reason=reason.strip())
    return patient


@act("records.patient.retire")
def retire(
    actor: Actor, *, patient: Patient, reason: str, expected_version: int | None = None
) -> None:
    """End the registration at the actor's hospital; the chart itself is retired with the last one."""
    policy.require(actor, "records.patient.retire", patient)
    facts.require_reason(reason)
    _hold(patient)
    facts.refuse_stale(patient, expected_version)
    registration = _registration(actor, patient)
    if registration is None or registration.is_retired:
        raise RuleError("retired")
    facts.refuse_in_use(patient)
    now, why = clock.now(), reason.strip()
    stamp_retired(registration, reason=why, at=now, by=actor.user_id)
    registration.changed_at = now
    facts.save(registration)
    search_keys.write_keys(registration, set())
    audit.wrote(registration, changed={"retired_at"}, reason=why)
    if not patient.registrations.live().exists():
        stamp_retired(patient, reason=why, at=now, by=actor.user_id)
        facts.save(patient)
        audit.wrote(patient, changed={"retired_at"}, reason=why)


@act("records.patient.restore")
def restore(actor: Actor, *, patient: Patient, expected_version: int | None = None) -> Patient:
    """Bring the registration at the actor's hospital back, and the chart with it."""
    policy.require(actor, "records.patient.restore", patient)
    _hold(patient)
    if patient.merged_into:
        raise Moved("patient_merged", links=(patient.merged_into.as_link(),))
    facts.refuse_stale(patient, expected_version)
    registration = _registration(actor, patient)
    if registration is None or not registration.is_retired:
        raise RuleError("not_retired")
    stamp_restored(registration)
    facts.save(registration)
    audit.wrote(registration, changed={"retired_at"})
    if patient.is_retired:
        if not patient.shown_mrn:
            [patient.mrn] = mrns.new(actor.hospital_id)
        stamp_restored(patient)
        facts.save(patient)
        audit.wrote(patient, changed={"retired_at"})
    search_keys.rewrite(patient)
    return patient


def _prepare(actor: Actor, patient: Patient, name: str, rows: Sequence[Any]) -> list[Any]:
    """A list of the chart, written by the actor's hospital, each number with its key."""
    for row in rows if name == "identifiers" else ():
        row.value_key = key_of(row.value)[:60]
    return parts.prepare(patient, name, rows, hospital_id=actor.here)


def _hold(patient: Patient) -> None:
    """Lock the chart and look at it afresh: keys must not be written from a name changed meanwhile."""
    facts.lock(patient)
    patient.refresh_from_db()


def _register(actor: Actor, patient: Patient, *, reason: str = "") -> Registration:
    registration = registration_of(actor, patient, reason=reason)
    facts.save(registration)
    return registration


def registration_of(actor: Actor, patient: Patient, *, reason: str = "") -> Registration:
    """That the actor's hospital knows the patient, not stored yet."""
    return Registration(
        patient=patient, hospital_id=actor.here, reason=reason,
        sort_key=search_keys.sort_key(patient), sex=patient.sex,
    )  # fmt: skip


def _registration(actor: Actor, patient: Patient) -> Registration | None:
    return patient.registrations.filter(hospital_id=actor.here).first()


def _refuse_retired(actor: Actor, patient: Patient) -> None:
    registration = _registration(actor, patient)
    if registration is None or registration.is_retired:
        raise RuleError("retired")
