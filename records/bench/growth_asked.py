"""What people and programs ask when they look for somebody, for a sample of those who are registered."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from django.conf import settings
from django.db.models.functions import MD5
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from hospital.kit import keyset
from hospital.kit.actors import Actor
from hospital.models import Hospital, Role, User
from hospital.services.identity import command_actor
from records import search
from records.models import Patient
from records.services import matching
from records.services.search_keys import national

from . import ground

PEOPLE, SUGGESTED = 60, 8
TYPED, SLIP, PHONE, BORN = (
    "search while a name is typed", "search with a slip in the name", "search by a piece of a phone",
    "search by name and birth date",
)  # fmt: skip
CHECK, POSTED = "duplicate check, registration", "duplicate check, API"
LIST, DEEP, REQUEST = "list of 50", "deep page of 50", "whole request while typing"
Act = Callable[[], Any]


def questions(hospital: Hospital) -> dict[str, list[Act]]:
    """Each question as it is asked for the same people of the hospital, drawn by chance but always the same."""
    desk = command_actor(hospital.pk, Role.RECEPTIONIST, name="bench")
    program = command_actor(hospital.pk, Role.INTEGRATOR, name="bench")
    rows = Patient.objects.visible_to(desk, "list").live()
    people = list(rows.filter(is_unidentified=False).order_by(MD5("mrn"), "id")[:PEOPLE])
    draw, deep = Random(1), _deep(rows)
    visitor = _visitor(hospital)
    begun = [_begun(draw, one) for one in people]
    return {
        TYPED: [_search(desk, text) for text in begun],
        SLIP: [_search(desk, _named(_with_slip(draw, one))) for one in people],
        PHONE: [_search(desk, _piece(draw, one.phone)) for one in people if one.phone],
        BORN: [_search(desk, f"{_named(one)} {one.birth_date}") for one in people],
        CHECK: [_check(desk, _with_slip(draw, one)) for one in people],
        POSTED: [_posted(program, one) for one in people],
        LIST: [lambda: keyset.page(rows, order=ground.NAME)],
        DEEP: [lambda: keyset.page(rows, order=ground.NAME, cursor=deep)],
        REQUEST: [_request(visitor, text) for text in begun],
    }


def _search(desk: Actor, text: str) -> Act:
    return lambda: search.find(desk, text, SUGGESTED)


def _check(desk: Actor, typed: Patient) -> Act:
    return lambda: matching.likely_here(desk, typed)


def _posted(program: Actor, chart: Patient) -> Act:
    """What a POST of this chart asks before and after it is written."""
    numbers = list(chart.identifiers.live())

    def act() -> None:
        matching.refuse_known(program, numbers, but=chart.pk)
        matching.likely_here(program, chart)

    return act


def _request(visitor: Client, text: str) -> Act:
    url = reverse("hospital:search")

    def act() -> None:
        answer = visitor.post(url, {"q": text}, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.status_code

    return act


def _named(one: Patient) -> str:
    return f"{one.given_names} {one.family_name}".strip()


def _begun(draw: Random, one: Patient) -> str:
    """The name as far as it is typed: two signs, some more, or all of it."""
    name = _named(one)
    return name[: draw.randint(2, max(2, len(name)))].strip()


def _with_slip(draw: Random, one: Patient) -> Patient:
    """The same person told anew, with one letter of the longer name left out, doubled, or changed with the next."""
    told = Patient(**{**model_to_dict(one), "id": None})
    longer = "family_name" if len(one.family_name) > len(one.given_names) else "given_names"
    name = getattr(one, longer)
    at = draw.randrange(len(name))
    slips = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
    )
    setattr(told, longer, draw.choice(slips))
    return told


def _piece(draw: Random, phone: str) -> str:
    """The end of a number, or how it begins."""
    digits = national(phone)
    return draw.choice((digits[-4:], digits[-6:], digits[:7], digits))


def _deep(rows: Any) -> str:
    """The cursor of a page near the end of the list."""
    last = rows.order_by(*ground.NAME)[int(rows.count() * ground.DEPTH)]
    seal = keyset._fingerprint(rows, ground.NAME, ())
    return keyset._close([last.sort_key, last.pk], seal)


def _visitor(hospital: Hospital) -> Client:
    """A browser of a receptionist who is signed in."""
    clerk = command_actor(hospital.pk, Role.ADMINISTRATOR, name="bench")
    person = ground.staff(clerk, hospital, "receptionist", User.Kind.PERSON)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = ground.session(person, hospital)
    return client
