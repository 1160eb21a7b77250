"""Pages of departments."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.records import Record
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Clinic, Department, Doctor, Ward
from hospital.models.parts import HospitalPart

from . import doctors


class DepartmentForm(RecordForm):
    class Meta:
        model = Department
        fields = ("code", "name", "phone", "description")


class DepartmentPages(RecordPages):
    """Departments, each with its wards, clinics and doctors."""

    topic = "departments"
    form_class = DepartmentForm
    columns = ("name", "code", "phone")
    icon, group, order = "building-2", _("Hospital"), 60

    def more(self, record: Department) -> dict[str, Any]:
        all_doctors = reverse("hospital:doctor-list")
        return {
            "wards": self._of(record, Ward),
            "add_ward_url": self._adding(record, Ward),
            "clinics": self._of(record, Clinic),
            "add_clinic_url": self._adding(record, Clinic),
            "add_doctor_url": self._adding(record, Doctor),
            **doctors.listed(
                self.actor, url=f"{all_doctors}?department={record.pk}", department=record
            ),
        }

    def _of(self, record: Department, model: type[HospitalPart]) -> Any:
        rows: Any = model.objects.visible_to(self.actor, "list")
        return rows.live().filter(department=record).order_by("code", "id")

    def _adding(self, record: Department, model: type[Record]) -> str:
        """Where a new one is added to the department; "" when that may not be done."""
        if record.is_retired or not policy.allows(self.actor, f"{model.resource}.create"):
            return ""
        url = reverse(f"hospital:{model._meta.model_name}-create")
        return f"{url}?department={record.pk}"
