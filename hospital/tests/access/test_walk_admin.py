"""Every address of the admin × every role × rows of every relation: the same matrix behind the third door."""

import uuid

import pytest
from django.contrib import admin
from django.test import Client

from hospital.tests import factories

from . import oracle
from .samples import world
from .test_walk_web import PEOPLE, client_for, token_for, tried, wanted
from .walking import addresses, visit

pytestmark = pytest.mark.django_db
ENTER = "hospital.admin.read"
VIEWS = {"changelist": "list", "add": "create", "history": "read", "search": "list"}
# Pages of the site itself: for everybody who may enter, and the ways in and out for everybody.
OF_THE_SITE = {"index", "autocomplete", "jsi18n", "view_on_site", "app_list"}
FOR_EVERYBODY = {"login", "logout", "password_change", "password_change_done"}


@pytest.fixture
def place():
    return world()


def of_models():
    """(address, model admin, the view's word) of every page about a model."""
    registry = {
        f"{model._meta.app_label}_{model._meta.model_name}": offered
        for model, offered in admin.site._registry.items()
    }
    for address in addresses():
        space, _, name = address.name.partition(":")
        model, _, word = name.rpartition("_")
        if space == "admin" and model in registry:
            yield address, registry[model], word


def act_of(offered, word, method):
    """What the view does to a row, in the policy's words; None when nobody may, whatever they are."""
    acts = {act.name: act.action for act in getattr(offered, "acts", ())}
    if word == "change":
        return "read" if method == "GET" else "update"
    return acts.get(word) or VIEWS.get(word)


def test_every_address_of_the_admin_is_of_a_model_or_of_the_site(count):
    known = {address.name for address, *_ in of_models()}
    known |= {f"admin:{name}" for name in OF_THE_SITE | FOR_EVERYBODY}
    # Without a name: "…/<id>/" and whatever else there is; both only lead on for who may enter.
    unknown = [
        a for a in addresses() if a.route.startswith("admin/") and a.name not in known | {"admin:"}
    ]
    assert [a.name for a in unknown] == []
    for address, offered, word in of_models():
        assert word == "delete" or act_of(offered, word, "GET"), address.name
    count("pages of the admin about a model", len(list(of_models())))


def test_only_classes_that_ask_the_policy_are_in_the_admin():
    for offered in admin.site._registry.values():
        assert f"{offered.resource}.list" in oracle.permissions()


def rows_of(place, offered, address, who):
    if not address.has_row:
        return [(None, None)]
    rows = dict(place.rows[offered.resource])
    if who in place.actors and offered.resource == "hospital.user":
        rows["self"] = factories.User.objects.get(pk=place.actors[who].user_id)
    if who == "at the other hospital":
        turned = {"own": "other", "other": "own"}
        return [(turned.get(relation, relation), row.pk) for relation, row in rows.items()]
    return [(relation, row.pk) for relation, row in rows.items()]


def wanted_of(column, offered, word, method, relation):
    """What the matrix asks for; a set where two refusals say the same."""
    if column is None or not oracle.expected(ENTER, column, None).allowed:
        return {403}
    action = act_of(offered, word, method)
    if action is None or f"{offered.resource}.{action}" not in oracle.permissions():
        found = wanted(column, f"{offered.resource}.read", relation)
        return {403, 404} if found in {"open", 404} else {403}
    if (offered.resource, relation) == ("hospital.user", "self") and action == "update":
        return {403}  # one's own account is changed under My account
    if (offered.resource, word) == ("hospital.audit", "history"):
        return {403, 404}  # an event has none
    found = wanted(column, f"{offered.resource}.{action}", relation)
    return {found}


@pytest.mark.once
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_exactly_what_the_matrix_says(place, who, count):
    client, column = client_for(place, who)
    sent = {"form_token": token_for(client), "_save": "1"}
    wrong, asked = [], 0
    for number, (address, offered, word) in enumerate(of_models()):
        rows = rows_of(place, offered, address, who)
        for relation, pk in tried(rows, column, ENTER, number):
            path = "/" + address.route.replace("<path:object_id>", str(pk))
            for method in ("GET", "POST"):
                want = wanted_of(column, offered, word, method, relation)
                case = f"{who} {method} {address.name} on {relation}"
                wrong += [
                    f"{case}: {text}" for text in faults(client, method, path, pk, sent, want)
                ]
                asked += 1
    assert not wrong, "\n".join(wrong)
    count("pages of the admin asked (page x method x person x row)", asked)


def faults(client, method, path, pk, sent, want):
    found = visit(client, method, path, sent if method == "POST" else None)
    case = f"{found.status} {found.location}"
    if want == {"open"}:
        is_open = (
            found.status in {200, 302, 303, 400, 409, 412} and "/accounts/" not in found.location
        )
        return [] if is_open else [f"{case}, wanted it open"]
    wrong = [] if found.status in want else [f"{case}, wanted {want}"]
    wrong += [f"{case} wrote {table}" for table in found.left]
    wrong += [] if "hospital_auditevent" in found.changed else [f"{case} was not booked"]
    if found.status == 404:
        nobody = visit(client, method, path.replace(str(pk), str(uuid.uuid4())), sent)
        if (nobody.status, nobody.comparable) != (found.status, found.comparable):
            wrong.append(f"{case} can be told from what never existed")
    return wrong


def test_nobody_gets_nothing_but_the_way_to_sign_in(place, count):
    client, wrong, tried = Client(), [], 0
    for address in addresses():
        if (
            not address.route.startswith("admin/")
            or address.name.removeprefix("admin:") in FOR_EVERYBODY
        ):
            continue
        path = "/" + address.route.replace("<path:object_id>", str(uuid.uuid4())).replace("^", "")
        path = path.replace("(?P<app_label>hospital|records)/$", "hospital/").replace(
            "(?P<url>.*)$", "x/"
        )
        path = path.replace("<path:content_type_id>", "1")
        for method in ("GET", "POST"):
            found = visit(client, method, path)
            tried += 1
            if found.status != 302 or "/accounts/login/" not in found.location.replace(
                "/admin/login/", "/accounts/login/"
            ):
                wrong.append(f"{method} {path}: {found.status} {found.location}")
    assert not wrong, "\n".join(wrong)
    count("pages of the admin asked by nobody", tried)
