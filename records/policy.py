"""Who may do what with patients: this app's part of the permission matrix."""

from django.db.models import Q

from hospital.kit.actors import Actor
from hospital.kit.policy import Rule, Scope, nowhere
from hospital.policy import (
    ADMINISTRATOR,
    AUDITOR,
    CASHIER,
    CLINICAL,
    INTEGRATOR,
    RECEPTION,
    SERVICES,
)


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

CONTACT_FIELDS = frozenset(
    {"phone", "email", "address_line", "city", "state", "postal_code", "country", "contacts"}
)
DEMOGRAPHICS = CONTACT_FIELDS | {
    "family_name", "given_names", "is_unidentified", "sex", "birth_date",
    "is_birth_date_estimated", "language", "blood_group", "is_deceased", "deceased_on",
    "identifiers",
}  # fmt: skip
MASKED = frozenset(
    {"phone", "email", "address_line", "identifiers.value", "contacts.phone", "contacts.email"}
)

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
]  # fmt: skip
