"""Who may do what with the place and its people: this app's part of the permission matrix."""

from django.db.models import Q

from hospital.kit.policy import Rule, Scope, everywhere, nowhere, own_hospital

OPERATOR = frozenset({"operator"})
ADMINISTRATOR = frozenset({"administrator"})
RECEPTION = frozenset({"receptionist"})
CLINICAL = frozenset({"doctor", "nurse"})
SERVICES = frozenset({"pharmacist", "lab"})
CASHIER = frozenset({"cashier"})
AUDITOR = frozenset({"auditor"})
INTEGRATOR = frozenset({"integrator"})
STAFF = ADMINISTRATOR | RECEPTION | CLINICAL | SERVICES | CASHIER | AUDITOR
EVERYBODY = STAFF | OPERATOR | INTEGRATOR

this_hospital = Scope(
    "this_hospital",
    lambda actor: Q(pk=actor.hospital_id) if actor.hospital_id else Q(pk__in=[]),
    lambda actor, obj: actor.hospital_id is not None and obj.pk == actor.hospital_id,
)
# A platform token or the operator: bound to no hospital.
platform = Scope(
    "platform",
    lambda actor: Q() if actor.hospital_id is None else Q(pk__in=[]),
    lambda actor, obj: actor.hospital_id is None,
)
own_account = Scope(
    "own_account",
    lambda actor: Q(pk=actor.user_id),
    lambda actor, obj: obj.pk == actor.user_id,
)
colleagues = Scope(
    "colleagues",
    lambda actor: Q(memberships__hospital=actor.hospital_id) if actor.hospital_id else Q(pk__in=[]),
    lambda actor, obj: (
        actor.hospital_id is not None
        and obj.memberships.filter(hospital=actor.hospital_id).exists()
    ),
)
# Staff of one's own hospital, but never oneself and never another administrator.
subordinates = Scope(
    "subordinates",
    lambda actor: colleagues.q(actor) & ~Q(pk=actor.user_id),
    lambda actor, obj: (
        obj.pk != actor.user_id
        and (obj._state.adding or colleagues.covers(actor, obj))
        and not obj.memberships.live().filter(role__in=["administrator", "operator"]).exists()
    ),
)
roles_to_grant = Scope(
    "roles_to_grant",
    lambda actor: Q(hospital=actor.hospital_id) & ~Q(user=actor.user_id),
    lambda actor, obj: (
        actor.hospital_id is not None
        and obj.hospital_id == actor.hospital_id
        and obj.user_id != actor.user_id
        and obj.role not in {"administrator", "operator"}
    ),
)
administrators = Scope(
    "administrators",
    lambda actor: Q(role="administrator"),
    lambda actor, obj: obj.role == "administrator" and obj.user_id != actor.user_id,
)
administrators_accounts = Scope(
    "administrators_accounts",
    lambda actor: Q(memberships__role="administrator"),
    lambda actor, obj: (
        obj.pk != actor.user_id
        and (obj._state.adding or obj.memberships.filter(role="administrator").exists())
    ),
)

RULES = [
    Rule("hospital.hospital", "create read list update retire restore", OPERATOR, everywhere, step_up=False),
    Rule("hospital.hospital", "create read list update retire restore", INTEGRATOR, platform),
    Rule("hospital.hospital", "read list", STAFF | INTEGRATOR, this_hospital),
    Rule("hospital.hospital", "update", ADMINISTRATOR | INTEGRATOR, this_hospital),
    *(
        rule
        for resource in ("hospital.department", "hospital.ward")
        for rule in (
            Rule(resource, "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
            Rule(resource, "read list", STAFF),
        )
    ),
    Rule("hospital.user", "create read list update", ADMINISTRATOR, subordinates),
    Rule("hospital.user", "read list", ADMINISTRATOR | AUDITOR, colleagues),
    Rule("hospital.user", "create read list update", OPERATOR, administrators_accounts),
    Rule("hospital.user", "read", STAFF, own_account),
    Rule("hospital.user", "update", STAFF | OPERATOR, own_account,
         fields=frozenset({"theme", "density", "has_shortcuts"})),
    Rule("hospital.membership", "create read list update retire restore", ADMINISTRATOR, roles_to_grant,
         step_up=True),
    Rule("hospital.membership", "read list", ADMINISTRATOR | AUDITOR, own_hospital),
    Rule("hospital.membership", "create read list update retire restore", OPERATOR, administrators,
         step_up=True),
    Rule("hospital.token", "create retire", ADMINISTRATOR, own_hospital, step_up=True),
    Rule("hospital.token", "read list", ADMINISTRATOR | AUDITOR, own_hospital),
    Rule("hospital.token", "create read list retire", OPERATOR, platform, step_up=True),
    Rule("hospital.token", "update restore", OPERATOR, nowhere),
    Rule("hospital.audit", "read list", AUDITOR, own_hospital),
    Rule("hospital.home", "read", EVERYBODY, everywhere),
    Rule("hospital.search", "read", STAFF - AUDITOR, everywhere),
    Rule("hospital.account", "read update", EVERYBODY - INTEGRATOR, everywhere),
    Rule("hospital.styleguide", "read", STAFF | OPERATOR, everywhere),
    Rule("hospital.me", "read", EVERYBODY, everywhere),
    Rule("hospital.admin", "read", ADMINISTRATOR | OPERATOR | AUDITOR, everywhere),
]  # fmt: skip
