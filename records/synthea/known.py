"""What has been brought in already, by Synthea's ids."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model

from hospital.kit.actors import Actor
from hospital.models import Department, ExternalId
from records.models import Encounter, InPatient, OutPatient, Patient


class Unknown(Exception):
    """A row names something that was not brought in."""


@dataclass
class Known:
    """One run of the import: who brings in, where to, and what there is."""

    actor: Actor
    department: Department
    _found: dict[tuple[str, str], Any] = field(default_factory=dict)

    def has(self, model: type[Model], key: str) -> bool:
        """Whether the row with this id was brought in, at this run or an earlier one."""
        return self._id_of(model, key) is not None

    def find(self, model: type[Model], key: str) -> Any:
        """The record with this id, or None."""
        pk = self._id_of(model, key)
        if pk is None:
            return None
        place = (model.resource, key)  # type: ignore[attr-defined]
        if place not in self._found:
            self._found[place] = model._base_manager.get(pk=pk)
        return self._found[place]

    def patient(self, row: dict[str, str]) -> Patient:
        return self._needed(Patient, row["PATIENT"])

    def encounter(self, row: dict[str, str]) -> Encounter | None:
        """The encounter of a row; None where the row names none."""
        return self._needed(Encounter, row["ENCOUNTER"]) if row["ENCOUNTER"] else None

    def _needed(self, model: type[Model], key: str) -> Any:
        if (found := self.find(model, key)) is None:
            raise Unknown(model._meta.verbose_name)
        return found

    def _id_of(self, model: type[Model], key: str) -> UUID | None:
        found = (ExternalId.objects.find(self.actor, each, key) for each in _resources(model))
        return next(filter(None, found), None)


def _resources(model: Any) -> list[str]:
    """What a record with an id may be called: an encounter goes by its kind."""
    kinds = [InPatient, OutPatient] if model is Encounter else [model]
    return [each.resource for each in kinds]
