"""The only place that reads the clock, so that a test can freeze it in one spot."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """Return this moment, aware and in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Return the date on the wall of the active time zone (the active hospital's)."""
    return timezone.localdate(now())
