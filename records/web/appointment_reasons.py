"""The pick-lists of why: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why somebody is booked on top of the hours, or outside of them.
OVERBOOK = (
    _("Urgent"),
    _("The doctor asked for it"),
    _("Came from far away"),
    _("Takes a moment only"),
)
# Why a patient has two appointments at once.
LANE = (
    _("The treatment goes on meanwhile"),
    _("Seen together"),
)
# Why an appointment is taken away as if it never was.
ERROR = (
    _("Entered in error"),
    _("Wrong patient"),
    _("Booked twice"),
)
