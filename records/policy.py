"""Who may do what with patients and catalogues: this app's part of the permission matrix."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from hospital.kit.actors import Actor
from hospital.kit.policy import Rule, Scope, allows, nowhere, scope_q
from hospital.policy import (
    ADMINISTRATOR,
    AUDITOR,
    CASHIER,
    CLINICAL,
    INTEGRATOR,
    RECEPTION,
    SERVICES,
    STAFF,
)

from .policy_merges import MERGES


def _is_registered(actor: Actor, patient) -> bool:  # type: ignore[no-untyped-def]
    if actor.hospital_id is None:
        return False
    if patient._state.adding:
        return True
    known = getattr(patient, "here_hospital_id", None)
    return (
        known == actor.hospital_id
        or patient.registrations.filter(hospital_id=actor.hospital_id).exists()
    )


# The queryset has already joined the registration at the actor's hospital and annotated its facts.
registered_here = Scope(
    "registered_here",
    lambda actor: Q(here_hospital_id=actor.hospital_id) if actor.hospital_id else Q(pk__in=[]),
    _is_registered,
)


def _known_here(actor: Actor) -> Q:
    from records.models import Registration

    if actor.hospital_id is None:
        return Q(pk__in=[])
    here = Registration.objects.live().filter(
        patient=OuterRef("patient_id"), hospital=actor.hospital_id
    )
    return Q(Exists(here))


def _covers_entry(actor: Actor, entry: Any) -> bool:
    """Of an entry being made, the model says whether the registration is retired."""
    from records.models import Registration

    if actor.hospital_id is None:
        return False
    chart = entry._state.fields_cache.get("patient")
    if getattr(chart, "here_hospital_id", None) == actor.hospital_id:  # as it was opened here
        return entry._state.adding or chart.here_retired_at is None
    here = {"patient": entry.patient_id, "hospital": actor.hospital_id}
    rows = Registration.objects if entry._state.adding else Registration.objects.live()
    return rows.filter(**here).exists()


def _says_so(actor: Actor) -> bool:
    return "shows_allergies" in actor.habits


# An entry of a chart is in reach of every hospital where the patient is registered now, whichever
# recorded it. Asked per row, by the unique index of registrations: nothing is joined.
patients_here = Scope("patients_here", _known_here, _covers_entry)
# The same, at a hospital that shows allergies to everybody who opens a patient.
shown_here = Scope(
    "shown_here",
    lambda actor: _known_here(actor) if _says_so(actor) else Q(pk__in=[]),
    lambda actor, entry: _says_so(actor) and _covers_entry(actor, entry),
)

CONTACT_FIELDS = frozenset(
    {"phone", "email", "address_line", "city", "state", "postal_code", "country", "contacts"}
)
DEMOGRAPHICS = CONTACT_FIELDS | {
    "family_name", "given_names", "is_unidentified", "sex", "birth_date",
    "is_birth_date_estimated", "language", "blood_group", "is_deceased", "deceased_on",
    "identifiers",
}  # fmt: skip
PHARMACIST = frozenset({"pharmacist"})
MASKED = frozenset(
    {"phone", "email", "address_line", "identifiers.value", "contacts.phone", "contacts.email"}
)
# What of an entry is not clinical: who, when, where and why.
META = frozenset(
    {
        "patient", "hospital", "recorded_by", "created_at", "updated_at", "retired_at",
        "retired_by", "retired_reason",
    }
)  # fmt: skip
ENTRIES = ("records.allergy", "records.allergystatement", "records.history")

# Who keeps the catalogues of what is given and done.
CATALOGUE = ADMINISTRATOR | INTEGRATOR | frozenset({"pharmacist"})


def _is_own(actor: Actor, row: Any) -> bool:
    doctor = getattr(row, "doctor", None)  # of a new row perhaps not chosen yet
    return (
        doctor is not None
        and doctor.user_id is not None
        and (doctor.user_id, doctor.hospital_id) == (actor.user_id, actor.hospital_id)
    )


# Those of the doctor whose account it is.
own_appointments = Scope(
    "own_appointments",
    lambda actor: Q(hospital_id=actor.hospital_id, doctor__user_id=actor.user_id),
    lambda actor, obj: obj.hospital_id == actor.hospital_id and _is_own(actor, obj),
)
own_feeds = Scope(
    "own_feeds",
    lambda actor: Q(hospital_id=actor.hospital_id, doctor__user_id=actor.user_id),
    lambda actor, obj: obj.hospital_id == actor.hospital_id and _is_own(actor, obj),
)


def _stays_and_visits(actor: Actor) -> Q:
    stays, visits = (scope_q(actor, f"records.{kind}.read") for kind in ("inpatient", "outpatient"))
    return (Q(kind="inpatient") & stays) | (~Q(kind="inpatient") & visits)


def _covers_encounter(actor: Actor, encounter: Any) -> bool:
    kind = "inpatient" if encounter.kind == "inpatient" else "outpatient"
    return allows(actor, f"records.{kind}.read", encounter)


# A stay is in reach of whoever reads stays, a visit of whoever reads visits.
stays_and_visits = Scope("stays_and_visits", _stays_and_visits, _covers_encounter)

# What is done with an appointment besides keeping its facts.
DOCTORS_STEPS = "start complete miss undo overbook"
ALL_STEPS = f"{DOCTORS_STEPS} check_in cancel walk_in identify reassign second_lane"

# What is done with a stay besides keeping its facts, and with a bed in which nobody lies.
STAY_STEPS = "admit transfer leave discharge undo cancel"
BED_STEPS = "clean close reopen reserve release put_up take_away"
VISIT_STEPS = "start finish undo cancel"
# What of a visit or a stay is not a clinical note: who came when, where and why, and how far it is.
ENCOUNTER_ADMIN = META | frozenset(
    {
        "id", "version", "kind", "number", "clinic", "appointment", "attending", "complaint",
        "status", "disposition", "cancel_reason", "starts_at", "seen_at", "ends_at", "follow_up",
        "source", "needs_isolation", "expected_end_on", "ward", "bed", "external_ids",
    }
)  # fmt: skip
BED_KEEPERS = RECEPTION | INTEGRATOR | ADMINISTRATOR | frozenset({"nurse"})

RULES = [
    Rule("records.patient", "create read list update retire", RECEPTION | INTEGRATOR, registered_here),
    Rule("records.patient", "read list restore", ADMINISTRATOR, registered_here, masked=MASKED),
    # Who sees a field masked must not write it: the mask would be saved.
    Rule("records.patient", "update", ADMINISTRATOR, registered_here,
         fields=DEMOGRAPHICS - {"phone", "email", "address_line", "identifiers", "contacts"}),
    Rule("records.patient", "read list", CLINICAL, registered_here),
    Rule("records.patient", "update", CLINICAL, registered_here, fields=CONTACT_FIELDS),
    Rule("records.patient", "read list", CASHIER, registered_here, masked=MASKED),
    # In the context of an own order or task: until there are orders, of nobody.
    Rule("records.patient", "read list", SERVICES, nowhere, masked=MASKED),
    Rule("records.patient", "read", AUDITOR, registered_here, masked=MASKED, step_up=True),
    Rule("records.patient", "export", ADMINISTRATOR, registered_here, masked=MASKED,
         step_up=True, second_person=True),
    Rule("records.patient", "export", AUDITOR, registered_here, masked=MASKED, step_up=True),
    Rule("records.patient", "register_here", RECEPTION | INTEGRATOR, registered_here),
    Rule("records.patient", "reveal", RECEPTION | CLINICAL | INTEGRATOR, registered_here),
    *MERGES,
    *(
        rule
        for resource in ("records.medication", "records.procedure", "records.consumable")
        for rule in (
            Rule(resource, "create read list update retire", CATALOGUE),
            Rule(resource, "restore", ADMINISTRATOR | INTEGRATOR),
            Rule(resource, "read list", STAFF - CATALOGUE),
            Rule(resource, "export", STAFF),
        )
    ),
    *(
        rule
        for resource in ("records.session", "records.absence", "records.holiday")
        for rule in (
            Rule(resource, "create read list update retire restore", ADMINISTRATOR),
            Rule(resource, "read list", RECEPTION | CLINICAL | INTEGRATOR),
            Rule(resource, "update", RECEPTION),
            Rule(resource, "export", ADMINISTRATOR | RECEPTION | CLINICAL),
        )
    ),
    # A doctor calls in sick at seven, when no administrator is there.
    Rule("records.absence", "create retire", RECEPTION),
    Rule("records.appointmentkind", "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
    Rule("records.appointmentkind", "read list", STAFF - ADMINISTRATOR),
    Rule("records.appointmentkind", "export", STAFF),
    Rule("records.appointment", f"create read list update retire {ALL_STEPS}", RECEPTION | INTEGRATOR),
    Rule("records.appointment", "read list", ADMINISTRATOR | CLINICAL | CASHIER),
    Rule("records.appointment", "restore", ADMINISTRATOR),
    Rule("records.appointment", DOCTORS_STEPS, frozenset({"doctor"}), own_appointments),
    Rule("records.appointment", "read", AUDITOR, step_up=True),
    # In the context of an own order: until there are orders, of nobody.
    Rule("records.appointment", "read list", frozenset({"lab"}), nowhere),
    # Who is at the bed takes in, moves and discharges: the nurse as well, whom the matrix gives no new charts.
    Rule("records.inpatient", f"create read list update {STAY_STEPS}", CLINICAL | INTEGRATOR),
    Rule("records.inpatient", "print_summary", CLINICAL),
    Rule("records.inpatient", STAY_STEPS, RECEPTION),
    Rule("records.inpatient", "create read list update", RECEPTION, fields=ENCOUNTER_ADMIN),
    Rule("records.inpatient", "retire", RECEPTION | INTEGRATOR | frozenset({"doctor"})),
    Rule("records.inpatient", "override", frozenset({"doctor"})),
    Rule("records.inpatient", "restore", ADMINISTRATOR),
    Rule("records.inpatient", "read list", ADMINISTRATOR | CASHIER, fields=ENCOUNTER_ADMIN),
    Rule("records.inpatient", "read", AUDITOR, fields=ENCOUNTER_ADMIN, step_up=True),
    # In the context of an own order: until there are orders, of nobody.
    Rule("records.inpatient", "read", SERVICES, nowhere),
    # A stay or a visit, read as one or the other; changed as what it is.
    Rule("records.encounter", "read list", CLINICAL | INTEGRATOR, stays_and_visits),
    Rule("records.encounter", "read list", RECEPTION | ADMINISTRATOR | CASHIER, stays_and_visits,
         fields=ENCOUNTER_ADMIN),
    # A triage nurse opens a visit at night, when nobody is at the desk.
    Rule("records.outpatient", "create read list update", CLINICAL | INTEGRATOR),
    Rule("records.outpatient", VISIT_STEPS, RECEPTION | CLINICAL | INTEGRATOR),
    Rule("records.outpatient", "retire", RECEPTION | INTEGRATOR | frozenset({"doctor"})),
    Rule("records.outpatient", "create update", RECEPTION, fields=ENCOUNTER_ADMIN),
    Rule("records.outpatient", "read list", RECEPTION | ADMINISTRATOR | CASHIER, fields=ENCOUNTER_ADMIN),
    Rule("records.outpatient", "restore", ADMINISTRATOR),
    Rule("records.outpatient", "read", AUDITOR, fields=ENCOUNTER_ADMIN, step_up=True),
    # In the context of an own order: until there are orders, of nobody.
    Rule("records.outpatient", "read", SERVICES, nowhere),
    # A program brings in what a doctor named elsewhere; a mistake is taken back by who may make it.
    Rule("records.diagnosis", "create read list update retire", frozenset({"doctor"}) | INTEGRATOR),
    Rule("records.diagnosis", "read list", frozenset({"nurse"})),
    Rule("records.diagnosis", "read", SERVICES | CASHIER, nowhere),
    Rule("records.observation", "create read list update retire finalise", CLINICAL | INTEGRATOR),
    *(
        rule
        for resource in ("records.diagnosis", "records.observation")
        for rule in (
            Rule(resource, "read list", ADMINISTRATOR | AUDITOR, fields=META),
            Rule(resource, "restore", ADMINISTRATOR),
        )
    ),
    Rule("records.treatment", "create read list update perform cancel undo", CLINICAL | INTEGRATOR),
    Rule("records.treatment", "retire", frozenset({"doctor"}) | INTEGRATOR),
    Rule("records.treatment", "read list", ADMINISTRATOR | AUDITOR, fields=META),
    Rule("records.treatment", "restore", ADMINISTRATOR),
    # In the context of an own order: until there are orders, of nobody.
    Rule("records.treatment", "read", SERVICES, nowhere),
    # A task tells no more than the stay it is about; whoever cares for the patient settles it.
    Rule("records.task", "read list complete", CLINICAL | INTEGRATOR),
    Rule("records.task", "read list", ADMINISTRATOR),
    # What another system kept before: by programs alone.
    Rule("records.encounter", "bring_in", INTEGRATOR),
    Rule("records.treatment", "bring_in", INTEGRATOR),
    Rule("records.vitalrange", "create read list update retire restore", ADMINISTRATOR),
    Rule("records.vitalrange", "read list", CLINICAL | INTEGRATOR),
    Rule("records.bedperiod", BED_STEPS, BED_KEEPERS),
    Rule("records.bedperiod", "read list", ADMINISTRATOR | RECEPTION | CLINICAL | CASHIER | INTEGRATOR),
    Rule("records.hold", "create read list retire", RECEPTION | INTEGRATOR),
    Rule("records.calendarfeed", "create read list retire", ADMINISTRATOR),
    Rule("records.calendarfeed", "create read list retire", frozenset({"doctor"}), own_feeds),
    *(
        rule
        for resource in ENTRIES
        for rule in (
            Rule(resource, "create read list retire", CLINICAL | INTEGRATOR, patients_here),
            Rule(resource, "read list", ADMINISTRATOR | AUDITOR, patients_here, fields=META),
            Rule(resource, "restore", ADMINISTRATOR, patients_here),
        )
    ),
    Rule("records.allergy", "update", CLINICAL | INTEGRATOR, patients_here),
    Rule("records.history", "update", CLINICAL | INTEGRATOR, patients_here),
    # Said once and never changed; the admin asks all the same.
    Rule("records.allergystatement", "update", ADMINISTRATOR, nowhere),
    # In the context of an own order: until there are orders, of nobody.
    Rule("records.allergy", "read", PHARMACIST, nowhere),
    Rule("records.allergy", "banner", CLINICAL, patients_here),
    Rule("records.allergy", "banner", STAFF - CLINICAL - AUDITOR, shown_here),
]  # fmt: skip
