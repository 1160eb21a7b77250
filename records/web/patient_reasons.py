"""The pick-lists of why: kept in the audit in these words."""

from django.utils.translation import gettext_lazy as _

# Why a chart known elsewhere is registered here.
HERE = (
    _("Moved here"),
    _("Referred to us"),
    _("Emergency"),
)
# Why a chart is retired.
RETIRE = (
    _("Registered twice"),
    _("Registered by mistake"),
    _("Moved to another hospital"),
    _("The patient asked for it"),
)
# Why somebody is new although others like them are known: by one key each.
TWIN = "twin"
NEW = {
    "checked": _("Different person, checked"),
    TWIN: _("Twin"),
    "unsure": _("Cannot say"),
}
# Whoever says one of these has looked: the two are not asked about again.
FOR_SURE = ("checked", TWIN)
