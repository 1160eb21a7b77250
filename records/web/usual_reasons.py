"""The pick-lists of why that several pages share: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why an appointment or a planned stay does not take place.
CALLED_OFF = (
    _("The patient called it off"),
    _("The patient is ill"),
    _("We have to call it off"),
    _("Not needed any more"),
)
# Why what was written down is taken away as if it never was.
ERROR = (
    _("Entered in error"),
    _("Wrong patient"),
    _("Entered twice"),
)
