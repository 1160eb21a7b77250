"""What appointments and holds take up, and how long, in the REST doors."""

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from rest_framework import serializers

from hospital.kit import codes
from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.models import Clinic, Doctor, Resource
from records.models import Booking

MOST = 20
PATIENT_ID = "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10"
DOCTOR_ID = "019e8f6b-20aa-7c03-8d11-6b1f2e3d4c5b"
CLINIC_ID = "019e8f69-5e4f-7d18-a2b3-c4d5e6f70819"
RESOURCE_ID = "019e8f6c-3b7d-7e42-9a5c-0d1e2f3a4b5c"


class ResourceIdsField(serializers.ManyRelatedField):
    """The ids of the rooms, devices and further doctors beside the doctor; a list sent replaces the whole list."""

    def __init__(self, **options: Any):
        super().__init__(child_relation=ReferenceField(Resource), source="resources", **options)

    def to_internal_value(self, data: Any) -> list[Resource]:
        if isinstance(data, list) and len(data) > MOST:
            raise serializers.ValidationError(codes.sentence("out_of_range"), "out_of_range")
        return list(super().to_internal_value(data))

    def by_parent(self, ids: Iterable[UUID], context: Mapping[str, Any]) -> dict[UUID, list[UUID]]:
        """The lists of many appointments, or holds, with one query."""
        serializer: Any = self.parent
        owner = serializer.Meta.model._meta.model_name
        rows = Booking.objects.live().filter(**{f"{owner}__in": list(ids)}).beside(owner)
        found: dict[UUID, list[UUID]] = {}
        order = ("bookable__sort_key", "bookable_id")
        for parent, resource in rows.order_by(*order).values_list(owner, "bookable_id"):
            found.setdefault(parent, []).append(resource)
        return found


class TimedSerializer(RecordSerializer):
    """Something that takes up a doctor, rooms and devices from a moment to a moment."""

    hospital_id = serializers.UUIDField(read_only=True)
    clinic_id = ReferenceField(Clinic, source="clinic", help_text="Where it is.")
    doctor_id = ReferenceField(
        Doctor, source="doctor", required=False, allow_null=True,
        help_text="With whom; null when it takes up rooms or devices alone.",
    )  # fmt: skip
    resource_ids = ResourceIdsField(
        required=False,
        help_text="The rooms, devices and further doctors beside the doctor. A list sent replaces the whole list.",
    )
    minutes = serializers.IntegerField(
        write_only=True, required=False, min_value=1, max_value=24 * 60,
        help_text="How long, in the place of `ends_at`.",
    )  # fmt: skip

    class Meta:
        model: Any

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The end that was meant: by `minutes`, or where only the start is moved, as long as before."""
        minutes = attrs.pop("minutes", None)
        if minutes is not None and "ends_at" in attrs:
            error = serializers.ErrorDetail(codes.sentence("end_twice"), "end_twice")
            raise serializers.ValidationError({"minutes": error})
        was: Any = self.instance
        starts_at = attrs.get("starts_at", was.starts_at if was else None)
        length = dt.timedelta(minutes=minutes) if minutes else None
        if was and "starts_at" in attrs and "ends_at" not in self.initial_data:
            length = length or was.ends_at - was.starts_at
        if length and starts_at:
            with suppress(OverflowError):  # so far away that the service refuses it
                attrs["ends_at"] = starts_at + length
        return attrs
