"""A program of a hospital with one ward, which takes patients in by the API."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hospital.kit import clock
from hospital.models import Hospital
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, api
from records.tests.factories import PatientFactory

LIST = "/api/v1/inpatients"
BEDS = "/api/v1/beds"
BOARD = "/api/v1/beds/board"


@dataclass
class Program:
    """The place, and ``client``, who sends bodies as a program does."""

    here: Hospital = field(default_factory=HospitalFactory)

    def __post_init__(self) -> None:
        self.ward = WardFactory(hospital=self.here)
        self.client = api("integrator", self.here)

    def bed(self, **facts: Any) -> Any:
        return BedFactory(hospital=self.here, ward=facts.pop("ward", self.ward), **facts)

    def body(self, bed: Any = None, **facts: Any) -> dict[str, Any]:
        """What admits a new patient into a bed, or into the ward; a fact that is None is left out."""
        if "patient_id" not in facts:
            facts["patient_id"] = str(PatientFactory(at=self.here, sex="female").pk)
        where = {"bed_id": str(bed.pk)} if bed else {"ward_id": str(self.ward.pk)}
        return {name: value for name, value in (where | facts).items() if value is not None}

    def post(self, bed: Any = None, path: str = LIST, headers: Any = None, **facts: Any) -> Any:
        """The answer to admitting somebody."""
        return self.client.post(path, self.body(bed, **facts), headers=headers or {})

    def admitted(self, bed: Any = None, **facts: Any) -> dict[str, Any]:
        """The stay of somebody who was admitted."""
        made = self.post(bed, **facts)
        assert made.status_code == 201, made.content
        return made.json()

    def planned(self, **facts: Any) -> dict[str, Any]:
        """A stay that begins tomorrow."""
        starts_at = (clock.now() + dt.timedelta(days=1)).isoformat()
        made = self.post(path=f"{LIST}/plan", ward_id=None, starts_at=starts_at, **facts)
        assert made.status_code == 201, made.content
        return made.json()

    def act(self, row: dict[str, Any], word: str, body: Any = None, **headers: Any) -> Any:
        """The answer to an act on a stay."""
        return self.client.post(f"{LIST}/{row['id']}/{word}", body or {}, headers=headers)

    def bed_act(self, bed: Any, word: str, body: Any = None, **headers: Any) -> Any:
        """The answer to an act on a bed."""
        return self.client.post(f"{BEDS}/{bed.pk}/{word}", body or {}, headers=headers)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """The stay as it is now."""
        return self.client.get(f"{LIST}/{row['id']}").json()

    def board(self, **asked: Any) -> dict[str, Any]:
        """The bed board."""
        answer = self.client.get(BOARD, asked)
        assert answer.status_code == 200, answer.content
        return answer.json()


def ago(**length: float) -> str:
    """A moment so long ago, as a program sends it."""
    return (clock.now() - dt.timedelta(**length)).isoformat()


def codes_of(answer: Any, name: str) -> list[str]:
    """The codes told at a field or parameter."""
    return [error["code"] for error in answer.json()["errors"][name]]


def status_and_code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
