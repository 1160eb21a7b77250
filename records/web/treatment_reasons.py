"""The pick-lists of why, on the pages of treatments: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why a treatment that was planned is not done.
CANCEL = (
    _("Not needed any more"),
    _("The patient does not want it"),
    _("The patient did not come"),
    _("The patient is not fit for it"),
    _("Something else is done instead"),
)
