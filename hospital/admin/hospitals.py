"""Hospitals in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.models import Hospital


@admin.register(Hospital)
class HospitalAdmin(RecordAdmin):
    """All hospitals for the operator, the own one for its administrator."""

    section = _("Hospital")
    order = 10
    list_display = ("name", "code", "city", "country")
    search_fields = ("name", "code", "city")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "code",
                    "name",
                    "language",
                    "time_zone",
                    "currency",
                    "country",
                    "first_weekday",
                )
            },
        ),
        (_("Patients' pages"), {"fields": ("shows_allergies",)}),
        (
            _("Numbers of new patients"),
            {"fields": ("mrn_prefix", "mrn_width", "mrn_without_check_digit")},
        ),
        (
            _("How it is reached"),
            {"fields": ("phone", "email", "address_line", "postal_code", "city")},
        ),
    )
