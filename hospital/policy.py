"""Who may do what with the place and its people: this app's part of the permission matrix."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from hospital.kit.actors import Actor
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
own_account = Scope(
    "own_account",
    lambda actor: Q(pk=actor.user_id),
    lambda actor, obj: obj.pk == actor.user_id,
)


def _who(**facts: Any) -> Any:
    """The accounts with a live membership like this, as a subquery: a join would repeat them."""
    from hospital.models import Membership

    return Membership.objects.live().filter(**facts).values("user_id")


def _ever_here(actor: Actor) -> Q:
    from hospital.models import Membership

    if actor.hospital_id is None:
        return Q(pk__in=[])
    return Q(pk__in=Membership.objects.filter(hospital=actor.hospital_id).values("user_id"))


def _only_here(actor: Actor) -> Q:
    from hospital.models import Membership

    if actor.hospital_id is None:
        return Q(pk__in=[])
    beyond = ~Q(hospital=actor.hospital_id) | Q(role__in=ABOVE)
    others = Membership.objects.live().filter(beyond).values("user_id")
    here = Q(pk__in=_who(hospital=actor.hospital_id))
    return here & ~Q(pk__in=others) & ~Q(pk=actor.user_id)


def _accounts(name: str, q: Callable[[Actor], Q]) -> Scope:
    """A scope over accounts; one that is being made is within reach."""

    def covers(actor: Actor, obj: Any) -> bool:
        return obj._state.adding or type(obj).objects.filter(q(actor), pk=obj.pk).exists()

    return Scope(name, q, covers)


ABOVE = ("administrator", "operator")

# Who works or worked here.
colleagues = _accounts("colleagues", _ever_here)
# Staff of this hospital and of no other, never oneself and never another administrator: whoever
# gives an account a password can be that person wherever they work.
subordinates = _accounts("subordinates", _only_here)
administrators_accounts = _accounts(
    "administrators_accounts",
    lambda actor: Q(pk__in=_who(role="administrator")) & ~Q(pk=actor.user_id),
)
own_jobs = Scope(
    "own_jobs",
    lambda actor: Q(user_id=actor.user_id, hospital_id=actor.hospital_id),
    lambda actor, obj: (obj.user_id, obj.hospital_id) == (actor.user_id, actor.hospital_id),
)
own_views = Scope(
    "own_views",
    lambda actor: Q(user_id=actor.user_id, hospital_id=actor.here),
    lambda actor, obj: (obj.user_id, obj.hospital_id) == (actor.user_id, actor.here),
)
# What a second person decides on: never the one who asked.
others_jobs = Scope(
    "others_jobs",
    lambda actor: (
        Q(hospital_id=actor.hospital_id) & ~Q(user_id=actor.user_id)
        if actor.hospital_id
        else Q(pk__in=[])
    ),
    lambda actor, obj: (
        actor.hospital_id is not None
        and obj.hospital_id == actor.hospital_id
        and obj.user_id != actor.user_id
    ),
)
own_doctor = Scope(
    "own_doctor",
    lambda actor: Q(user_id=actor.user_id, hospital_id=actor.hospital_id),
    lambda actor, obj: (
        obj.user_id is not None
        and (obj.user_id, obj.hospital_id) == (actor.user_id, actor.hospital_id)
    ),
)
roles_to_grant = Scope(
    "roles_to_grant",
    lambda actor: Q(hospital=actor.hospital_id) & ~Q(user=actor.user_id) & ~Q(role__in=ABOVE),
    lambda actor, obj: (
        actor.hospital_id is not None
        and obj.hospital_id == actor.hospital_id
        and obj.user_id != actor.user_id
        and obj.role not in ABOVE
    ),
)
administrators = Scope(
    "administrators",
    lambda actor: Q(role="administrator") & ~Q(user=actor.user_id),
    lambda actor, obj: obj.role == "administrator" and obj.user_id != actor.user_id,
)
# Tokens of the installation itself, which reach no patient.
platform_tokens = Scope(
    "platform_tokens",
    lambda actor: Q(hospital=None) if actor.hospital_id is None else Q(pk__in=[]),
    lambda actor, obj: actor.hospital_id is None and obj.hospital_id is None,
)

RULES = [
    Rule("hospital.hospital", "read list", OPERATOR, everywhere),
    Rule("hospital.hospital", "create update retire restore", OPERATOR, everywhere, step_up=True),
    Rule("hospital.hospital", "read list", STAFF | INTEGRATOR, this_hospital),
    Rule("hospital.hospital", "update", ADMINISTRATOR | INTEGRATOR, this_hospital),
    *(
        rule
        for resource in ("hospital.department", "hospital.ward", "hospital.clinic")
        for rule in (
            Rule(resource, "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
            Rule(resource, "read list", STAFF - ADMINISTRATOR),
            # Without patients in it: whoever sees the list may take it along.
            Rule(resource, "export", STAFF),
        )
    ),
    Rule("hospital.bed", "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
    Rule("hospital.bed", "read list", STAFF - ADMINISTRATOR),
    Rule("hospital.bed", "export", STAFF),
    Rule("hospital.bed", "update", RECEPTION | frozenset({"nurse"}),
         fields=frozenset({"sex_policy", "is_isolation"})),
    Rule("hospital.resource", "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
    Rule("hospital.resource", "read list", STAFF - ADMINISTRATOR),
    Rule("hospital.resource", "export", STAFF),
    Rule("hospital.doctor", "create read list update retire restore", ADMINISTRATOR | INTEGRATOR),
    Rule("hospital.doctor", "read list", STAFF - ADMINISTRATOR),
    Rule("hospital.doctor", "export", STAFF),
    Rule("hospital.doctor", "update", frozenset({"doctor"}), own_doctor,
         fields=frozenset({"phone", "email"})),
    Rule("hospital.hospital", "export", OPERATOR, everywhere),
    Rule("hospital.hospital", "export", STAFF, this_hospital),
    Rule("hospital.job", "read list cancel", STAFF | OPERATOR, own_jobs),
    Rule("hospital.job", "approve", ADMINISTRATOR | AUDITOR, others_jobs, step_up=True),
    # Whole files of patients or wards at once: who sets the hospital up, with the password just shown.
    Rule("hospital.importbatch", "create update undo fetch", ADMINISTRATOR, step_up=True),
    Rule("hospital.importbatch", "read list", ADMINISTRATOR),
    Rule("hospital.savedfilter", "create read list retire", STAFF | OPERATOR, own_views),
    Rule("hospital.user", "create update", ADMINISTRATOR, subordinates, step_up=True),
    Rule("hospital.user", "read list export", ADMINISTRATOR | AUDITOR, colleagues),
    Rule("hospital.user", "create update", OPERATOR, administrators_accounts, step_up=True),
    Rule("hospital.user", "read list export", OPERATOR, administrators_accounts),
    Rule("hospital.user", "read", STAFF - ADMINISTRATOR - AUDITOR | OPERATOR, own_account),
    Rule("hospital.user", "update", STAFF | OPERATOR, own_account,
         fields=frozenset({"theme", "density", "has_shortcuts"})),
    Rule("hospital.membership", "create update retire restore", ADMINISTRATOR, roles_to_grant, step_up=True),
    Rule("hospital.membership", "read list", ADMINISTRATOR | AUDITOR, own_hospital),
    Rule("hospital.membership", "create update retire restore", OPERATOR, administrators, step_up=True),
    Rule("hospital.membership", "read list", OPERATOR, administrators),
    Rule("hospital.token", "create retire", ADMINISTRATOR, own_hospital, step_up=True),
    Rule("hospital.token", "read list", ADMINISTRATOR | AUDITOR, own_hospital),
    Rule("hospital.token", "create", OPERATOR, platform_tokens, step_up=True),
    Rule("hospital.token", "read list", OPERATOR, everywhere),
    Rule("hospital.token", "retire", OPERATOR, everywhere, step_up=True),
    Rule("hospital.token", "update restore", OPERATOR, nowhere),
    Rule("hospital.audit", "read list", AUDITOR, own_hospital),
    Rule("hospital.home", "read", EVERYBODY, everywhere),
    Rule("hospital.search", "read", STAFF - AUDITOR, everywhere),
    Rule("hospital.account", "read update", EVERYBODY - INTEGRATOR, everywhere),
    Rule("hospital.styleguide", "read", STAFF | OPERATOR, everywhere),
    Rule("hospital.me", "read", EVERYBODY, everywhere),
    Rule("hospital.admin", "read", ADMINISTRATOR | OPERATOR | AUDITOR, everywhere),
]  # fmt: skip
