"""The REST door of appointments."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet

from hospital.api.examples import PHONE, as_shown
from hospital.kit.api.fields import ReferenceField, TextField
from hospital.kit.api.filters import FlagFilter, MomentFilter
from hospital.kit.api.writes import RecordViewSet
from records.models import Appointment, AppointmentKind, Booking, Hold, Patient
from records.services import appointments

from .appointment_acts import AppointmentActs
from .bookables import CLINIC_ID, DOCTOR_ID, PATIENT_ID, TimedSerializer

# What is said of a booking beside the appointment's own facts, and which of it are reasons.
OPTIONS = ("resources", "hold", "overbook_reason", "lane_reason", "external_id")
REASONS = ("overbook_reason", "lane_reason")
NOT_SHOWN = {"minutes", "hold_id"}
SENT = {
    "patient_id": PATIENT_ID,
    "clinic_id": CLINIC_ID,
    "doctor_id": DOCTOR_ID,
    "starts_at": "2026-03-16T09:00:00+01:00",
    "minutes": 20,
    "note": "Brings the X-rays",
    "external_id": "HIS-7",
}
SHOWN: dict[str, Any] = {
    "kind_id": None,
    "resource_ids": [],
    "ends_at": "2026-03-16T09:20:00+01:00",
    "status": "scheduled",
    "status_at": "2026-03-14T09:26:53.589793+01:00",
    "is_walk_in": False,
    "checked_in_at": None,
    "started_at": None,
    "completed_at": None,
    "patient_lane": 1,
}


class AppointmentSerializer(TimedSerializer):
    """A time given to a patient, or to a caller who has no chart yet."""

    # The service that makes one.
    make: ClassVar[Callable[..., Appointment]] = staticmethod(appointments.book)

    patient_id = ReferenceField(
        Patient, source="patient", required=False, allow_null=True,
        help_text="A patient registered at your hospital; null for a caller without a chart.",
    )  # fmt: skip
    kind_id = ReferenceField(
        AppointmentKind, source="kind", required=False, allow_null=True,
        help_text="What for. Without an end it takes as long as its kind.",
    )  # fmt: skip
    overbook_reason = TextField(
        required=False, allow_blank=True, max_length=200,
        help_text="Why it is booked on top of the hours, or outside of them. Kept only where it was needed.",
    )  # fmt: skip
    lane_reason = TextField(
        required=False, allow_blank=True, max_length=200,
        help_text="Why the patient has two appointments at once. Kept only where it was needed.",
    )  # fmt: skip
    hold_id = ReferenceField(
        Hold, source="hold", write_only=True, required=False,
        help_text="A hold on this time. It is used up by this.",
    )  # fmt: skip

    class Meta:
        model = Appointment
        fields = (
            "id", "version", "hospital_id", "patient_id", "caller_name", "caller_phone",
            "clinic_id", "doctor_id", "kind_id", "resource_ids", "starts_at", "ends_at",
            "minutes", "status", "status_at", "is_walk_in", "checked_in_at", "started_at",
            "completed_at", "cancel_reason", "overbook_reason", "patient_lane", "lane_reason",
            "attention", "note", "hold_id", "external_id", "external_ids", "created_at",
            "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "caller_name": {"help_text": "Needed without a patient."},
            "caller_phone": PHONE,
            "starts_at": {"help_text": "In whole minutes, not before today."},
            "ends_at": {
                "required": False,
                "help_text": (
                    "At most 24 hours later. Without it: `minutes`, else as the kind, else "
                    "a slot of the doctor's."
                ),
            },
            "status": {"help_text": "Changed by acts alone."},
            "status_at": {"help_text": "When the status was last changed."},
            "patient_lane": {"help_text": "2 for the second of two appointments at once."},
            "attention": {
                "allow_blank": True,
                "help_text": "Why it has to be moved: its time was lost when hours changed.",
            },
        }
        sent = SENT
        shown: ClassVar[dict[str, Any]] = {
            name: value
            for name, value in as_shown(fields, SENT, **SHOWN).items()
            if name not in NOT_SHOWN
        }

    def create(self, validated_data: dict[str, Any]) -> Appointment:
        options = _options(validated_data)
        appointment = Appointment(**self.server_facts(), **validated_data)
        with self.naming():
            return self.make(self.actor, appointment=appointment, **options)

    def change(self, record: Appointment, validated_data: dict[str, Any]) -> Appointment:
        options = _options(validated_data)
        for name in REASONS:  # sent back as it stands, it still holds for the new time
            if name in self.initial_data:
                options.setdefault(name, getattr(record, name))
        for name, value in validated_data.items():
            setattr(record, name, value)
        return appointments.change(self.actor, appointment=record, **options, **self.expectation)


def _options(sent: dict[str, Any]) -> dict[str, Any]:
    """What the service takes beside the appointment, taken out of what was sent."""
    return {name: sent.pop(name) for name in OPTIONS if name in sent}


class AppointmentFilters(django_filters.FilterSet):
    """Appointments by whom, where, when and how far."""

    doctor_id = django_filters.UUIDFilter(
        help_text="Appointments of this doctor; `resource_id` finds also those that the doctor comes to beside another."
    )
    clinic_id = django_filters.UUIDFilter(help_text="Appointments at this clinic.")
    patient_id = django_filters.UUIDFilter(help_text="Appointments of this patient.")
    kind_id = django_filters.UUIDFilter(help_text="Appointments of this kind.")
    resource_id = django_filters.UUIDFilter(
        method="taking_up", help_text="Appointments that take up this doctor, room or device."
    )
    status = django_filters.ChoiceFilter(
        choices=Appointment.Status.choices,
        help_text="`scheduled`, `checked_in`, `in_progress`, `completed`, `missed` or `cancelled`.",
    )
    attention = FlagFilter(
        method="to_move",
        help_text="`true` for those that have to be moved, `false` for the others.",
    )
    overbooked = FlagFilter(
        method="on_top", help_text="`true` for those on top of the hours, `false` for the others."
    )

    class Meta:
        model = Appointment
        fields = ("doctor_id", "clinic_id", "patient_id", "kind_id", "status")

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Starts at this moment or later.", "Starts before this moment."
        return super().get_filters() | {
            "from": MomentFilter("starts_at", "gte", help_text=begins),
            "to": MomentFilter("starts_at", "lt", help_text=ends),
        }

    def taking_up(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        bookings = Booking.objects.live().filter(bookable=value, appointment__isnull=False)
        return queryset.filter(pk__in=bookings.values("appointment"))

    def to_move(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        lost = ~Q(attention="") & Q(status=Appointment.Status.SCHEDULED)
        return queryset.filter(lost if value else ~lost)

    def on_top(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(~Q(overbook_reason="") if value else Q(overbook_reason=""))


class AppointmentViewSet(AppointmentActs):
    """The appointments of the token's hospital, in the order of time."""

    topic = "appointments"
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilters
    patient_field = "patient_id"
    orderings: ClassVar[dict[str, Any]] = {
        **RecordViewSet.orderings,
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
    }
    default_ordering = "starts_at"

    def retire(self, record: Appointment, *, reason: str, expected_version: int | None) -> None:
        appointments.retire(
            self.actor, appointment=record, reason=reason, expected_version=expected_version
        )

    def bring_back(self, record: Appointment, *, expected_version: int | None) -> Appointment:
        return appointments.restore(
            self.actor, appointment=record, expected_version=expected_version
        )
