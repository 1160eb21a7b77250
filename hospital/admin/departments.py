"""Departments in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.models import Department


@admin.register(Department)
class DepartmentAdmin(RecordAdmin):
    """Departments of the own hospital."""

    section = _("Hospital")
    order = 11
    list_display = ("name", "code", "phone_spaced")
    search_fields = ("name", "code")
