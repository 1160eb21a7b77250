"""Pages of doctors."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.exports import Column
from hospital.kit.web import histories
from hospital.kit.web.forms import ListField, RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Clinic, Doctor, DoctorClinic
from hospital.services import doctors


class DoctorForm(RecordForm):
    clinics = ListField(Clinic.objects.order_by("code", "id"), label=_("Clinics"))

    class Meta:
        model = Doctor
        fields = (
            "title", "family_name", "given_names", "licence_number", "speciality", "department",
            "phone", "email", "user",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        account: Any = self.fields["user"]
        account.queryset = doctors.accounts_for(self.instance, account.queryset)


class DoctorPages(RecordPages):
    """Doctors, by name; each with the clinics people are seen at."""

    topic = "doctors"
    form_class = DoctorForm
    columns = ("family_name", "given_names", "speciality", "department", "phone")
    filters = ("department",)
    icon, group, order = "stethoscope", _("Hospital"), 64

    def facts_of(self, record: Doctor) -> list[dict[str, Any]]:
        told = ", ".join(str(clinic) for clinic in record.clinics)
        return [*super().facts_of(record), {"label": gettext("Clinics"), "value": told}]

    def more_columns(self) -> list[Column]:
        return [Column(gettext("Clinics"), _clinics_of)]

    def for_file(self, rows: Any) -> Any:
        live = DoctorClinic.objects.live().select_related("clinic")
        placements = Prefetch(
            "placements", live.order_by("clinic__code", "clinic_id"), "clinics_placed"
        )
        return super().for_file(rows).prefetch_related(placements)

    def entries_of(self, record: Doctor) -> list[dict[str, Any]]:
        parts = {"clinics": DoctorClinic.history.filter(doctor_id=record.pk)}
        return histories.entries(record, parts=parts)

    def store(self, form: RecordForm) -> Doctor:
        return doctors.add(self.actor, doctor=form.record(), clinics=form.chosen("clinics") or ())

    def change(self, form: RecordForm) -> Doctor:
        return doctors.update(
            self.actor, doctor=form.record(), clinics=form.chosen("clinics"),
            expected_version=form.expected_version,
        )  # fmt: skip


def _clinics_of(doctor: Any) -> str:
    return ", ".join(str(placement.clinic) for placement in doctor.clinics_placed)
