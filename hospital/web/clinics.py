"""Pages of clinics."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Clinic

from . import doctors


class ClinicForm(RecordForm):
    class Meta:
        model = Clinic
        fields = ("department", "code", "name", "room", "phone", "opening_hours")


class ClinicPages(RecordPages):
    """Clinics, which one may look at by department; each with its doctors."""

    topic = "clinics"
    form_class = ClinicForm
    columns = ("name", "code", "department", "room", "phone")
    filters = ("department",)
    icon, group, order = "door-open", _("Hospital"), 63

    def more(self, record: Clinic) -> dict[str, Any]:
        here: dict[str, Any] = {"placements__clinic": record, "placements__retired_at": None}
        return doctors.listed(self.actor, **here)
