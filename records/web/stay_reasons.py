"""The pick-lists of why, on the pages of stays and beds: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why somebody lies in a bed that is not meant for them.
UNSUITABLE = (
    _("No other bed is free"),
    _("The doctor asked for it"),
    _("With a relative"),
    _("For a short time only"),
)
# Why somebody leaves although something is missing.
OVERRIDE = (
    _("The summary follows"),
    _("Moved to another hospital at once"),
    _("The patient insists on leaving"),
    _("The patient has died"),
)
# Why a planned stay does not take place.
CANCEL = (
    _("The patient called it off"),
    _("The patient is ill"),
    _("We have to call it off"),
    _("Not needed any more"),
)
# Why a stay is taken away as if it never was.
ERROR = (
    _("Entered in error"),
    _("Wrong patient"),
    _("Entered twice"),
)
# Why nobody may lie in a bed.
CLOSE = (
    _("Repair"),
    _("Not enough staff"),
    _("Infection in the room"),
    _("Room needed for something else"),
)
