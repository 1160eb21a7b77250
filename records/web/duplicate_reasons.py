"""The pick-list of why two charts are not of one person: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

DIFFERENT = (
    _("Different person, checked"),
    _("Twin"),
    _("Relatives of the same name"),
)
