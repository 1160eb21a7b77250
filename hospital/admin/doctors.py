"""Doctors in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.access import actor_of
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web import histories
from hospital.kit.web.forms import ListField, RecordForm
from hospital.models import Clinic, Doctor, DoctorClinic
from hospital.services import doctors


class DoctorForm(RecordForm):
    """An account offered is a doctor's; the clinics are a list of their own."""

    clinics = ListField(Clinic.objects.order_by("code", "id"), label=_("Clinics"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        account: Any = self.fields.get("user")
        if account:
            account.queryset = doctors.accounts_for(self.instance, account.queryset)


@admin.register(Doctor)
class DoctorAdmin(RecordAdmin):
    """Doctors of the own hospital."""

    section = _("People")
    order = 22
    searched = ("department", "user")
    form = DoctorForm
    list_display = ("__str__", "licence_number", "speciality", "department", "phone_spaced")
    list_select_related = ("department",)
    list_filter = (*RecordAdmin.list_filter, ("department", RelatedOnlyFieldListFilter))
    search_fields = ("family_name", "given_names", "licence_number")

    def histories_of(self, request: HttpRequest, obj: Doctor) -> list[dict[str, Any]]:
        parts = {"clinics": DoctorClinic.history.filter(doctor_id=obj.pk)}
        return histories.entries(obj, parts=parts)

    def create(self, request: HttpRequest, obj: Doctor, form: Any) -> None:
        doctors.add(actor_of(request), doctor=obj, clinics=form.chosen("clinics") or ())

    def change(self, request: HttpRequest, obj: Doctor, form: Any) -> None:
        doctors.update(
            actor_of(request), doctor=obj, clinics=form.chosen("clinics"),
            expected_version=form.expected_version,
        )  # fmt: skip
