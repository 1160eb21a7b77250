"""Acts on doctors: their facts and the list of their clinics are written together."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.records import stamp_retired
from hospital.models import Clinic, Doctor, DoctorClinic, Membership, Resource, Role

# By what doctors are listed.
NAMES = frozenset({"family_name", "given_names"})


@act("hospital.doctor.create")
def add(
    actor: Actor, *, doctor: Doctor, clinics: Iterable[Clinic] = (), external_id: str = ""
) -> Doctor:
    """Store a new doctor with the clinics that people are seen at.

    ValidationError for broken facts, and on ``clinics`` for one that is retired or of another hospital.
    """
    policy.require(
        actor, "hospital.doctor.create", doctor, fields=doctor.changed_fields() - {"hospital"}
    )
    wanted = {clinic.pk: clinic for clinic in clinics}
    facts.hold_parents(doctor)
    _hold(doctor, wanted)
    facts.create(actor, doctor, external_id=external_id)
    _replace(actor, doctor, wanted)
    bookable = Resource(hospital_id=doctor.hospital_id, kind=Resource.Kind.DOCTOR, doctor=doctor)
    facts.save(bookable)
    audit.wrote(bookable, changed={"doctor"})
    return doctor


@act("hospital.doctor.update")
def update(
    actor: Actor,
    *,
    doctor: Doctor,
    clinics: Iterable[Clinic] | None = None,
    expected_version: int | None = None,
    forced: bool = False,
) -> Doctor:
    """Store the changes made to a doctor; a given list of clinics replaces the whole list, None leaves it.

    The doctor's version moves with the list. StaleError when ``expected_version`` is not current.
    """
    wanted = None if clinics is None else {clinic.pk: clinic for clinic in clinics}
    lists = set()
    if wanted is not None and wanted.keys() != {clinic.pk for clinic in doctor.clinics}:
        lists = {"clinics"}
    changed = doctor.changed_fields() | lists
    policy.require(actor, "hospital.doctor.update", doctor, fields=changed)
    facts.refuse_stale(doctor, expected_version)
    facts.refuse_retired(doctor)
    if not changed:
        return doctor
    facts.hold_parents(doctor)
    _hold(doctor, wanted or {})
    doctor.full_clean()
    changed = doctor.changed_fields() | lists
    if changed:
        facts.save(doctor)
        audit.wrote(doctor, changed=changed, forced=forced)
    if NAMES & changed:
        _rename_bookable(actor, doctor)
    if lists:
        _replace(actor, doctor, wanted or {})
    return doctor


def accounts_for(doctor: Doctor, accounts: Any) -> Any:
    """Those of ``accounts`` that the doctor may be given: with the role doctor at the same hospital."""
    roles = Membership.objects.live().filter(hospital=doctor.hospital_id, role=Role.DOCTOR)
    return accounts.filter(Q(pk__in=roles.values("user_id")) | Q(pk=doctor.user_id))


def _rename_bookable(actor: Actor, doctor: Doctor) -> None:
    """List what is booked with the doctor under the new name."""
    for bookable in Resource.objects.select_for_update(no_key=True).filter(doctor=doctor):
        bookable.doctor = doctor
        facts.save(bookable)
        audit.wrote(bookable, changed={"sort_key"})


def _hold(doctor: Doctor, wanted: dict) -> None:
    """Lock the clinics, so that none is retired meanwhile, and look at each afresh."""
    for clinic in (
        Clinic.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    ):
        code = "retired_choice" if clinic.is_retired else ""
        code = "other_tenant" if clinic.hospital_id != doctor.hospital_id else code
        if code:
            raise ValidationError({"clinics": ValidationError(sentence(code), code)})


def _replace(actor: Actor, doctor: Doctor, wanted: dict) -> None:
    """Make ``wanted`` the doctor's clinics: those that stand stay, missing ones end."""
    standing = {row.clinic_id: row for row in doctor.placements.live()}
    for pk in standing.keys() - wanted.keys():
        row = standing[pk]
        stamp_retired(row, reason="replaced", at=clock.now(), by=actor.user_id)
        facts.save(row)
        audit.wrote(row, changed={"retired_at"})
    for pk in wanted.keys() - standing.keys():
        row = DoctorClinic(hospital_id=doctor.hospital_id, doctor=doctor, clinic=wanted[pk])
        facts.save(row)
        audit.wrote(row, changed={"clinic"})
