"""Hospitals, their parts and their people for tests, with as little said as the test needs.

Rows are made on the models themselves: factories book nothing in the audit, so that a test counts
only its own acts.
"""

from typing import Any
from uuid import UUID

import factory
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from rest_framework.test import APIClient

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import (
    ApiToken,
    Bed,
    Clinic,
    Department,
    Doctor,
    DoctorClinic,
    Hospital,
    Membership,
    Resource,
    User,
    Ward,
)
from hospital.models.tokens import grantable_scopes

PASSWORD = "a quiet evening by the sea"
ROLES = (
    "operator", "administrator", "receptionist", "doctor", "nurse",
    "pharmacist", "lab", "cashier", "auditor", "integrator",
)  # fmt: skip


class HospitalFactory(factory.django.DjangoModelFactory):
    """A hospital in Berlin."""

    class Meta:
        model = Hospital

    code = factory.Sequence(lambda n: f"HOSP{n}")
    name = factory.Sequence(lambda n: f"Hospital {n}")
    time_zone = "Europe/Berlin"
    currency = "EUR"
    country = "DE"


class PartFactory(factory.django.DjangoModelFactory):
    """Something of a hospital; with what it leans on given, at the hospital of that."""

    class Meta:
        abstract = True

    hospital = factory.SubFactory(HospitalFactory)

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        for name in cls._meta.model.leans_on:
            if name != "hospital" and name in params:
                params = {"hospital": params[name].hospital, **params}
        return super()._generate(strategy, params)


class DepartmentFactory(PartFactory):
    """A department of a hospital."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"DEP{n}")
    name = factory.Sequence(lambda n: f"Department {n}")


class WardFactory(PartFactory):
    """A ward of a department."""

    class Meta:
        model = Ward

    department = factory.SubFactory(DepartmentFactory, hospital=factory.SelfAttribute("..hospital"))
    code = factory.Sequence(lambda n: f"WARD{n}")
    name = factory.Sequence(lambda n: f"Ward {n}")


class BedFactory(PartFactory):
    """A bed of a ward."""

    class Meta:
        model = Bed

    ward = factory.SubFactory(WardFactory, hospital=factory.SelfAttribute("..hospital"))
    label = factory.Sequence(lambda n: f"{n}")


class ClinicFactory(PartFactory):
    """A clinic of a department."""

    class Meta:
        model = Clinic

    department = factory.SubFactory(DepartmentFactory, hospital=factory.SelfAttribute("..hospital"))
    code = factory.Sequence(lambda n: f"CLINIC{n}")
    name = factory.Sequence(lambda n: f"Clinic {n}")


class DoctorFactory(PartFactory):
    """A doctor of a department, without an account; at ``clinics`` when some are given."""

    class Meta:
        model = Doctor
        skip_postgeneration_save = True

    department = factory.SubFactory(DepartmentFactory, hospital=factory.SelfAttribute("..hospital"))
    family_name = factory.Sequence(lambda n: f"Doctor {n}")
    licence_number = factory.Sequence(lambda n: f"LIC-{n}")

    @factory.post_generation
    def clinics(self, create: bool, extracted: Any, **facts: Any) -> None:
        for clinic in extracted or ():
            DoctorClinic.objects.create(hospital_id=clinic.hospital_id, doctor=self, clinic=clinic)

    @factory.post_generation
    def bookable(self, create: bool, extracted: Any, **facts: Any) -> None:
        if create:
            Resource.objects.create(hospital_id=self.hospital_id, kind="doctor", doctor=self)


class ResourceFactory(PartFactory):
    """A room that can be booked."""

    class Meta:
        model = Resource

    kind = Resource.Kind.ROOM
    name = factory.Sequence(lambda n: f"Room {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in with PASSWORD, and so far works nowhere."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, password: str, **facts: Any) -> User:
        user = model_class(*args, **facts)
        user.set_password(password)
        user.save()
        return user


class MembershipFactory(factory.django.DjangoModelFactory):
    """A role of somebody at a hospital; the operator's is at none."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = "receptionist"
    hospital = factory.SubFactory(HospitalFactory)

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Membership:
        if params.get("role") == "operator":
            params = {**params, "hospital": None}
        return super()._generate(strategy, params)


class TokenFactory(factory.django.DjangoModelFactory):
    """A token with every scope; ``.secret`` is what goes after ``Bearer``."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory, kind=User.Kind.CLIENT)
    hospital = factory.SubFactory(HospitalFactory)
    label = factory.Sequence(lambda n: f"Laboratory system {n}")
    scopes = factory.LazyFunction(grantable_scopes)

    @classmethod
    def _create(cls, model_class: type[ApiToken], *args: Any, **facts: Any) -> ApiToken:
        token = model_class(*args, **facts)
        token.secret = token.draw_secret()
        token.save()
        return token


def employ(role: str, hospital: Hospital | None, **facts: Any) -> User:
    """Somebody with the role (or roles, "doctor nurse") at the hospital, from today on."""
    user = facts.pop("user", None) or UserFactory(**facts)
    for word in role.split():
        MembershipFactory(user=user, role=word, hospital=hospital)
    return user


def actor(role: str, hospital: Hospital | None = None, door: str = "web", **facts: Any) -> Actor:
    """The actor somebody with ``role`` (or roles, "doctor nurse") is at ``hospital``.

    Just signed in, so that nothing asks for the password again; ``auth_at=None`` for the contrary.
    """
    user = employ(role, hospital, user=facts.pop("user", None))
    known: dict[str, Any] = {
        "user_id": user.pk,
        "name": str(user),
        "kind": user.kind,
        "hospital_id": hospital.pk if hospital and role != "operator" else None,
        "roles": frozenset(role.split()),
        "habits": frozenset({"shows_allergies"} if hospital and hospital.shows_allergies else ()),
        "door": door,
        "auth_at": clock.now(),
    }
    return Actor(**known | facts)


def signed_in(client: Client, role: str, hospital: Hospital | None = None, **facts: Any) -> User:
    """Sign somebody with ``role`` at ``hospital`` in to ``client``, as if by password just now."""
    user = employ(role, hospital, **facts)
    enter(client, user, None if role == "operator" else hospital)
    return user


def enter(client: Client, user: User, hospital: Hospital | None) -> None:
    """Sign somebody in to ``client``, to work at ``hospital``, as if by password just now."""
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password", username=user.username)
    request.session["hospital_id"] = str(hospital.pk) if hospital else ""
    request.session.save()


class ApiClient(APIClient):
    """Sends JSON; knows its ``token``, ``user`` and ``hospital_id``."""

    default_format = "json"
    token: ApiToken
    hospital_id: UUID | None


def api(
    role: str = "integrator", hospital: Hospital | None = None, *, scopes: list[str] | None = None
) -> ApiClient:
    """A client with a Bearer token of its own at ``hospital``; ``role`` "operator" for a platform token."""
    place = None if role == "operator" else hospital
    user = employ(role, place, kind=User.Kind.CLIENT)
    granted = {} if scopes is None else {"scopes": list(scopes)}
    client = ApiClient()
    client.token = TokenFactory(user=user, hospital=place, **granted)
    client.user = user
    client.hospital_id = place.pk if place else None
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.token.secret}")
    return client
