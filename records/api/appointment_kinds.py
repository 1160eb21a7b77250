"""The REST door of the kinds of appointments."""

import django_filters
from rest_framework import serializers

from hospital.api.examples import PARENT_ID, PART_HELP, as_shown
from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Clinic
from records.models import AppointmentKind


class AppointmentKindSerializer(RecordSerializer):
    """What people come for, and how long it usually takes."""

    hospital_id = serializers.UUIDField(read_only=True)
    clinic_id = ReferenceField(
        Clinic, source="clinic", required=False, allow_null=True,
        help_text="The clinic that offers it; null when all of them do.",
    )  # fmt: skip

    class Meta:
        model = AppointmentKind
        fields = (
            "id", "version", "hospital_id", "code", "name", "minutes", "clinic_id", "external_id",
            "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = PART_HELP | {
            "minutes": {"help_text": "How long it takes, 5 to 720; 20 when left out."}
        }
        sent = {
            "code": "FIRST",
            "name": "First visit",
            "minutes": 40,
            "clinic_id": PARENT_ID,
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent)


class AppointmentKindFilters(django_filters.FilterSet):
    """Kinds by their code and by clinic."""

    code = django_filters.CharFilter(help_text="The exact code.")
    clinic_id = django_filters.UUIDFilter(help_text="Kinds of this clinic alone.")

    class Meta:
        model = AppointmentKind
        fields = ("code", "clinic_id")


class AppointmentKindViewSet(RecordViewSet):
    """The kinds of appointments that the token's hospital gives."""

    topic = "appointment-kinds"
    serializer_class = AppointmentKindSerializer
    filterset_class = AppointmentKindFilters
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
