"""Diagnoses in the admin: not what they say."""

from django.contrib import admin

from records.models import Diagnosis

from .entries import EntryAdmin


@admin.register(Diagnosis)
class DiagnosisAdmin(EntryAdmin):
    """Diagnoses made here."""

    order = 48
