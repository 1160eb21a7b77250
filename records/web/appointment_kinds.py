"""Pages of the kinds of appointments."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from records.models import AppointmentKind


class AppointmentKindForm(RecordForm):
    class Meta:
        model = AppointmentKind
        fields = ("code", "name", "minutes", "clinic")
        help_texts: ClassVar[dict[str, str | Promise]] = {
            "minutes": _("How long it usually takes; each appointment may differ.")
        }


class AppointmentKindPages(RecordPages):
    """Kinds of appointments, which one may look at by clinic."""

    topic = "appointment-kinds"
    form_class = AppointmentKindForm
    columns = ("name", "code", "minutes", "clinic")
    filters = ("clinic",)
    icon, group, order = "tags", _("Schedules"), 43
