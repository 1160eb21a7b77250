"""How this app's acts are told in a record's history."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    from hospital.kit.web import histories

    histories.say("records.patient.create", _("registered the patient"))
    histories.say("records.patient.register_here", _("registered the patient here too"))
    histories.say("records.patient.retire", _("retired the patient"))
    histories.say("records.patient.restore", _("brought the patient back"))
    histories.say("records.allergy.retire", _("marked it as entered in error"))
    histories.say("records.history.retire", _("marked it as entered in error"))
    histories.say("records.allergystatement.create", _("stated that there are no known allergies"))
    histories.say("records.allergystatement.retire", _("took the statement back"))
