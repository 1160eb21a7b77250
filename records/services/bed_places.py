"""Beds given and given back. Whoever is refused is told what stands in the way and which beds would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError, errors_of
from hospital.kit.records import stamp_restored, stamp_retired
from hospital.models import Bed, Ward
from hospital.services import beds
from records.models import BedPeriod, Encounter, Patient

from .placing import lock_rows
from .wanted_times import invalid

LATEST = dt.timedelta(hours=72)
OFFERED = 12
PUT_UP = "records.bedperiod.put_up"
Kind = BedPeriod.Kind


class BedConflict(RuleError):
    """The bed cannot be given: what it is used for, and the beds that are free and suitable.

    Those are looked for when a door asks, with all locks gone.
    """

    def __init__(
        self, code: str, bed: Bed, patient: Patient | None, *, standing: Any = None, **told: Any
    ):
        self.bed, self.standing, self._patient = bed, standing, patient
        stay = standing.encounter if standing else None
        super().__init__(code, links=(stay.as_link(),) if stay else (), bed=str(bed), **told)

    @cached_property
    def free(self) -> list[Bed]:
        """Beds that would do now, those of the same ward first."""
        rows = free_beds(self.bed.hospital_id, self._patient).select_related("ward")
        near = sorted(
            rows, key=lambda bed: (bed.ward_id != self.bed.ward_id, bed.ward.code, bed.sort_key)
        )
        return near[:OFFERED]

    @property
    def more(self) -> dict[str, Any]:
        free = [{"bed_id": bed.pk, "ward_id": bed.ward_id, "label": bed.label} for bed in self.free]
        kind = self.standing.kind if self.standing else None
        # An extra bed that was not given was not put up either.
        bed_id = None if self.bed._state.adding else self.bed.pk
        return {"bed_id": bed_id, "state": kind, "free_beds": free}


def moment(at: dt.datetime | None) -> dt.datetime:
    """When something happened: now, or earlier as it is entered late.

    ValidationError ``time_to_come`` or, more than 72 hours late, ``too_late``.
    """
    now = clock.now()
    if at is None:
        return now
    if at > now:
        raise invalid("at", "time_to_come")
    if at < now - LATEST:
        raise invalid("at", "too_late", hours=int(LATEST.total_seconds() // 3600))
    return at


def free_beds(hospital_id: UUID, patient: Patient | None = None) -> QuerySet[Bed]:
    """The beds that nobody uses or keeps from now on, and that are for a patient like this."""
    used = BedPeriod.objects.meeting(clock.now()).filter(bed=OuterRef("pk"))
    rows = Bed.objects.live().filter(~Exists(used), hospital=hospital_id, ward__retired_at=None)
    return rows.filter(for_whom(patient)) if patient else rows


def for_whom(patient: Patient) -> Q:
    """The beds whose policy admits the patient; who is neither man nor woman is asked, not refused."""
    other = {"female": Bed.SexPolicy.MALE, "male": Bed.SexPolicy.FEMALE}.get(patient.sex)
    return ~Q(sex_policy=other) if other else Q()


def lock(rows: Iterable[Bed | None]) -> None:
    """Hold beds until the transaction ends, in the order kept everywhere."""
    lock_rows(Bed, [bed.pk for bed in rows if bed])


def place_of(ward: Ward | None, bed: Bed | None, extra: str = "") -> tuple[Ward, Bed | None]:
    """Where somebody is to lie; ValidationError when it is nowhere, gone, or two places at once.

    Of an ``extra`` bed to be put up it is the ward, which is locked.
    """
    if extra and (ward is None or bed is not None):
        raise invalid("extra", "extra_bed_place")
    if extra and extra not in Bed.Kind.values:
        raise invalid("extra", "invalid_choice")
    if bed is not None:
        bed = Bed.objects.select_related("ward").get(pk=bed.pk)
        if ward is not None and ward.pk != bed.ward_id:
            raise invalid("bed", "bed_of_other_ward")
        if bed.is_retired:
            raise invalid("bed", "retired_choice")
        return bed.ward, bed
    if ward is None:
        raise invalid("bed", "place_required")
    facts.lock(ward)
    ward.refresh_from_db()
    if ward.is_retired:
        raise invalid("ward", "retired_choice")
    return ward, None


def occupy(
    actor: Actor, stay: Encounter, ward: Ward, bed: Bed | None, at: dt.datetime, *,
    reason: str = "", extra: str = "",
) -> BedPeriod:  # fmt: skip
    """Give the stay its place from ``at`` on. BedConflict (409) when the bed is used or not suitable.

    With ``extra``, "bed" or "cot", one is put up in the ward, which ``place_of`` has locked.
    """
    if extra:
        policy.require(actor, PUT_UP, ward)
        bed = beds.put_extra(ward, extra)
    if bed is not None:
        _refuse_gone(ward, bed)
        _refuse_used(actor, stay, bed, at)
        if not reason:
            _refuse_unsuitable(stay, bed)
    period = BedPeriod(
        hospital_id=stay.hospital_id, ward=ward, bed=bed, kind=Kind.OCCUPIED, encounter_id=stay.pk,
        starts_at=at, reason=reason,
    )  # fmt: skip
    return write(period, {"kind", "bed", "ward", "starts_at"})


def current(stay: Encounter) -> BedPeriod | None:
    """Where the patient lies or waits now."""
    rows = stay.periods.live().filter(kind=Kind.OCCUPIED, ends_at=None)
    found: BedPeriod | None = rows.select_related("bed__ward", "ward").first()
    return found


def leave_place(period: BedPeriod, at: dt.datetime, *, is_cleaned: bool = True) -> None:
    """End a period at ``at``; its bed waits to be cleaned. RuleError when it began only later."""
    if period.starts_at >= at:
        raise RuleError("already_changed_since")
    period.ends_at = at
    write(period, {"ends_at"})
    if period.bed_id and is_cleaned:
        row = BedPeriod(
            hospital_id=period.hospital_id, ward_id=period.ward_id, bed_id=period.bed_id,
            kind=Kind.CLEANING, starts_at=at,
        )  # fmt: skip
        write(row, {"kind", "bed", "starts_at"})


def take_away(actor: Actor, rows: Iterable[Any], reason: str, at: dt.datetime) -> None:
    """What never was; all at one moment: by it they are found together."""
    for row in rows:
        stamp_retired(row, reason=reason, at=at, by=actor.user_id)
        write(row, {"retired_at"}, reason=reason)


def bring_back(rows: Iterable[Any]) -> None:
    """What was taken away by mistake holds again. RuleError ``restore_conflict`` when its place is used now."""
    for row in rows:
        stamp_restored(row)
        try:
            write(row, {"retired_at"})
        except ValidationError as exc:
            code, text = next(each for told in errors_of(exc).values() for each in told)
            raise RuleError("restore_conflict", problem=text, cause=code) from exc


def write(row: Any, changed: set[str], *, reason: str = "") -> Any:
    """Store a period or a leave, on record."""
    row.full_clean()
    facts.save(row)
    audit.wrote(row, changed=changed, reason=reason)
    return row


def _refuse_gone(ward: Ward, bed: Bed) -> None:
    """Looked at afresh, once the bed is locked."""
    bed.refresh_from_db(fields=["retired_at", "ward", "sex_policy", "is_isolation"])
    if bed.is_retired:
        raise invalid("bed", "retired_choice")
    if bed.ward_id != ward.pk:
        raise invalid("bed", "bed_of_other_ward")


def _refuse_used(actor: Actor, stay: Encounter, bed: Bed, at: dt.datetime) -> None:
    """A reservation for this stay is used up; one that has lapsed is over by itself."""
    for period in BedPeriod.objects.meeting(at).filter(bed=bed).select_related("encounter"):
        if period.kind == Kind.RESERVED and period.encounter_id == stay.pk:
            _use_up(actor, period, at)
            continue
        raise BedConflict(
            "bed_taken", bed, stay.patient, standing=period, state=period.get_kind_display()
        )


def _use_up(actor: Actor, period: BedPeriod, at: dt.datetime) -> None:
    if period.starts_at < at:
        period.ends_at = at
        write(period, {"ends_at"})
    else:
        take_away(actor, [period], "used", clock.now())


def _refuse_unsuitable(stay: Encounter, bed: Bed) -> None:
    why = ""
    if not Bed.objects.filter(for_whom(stay.patient), pk=bed.pk).exists():
        why = str(bed.get_sex_policy_display())
    elif stay.needs_isolation and not bed.is_isolation:
        why = _("it is not suitable for isolation")
    if why:
        raise BedConflict("bed_unsuitable", bed, stay.patient, why=why)
