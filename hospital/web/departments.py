"""Pages of departments."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Department, Ward


class DepartmentForm(RecordForm):
    class Meta:
        model = Department
        fields = ("code", "name", "phone", "description")


class DepartmentPages(RecordPages):
    """Departments, each with its wards."""

    topic = "departments"
    form_class = DepartmentForm
    columns = ("name", "code", "phone")
    icon, group, order = "building-2", _("Hospital"), 60

    def more(self, record: Department) -> dict[str, Any]:
        wards = Ward.objects.visible_to(self.actor, "list").live().filter(department=record)
        may_add = policy.allows(self.actor, "hospital.ward.create") and not record.is_retired
        add_url = f"{reverse('hospital:ward-create')}?department={record.pk}" if may_add else ""
        return {"wards": wards.order_by("code", "id"), "add_ward_url": add_url}
