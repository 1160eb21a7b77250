"""Pages of doctors."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.exports import Column
from hospital.kit.web import histories
from hospital.kit.web.forms import ListField, RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.values import heading
from hospital.kit.web.values import shown as told
from hospital.models import Clinic, Doctor, DoctorClinic
from hospital.services import doctors

LISTED_COLUMNS = ("family_name", "speciality", "phone")
# So many doctors stand on a page of something else; all of them are a list of their own.
LISTED = 100


def listed(actor: Actor, *, url: str = "", **here: Any) -> dict[str, Any]:
    """The live doctors of a clinic or department, for its page; nothing for who may not list doctors.

    ``here`` narrows them, ``url`` leads to all of them.
    """
    if not policy.allows(actor, "hospital.doctor.list"):
        return {}
    rows: Any = Doctor.objects.visible_to(actor, "list")
    found = list(rows.live().filter(**here).order_by("sort_key", "id")[: LISTED + 1])
    shown = {
        "doctors": [
            {"record": row, "speciality": row.speciality, "phone": told(row, "phone")}
            for row in found[:LISTED]
        ],
        "doctors_url": url if len(found) > LISTED else "",
        "doctor_columns": [
            {
                "label": _("Name") if name == "family_name" else heading(Doctor, name),
                "is_wide_only": name == "phone",
            }
            for name in LISTED_COLUMNS
        ],
    }
    return {"listed_doctors": shown}


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
