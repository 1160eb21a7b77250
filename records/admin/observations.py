"""Observations in the admin: not what they say."""

from django.contrib import admin

from records.models import Observation

from .entries import EntryAdmin


@admin.register(Observation)
class ObservationAdmin(EntryAdmin):
    """What was observed here."""

    order = 49
