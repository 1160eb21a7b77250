"""The pick-lists of why two charts are merged, and why that is refused or undone: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

PROPOSE = (
    _("Registered twice"),
    _("Came in unidentified"),
    _("Registered under another name"),
    _("Brought in twice by an import"),
)
REFUSE = (
    _("They are two persons"),
    _("The wrong chart would be kept"),
    _("Not certain: to be checked first"),
)
UNDO = (
    _("They are two persons"),
    _("The wrong chart was kept"),
    _("Merged by mistake"),
)
