"""Every page × every role × own, shared and other hospital's rows: what the matrix says, and no more."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from hospital.kit import clock
from hospital.kit.web.submitting import new_token
from hospital.models import Membership, SavedSearch
from hospital.services import identity
from hospital.tests import factories

from . import oracle
from .samples import KEPT, world
from .walking import addresses, visit

pytestmark = pytest.mark.django_db
PAGES = [
    a
    for a in addresses()
    if getattr(a.callback, "permission", None) and not a.route.startswith("admin/")
]
# The last word of a page's name says which act it is; these are the words for it.
ACTS = {
    "list": "list", "search": "list", "found": "list", "create": "create", "register": "create",
    "detail": "read", "history": "read", "own": "read", "edit": "update", "retire": "retire",
    "restore": "restore", "reveal": "reveal", "register-here": "register_here",
    "add-many": "create", "change-from": "create", "export": "export", "cancel": "cancel", "download": "read",
    "approve": "approve", "refuse": "approve",
    "invite": "update", "sessions": "update", "disable": "update", "enable": "update",
    "factor": "update",
    "week": "list", "agenda": "list", "overbooked": "list", "of-patient": "list", "slip": "read",
    "move": "update", "to-move": "update", "reassign": "reassign", "identify": "identify",
    "check-in": "check_in", "start": "start", "complete": "complete", "miss": "miss", "undo": "undo",
    "finish": "finish", "come": "create", "finalise": "finalise",
    "board": "list", "live": "list", "census": "list", "find": "create", "admit": "admit", "transfer": "transfer",
    "swap": "transfer", "leave": "leave", "back": "leave", "discharge": "discharge",
    "perform": "perform", "offers": "list", "timeline": "read", "details": "read",
    "wristband": "read", "label": "read", "summary": "print_summary", "ward-list": "list",
    "ward": "list", "ward-live": "list",
    "clean": "clean", "close": "close", "reopen": "reopen", "reserve": "reserve", "release": "release",
    "put-up": "put_up", "take-away": "take_away", "different": "different", "look": "look",
    "columns": "update", "begin": "update", "halt": "update", "left": "fetch", "result": "fetch",
}  # fmt: skip
# Pages about no row, and what they need.
ALONE = {
    "hospital:home": "hospital.home.read",
    "hospital:search": "hospital.search.read",
    "hospital:account": "hospital.account.read",
    "hospital:session-end": "hospital.account.update",
    "hospital:switch": "hospital.account.update",
    "hospital:draft-keep": "hospital.account.update",
    "hospital:draft-discard": "hospital.account.update",
    "hospital:session-lock": "hospital.account.update",
    "hospital:session-unlock": "hospital.account.read",
    "hospital:session-seen": "hospital.account.update",
    "hospital:session-left": "hospital.account.read",
    "hospital:styleguide": "hospital.styleguide.read",
}
# Allowed, but there is no such thing: a session of one's own with that number; an own hospital.
NOTHING_THERE = {
    *(("hospital:session-end", who) for who in [*oracle.COLUMNS, "at the other hospital"]),
    ("hospital:hospital-own", "operator"),
}
# Acts on a bed are asked for by the bed, whatever it is used for.
ABOUT = {"records.bedperiod": "hospital.bed"}
# Nor is what is written down about a row there yet; a list of those who lie in a ward is asked for by the ward.
ABOUT_AT = {
    "billing:estimate-create": "records.treatment",
    "records:bedperiod-ward-list": "hospital.ward",
    "records:outpatient-come": "records.appointment",
    "records:bedperiod-put-up": "hospital.ward",
}
PEOPLE = [*oracle.COLUMNS[:-1], "revoked", "at the other hospital"]


@pytest.fixture
def place():
    return world()


def test_every_page_needs_what_its_name_says(count):
    for page in PAGES:
        space, _, name = page.name.partition(":")
        if page.name in ALONE:
            assert page.callback.permission == ALONE[page.name], page.name
            continue
        model, _, word = name.partition("-")
        assert page.callback.permission == f"{space}.{model}.{ACTS[word]}", page.name
    count("pages", len(PAGES))
    assert len(PAGES) > 30


def client_for(place, who):
    """(client, actor column, relations seen the other way round?)."""
    client = Client()
    if who == "revoked":
        user = factories.signed_in(client, "receptionist", place.here)
        Membership.objects.filter(user=user).update(retired_at=clock.now())
        return client, None
    if who == "at the other hospital":
        user = factories.employ("receptionist", place.here)
        factories.employ("receptionist", place.there, user=user)
        factories.enter(client, user, place.there)
        return client, "receptionist"
    actor = place.actors[who]
    user = factories.User.objects.get(pk=actor.user_id)
    factories.enter(client, user, place.here if actor.hospital_id else None)
    return client, who


def rows_for(place, page, who):
    """(relation, id) of every row the page is tried on; of a page about no row, one without."""
    if not page.has_row:
        return [(None, None)]
    resource = page.callback.permission.rsplit(".", 1)[0]
    about = ABOUT_AT.get(getattr(page, "name", ""), ABOUT.get(resource, resource))
    rows = place.rows["records.patient" if page.is_below_patient else about]
    if who == "at the other hospital":
        turned = {"own": "other", "other": "own", "both": "both", "shown": "other"}
        return [(turned.get(relation, relation), row.pk) for relation, row in rows.items()]
    if resource in KEPT and who in place.actors:
        rows = place.objects(page.callback.permission, place.actors[who])
    return [(relation, row.pk) for relation, row in rows.items()]


def path_of(page, pk, client):
    names = dict.fromkeys(re.findall(r"<uuid:(\w+)>", page.route), pk)
    if "search_id" in names:
        user_id = client.session.get("_auth_user_id")
        hospital_id = client.session.get("hospital_id") or uuid.uuid4()
        kept = SavedSearch.objects.create(
            user_id=user_id or uuid.uuid4(), hospital_id=hospital_id, text="Ana"
        )
        names["search_id"] = kept.pk
    if "<int:pk>" in page.route:
        names["pk"] = 0
    if "<path:at>" in page.route:
        names["at"] = "account/"
    return reverse(page.name, kwargs=names)


def tried(rows, column, permission, number):
    """All of the rows; for who is refused whatever the row one of them, on every page the next."""
    if column is None or not oracle.expected(permission, column, None).allowed:
        return [rows[number % len(rows)]]
    return rows


def wanted(column, permission, relation):
    """The status family the matrix asks for: "open", 403 or 404."""
    if column is None or not oracle.expected(permission, column, None).allowed:
        return 403
    if relation is None or oracle.expected(permission, column, relation).allowed:
        return "open"
    read = f"{permission.rsplit('.', 1)[0]}.read"
    return 403 if oracle.expected(read, column, relation).allowed else 404


def is_open(found):
    to_sign_in = found.location.startswith(("/accounts/login", "/accounts/reauthenticate"))
    return found.status in {200, 204, 302, 303, 400, 409, 410, 412} and not to_sign_in


def is_signpost(found, path):
    """Whether a page for sending only led its reader to the record's own page, whatever is there."""
    return found.status == 302 and path.startswith(found.location) and path != found.location


def token_for(client):
    """What the form on an honest page would carry."""
    user = factories.User.objects.get(pk=client.session["_auth_user_id"])
    chosen = client.session["hospital_id"]
    here = next((p for p in identity.workplaces(user) if str(p.id or "") == chosen), None)
    return new_token(identity.actor_of(user, here, door="web"))


def faults(client, method, path, pk, sent, want):
    """What is wrong with the answer, in words."""
    found = visit(client, method, path, sent if method == "POST" else None)
    if found.status == 405:
        return None
    case = f"{found.status} {found.location}"
    if want == "open":
        return [] if is_open(found) else [f"{case}, wanted it open"]
    wrong = [f"{case} wrote {table}" for table in found.left]
    if want == 404 and pk is not None:
        nobody = visit(client, method, path.replace(str(pk), str(uuid.uuid4())), sent)
        if (nobody.status, nobody.comparable) != (found.status, found.comparable):
            wrong.append(f"{case} can be told from what never existed")
    if is_signpost(found, path):
        return wrong
    wrong += [] if found.status == want else [f"{case}, wanted {want}"]
    return wrong + ([] if "hospital_auditevent" in found.changed else [f"{case} was not booked"])


@pytest.mark.once
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_exactly_what_the_matrix_says(place, who, count):
    client, column = client_for(place, who)
    sent = {"form_token": token_for(client), "hospital": client.session["hospital_id"]}
    wrong, asked = [], 0
    for number, page in enumerate(PAGES):
        rows, permission = rows_for(place, page, who), page.callback.permission
        for relation, pk in tried(rows, column, permission, number):
            want = wanted(column, permission, relation)
            if want == "open" and (page.name, who) in NOTHING_THERE:
                want = 404
            path = path_of(page, pk, client)
            for method in ("GET", "POST"):
                found = faults(client, method, path, pk, sent, want)
                asked += found is not None
                wrong += [
                    f"{who} {method} {page.name} on {relation}: {text}" for text in found or ()
                ]
    assert not wrong, "\n".join(wrong)
    count("pages asked by people (page x method x person x row)", asked)
    assert asked > 40


def test_nobody_gets_nothing_but_the_way_to_sign_in(place, count):
    client, wrong, tried = Client(), [], 0
    for page in PAGES:
        for _, pk in rows_for(place, page, "")[:1]:
            for method in ("GET", "POST"):
                found = visit(client, method, path_of(page, pk, client))
                if found.status == 405:
                    continue
                tried += 1
                if found.status != 302 or not found.location.startswith("/accounts/login/"):
                    wrong.append(f"{method} {page.name}: {found.status} {found.location}")
                wrong += [
                    f"{method} {page.name} wrote {t}" for t in found.written - {"django_session"}
                ]
    assert not wrong, "\n".join(wrong)
    count("pages asked by nobody", tried)


def test_get_changes_nothing_anywhere(place):
    client, _ = client_for(place, "receptionist")
    reads = {"hospital_auditpatient"}
    for page in PAGES:
        for _, pk in rows_for(place, page, "receptionist")[:1]:
            found = visit(client, "GET", path_of(page, pk, client))
            assert found.left <= reads, page.name
