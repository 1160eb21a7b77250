"""Every address of the API × every method × every role's token × own, shared and other hospital's rows."""

import re
import uuid
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from hospital.kit import clock
from hospital.models import ApiToken, Membership, User
from hospital.tests import factories

from . import oracle
from .samples import world
from .test_walk_web import rows_for, wanted
from .walking import addresses, visit

pytestmark = pytest.mark.django_db
ROUTES = [
    a for a in addresses() if a.route.startswith("api/v1/") and getattr(a.callback, "cls", None)
]
# What each action of a viewset is to the policy.
ACTS = {
    "list": "list", "search": "list", "retrieve": "read", "create": "create", "update": "update",
    "partial_update": "update", "destroy": "retire", "restore": "restore",
    "register_here": "register_here", "add_many": "create", "batch": "create",
    **{
        word: word
        for word in (
            "walk_in", "check_in", "start", "complete", "miss", "undo", "cancel", "identify",
            "reassign", "admit", "transfer", "leave", "discharge", "clean", "close", "reopen",
            "reserve", "release", "put_up", "take_away", "finish", "finalise", "perform",
            "different",
        )
    },
    "approve": "approve", "refuse": "approve",
    "plan": "create", "swap": "transfer", "come_back": "leave",
    "estimate": "create", "estimates": "list",
}  # fmt: skip
# Addresses for everybody, or for nobody: documentation and what is not there.
PUBLIC = {"api-schema", "api-docs", "api-redoc", "api-nothing", "api-moved"}
PEOPLE = [*oracle.COLUMNS, "revoked"]


@pytest.fixture
def place():
    return world()


def operations():
    """(address, method, permission) of everything the API does."""
    for route in ROUTES:
        actions = getattr(route.callback, "actions", None)
        if actions is None:
            yield route, "GET", route.callback.cls.permission
            continue
        resource = route.callback.cls.serializer_class.Meta.model.resource
        for method, action in list(actions.items()):
            if method == "head":  # DRF adds it as soon as somebody asks; GET is tried
                continue
            yield route, method.upper(), f"{resource}.{ACTS[action]}"


def test_every_address_under_api_is_an_operation_or_said_to_be_public():
    known = {route.name for route, *_ in operations()} | PUBLIC
    under = [a for a in addresses() if re.match(r"\^?(api|docs|redoc)", a.route)]
    assert [a.name for a in under if a.name not in known] == []
    assert len(list(operations())) > 25


def client_for(place, who):
    client = APIClient()
    client.default_format = "json"
    if who == "revoked":
        sender = factories.api("integrator", place.here)
        Membership.objects.filter(user=sender.user).update(retired_at=clock.now())
        secret = sender.token.secret
    else:
        actor = place.actors[who]
        User.objects.filter(pk=actor.user_id).update(kind="client")
        hospital = place.here if actor.hospital_id else None
        secret = factories.TokenFactory(user_id=actor.user_id, user=None, hospital=hospital).secret
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


class Page:
    """What rows_for() needs to know of an operation."""

    is_below_patient = False

    def __init__(self, route, permission):
        self.has_row, self.callback = route.has_row, self
        # The id may be of something else than the permission is named after, as an act on a bed is.
        resource = getattr(route.callback.cls, "row_resource", permission.rsplit(".", 1)[0])
        self.permission = f"{resource}.{permission.rsplit('.', 1)[1]}"


def column_of(who):
    """A token has the scopes of an integrator, so the operator's is the platform's."""
    return {"operator": "platform", "revoked": None}.get(who, who)


def is_grantable(permission):
    """Whether a token may have the scope: when an integrator may do anything of the kind there."""
    resource, action = permission.rsplit(".", 1)
    same_kind = [
        other
        for other in oracle.permissions()
        if other.rsplit(".", 1)[0] == resource
        and (other.endswith((".read", ".list")) == (action in {"read", "list"}))
    ]
    return any(oracle.expected(other, "integrator", None).allowed for other in same_kind)


def path_of(route, pk):
    text = re.sub(r"\(\?P<pk>[^)]*\)", str(pk), route.route).replace("^", "").replace("/?$", "")
    return "/" + text


def is_open(found):
    return found.status in {200, 201, 204, 400, 409, 412, 428}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_token_gets_exactly_what_the_matrix_says(place, who, count):
    client, column = client_for(place, who), column_of(who)
    wrong, tried = [], 0
    for route, method, permission in operations():
        for relation, pk in rows_for(place, Page(route, permission), who):
            want = wanted(column, permission, relation)
            if not is_grantable(permission):
                want = 403
            if permission == "hospital.me.read":
                want = "open"  # a token that works may ask who it is, whatever it may do
            path = path_of(route, pk)
            found = visit(client, method, path, {} if method != "GET" else None)
            tried += 1
            case = f"{who} {method} {route.name} on {relation}: {found.status}"
            if want == "open":
                wrong += [] if is_open(found) else [f"{case}, wanted it open"]
                continue
            wrong += [] if found.status == want else [f"{case}, wanted {want}"]
            wrong += [f"{case} wrote {table}" for table in found.left]
            wrong += [] if "hospital_auditevent" in found.changed else [f"{case} was not booked"]
            if want == 404:
                nobody = visit(
                    client,
                    method,
                    path.replace(str(pk), str(uuid.uuid4())),
                    {} if method != "GET" else None,
                )
                same = (nobody.status, nobody.comparable) == (found.status, found.comparable)
                wrong += [] if same else [f"{case} can be told from what never existed"]
    assert not wrong, "\n".join(wrong)
    count("operations of the API asked with tokens (x method x role x row)", tried)
    assert tried > 50


def spoilt(place, how):
    """The header of a token that must not work any more, or never did."""
    token = factories.api("integrator", place.here).token
    changes = {
        "revoked": {"retired_at": clock.now()},
        "expired": {"expires_at": clock.now() - timedelta(seconds=1)},
    }
    if how in changes:
        ApiToken.objects.filter(pk=token.pk).update(**changes[how])
    if how == "of a disabled account":
        User.objects.filter(pk=token.user_id).update(is_active=False)
    if how == "of a retired hospital":
        type(place.here).objects.filter(pk=place.here.pk).update(retired_at=clock.now())
    return {
        "none": "",
        "made up": "Bearer ow_00000000.AAAA",
        "another secret": f"Bearer {token.prefix}.{'A' * 43}",
        "another scheme": f"Basic {token.secret}",
    }.get(how, f"Bearer {token.secret}")


@pytest.mark.parametrize(
    "how",
    ["none", "made up", "another secret", "another scheme", "revoked", "expired",
     "of a disabled account", "of a retired hospital"],
)  # fmt: skip
def test_without_a_token_that_works_everything_is_401(place, how, count):
    client = APIClient()
    client.default_format = "json"
    header = spoilt(place, how)
    if header:
        client.credentials(HTTP_AUTHORIZATION=header)
    wrong, tried, bodies = [], 0, set()
    for route, method, permission in operations():
        for _, pk in rows_for(place, Page(route, permission), "")[:1]:
            found = visit(client, method, path_of(route, pk), {} if method != "GET" else None)
            tried += 1
            bodies.add(found.comparable)
            if found.status != 401 or found.left:
                wrong.append(f"{method} {route.name}: {found.status} wrote {found.left}")
    assert not wrong, "\n".join(wrong)
    assert len(bodies) == 1, "the answer tells which of them it was"
    count("operations of the API asked without a working token", tried)
