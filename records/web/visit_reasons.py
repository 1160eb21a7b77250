"""The pick-lists of why, on the pages of visits: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why somebody leaves without being seen.
CANCEL = (
    _("Did not want to wait"),
    _("Sent to another place"),
    _("Feels better"),
    _("Called, and was not there"),
)
