"""How this app's acts are told in a record's history."""

from django.utils.translation import gettext_lazy as _

OF_APPOINTMENTS = {
    "create": _("booked it"),
    "walk_in": _("wrote down that the patient is here"),
    "check_in": _("checked the patient in"),
    "start": _("started"),
    "complete": _("completed it"),
    "miss": _("marked it as missed"),
    "undo": _("took the last step back"),
    "cancel": _("called it off"),
    "retire": _("marked it as entered in error"),
    "identify": _("said whose it is"),
    "reassign": _("gave it to another doctor"),
}

OF_STAYS = {
    "create": _("entered the stay"),
    "admit": _("took the patient in"),
    "transfer": _("moved the patient to another place"),
    "leave": _("noted that the patient left for a while, or came back"),
    "discharge": _("discharged the patient"),
    "undo": _("took the last step back"),
    "cancel": _("called it off"),
    "retire": _("marked it as entered in error"),
    "restore": _("brought it back"),
}

OF_VISITS = {
    "create": _("wrote down that the patient is here"),
    "start": _("began with the patient"),
    "finish": _("completed the visit"),
    "undo": _("took the last step back"),
    "cancel": _("wrote down that the patient left without being seen"),
    "retire": _("marked it as entered in error"),
    "restore": _("brought it back"),
}

OF_TREATMENTS = {
    "create": _("planned the treatment"),
    "perform": _("noted that it has been done"),
    "cancel": _("called it off"),
    "undo": _("took the last step back"),
    "retire": _("marked it as entered in error"),
    "restore": _("brought it back"),
}


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
    histories.say("records.merge.create", _("proposed the merge"))
    histories.say("records.merge.approve", _("merged two charts of one person"))
    histories.say("records.merge.undo", _("undid a merge of two charts"))
    for word, told in OF_APPOINTMENTS.items():
        histories.say(f"records.appointment.{word}", told)
    histories.say("records.diagnosis.retire", _("marked it as entered in error"))
    histories.say("records.observation.retire", _("marked it as entered in error"))
    histories.say("records.encounter.bring_in", _("brought it in from another system"))
    histories.say("records.treatment.bring_in", _("brought it in from another system"))
    histories.say("records.observation.finalise", _("made it final"))
    for word, told in OF_VISITS.items():
        histories.say(f"records.outpatient.{word}", told)
    for word, told in OF_TREATMENTS.items():
        histories.say(f"records.treatment.{word}", told)
    histories.say("records.task.complete", _("settled it"))
    histories.say("records.task.raise", _("put it on the list"))
    histories.say("records.task.cancel", _("took it off the list"))
    for word, told in OF_STAYS.items():
        histories.say(f"records.inpatient.{word}", told)
