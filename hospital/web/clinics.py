"""Pages of clinics."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Clinic


class ClinicForm(RecordForm):
    class Meta:
        model = Clinic
        fields = ("department", "code", "name", "room", "phone", "opening_hours")


class ClinicPages(RecordPages):
    """Clinics, which one may look at by department."""

    topic = "clinics"
    form_class = ClinicForm
    columns = ("name", "code", "department", "room", "phone")
    filters = ("department",)
    icon, group, order = "door-open", _("Hospital"), 63
