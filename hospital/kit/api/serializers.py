"""The base serializer: shapes are checked here, rules by the model, permissions by the policy."""

import copy
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers

from hospital.kit import codes, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Denied
from hospital.kit.masks import MARK, mask_row

from .fields import FIELD_CLASSES, ExternalIdsField, MomentField, TextField, WordField
from .renderers import dumped
from .rows import GroupedLists, Rows, is_readable, refuse_computed


class Checked(serializers.Serializer):
    """A body whose unknown fields are refused, each with the nearest name there is."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError(
                {
                    name: unknown_name("unknown_field", name, list(self.fields))
                    for name in sorted(unknown)
                }
            )
        return super().to_internal_value(data)


def unknown_name(code: str, name: str, known: list[str]) -> serializers.ErrorDetail:
    """The refusal of a name nobody reads, naming the nearest one there is."""
    sentence = codes.sentence(code)
    if near := difflib.get_close_matches(name, known, n=1, cutoff=0.5):
        sentence = _("%(sentence)s Did you mean %(nearest)s?") % {
            "sentence": sentence,
            "nearest": near[0],
        }
    return serializers.ErrorDetail(sentence, code)


class _ModelShapes(serializers.ModelSerializer):
    """Fields made from the model's, without the validators DRF copies from it: the model runs those."""

    serializer_field_mapping = FIELD_CLASSES
    serializer_choice_field = WordField

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for field in cls._declared_fields.values():
            refuse_computed(field)

    def build_standard_field(self, field_name: str, model_field: models.Field) -> tuple[Any, dict]:
        field_class, options = super().build_standard_field(field_name, model_field)
        # The range of a number is told by its engine, and so would be told differently by another.
        for name in ("validators", "max_length", "min_value", "max_value"):
            options.pop(name, None)
        if model_field.editable and issubclass(field_class, (TextField, serializers.ChoiceField)):
            options["allow_blank"] = model_field.blank
        if issubclass(field_class, TextField) and model_field.max_length:
            options["max_length"] = model_field.max_length
        return field_class, options

    def get_validators(self) -> list[Any]:
        return []


class PartSerializer(Checked, _ModelShapes):
    """One row of a list inside a record, such as a contact; sent as part of the whole list."""

    class Meta:
        list_serializer_class = GroupedLists


class RecordSerializer(Checked, _ModelShapes):
    """A record as the API shows it, and takes it back.

    `save()` hands the record, its server-side facts set, to the acts of `kit.facts`, which check the
    permission and then the whole model. Read-only fields may come back as they were shown.
    """

    version = serializers.IntegerField(
        read_only=True,
        help_text="Counts the changes. In PUT and PATCH it may stand for If-Match.",
    )
    external_id = TextField(
        write_only=True, required=False, max_length=100,
        help_text="Your system's own id for this record. Unique per system; a second POST with it is 409.",
    )  # fmt: skip
    external_ids = ExternalIdsField(help_text="The ids other systems at this hospital know it by.")

    class Meta:
        model: Any

    @property
    def actor(self) -> Actor:
        return self.context["actor"]

    @property
    def resource(self) -> str:
        return self.Meta.model.resource

    def get_fields(self) -> dict[str, serializers.Field]:
        """A copy of the class's fields: DRF would work them out of the model for every request."""
        return copy.deepcopy(_fields_of(type(self)))

    def made_fields(self) -> dict[str, serializers.Field]:
        """The fields as the class and its model declare them."""
        return super().get_fields()

    # ---- reading

    @property
    def _readable_fields(self) -> Any:
        readable = policy.fields_of(self.actor, self.resource, "read")
        return (field for field in super()._readable_fields if is_readable(field, readable))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        mask_row(shown, policy.masked_of(self.actor, self.resource))
        return shown

    # ---- checking

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            data = self._without_unchanged(data)
        return super().to_internal_value(data)

    def _without_unchanged(self, data: dict[str, Any]) -> dict[str, Any]:
        """The body without read-only values and, of a change, without what came back as it was shown."""
        shown = self.context.get("shown") or {}
        self._refuse_changed_read_only(data, shown)
        if self.context.get("whole"):
            self._refuse_missing(data)
        changed = {
            name: value
            for name, value in data.items()
            if not self._is_read_only(name) and not (name in shown and _equal(shown[name], value))
        }
        self._refuse_masked(changed)
        return changed

    def _refuse_missing(self, data: dict[str, Any]) -> None:
        missing = [
            name for name, field in self.fields.items() if field.required and name not in data
        ]
        if missing:
            error = serializers.ErrorDetail(codes.sentence("required"), "required")
            raise serializers.ValidationError(dict.fromkeys(missing, error))

    def _refuse_masked(self, data: dict[str, Any]) -> None:
        """A value shown by its last characters must not come back as the value."""
        names = {name.partition(".")[0] for name in policy.masked_of(self.actor, self.resource)}
        sent = [name for name in names if name in data and MARK.encode() in dumped(data[name])]
        if sent:
            error = serializers.ErrorDetail(codes.sentence("masked"), "masked")
            raise serializers.ValidationError(dict.fromkeys(sent, error))

    def _is_read_only(self, name: str) -> bool:
        return name in self.fields and self.fields[name].read_only

    def _refuse_changed_read_only(self, data: dict[str, Any], shown: dict[str, Any]) -> None:
        # A whole record that is forced overwrites what it has not seen, so the server's own marks in it may be old.
        # A status may be what somebody wants to have; that is never passed over.
        is_old = self.context.get("forced") and self.context.get("whole")
        loose = self.Meta.model.SERVER_FIELDS - {"status"} if is_old else ()
        changed = [
            name
            for name in data
            if self._is_read_only(name)
            and name not in loose
            and not _same(self.fields[name], data[name], shown.get(name))
        ]
        if changed:
            error = serializers.ErrorDetail(codes.sentence("read_only"), "read_only")
            raise serializers.ValidationError(dict.fromkeys(changed, error))

    # ---- writing

    def create(self, validated_data: dict[str, Any]) -> Any:
        external_id = validated_data.pop("external_id", "")
        record = self.Meta.model(**self.server_facts(), **validated_data)
        with self.naming():
            return facts.create(self.actor, record, external_id=external_id)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        external_id = validated_data.pop("external_id", "")
        with self.naming():
            record = self.change(instance, validated_data)
        if external_id:
            apps.get_model("hospital", "ExternalId").objects.claim(self.actor, record, external_id)
        return record

    def change(self, record: Any, validated_data: dict[str, Any]) -> Any:
        """Store the changes; a serializer whose record has a service of its own replaces this."""
        for name, value in validated_data.items():
            setattr(record, name, value)
        return facts.change(self.actor, record, **self.expectation)

    @property
    def expectation(self) -> dict[str, Any]:
        """What the caller said of the version: `expected_version` and `forced`, as services take them."""
        return {
            "expected_version": self.context.get("version"),
            "forced": self.context.get("forced", False),
        }

    def server_facts(self) -> dict[str, Any]:
        """What the server sets on a new record before it is checked."""
        names = {field.name for field in self.Meta.model._meta.concrete_fields}
        return {"hospital_id": self.actor.hospital_id} if "hospital" in names else {}

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Give the errors of the model the names that the API has for its fields."""
        try:
            yield
        except ModelValidationError as exc:
            raise self._renamed(exc) from exc
        except Denied as exc:
            raise exc.called(self._names()) from exc

    def _names(self) -> dict[Any, str]:
        return {field.source: name for name, field in self.fields.items() if not field.read_only}

    def _renamed(self, exc: ModelValidationError) -> ModelValidationError:
        if not hasattr(exc, "error_dict"):
            return exc
        names = self._names()
        return ModelValidationError(
            {name if name == NON_FIELD_ERRORS else names.get(name, name): errors
             for name, errors in exc.error_dict.items()}
        )  # fmt: skip


def shown_now(
    serializer_class: type[RecordSerializer], queryset: Any, context: dict[str, Any]
) -> dict | None:
    """The one row of `queryset` as JSON values, to compare a body with; None when there is none."""
    reader = Rows(serializer_class, context)
    found = reader.shown(list(reader.values(queryset)[:1]))
    return orjson.loads(dumped(found[0])) if found else None


def _equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same one: to Python, 0 is equal to false."""
    kinds = orjson.OPT_SORT_KEYS
    return orjson.dumps(one, option=kinds) == orjson.dumps(other, option=kinds)


def _same(field: serializers.Field, sent: Any, shown: Any) -> bool:
    if _equal(sent, shown) or not isinstance(field, MomentField):
        return _equal(sent, shown)
    try:
        return field.to_internal_value(sent) == field.to_internal_value(shown)
    except (serializers.ValidationError, TypeError):
        return False


@cache
def _fields_of(serializer_class: type[RecordSerializer]) -> dict[str, serializers.Field]:
    return serializer_class().made_fields()
