"""The product with some of its promises taken out, to see what each costs. For measuring alone.

``BENCH_WITHOUT`` names them; the product itself has no switch for any of this.
"""

import os
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from hospital.wsgi import application as product

if settings.MODE != "bench":
    raise RuntimeError("A server without its promises is for measuring alone.")

from hospital.kit import audit, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.api.authentication import Caller, TokenAuthentication
from hospital.models import Hospital, Membership, User
from hospital.services.identity import Workplace, actor_of
from hospital.web.middleware import ActorMiddleware


def authentication() -> None:
    """Everybody is one fixed actor, at one hospital; nobody is looked up."""
    hospital = Hospital.objects.get(pk=UUID(os.environ["BENCH_HOSPITAL"]))
    found = {row.role: row.user for row in Membership.objects.in_force().filter(hospital=hospital)}
    client, person = _actor(found["integrator"], hospital), _actor(found["receptionist"], hospital)

    def authenticate(self: Any, request: Any) -> tuple[Caller, Any]:
        request._request.actor = client
        timezone.activate(hospital.zone)
        phones.activate(hospital.country)
        return Caller(client), client.user_id

    def enter(self: Any, request: Any) -> Any:
        request.user, request.actor = found["receptionist"], person
        request.workplace = Workplace(hospital, person.roles)
        request.workplaces = [request.workplace]
        return self.get_response(request)

    TokenAuthentication.authenticate = authenticate  # type: ignore[method-assign]
    ActorMiddleware.__call__ = enter  # type: ignore[method-assign]


def _actor(user: User, hospital: Hospital) -> Actor:
    role = "integrator" if user.kind == User.Kind.CLIENT else "receptionist"
    return actor_of(user, Workplace(hospital, frozenset({role})), door="api")


def nothing(*args: Any, **options: Any) -> None:
    """What is left of a promise that was taken out."""


def permission() -> None:
    """Nobody is asked what is allowed; which rows are seen stays as it is."""
    policy.require = nothing


def auditing() -> None:
    """Nothing is booked."""
    for name in ("wrote", "looked", "happened", "denied"):
        setattr(audit, name, nothing)


def history() -> None:
    """No row is kept as it was."""
    settings.SIMPLE_HISTORY_ENABLED = False


TAKEN_OUT = {
    "authentication": authentication,
    "permission": permission,
    "audit": auditing,
    "history": history,
}
for word in os.environ.get("BENCH_WITHOUT", "").split():
    TAKEN_OUT[word]()
# As preflight does: the workers forked from here make their own connections.
connection.close()
if connection.vendor == "postgresql":
    connection.close_pool()  # type: ignore[attr-defined]

application = product
