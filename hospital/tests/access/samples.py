"""One row of every kind and every relation to the person who asks: own hospital, other hospital, self …

What simply belongs to one hospital is made by its factory; what is special stands here by hand.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.apps import apps

from hospital.kit import clock
from hospital.kit.actors import NOWHERE, Actor
from hospital.kit.fixed import Fixed
from hospital.kit.records import Record
from hospital.models import (
    ApiToken,
    AuditEvent,
    Doctor,
    Hospital,
    ImportBatch,
    Job,
    Membership,
    SavedFilter,
    User,
)
from hospital.models.tokens import grantable_scopes
from hospital.tests import factories
from hospital.tests.rows import row_of
from records.models import CalendarFeed, Patient
from records.models.encounter_entries import EncounterEntry
from records.models.entries import ChartEntry
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import (
    AppointmentFactory,
    CalendarFeedFactory,
    PatientFactory,
    register,
)

from .oracle import COLUMNS, permissions


@dataclass
class World:
    """Two hospitals, one actor per column of the matrix at the first, and rows around them."""

    here: Hospital
    there: Hospital
    actors: dict[str, Actor]
    rows: dict[str, dict[str, Any]]

    def objects(self, permission: str, actor: Actor) -> dict[str, Any]:
        """Relation -> row, as this actor would meet it with this act."""
        resource, action = permission.rsplit(".", 1)
        if resource in KEPT:
            return self._kept_by(resource, actor)
        if action == "create":
            return {**_new(resource, self), **self._new_own(resource, actor)}
        rows = dict(self.rows.get(resource, {}))
        if resource == "hospital.user":
            rows["self"] = User.objects.get(pk=actor.user_id)
        if resource == "hospital.membership":
            rows["self"] = Membership.objects.get(user=actor.user_id)
        if resource == "hospital.doctor":
            rows["self"] = self._doctor_of(actor)
        if resource in DOCTORS:
            rows["self"] = _of_doctor(DOCTORS[resource], self._doctor_of(actor))
        return rows

    def actor(self, column: str, relation: str | None) -> Actor:
        """Who meets the row: one whose hospital shows allergies to everybody when that is the relation."""
        habits = frozenset({"shows_allergies"} if relation == "shown" else ())
        return replace(self.actors[column], habits=habits)

    def _kept_by(self, resource: str, actor: Actor) -> dict[str, Any]:
        """What the actor has asked for or saved, beside that of others."""
        mine = KEPT[resource](actor.user_id, actor.hospital_id)
        return {**self.rows[resource], "self": mine}

    def _new_own(self, resource: str, actor: Actor) -> dict[str, Any]:
        """What the actor would make for the doctor with this very account."""
        if resource != "records.calendarfeed":
            return {}
        return {"self": CalendarFeed(hospital=self.here, doctor=self._doctor_of(actor))}

    def _doctor_of(self, actor: Actor) -> Any:
        """A doctor with the actor's account, whatever role that has."""
        mine = {"hospital": self.here, "user_id": actor.user_id}
        return Doctor.objects.filter(**mine).first() or factories.DoctorFactory(**mine)


def job_of(user_id: Any, hospital_id: Any) -> Job:
    """Work that has made a file, which is gone by now."""
    about = {"source": "hospital.hospitals", "form": "csv", "asked": {}}
    return Job.objects.create(
        kind="export", arguments=about, user_id=user_id, hospital_id=hospital_id,
        state=Job.State.DONE, file_name="hospitals.csv",
    )  # fmt: skip


def saved_by(user_id: Any, hospital_id: Any) -> SavedFilter:
    return SavedFilter.objects.create(
        user_id=user_id, hospital_id=hospital_id or NOWHERE, list="hospital.hospitals",
        name=str(uuid4()), query="order=-name",
    )  # fmt: skip


# What belongs to the person who made it, and how it is made.
KEPT: dict[str, Any] = {"hospital.job": job_of, "hospital.savedfilter": saved_by}
# What is of a doctor, and how it is made.
DOCTORS: dict[str, Any] = {
    "records.appointment": AppointmentFactory,
    "records.calendarfeed": CalendarFeedFactory,
}


def _of_doctor(factory: Any, doctor: Doctor) -> Any:
    return factory._meta.model.objects.filter(doctor=doctor).first() or factory(
        hospital=doctor.hospital, doctor=doctor
    )


def world() -> World:
    here, there = factories.HospitalFactory(), factories.HospitalFactory()
    actors = {column: _actor(column, here) for column in COLUMNS}
    by_hand = {
        "hospital.hospital": {"own": here, "other": there},
        **_people(here, there),
        **_records(here, there),
    }
    parts = {
        model.resource: {"own": row_of(model, here), "other": row_of(model, there)}
        for model in _models()
        if model.resource not in by_hand
    }
    rows = {**by_hand, **parts}
    # What one costs is in reach with the treatment itself, by a rule of its own.
    rows["billing.cost"] = rows["records.treatment"]
    return World(here, there, actors, rows)


def _models() -> list[type[Record | Fixed]]:
    """The models that the matrix knows."""
    known = {permission.rsplit(".", 1)[0] for permission in permissions()}
    records = [model for model in apps.get_models() if issubclass(model, (Record, Fixed))]
    return [model for model in records if model.resource in known]


def _actor(column: str, here: Hospital) -> Actor:
    if column != "platform":
        return factories.actor(column, here)
    platform = factories.actor("operator", door="api")
    scopes = frozenset(scope for scope in grantable_scopes() if scope.startswith("hospital."))
    return replace(platform, kind="client", scopes=scopes, auth_at=None)


def _people(here: Hospital, there: Hospital) -> dict[str, dict[str, Any]]:
    users = {
        "colleague": factories.employ("doctor", here),
        "administrator": factories.employ("administrator", here),
        "other": factories.employ("doctor", there),
        "other_administrator": factories.employ("administrator", there),
        "both": factories.employ("nurse", here),
        "left": factories.employ("nurse", here),
    }
    factories.employ("nurse", there, user=users["both"])
    Membership.objects.filter(user=users["left"]).update(retired_at=clock.now())
    memberships = {
        name: row.memberships.get() for name, row in users.items() if name not in {"both", "left"}
    }
    return {
        "hospital.user": users,
        "hospital.membership": memberships,
        "hospital.token": {
            "own": factories.TokenFactory(hospital=here),
            "other": factories.TokenFactory(hospital=there),
            "platform": factories.TokenFactory(hospital=None),
        },
    }


def _records(here: Hospital, there: Hospital) -> dict[str, dict[str, Any]]:
    patients = {
        "own": PatientFactory(at=here),
        "other": PatientFactory(at=there),
        "both": PatientFactory(at=there),
    }
    register(patients["both"], here)
    events = {
        name: AuditEvent.objects.create(
            act="x.y.z", hospital_id=hospital.pk, actor_kind="person", door="web"
        )
        for name, hospital in (("own", here), ("other", there))
    }
    users = {
        name: (factories.UserFactory().pk, place.pk)
        for name, place in (("own", here), ("other", there))
    }
    kept = {
        resource: {name: make(*whose) for name, whose in users.items()}
        for resource, make in KEPT.items()
    }
    batches = {
        name: ImportBatch.objects.create(hospital_id=place.pk, kind="patients")
        for name, place in (("own", here), ("other", there))
    }
    return {
        **kept,
        "hospital.importbatch": batches,
        "hospital.audit": events,
        "records.patient": patients,
        "records.duplicatepair": {
            "own": DuplicatePairFactory(charts=[patients["own"], patients["both"]]),
            "half": DuplicatePairFactory(charts=[patients["own"], patients["other"]]),
            "other": DuplicatePairFactory(at=there),
        },
        **{
            model.resource: _entries(model, here, patients)
            for model in _models()
            if _is_of_patient(model)
        },
    }


def _is_of_patient(model: type[Record]) -> bool:
    """Whether its rows are met wherever the patient is known; those of an encounter are the hospital's."""
    return issubclass(model, ChartEntry) and not issubclass(model, EncounterEntry)


def _entries(model: type[ChartEntry], here: Hospital, patients: dict[str, Any]) -> dict[str, Any]:
    """An entry of each patient's chart; with a banner also one met where it is shown to everybody."""
    rows = {relation: row_of(model, here, patient=row) for relation, row in patients.items()}
    if f"{model.resource}.banner" in permissions():
        rows["shown"] = row_of(model, here, patient=patients["own"])
    return rows


def _new(resource: str, world: World) -> dict[str, Any]:
    """Rows about to be made, not stored."""
    here, there = world.here, world.there
    people = world.rows["hospital.user"]
    by_hand: dict[str, dict[str, Any]] = {
        "hospital.hospital": {"own": Hospital()},
        "hospital.user": {"new": User()},
        "hospital.membership": {
            "colleague": Membership(user=people["colleague"], hospital=here, role="nurse"),
            "administrator": Membership(user=people["colleague"], hospital=here, role="administrator"),
            "other": Membership(user=people["other"], hospital=there, role="nurse"),
            "other_administrator": Membership(user=people["other"], hospital=there, role="administrator"),
            "operator": Membership(user=people["other"], role="operator"),
        },
        "hospital.token": {
            "own": ApiToken(hospital=here), "other": ApiToken(hospital=there), "platform": ApiToken(),
        },
        "hospital.audit": {},
        "records.patient": {"own": Patient()},
    }  # fmt: skip
    if resource in by_hand or resource not in world.rows:
        return by_hand.get(resource, {})
    model = type(world.rows[resource]["own"])
    if model is ImportBatch:
        return {"own": ImportBatch(hospital_id=here.pk), "other": ImportBatch(hospital_id=there.pk)}
    if _is_of_patient(model):
        patients = world.rows["records.patient"]
        return {name: model(patient=row, hospital=here) for name, row in patients.items()}
    return {"own": model(hospital=here), "other": model(hospital=there)}
