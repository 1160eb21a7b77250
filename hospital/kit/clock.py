"""The only place that reads the clock, so that a test can freeze it in one spot."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """Return this moment, aware and in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Return the date on the wall of the active time zone (the active hospital's)."""
    return timezone.localdate(now())


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment as the clock on the wall of the active time zone tells it."""
    return timezone.localtime(moment)
