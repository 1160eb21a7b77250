"""The ground of one run: who asks, and what is asked for."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest

from hospital.kit import clock, keyset
from hospital.models import ApiToken, Hospital, User
from hospital.models.tokens import grantable_scopes
from hospital.services import accounts, tokens
from hospital.services.identity import command_actor
from records.models import Patient

from . import calendars, seeding
from .calendars import Calendar

NAME = ("sort_key", "id")
DEPTH = 0.99


@dataclass(frozen=True)
class Ground:
    """A token, a session, and places in the list of the largest hospital."""

    hospital_id: UUID
    patients: int
    bearer: dict[str, str]
    cookie: str
    patient_id: UUID
    deep_offset: int
    deep_key: str
    deep_id: UUID
    cursor: str
    is_postgresql: bool
    calendar: Calendar | None


def lay() -> Ground:
    """See to it that there is an integrator with a token, and a receptionist who is signed in."""
    hospital = Hospital.objects.filter(code=seeding.LARGE).first()
    if hospital is None:
        raise seeding.NotForMeasuring("There is nobody here yet; run: bench seed 100000")
    actor = command_actor(hospital.pk, "administrator", "integrator", name="bench")
    client = staff(actor, hospital, "integrator", User.Kind.CLIENT)
    person = staff(actor, hospital, "receptionist", User.Kind.PERSON)
    rows = Patient.objects.visible_to(actor, "list").live()
    number = rows.count()
    offset = int(number * DEPTH)
    names = rows.order_by(*NAME)
    deep, middle = names[offset], names.exclude(phone="")[number // 2]
    return Ground(
        hospital_id=hospital.pk,
        patients=number,
        bearer={"Authorization": f"Bearer {_token(client, hospital)}"},
        cookie=f"{settings.SESSION_COOKIE_NAME}={session(person, hospital)}",
        patient_id=middle.pk,
        deep_offset=offset + 1,
        deep_key=deep.sort_key,
        deep_id=deep.pk,
        cursor=_cursor(hospital, deep),
        is_postgresql=connection.vendor == "postgresql",
        calendar=calendars.found(hospital),
    )


def staff(actor: Any, hospital: Hospital, role: str, kind: str) -> User:
    """The account of a role, kept from one run to the next."""
    username = f"bench-{role}"
    if found := User.objects.filter(username=username).first():
        return found
    user = User(username=username, full_name=f"Bench {role}", kind=kind)
    accounts.create(actor, user=user)
    accounts.appoint(actor, user=user, hospital=hospital, role=role)
    return user


def _token(client: User, hospital: Hospital) -> str:
    actor = command_actor(hospital.pk, "administrator", name="bench")
    token = ApiToken(user=client, hospital=hospital, label="bench", scopes=grantable_scopes())
    return tokens.issue(actor, token=token)


def session(person: User, hospital: Hospital) -> str:
    """A session as sign-in leaves it."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    now = clock.now().timestamp()
    request.session.update(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            "hospital_id": str(hospital.pk),
            "started_at": now,
            "seen_at": now,
        }
    )
    record_authentication(request, person, method="password", username=person.username)
    request.session.save()
    return str(request.session.session_key)


def _cursor(hospital: Hospital, last: Any) -> str:
    """The cursor that the API would have given with this row as the last of a page."""
    seal = keyset._fingerprint(Patient.objects.all(), NAME, (hospital.pk,))
    return keyset._close([last.sort_key, last.pk], seal)


def tidy() -> None:
    """End the tokens and sessions that runs have made."""
    for token in ApiToken.objects.live().filter(label="bench"):
        actor = command_actor(token.hospital_id, "administrator", name="bench")
        tokens.revoke(actor, token=token, reason="measured")
    Session.objects.all().delete()
