"""Treatments in the admin: not what was done."""

from django.contrib import admin

from records.models import Treatment

from .entries import EntryAdmin


@admin.register(Treatment)
class TreatmentAdmin(EntryAdmin):
    """Treatments planned and done at this hospital."""

    order = 49
