"""Who may merge two charts of one person: one proposes, another one approves."""

from django.db.models import Q

from hospital.kit.policy import Rule, Scope
from hospital.policy import ADMINISTRATOR, AUDITOR, RECEPTION

# What a second person decides on: never the one who proposed it.
others_merges = Scope(
    "others_merges",
    lambda actor: (
        Q(hospital_id=actor.hospital_id) & ~Q(proposed_by=actor.user_id)
        if actor.hospital_id
        else Q(pk__in=[])
    ),
    lambda actor, obj: (
        actor.hospital_id is not None
        and obj.hospital_id == actor.hospital_id
        and obj.proposed_by != actor.user_id
    ),
)

MERGES = [
    Rule("records.merge", "create read list", RECEPTION),
    Rule("records.merge", "read list", ADMINISTRATOR | AUDITOR),
    Rule("records.merge", "approve", ADMINISTRATOR, others_merges, step_up=True),
    Rule("records.merge", "undo", ADMINISTRATOR, step_up=True),
]
