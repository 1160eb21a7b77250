"""The REST door of absences, to read."""

from collections.abc import Mapping
from typing import Any

from hospital.api.examples import as_shown
from hospital.kit.api.filters import MomentFilter
from hospital.kit.api.viewsets import ReadViewSet
from records.models import Absence

from .bookables import DOCTOR_ID, RESOURCE_ID
from .sessions import OfResourceFilters, OfResourceSerializer


class AbsenceSerializer(OfResourceSerializer):
    """A time at which a doctor, room or device cannot be booked."""

    class Meta:
        model = Absence
        fields = (
            "id", "version", "hospital_id", "resource_id", "doctor_id", "starts_at", "ends_at",
            "cause", "note", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {"ends_at": {"help_text": "The first moment after it."}}
        shown = as_shown(
            fields, {}, resource_id=RESOURCE_ID, doctor_id=DOCTOR_ID, cause="illness",
            starts_at="2026-03-16T00:00:00+01:00", ends_at="2026-03-17T00:00:00+01:00",
        )  # fmt: skip


class AbsenceFilters(OfResourceFilters):
    """Absences by the doctor, room or device, and by time."""

    class Meta:
        model = Absence
        fields = ("resource_id", "doctor_id")

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Ends after this moment.", "Begins before this moment."
        return super().get_filters() | {
            "from": MomentFilter("ends_at", "gt", help_text=begins),
            "to": MomentFilter("starts_at", "lt", help_text=ends),
        }


class AbsenceViewSet(ReadViewSet):
    """The absences at the token's hospital, in the order of time. People write them down, on the web."""

    topic = "absences"
    serializer_class = AbsenceSerializer
    filterset_class: Any = AbsenceFilters
    orderings = {
        **ReadViewSet.orderings,
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
    }
    default_ordering = "starts_at"
