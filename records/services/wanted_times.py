"""Whether a time that is asked for makes sense at all, before anybody looks whether it is free."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hospital.kit import clock, localtimes
from hospital.kit.codes import sentence
from hospital.models import Hospital, Resource
from records.models import Appointment

from . import availability, hours

# What is longer is a stay.
LONGEST = dt.timedelta(hours=24)


def length_of(appointment: Appointment, minutes: int | None = None) -> dt.timedelta:
    """How long it takes: as asked for, else as its kind says, else a slot of the doctor's, else as is usual."""
    if not minutes and appointment.kind:
        minutes = appointment.kind.minutes
    usual = minutes or _slot_length(appointment) or availability.USUAL_MINUTES
    return dt.timedelta(minutes=usual)


def _slot_length(appointment: Appointment) -> int | None:
    """The minutes of a slot of the hours that the doctor keeps at that time."""
    doctor = Resource.objects.filter(doctor=appointment.doctor_id or None).first()
    if doctor is None or appointment.starts_at is None:
        return None
    begins = appointment.starts_at
    hospital = Hospital.objects.get(pk=appointment.hospital_id)
    known = hours.load(hospital, [doctor.pk], begins, begins)
    held = known.covering(doctor.pk, begins, begins + dt.timedelta(minutes=1))
    return held.session.slot_minutes if held else None


def refuse_unplaceable(appointment: Appointment, *, is_new: bool = True) -> None:
    """ValidationError for what cannot be placed at all; adds the end that nobody gave."""
    _refuse_missing(appointment)
    if appointment.starts_at > clock.now() + availability.FARTHEST:
        raise _out_of_range("starts_at", _("Choose a time within the next five years."))
    if appointment.ends_at is None:
        appointment.ends_at = appointment.starts_at + length_of(appointment)
    for name in ("starts_at", "ends_at"):
        moment = getattr(appointment, name)
        if moment.second or moment.microsecond:
            raise invalid(name, "whole_minutes")
    if appointment.ends_at <= appointment.starts_at:
        raise invalid("ends_at", "interval_reversed")
    if appointment.ends_at - appointment.starts_at > LONGEST:
        raise _out_of_range("ends_at", _("An appointment takes at most 24 hours."))
    if is_new:
        _refuse_past(appointment)


def _refuse_missing(appointment: Appointment) -> None:
    given = {"clinic": appointment.clinic_id, "starts_at": appointment.starts_at}
    missing = [name for name, value in given.items() if value is None]
    if missing:
        raise ValidationError(
            {name: ValidationError(sentence("required"), "required") for name in missing}
        )


def is_on(appointment: Appointment, moment: dt.datetime) -> bool:
    """Whether ``moment`` is on the local day on which the appointment begins, or within it."""
    zone = appointment.clinic.hospital.zone
    begins = localtimes.day_bounds(appointment.starts_at.astimezone(zone).date(), zone)
    return begins[0] <= moment < max(begins[1], appointment.ends_at)


def _refuse_past(appointment: Appointment) -> None:
    """A time before today is not given any more; what was seen earlier today may still be written down."""
    today = localtimes.day_bounds(clock.today(), appointment.clinic.hospital.zone)[0]
    if appointment.starts_at < today:
        raise invalid("starts_at", "time_past")


def invalid(field: str, code: str, **told: Any) -> ValidationError:
    """What is wrong with a field, by its code; ``told`` fills its sentence."""
    return ValidationError({field: ValidationError(sentence(code, **told), code)})


def _out_of_range(field: str, words: str) -> ValidationError:
    return ValidationError({field: ValidationError(words, "out_of_range")})
