"""Medical histories in the admin: not what they say."""

from django.contrib import admin

from records.models import MedicalHistory

from .entries import EntryAdmin


@admin.register(MedicalHistory)
class MedicalHistoryAdmin(EntryAdmin):
    """Histories of the patients registered here."""

    order = 43
