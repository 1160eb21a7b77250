"""Every code this app may answer with: code, HTTP status, sentence for a person."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import Code

CODES = [
    Code("name_required", 400, _("Give a name, or say that the name is not known.")),
    Code("name_given", 400, _("There is a name. Leave it out, or do not say that the name is not known.")),
    Code("deceased_required", 400, _("A date of death is only for a patient who has died.")),
    Code("date_in_future", 400, _("This date is still to come.")),
    Code("death_before_birth", 400, _("The date of death is before the birth date.")),
    Code("identifier_taken", 409, _("This number already belongs to another patient.")),
    Code("identifier_empty", 400, _("A number has at least one letter or digit.")),
    Code("contact_unreachable", 400, _("Give a phone number or an email address.")),
    Code("mrn_invalid", 400, _(
        "An MRN has 1 to 20 letters, digits, points, slashes or hyphens, and begins and ends with a "
        "letter or digit."
    )),
    Code("mrn_taken", 400, _("Another chart has this MRN.")),
    Code("sex_unknown", 400, _("Write female, male, other or unknown, or their first letter.")),
    Code("match_invalid", 400, _("This match is too old. Search again.")),
    Code("search_empty", 400, _("Say what to search for.")),
    Code("already_registered", 409, _("This patient is already registered here.")),
    Code("identifier_known", 409, _(
        "A patient with this number is already registered here. Open that record instead."
    )),
    Code("known_elsewhere", 409, _(
        "A patient with this number is known at another hospital. Use the act "
        "register-here instead of registering again."
    )),
    Code("likely_unseen", 409, _(
        "Somebody who may be the same person was registered meanwhile. Look at them first."
    )),
    # Two charts of one person.
    Code("patient_merged", 409, _("This chart was merged into another one. Open that one instead.")),
    Code("merge_itself", 400, _("A chart cannot be merged into itself.")),
    Code("merge_open", 409, _("There is a merge of this chart already. Open that one.")),
    Code("merge_waiting", 409, _(
        "One of the two charts is in a merge that waits for an administrator, and only one of the two merges could be "
        "approved. Open that one."
    )),
    Code("merge_second_person", 409, _("Whoever proposed a merge does not approve it.")),
    Code("merge_step", 409, _("This merge is not waiting for that. It is: %(status)s.")),
    Code("merge_chain", 409, _(
        "Other charts were merged into the one that would go. Merge the two the other way round."
    )),
    Code("merge_told_apart", 409, _(
        "Somebody has said that these are not the same person. If they are after all, take that back first."
    )),
    Code("merge_deceased", 409, _(
        "One of the charts says that the patient has died, the other does not. Put that right first."
    )),
    Code("merge_stays", 409, _(
        "Both charts have a stay at the same time. If both are right, these are two persons; "
        "otherwise put the wrong stay right first."
    )),
    Code("merge_appointments", 409, _(
        "Both charts have an appointment at the same time. Move or call off one of them first."
    )),
    Code("merge_allergies", 409, _(
        "Both charts have the same allergy on record. Somebody who treats the patient compares the "
        "two and marks one as entered in error first."
    )),
    Code("merge_no_allergies", 409, _(
        "One chart states that there are no known allergies, the other has some. Somebody who treats "
        "the patient puts that right first."
    )),
    Code("merge_registration", 409, _(
        "A hospital has retired the chart that stays and still has the other one. Merge the two the "
        "other way round, or bring the chart that stays back there first."
    )),
    Code("medication_taken", 400, _(
        "This medication is already in the catalogue in this form and strength."
    )),
    Code("price_overlap", 400, _(
        "Another price is valid on some of these days. End that one first, or choose other days."
    )),
    Code("icd10_unknown", 400, _(
        "The ICD-10 has no such code. Leave the code out, or look it up: it reads like E11.9."
    )),
    Code("atc_invalid", 400, _("An ATC code reads like J01 or J01CA04.")),
    Code("code_incomplete", 400, _("Give a code together with its system, or neither.")),
    Code("allergy_known", 409, _(
        "This allergy is on the patient's list already. Change that entry instead."
    )),
    Code("allergies_stand", 409, _(
        "The patient has allergies on record. If they do not apply any more, change their "
        "status or mark them as entered in error first."
    )),
    Code("no_allergies_stated", 409, _(
        "It is stated already that this patient has no known allergies."
    )),
    Code("relationship_of_family", 400, _("Name a relative in a family history only.")),
    Code("status_of_event", 400, _("A surgery or an immunisation has no status. Leave it out.")),
    Code("resolved_but_active", 400, _(
        "What has ended is not active. Change the status, or leave the end out."
    )),
    Code("resolved_before_onset", 400, _("The end is before the beginning.")),
    # Hours.
    Code("slot_length", 400, _("A slot takes 5 to 720 minutes.")),
    Code("capacity_range", 400, _("Give a number from 1 to 99.")),
    Code("overbook_range", 400, _("Give a number from 0 to 20.")),
    Code("session_overlap", 409, _(
        "There are other hours at that time in the same weeks. End those first, or choose "
        "another time."
    )),
    Code("hours_not_begun", 400, _(
        "These hours begin on that day or later. Change them as a whole instead."
    )),
    Code("appointments_affected", 409, _(
        "Appointments would lose their time. Look at them, then save again and move them."
    )),
    # Appointments: what was sent.
    Code("caller_required", 400, _("Choose a patient, or give the name of the caller.")),
    Code("resource_required", 400, _("Choose a doctor, a room or a device.")),
    Code("end_twice", 400, _("Give the end or the minutes, not both.")),
    Code("whole_minutes", 400, _("Give the time in whole minutes.")),
    Code("time_past", 400, _("This day is over. Choose a time from today on.")),
    Code("cancel_reason_required", 400, _("Say why it is cancelled.")),
    Code("lane_reason_required", 400, _("Say why the patient has two appointments at once.")),
    # What stands against a time. All of it is told at once.
    Code("time_conflict", 409, _("This time cannot be booked.")),
    Code("doctor_busy", 409, _("%(resource)s has another appointment then.")),
    Code("room_busy", 409, _("%(resource)s is taken then.")),
    Code("device_busy", 409, _("%(resource)s is taken then.")),
    Code("resource_busy", 409, _("This time is already taken. Choose another.")),
    Code("session_full", 409, _("These hours are full. Choose another time.")),
    Code("overbook_full", 409, _(
        "No more can be booked on top of these hours. Choose another time."
    )),
    Code("time_held", 409, _("Somebody is booking %(resource)s for this time right now.")),
    Code("patient_busy", 409, _("The patient is not available then. Choose another time.")),
    Code("kind_elsewhere", 400,
         _("This kind of appointment is given at another clinic. Choose that clinic, or another kind.")),
    Code("outside_hours", 409, _("%(resource)s does not see people then.")),
    Code("at_other_clinic", 409, _("%(resource)s is at %(clinic)s then.")),
    Code("resource_away", 409, _("%(resource)s is away then.")),
    Code("clinic_closed", 409, _("%(clinic)s is closed on that day.")),
    Code("same_doctor", 400, _("Choose another doctor.")),
    # What the state of an appointment forbids.
    Code("appointment_over", 409, _(
        "This appointment is marked as: %(status)s. Only one that has not begun can be changed."
    )),
    Code("appointment_begun", 409, _(
        "The patient has come already, so this was no error. Take that step back first."
    )),
    Code("wrong_step", 409, _(
        "This appointment is marked as: %(status)s. Look at it again before you go on."
    )),
    Code("done_already", 409, _("Somebody has done this already: %(status)s.")),
    Code("nothing_to_undo", 409, _("There is no step to take back.")),
    Code("undo_too_late", 409, _("This was done on an earlier day and cannot be taken back.")),
    Code("not_its_day", 409, _("Patients are checked in on the day of their appointment.")),
    Code("not_yet", 409, _("It has not begun yet, so nobody can have missed it.")),
    Code("chart_needed", 409, _("Find or register the patient first.")),
    Code("has_chart", 409, _("This appointment has its patient already.")),
    Code("hold_over", 409, _("This time is not kept for you any more. Choose a time again.")),
    Code("account_needed", 409, _(
        "This doctor has no account. Give the doctor one first: the calendar is read on it."
    )),
    Code("feed_taken", 409, _(
        "This doctor has a calendar address already. Revoke it to make a new one."
    )),
    # Stays and beds.
    Code("stay_open", 409, _(
        "The patient has a stay in this hospital at that time. Open it instead."
    )),
    Code("stay_elsewhere", 409, _("The patient lies somewhere else then.")),
    Code("stay_step", 409, _("This stay is marked as: %(status)s. Look at it again before you go on.")),
    Code("end_with_status", 400, _("Only what is finished has an end.")),
    Code("disposition_required", 400, _("Say where the patient goes.")),
    Code("place_required", 400, _("Choose a bed, or a ward in which the patient waits for one.")),
    Code("extra_bed_place", 400, _("An extra bed is put up in a ward. Name the ward, and no other bed.")),
    Code("known_before_moment", 400, _(
        "Nobody could know it yet at that time. Choose the moment asked about, or a later time."
    )),
    Code("not_extra", 409, _("This bed is there for good. An administrator retires it.")),
    Code("bed_of_other_ward", 400, _("This bed stands in another ward.")),
    Code("bed_taken", 409, _("%(bed)s is not free: %(state)s. Choose another bed.")),
    Code("bed_unsuitable", 409, _(
        "%(bed)s is not for this patient: %(why)s. Choose another bed, or say why it has to be this one."
    )),
    Code("bed_not_so", 409, _("This bed is not in that state any more. Look at the board again.")),
    Code("changed_by_act", 409, _("This is changed by an act of its own. Send it to %(address)s.")),
    Code("same_place", 409, _("The patient is there already.")),
    Code("already_changed_since", 409, _(
        "Something was recorded for this stay after that time. Choose a later time."
    )),
    Code("too_late", 400, _("What is entered late happened at most %(hours)s hours ago.")),
    Code("time_to_come", 400, _("This time is still to come.")),
    Code("reserved_too_long", 400, _("A bed is reserved for at most %(hours)s hours.")),
    Code("patient_deceased", 409, _("This patient is recorded as having died.")),
    # Visits, and what is written down in them.
    Code("visit_exists", 409, _("This appointment has its visit already. Open that one.")),
    Code("visit_step", 409, _("This visit is marked as: %(status)s. Look at it again before you go on.")),
    Code("clinic_required", 400, _("Choose the clinic.")),
    Code("other_patient", 400, _("This visit or stay is another patient's.")),
    Code("encounter_cancelled", 409, _("This visit was called off. Nothing can be added to it.")),
    Code("main_diagnosis_taken", 409, _(
        "There is a main diagnosis already. Make that one secondary first."
    )),
    Code("main_of_encounter", 400, _("A main diagnosis belongs to a visit or a stay.")),
    Code("value_required", 400, _("Give the value.")),
    Code("unit_required", 400, _("Give the unit, as UCUM writes it; {score} where there is none.")),
    Code("unit_wrong", 400, _("This is measured in %(unit)s.")),
    Code("value_unlikely", 409, _(
        "This is rather a slip of the pen than a patient. Likely is %(likely)s. Look again, or say that "
        "it is right."
    )),
    Code("range_taken", 400, _("There is a range from this age on already. Change that one.")),
    Code("range_order", 400, _("The limits must rise: critically low, low, high, critically high.")),
    Code("too_many", 400, _("Send at most %(most)s at once.")),
    Code("not_preliminary", 409, _("Only what is preliminary is made final.")),
    Code("too_recent", 409, _("This is not over for long. Enter it by its own acts.")),
    # Treatments.
    Code("encounter_required", 400, _("Choose the visit or the stay.")),
    Code("done_with_status", 400, _("Only what has been done has a time of doing.")),
    Code("listed_twice", 400, _("This is listed twice. Add the quantities up.")),
    Code("quantity_positive", 400, _("Give a quantity greater than zero.")),
    Code("treatment_step", 409, _(
        "This treatment is marked as: %(status)s. Look at it again before you go on."
    )),
    Code("treatment_fixed", 409, _(
        "This treatment is marked as: %(status)s. Take that back first, then change it."
    )),
    Code("consent_refused", 409, _(
        "The patient has refused consent. Cancel the treatment, or note that consent was given."
    )),
    Code("pair_decided", 409, _("Somebody has decided on these two charts already.")),
    Code("pair_proposed", 409, _(
        "It is proposed to merge these two charts. If they are not the same person, have that refused first."
    )),
    Code("pair_open", 409, _("Nobody has decided on these two charts, so there is nothing to take back.")),
    Code("task_step", 409, _("This task is marked as: %(status)s. Look at it again before you go on.")),
    Code("before_encounter", 409, _("The patient was not here yet at that time.")),
    Code("bookings_to_cancel", 409, _(
        "Bookings of this patient are still to come. Look at them, then save again to cancel them."
    )),
    Code("leave_overlap", 409, _("The patient was on leave already at that time.")),
    Code("discharge_blocked", 409, _(
        "Before the discharge this is missing: %(blockers)s."
    )),
]  # fmt: skip
