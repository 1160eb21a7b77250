"""Who may do what with charts that may be of one person: whoever proposes a merge decides."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from hospital.kit.actors import Actor
from hospital.kit.policy import Rule, Scope
from hospital.policy import ADMINISTRATOR, AUDITOR, INTEGRATOR, RECEPTION


def _known_here(actor: Actor) -> Q:
    from records.models import Registration

    if actor.hospital_id is None:
        return Q(pk__in=[])
    here = Registration.objects.live().filter(hospital=actor.hospital_id)
    return Q(
        Exists(here.filter(patient=OuterRef("first_id"))),
        Exists(here.filter(patient=OuterRef("second_id"))),
    )


def _covers(actor: Actor, pair: Any) -> bool:
    from records.models import Registration

    here = Registration.objects.live().filter(hospital=actor.here, patient__in=pair.patient_ids)
    return here.count() == len(pair.patient_ids)


# Where only one of the two is registered nobody learns of the other.
both_here = Scope("both_here", _known_here, _covers)

RULES = [
    Rule("records.duplicatepair", "read list different undo", RECEPTION | INTEGRATOR, both_here),
    Rule("records.duplicatepair", "read list", ADMINISTRATOR, both_here),
    Rule("records.duplicatepair", "read list", AUDITOR, both_here, step_up=True),
    Rule("records.duplicatepair", "look", RECEPTION | ADMINISTRATOR, both_here),
]
