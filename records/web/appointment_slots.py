"""Free times on a page: as a value that a form sends back, and as a person types a time."""

import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from records.services.availability import FreeTime

_TYPED = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\Z")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that was shown as free."""

    resource_id: UUID
    clinic_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime


def value_of(free: FreeTime) -> str:
    """What a form sends back when this time is chosen."""
    times = (int(moment.timestamp()) for moment in (free.starts_at, free.ends_at))
    return ".".join(map(str, (free.resource.pk, free.clinic.pk, *times)))


def opened(value: str) -> Slot | None:
    """The time that ``value_of`` made; None for anything else."""
    try:
        resource_id, clinic_id, start, end = value.split(".")
        moments = (dt.datetime.fromtimestamp(int(text), dt.UTC) for text in (start, end))
        return Slot(UUID(resource_id), UUID(clinic_id), *moments)
    except (ValueError, OverflowError, OSError):
        return None


def typed_time(text: str) -> dt.time | None:
    """The time of day that was typed: 09:20, 9.20, 0920 or 9."""
    if not (match := _TYPED.match(text.strip())):
        return None
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def by_day(free: list[FreeTime], zone: dt.tzinfo) -> list[tuple[dt.date, list[dict]]]:
    """The times as a page shows them, day by day."""
    days: dict[dt.date, list[dict]] = {}
    for time in free:
        local = time.starts_at.astimezone(zone)
        row = {
            "value": value_of(time),
            "label": f"{local:%H:%M}",
            "day": local.date(),
            "who": str(time.resource),
            "where": str(time.clinic),
            "left": time.left,
        }
        days.setdefault(local.date(), []).append(row)
    return list(days.items())
