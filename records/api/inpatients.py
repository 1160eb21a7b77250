"""The REST door of stays in a ward."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from hospital.api.examples import HOSPITAL_ID, as_shown
from hospital.kit.api.fields import MomentField, ReferenceField, TextField, WordField
from hospital.kit.api.filters import MomentFilter
from hospital.kit.api.writes import RecordViewSet
from hospital.kit.prepared import EACH, Prepared
from hospital.models import Bed, Doctor, Ward
from records.models import BedPeriod, InPatient, Patient
from records.services import inpatients

from .acts import AT, ActedSerializer, refuse_fixed
from .bookables import DOCTOR_ID, PATIENT_ID
from .inpatient_acts import BED_ID, EXTRA, WARD_ID, WHY, InPatientActs

S = InPatient.Status
STATUSES = [each for each in S.choices if each[0] != S.ARRIVED]
# What leads to a status, from the one that stands and from any other.
ACTS = {
    (S.PLANNED, S.IN_PROGRESS): "admit",
    (S.ON_LEAVE, S.IN_PROGRESS): "come-back",
    S.IN_PROGRESS: "undo",
    S.ON_LEAVE: "leave",
    S.FINISHED: "discharge",
    S.CANCELLED: "cancel",
}
# What is said of an admission beside the stay's own facts.
OPTIONS = ("ward", "bed", "extra", "at", "reason", "external_id")
SENT = {
    "patient_id": PATIENT_ID,
    "bed_id": BED_ID,
    "at": "2026-03-14T09:00:00+01:00",
    "complaint": "Chest pain",
    "source": "emd",
    "attending_id": DOCTOR_ID,
    "needs_isolation": False,
    "expected_end_on": "2026-03-18",
    "external_id": "HIS-7",
}
PLANNED: dict[str, Any] = {
    **{name: value for name, value in SENT.items() if name not in ("at", "bed_id")},
    "starts_at": "2026-03-16T09:00:00+01:00",
}
SHOWN: dict[str, Any] = {
    "hospital_id": HOSPITAL_ID,
    "number": "10000014",
    "status": "in_progress",
    "ward_id": WARD_ID,
    "starts_at": "2026-03-14T09:00:00+01:00",
    "ends_at": None,
}
NOT_SHOWN = {"extra", "at", "reason"}


class PlaceNow:
    """Read, where the patient lies or waits now, with one query for all rows."""

    context: dict[str, Any]

    def places(self) -> Prepared:
        """Row and place, for the ids in place of EACH."""
        raise NotImplementedError

    def by_parent(self, ids: Iterable[UUID], context: Mapping[str, Any]) -> dict[UUID, UUID | None]:
        wanted = list(ids)
        found: dict[UUID, UUID | None] = dict.fromkeys(wanted)
        found.update(self.places().rows(wanted))  # type: ignore[arg-type]
        return found

    def get_attribute(self, instance: Any) -> UUID | None:
        return self.by_parent([instance.pk], self.context)[instance.pk]

    def to_representation(self, value: Any) -> Any:
        return value


class PlaceField(PlaceNow, ReferenceField):
    """Where a new patient is to lie."""

    def places(self) -> Prepared:
        return _places(self.source)


@cache
def _places(column: str) -> Prepared:
    rows = BedPeriod.objects.lying().filter(encounter__in=[EACH]).order_by()
    return Prepared(rows.values_list("encounter_id", f"{column}_id"), [[EACH]])


class InPatientSerializer(ActedSerializer):
    """A stay of a patient in a ward: planned, in, on leave, discharged."""

    statuses = frozenset(S.values)
    topic = "inpatients"

    hospital_id = serializers.UUIDField(read_only=True)
    patient_id = ReferenceField(
        Patient, source="patient",
        help_text="A patient registered at your hospital. It stays the same.",
    )  # fmt: skip
    status = WordField(
        choices=STATUSES, read_only=True,
        help_text=(
            "`planned`, `in_progress`, `on_leave`, `finished` or `cancelled`; changed by acts alone."
        ),
    )  # fmt: skip
    attending_id = ReferenceField(
        Doctor, source="attending", required=False, allow_null=True,
        help_text="The doctor in charge; needed for the discharge.",
    )  # fmt: skip
    ward_id = PlaceField(
        Ward, source="ward", required=False, allow_null=True,
        help_text="Where the patient is now. Of a new stay without a bed: where one is waited for.",
    )  # fmt: skip
    bed_id = PlaceField(
        Bed, source="bed", required=False, allow_null=True,
        help_text="In which bed now; null for whoever waits, is not in yet or has left.",
    )  # fmt: skip
    extra = WordField(choices=Bed.Kind.choices, write_only=True, required=False, help_text=EXTRA)
    at = MomentField(write_only=True, required=False, help_text=AT)
    reason = TextField(
        write_only=True, required=False, allow_blank=True, max_length=200, help_text=WHY
    )

    class Meta:
        model = InPatient
        fields: tuple[str, ...] = (
            "id", "version", "hospital_id", "patient_id", "number", "status", "complaint",
            "source", "attending_id", "needs_isolation", "expected_end_on", "summary", "ward_id",
            "bed_id", "starts_at", "ends_at", "disposition", "cancel_reason", "extra", "at", "reason",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "number": {"help_text": "With a check digit; never given twice."},
            "source": {"help_text": "FHIR's admit source."},
            "expected_end_on": {"help_text": "The day on which the patient may go home."},
            "summary": {"help_text": "Needed for the discharge."},
            "starts_at": {
                "required": False,
                "help_text": (
                    "When the patient came in; while it is planned, when the patient is to come, "
                    "and only then it can be changed. Of a new stay send `at`."
                ),
            },
            "ends_at": {"help_text": "When the patient left."},
            "disposition": {
                "allow_blank": True,
                "help_text": "Where the patient went; FHIR's discharge disposition.",
            },
        }
        sent: ClassVar[dict[str, Any]] = SENT
        shown: ClassVar[dict[str, Any]] = {
            name: value
            for name, value in as_shown(fields, SENT, **SHOWN).items()
            if name not in NOT_SHOWN
        }

    # ---- checking

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What a change leaves to acts is 409 with the act's address; what is fixed is `read_only`."""
        stay: Any = self.instance
        fixed = {"patient": "patient_id", "starts_at": "starts_at"}
        if stay is None:
            del fixed["patient"]
        else:
            if word := self._act_for(stay, attrs):
                self.leave_to_act(stay, word)
            if stay.status == S.PLANNED:
                del fixed["starts_at"]
        wrong = [name for source, name in fixed.items() if source in attrs]
        wrong += [name for name in NOT_SHOWN if stay and name in attrs]
        refuse_fixed(wrong)
        return attrs

    def _act_for(self, stay: InPatient, attrs: dict[str, Any]) -> str:
        if wanted := self.status_wanted(stay):
            return ACTS.get((stay.status, wanted)) or ACTS.get(wanted, "undo")
        if "ward" in attrs or "bed" in attrs:
            return "admit" if stay.status == S.PLANNED else "transfer"
        return ""

    # ---- writing

    def create(self, validated_data: dict[str, Any]) -> InPatient:
        options = {name: validated_data.pop(name) for name in OPTIONS if name in validated_data}
        stay = InPatient(**self.server_facts(), **validated_data)
        with self.naming():
            return inpatients.admit(self.actor, stay=stay, **options)

    def change(self, record: InPatient, validated_data: dict[str, Any]) -> InPatient:
        for name, value in validated_data.items():
            setattr(record, name, value)
        return inpatients.change(self.actor, stay=record, **self.expectation)


class PlannedStaySerializer(InPatientSerializer):
    """A stay of somebody who is to come."""

    class Meta(InPatientSerializer.Meta):
        fields: tuple[str, ...] = (
            "patient_id", "complaint", "source", "attending_id", "needs_isolation",
            "expected_end_on", "starts_at", "external_id",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "source": {"help_text": "FHIR's admit source."},
            "expected_end_on": {"help_text": "The day on which the patient may go home."},
            "starts_at": {"help_text": "When the patient is to come."},
        }
        sent: ClassVar[dict[str, Any]] = PLANNED

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs

    def create(self, validated_data: dict[str, Any]) -> InPatient:
        external_id = validated_data.pop("external_id", "")
        stay = InPatient(**self.server_facts(), **validated_data)
        with self.naming():
            return inpatients.plan(self.actor, stay=stay, external_id=external_id)


class InPatientFilters(django_filters.FilterSet):
    """Stays by whom, where, how far and when."""

    patient_id = django_filters.UUIDFilter(help_text="Stays of this patient.")
    ward_id = django_filters.UUIDFilter(
        method="lying_in", help_text="Of those who are in this ward now, in a bed or without one."
    )
    bed_id = django_filters.UUIDFilter(
        method="lying_in", help_text="Of whoever lies in this bed now."
    )
    attending_id = django_filters.UUIDFilter(help_text="Stays of which this doctor is in charge.")
    number = django_filters.CharFilter(help_text="The whole number of a stay.")
    status = django_filters.ChoiceFilter(
        choices=STATUSES,
        help_text="`planned`, `in_progress`, `on_leave`, `finished` or `cancelled`.",
    )

    class Meta:
        model = InPatient
        fields = ("patient_id", "attending_id", "number", "status")

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Starts at this moment or later.", "Starts before this moment."
        return super().get_filters() | {
            "from": MomentFilter("starts_at", "gte", help_text=begins),
            "to": MomentFilter("starts_at", "lt", help_text=ends),
        }

    def lying_in(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        there = BedPeriod.objects.lying().filter(**{name: value})
        return queryset.filter(pk__in=there.values("encounter"))


class InPatientViewSet(InPatientActs):
    """The stays of the token's hospital, the latest first."""

    topic = "inpatients"
    also = ("in_patients",)
    serializer_class = InPatientSerializer
    planned_class = PlannedStaySerializer
    filterset_class = InPatientFilters
    patient_field = "patient_id"
    bodies: ClassVar[dict[str, Any]] = {**InPatientActs.bodies, "plan": PlannedStaySerializer}
    orderings: ClassVar[dict[str, Any]] = {
        **RecordViewSet.orderings,
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
    }
    default_ordering = "-starts_at"

    def retire(self, record: InPatient, *, reason: str, expected_version: int | None) -> None:
        inpatients.retire(self.actor, stay=record, reason=reason, expected_version=expected_version)

    def bring_back(self, record: InPatient, *, expected_version: int | None) -> InPatient:
        return inpatients.restore(self.actor, stay=record, expected_version=expected_version)
