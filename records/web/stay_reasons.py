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
# Why nobody may lie in a bed.
CLOSE = (
    _("Repair"),
    _("Not enough staff"),
    _("Infection in the room"),
    _("Room needed for something else"),
)
