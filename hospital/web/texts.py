"""How dates and times are written on a page: 27-Mar-1987, 24-hour clock, the hospital's zone."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext

from hospital.kit import clock


def day_text(value: Any) -> str:
    """27-Mar-1987 for a date; Mar-1987 or 1987 for one that is partly known ("1987-03")."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, datetime.date):
        return f"{value.day:02d}-{_month(value.month)}-{value.year}"
    year, *rest = str(value).split("-")
    if not rest or not all(part.isdecimal() and int(part) for part in rest) or int(rest[0]) > 12:
        return str(value)
    return "-".join([*rest[1:], _month(int(rest[0])), year])


def moment_text(value: datetime.datetime | None) -> str:
    """27-Mar-1987 14:05; "Today 14:05" and "Yesterday 14:05" while they are."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    days_ago = (timezone.localtime(clock.now()).date() - local.date()).days
    names = {0: gettext("Today"), 1: gettext("Yesterday")}
    return f"{names.get(days_ago) or day_text(local)} {local:%H:%M}"


def _month(number: int) -> str:
    return str(MONTHS_3[number]).capitalize().rstrip(".")
