"""Every code this app may answer with: code, HTTP status, sentence for a person."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import Code

CODES = [
    Code("name_required", 400, _("Give a name, or say that the name is not known.")),
    Code("deceased_required", 400, _("A date of death is only for a patient who has died.")),
    Code("date_in_future", 400, _("This date is still to come.")),
    Code("death_before_birth", 400, _("The date of death is before the birth date.")),
    Code("identifier_taken", 409, _("This number already belongs to another patient.")),
    Code("identifier_empty", 400, _("A number has at least one letter or digit.")),
    Code("contact_unreachable", 400, _("Give a phone number or an email address.")),
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
]  # fmt: skip
