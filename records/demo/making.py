"""Making the demo, through the same services and rules as everybody's work."""

import random
from typing import Any

from hospital.kit import facts
from hospital.kit.actors import Actor
from hospital.models import ApiToken, Clinic, Department, Doctor, Hospital, Role, User, Ward
from hospital.models.tokens import grantable_scopes
from hospital.services import accounts, beds, doctors, identity, installation, tokens
from hospital.services.identity import Workplace, command_actor

from . import appointments, catalogues, charts, medications, patients, stays, visits, weekly
from .places import PLACES, Place
from .staff import SignIn

SEED = 20261120


def make(everybody: dict[str, list[SignIn]], *, url: str) -> dict[str, Any]:
    """Make both hospitals in the transaction under way; returns what ``var/demo.json`` keeps.

    The people and what is written about them are the same every time; passwords and tokens never.
    """
    installation.mark(is_demo=True)
    operator = command_actor(None, Role.OPERATOR, name="demo")
    installation.appoint_operator(operator, user=everybody[""][0].user)
    chance = random.Random(SEED)  # noqa: S311 (invented people, not secrets)
    known: dict[str, str] = {}
    at: dict[str, Actor] = {}
    for place in PLACES:
        hospital, administrator = _hospital(operator, place, everybody[place.code])
        _parts(administrator, hospital, place)
        accounts_by_name = {row.user.username: row.user for row in everybody[place.code]}
        _doctors(administrator, hospital, place, accounts_by_name)
        weekly.keep(administrator, hospital)
        medications.stock(administrator, hospital, random.Random(SEED))  # noqa: S311
        catalogues.stock(administrator, hospital, random.Random(SEED))  # noqa: S311
        known[place.code] = _token(administrator, hospital)
        receptionist = next(
            row.user for row in everybody[place.code] if row.role == Role.RECEPTIONIST
        )
        at[place.code] = _actor(receptionist, hospital, Role.RECEPTIONIST)
        patients.register_all(at[place.code], administrator, place, chance)
    first, second = at.values()
    patients.register_shared(first, second, chance)
    for hospital in Hospital.objects.order_by("code"):
        nurse = next(row.user for row in everybody[hospital.code] if row.role == Role.NURSE)
        charts.write_all(_actor(nurse, hospital, Role.NURSE), chance)
        stays.fill(_actor(nurse, hospital, Role.NURSE), hospital, random.Random(SEED))  # noqa: S311
        appointments.fill(at[hospital.code], hospital, random.Random(SEED))  # noqa: S311
        doctor = next(row.user for row in everybody[hospital.code] if row.role == Role.DOCTOR)
        visits.fill(
            _actor(nurse, hospital, Role.NURSE), _actor(doctor, hospital, Role.DOCTOR), hospital,
            random.Random(SEED),  # noqa: S311
        )  # fmt: skip
    known["platform"] = _platform_token(operator)
    return {"url": url, "tokens": known, "sign_ins": _listed(everybody)}


def _hospital(operator: Actor, place: Place, people: list[SignIn]) -> tuple[Hospital, Actor]:
    hospital = facts.create(operator, Hospital(code=place.code, name=place.name, **place.facts))
    head, *others = people
    accounts.create(operator, user=head.user)
    accounts.appoint(operator, user=head.user, hospital=hospital, role=head.role)
    administrator = _actor(head.user, hospital, Role.ADMINISTRATOR)
    for person in others:
        accounts.create(administrator, user=person.user)
        accounts.appoint(administrator, user=person.user, hospital=hospital, role=person.role)
    return hospital, administrator


def _parts(administrator: Actor, hospital: Hospital, place: Place) -> None:
    departments = {
        code: facts.create(administrator, Department(hospital=hospital, code=code, name=name))
        for code, name in place.departments.items()
    }
    for code, name, department, floor, size in place.wards:
        ward = Ward(
            hospital=hospital, department=departments[department], code=code, name=name, floor=floor
        )
        facts.create(administrator, ward)
        _beds(administrator, ward, size)
    for code, name, department, room, hours in place.clinics:
        clinic = Clinic(
            hospital=hospital, department=departments[department], code=code, name=name,
            room=room, opening_hours=hours,
        )  # fmt: skip
        facts.create(administrator, clinic)
    closed = Ward(
        hospital=hospital, department=departments["SURG"], code="S9", name="Old day clinic"
    )
    facts.create(administrator, closed)
    facts.retire(administrator, closed, reason="Closed for rebuilding")


def _doctors(
    administrator: Actor, hospital: Hospital, place: Place, people: dict[str, User]
) -> None:
    """Doctors with their clinics; one of them can sign in."""
    departments = {each.code: each for each in hospital.departments.all()}
    clinics = {each.code: each for each in hospital.clinics.all()}
    for number, (title, family_name, given_names, speciality, at, codes, username) in enumerate(
        place.doctors
    ):
        doctor = Doctor(
            hospital=hospital, title=title, family_name=family_name, given_names=given_names,
            licence_number=f"{place.code[:2]}-{20417 + number * 113}", speciality=speciality,
            department=departments[at], user=people.get(username),
            phone=f"{place.facts['phone'][:-3]}{141 + number * 7}", email=_email(place, given_names, family_name),
        )  # fmt: skip
        doctors.add(administrator, doctor=doctor, clinics=[clinics[code] for code in codes.split()])


def _email(place: Place, given_names: str, family_name: str) -> str:
    host = place.facts["email"].partition("@")[2]
    return f"{given_names}.{family_name}@{host}".lower()


def _beds(administrator: Actor, ward: Ward, size: int) -> None:
    """Beds of a ward; the last two stand in rooms where a patient can be isolated."""
    made = beds.add_many(administrator, ward=ward, first=1, last=size)
    for bed in made[-2:]:
        bed.is_isolation = True
        facts.change(administrator, bed)


def _token(administrator: Actor, hospital: Hospital) -> str:
    program = User(
        username=f"laboratory.{hospital.code.lower()}", full_name="Laboratory system",
        kind=User.Kind.CLIENT,
    )  # fmt: skip
    accounts.create(administrator, user=program)
    accounts.appoint(administrator, user=program, hospital=hospital, role=Role.INTEGRATOR)
    token = ApiToken(
        user=program, hospital=hospital, label="Laboratory system", scopes=grantable_scopes()
    )
    return tokens.issue(administrator, token=token)


def _platform_token(operator: Actor) -> str:
    program = User(username="platform", full_name="Platform", kind=User.Kind.CLIENT)
    installation.appoint_operator(operator, user=program)
    scopes = [scope for scope in grantable_scopes() if scope.startswith("hospital.")]
    return tokens.issue(operator, token=ApiToken(user=program, label="Platform", scopes=scopes))


def _actor(user: User, hospital: Hospital, role: str) -> Actor:
    place = Workplace(hospital, frozenset({str(role)}))
    return identity.actor_of(user, place, door="command", auth_at=user.created_at)


def _listed(everybody: dict[str, list[SignIn]]) -> list[dict[str, str]]:
    return [
        {
            "hospital": code, "role": str(person.role), "username": person.user.username,
            "password": person.password,
        }
        for code, people in sorted(everybody.items(), key=lambda row: row[0] == "")
        for person in people
    ]  # fmt: skip
