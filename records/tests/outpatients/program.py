"""A program of a hospital with one clinic, which says by the API who has come."""

from dataclasses import dataclass, field
from typing import Any

from hospital.models import Hospital
from hospital.tests.factories import ClinicFactory, HospitalFactory, api
from records.tests.factories import PatientFactory

LIST = "/api/v1/outpatients"


@dataclass
class Program:
    """The place, and ``client``, who sends bodies as a program does."""

    here: Hospital = field(default_factory=HospitalFactory)
    role: str = "integrator"

    def __post_init__(self) -> None:
        self.clinic = ClinicFactory(hospital=self.here)
        self.client = api(self.role, self.here)

    def body(self, **facts: Any) -> dict[str, Any]:
        """What says that a new patient has come to the clinic; a fact that is None is left out."""
        if "patient_id" not in facts:
            facts["patient_id"] = str(PatientFactory(at=self.here).pk)
        facts = {"clinic_id": str(self.clinic.pk), **facts}
        return {name: value for name, value in facts.items() if value is not None}

    def post(self, path: str = LIST, headers: Any = None, **facts: Any) -> Any:
        return self.client.post(path, self.body(**facts), headers=headers or {})

    def came(self, **facts: Any) -> dict[str, Any]:
        """The visit of somebody who has come."""
        made = self.post(**facts)
        assert made.status_code == 201, made.content
        return made.json()

    def act(self, row: dict[str, Any], word: str, body: Any = None, **headers: Any) -> Any:
        return self.client.post(f"{LIST}/{row['id']}/{word}", body or {}, headers=headers)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        return self.client.get(f"{LIST}/{row['id']}").json()

    def put(self, row: dict[str, Any], **changes: Any) -> Any:
        headers = {"If-Match": f'"{row["version"]}"'}
        return self.client.put(f"{LIST}/{row['id']}", row | changes, headers=headers)

    def patch(self, row: dict[str, Any], **changes: Any) -> Any:
        return self.client.patch(f"{LIST}/{row['id']}", {"version": row["version"], **changes})
