"""Pages of wards."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.models import Ward


class WardForm(RecordForm):
    class Meta:
        model = Ward
        fields = ("department", "code", "name", "floor", "phone")


class WardPages(RecordPages):
    """Wards, which one may look at by department."""

    topic = "wards"
    form_class = WardForm
    columns = ("name", "code", "department", "floor", "phone")
    filters = ("department",)
    icon, group, order = "bed", _("Hospital"), 61
