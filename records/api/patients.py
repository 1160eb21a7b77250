"""The REST door of patients."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.kit import policy
from hospital.kit.api import links
from hospital.kit.api.fields import FlagField, MomentField
from hospital.kit.api.idempotent import Outcome, key_of, once
from hospital.kit.api.renderers import answer
from hospital.kit.api.rows import Rows
from hospital.kit.api.serializers import PartSerializer, RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from records.models import Patient, PatientContact, PatientIdentifier
from records.models.patients import shown_mrn
from records.services import lookup, matching, patients

from .patient_acts import DUPLICATES, FOUND_BESIDE, RegisterHereSerializer, SearchSerializer
from .patient_examples import PATIENT_HELP, PATIENT_SENT, PATIENT_SHOWN


class IdentifierSerializer(PartSerializer):
    """A number somebody else gave the patient."""

    class Meta(PartSerializer.Meta):
        model = PatientIdentifier
        fields = ("kind", "system", "value")


class ContactSerializer(PartSerializer):
    """Somebody to call about the patient."""

    class Meta(PartSerializer.Meta):
        model = PatientContact
        fields = ("name", "relationship", "phone", "email")


class PatientSerializer(RecordSerializer):
    """A patient's chart, as registered at the token's hospital."""

    identifiers = IdentifierSerializer(
        many=True, required=False, help_text="A list sent replaces the whole list."
    )
    contacts = ContactSerializer(
        many=True, required=False, help_text="A list sent replaces the whole list."
    )
    registered_at = MomentField(
        read_only=True, help_text="When the token's hospital registered the patient."
    )
    updated_at = MomentField(
        read_only=True, source="changed_at",
        help_text="When the chart, or its registration at the token's hospital, last changed.",
    )  # fmt: skip
    retired_at = MomentField(
        allow_null=True,
        read_only=True,
        source="here_retired_at",
        help_text="When the registration here was retired.",
    )

    merged_into_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The chart that this one was merged into."
    )
    cancels_bookings = FlagField(
        write_only=True, required=False,
        help_text=(
            "Of a change to `is_deceased`: that you have seen what is still to come, listed by the "
            "409 `bookings_to_cancel`, and that it is to be called off."
        ),
    )  # fmt: skip

    class Meta:
        model = Patient
        fields = (
            "id", "version", "mrn", "family_name", "given_names", "is_unidentified", "sex",
            "birth_date", "is_birth_date_estimated", "phone", "email", "address_line", "city",
            "state", "postal_code", "country", "language", "blood_group", "is_deceased",
            "deceased_on", "cancels_bookings", "identifiers", "contacts", "external_id", "external_ids",
            "registered_at", "merged_into_id", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = PATIENT_HELP
        sent = PATIENT_SENT
        shown = PATIENT_SHOWN

    @staticmethod
    def finish(row: dict[str, Any]) -> None:
        """Without a number where the chart has given its own up."""
        if "mrn" in row:
            row["mrn"] = shown_mrn(row["mrn"])

    def to_representation(self, instance: Patient) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        self.finish(shown)
        return shown

    def create(self, validated_data: dict[str, Any]) -> Patient:
        external_id = validated_data.pop("external_id", "")
        validated_data.pop("cancels_bookings", None)  # nobody expects somebody new
        parts = _parts(validated_data)
        with self.naming():
            return patients.register(
                self.actor, patient=Patient(**validated_data), external_id=external_id,
                **{name: rows or () for name, rows in parts.items()},
            )  # fmt: skip

    def change(self, record: Patient, validated_data: dict[str, Any]) -> Patient:
        parts = _parts(validated_data)
        accepts = validated_data.pop("cancels_bookings", False)
        for name, value in validated_data.items():
            setattr(record, name, value)
        return patients.update(
            self.actor, patient=record, accepts_cancelling=accepts, **parts, **self.expectation
        )


def _parts(sent: dict[str, Any]) -> dict[str, Any]:
    """The nested lists of a body as unsaved rows; None for a list that was not sent."""
    models = {"identifiers": PatientIdentifier, "contacts": PatientContact}
    return {
        name: None if (rows := sent.pop(name, None)) is None else [model(**row) for row in rows]
        for name, model in models.items()
    }


class PatientViewSet(RecordViewSet):
    """Patients registered at the token's hospital. Nothing about a patient ever stands in an address."""

    topic = "patients"
    serializer_class = PatientSerializer
    patient_field = "id"
    orderings = {
        **RecordViewSet.orderings,
        "updated_at": ("changed_at", "id"),
        "-updated_at": ("-changed_at", "-id"),
        "name": ("sort_key", "id"),
        "-name": ("-sort_key", "-id"),
        "registered_at": ("registered_at", "id"),
        "-registered_at": ("-registered_at", "-id"),
    }
    default_ordering = "name"
    actions_of_policy = {**RecordViewSet.actions_of_policy, "search": "list"}
    bodies = {
        **RecordViewSet.bodies,
        "search": SearchSerializer,
        "register_here": RegisterHereSerializer,
    }

    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "retrieve": (200, 304, 308, 400, 403, 404),
        "search": (200, 400, 403, 413, 415),
        "register_here": (201, 400, 403, 409, 413, 415, 422),
    }
    lists = ("search",)
    said_beside: ClassVar[dict[str, Any]] = {"create": DUPLICATES, "search": FOUND_BESIDE}

    # ---- reading

    def row(self, *, with_retired: bool = False) -> dict[str, Any] | None:
        """A chart that was merged is led on from, however it is asked for."""
        found = super().row(with_retired=with_retired)
        if found and found.get("merged_into_id"):
            Patient.objects.lead_on(self.actor, self.object_id)
        return found

    def changed_since(self, queryset: QuerySet, since: Any) -> QuerySet:
        return queryset.filter(changed_at__gte=since)

    @action(detail=False, methods=["post"])
    def search(self, request: Any) -> HttpResponse:
        """Find patients by what you know of them. A POST, because an address is no place for a patient's data."""
        key_of(request)
        sent = SearchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = dict(sent.validated_data)
        cursor, limit = facts.pop("cursor", None), facts.pop("limit")
        found = lookup.look_up(self.actor, **facts, cursor=cursor, limit=limit)
        shown = self._in_order(found.patient_ids)
        self.looked(shown)
        near: list[matching.Likely] = []
        if not cursor and not found.next:
            facts.pop("mrn", "")
            near = lookup.nearly(self.actor, **facts, but=found.patient_ids)
        return answer(
            {
                "results": shown,
                "next": found.next,
                "similar": self._told(near),
                "elsewhere": self._elsewhere(facts),
            }
        )

    def _in_order(self, ids: Sequence[Any]) -> list[dict[str, Any]]:
        reader = Rows(self.serializer_class, self.context())
        rows = {row["pk"]: row for row in reader.values(self.visible().filter(pk__in=ids))}
        return reader.shown([rows[pk] for pk in ids if pk in rows])

    def _elsewhere(self, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """Charts of other hospitals, as far as recognising them takes: only on exact facts."""
        if not policy.allows(self.actor, "records.patient.register_here"):
            return []
        exact = {name: facts.get(name, "") for name in ("name", "birth_date", "identifier")}
        found = matching.elsewhere(self.actor, **exact)
        return [
            {"match": each.match, "name": each.name, "birth_year": each.birth_year,
             "phone_ending": each.phone_ending, "hospitals": each.hospitals}
            for each in found
        ]  # fmt: skip

    # ---- acts

    @action(detail=False, methods=["post"], url_path="register-here")
    def register_here(self, request: Any) -> HttpResponse:
        """Register a patient known to another hospital at yours, by the `match` that a search gave."""
        sent = RegisterHereSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self.posted(
            once(
                request,
                status=201,
                work=lambda: patients.register_here(self.actor, **sent.validated_data),
            )
        )

    def retire(self, record: Patient, *, reason: str, expected_version: int | None) -> None:
        patients.retire(
            self.actor, patient=record, reason=reason, expected_version=expected_version
        )

    def bring_back(self, record: Patient, *, expected_version: int | None) -> Patient:
        return patients.restore(self.actor, patient=record, expected_version=expected_version)

    def more(self, outcome: Outcome) -> dict[str, Any]:
        """With a new chart: those registered here that may be the same person."""
        if self.action != "create":
            return {}
        chart = outcome.made
        if chart is None:  # a replay
            chart = Patient.objects.visible_to(self.actor).filter(pk=outcome.object_id).first()
        likely = matching.likely_here(self.actor, chart) if chart else []
        return {"possible_duplicates": self._told(likely)}

    def _told(self, likely: list[matching.Likely]) -> list[dict[str, Any]]:
        """Charts that may be meant, each look at them on record."""
        found = [_pointer(each) for each in likely]
        if found:
            self.looked(found, action="list", detail="possible duplicates")
        return found


def _pointer(likely: matching.Likely) -> dict[str, Any]:
    chart = likely.patient
    return {
        "id": chart.pk, "mrn": chart.mrn, "href": links.address(chart.resource, chart.pk),
        "score": likely.score, "agrees": likely.agrees,
    }  # fmt: skip
