"""A program of the cardiology's hospital, which books by the API."""

from typing import Any

from hospital.tests.factories import api
from records.tests.factories import PatientFactory

from .ground import Ground, at

LIST = "/api/v1/appointments"
HOLDS = "/api/v1/holds"
FREE = "/api/v1/availability"


class Program(Ground):
    """The place, and ``client``, who sends bodies as a program does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.client = api("integrator", self.here)

    def body(self, text: str = "09:00", **facts: Any) -> dict[str, Any]:
        """What books a new patient with the doctor for twenty minutes; a fact that is None is left out."""
        if "patient_id" not in facts and "caller_name" not in facts:
            facts["patient_id"] = str(PatientFactory(at=self.here).pk)
        known = {
            "clinic_id": str(self.clinic.pk),
            "doctor_id": str(self.doctor.pk),
            "starts_at": at(text).isoformat(),
            "minutes": None if "ends_at" in facts else 20,
        }
        return {name: value for name, value in {**known, **facts}.items() if value is not None}

    def post(self, text: str = "09:00", path: str = LIST, headers: Any = None, **facts: Any) -> Any:
        """The answer to booking it."""
        return self.client.post(path, self.body(text, **facts), headers=headers or {})

    def booked(self, text: str = "09:00", **facts: Any) -> dict[str, Any]:
        """The appointment that was booked."""
        made = self.post(text, **facts)
        assert made.status_code == 201, made.content
        return made.json()

    def act(self, row: dict[str, Any], word: str, body: Any = None, **headers: Any) -> Any:
        """The answer to an act on an appointment."""
        return self.client.post(f"{LIST}/{row['id']}/{word}", body or {}, headers=headers)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """The appointment as it is now."""
        return self.client.get(f"{LIST}/{row['id']}").json()


def codes_of(answer: Any, name: str) -> list[str]:
    """The codes told at a field or parameter."""
    return [error["code"] for error in answer.json()["errors"][name]]


def status_and_code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
