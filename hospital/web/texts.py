"""How dates and times are written on a page: 27-Mar-1987, 24-hour clock, the hospital's zone."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext

from hospital.kit import clock, partialdates


def day_text(value: dt.date | dt.datetime | str | None) -> str:
    """27-Mar-1987 for a date; Mar-1987 or 1987 for one that is partly known ("1987-03")."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return partialdates.spoken(partialdates.normal(value))


def moment_text(value: dt.datetime | None) -> str:
    """27-Mar-1987 14:05; "Today 14:05" and "Yesterday 14:05" while they are."""
    if not value:
        return ""
    local = timezone.localtime(value)
    days_ago = (timezone.localtime(clock.now()).date() - local.date()).days
    name = {0: gettext("Today"), 1: gettext("Yesterday")}.get(days_ago) or day_text(local)
    return f"{name} {local:%H:%M}"
