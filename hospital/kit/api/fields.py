"""Serializer fields that differ from DRF's own."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from rest_framework import serializers
from rest_framework.fields import empty

from hospital.kit import codes
from hospital.kit.fields import MoneyField, PartialDateField, PhoneField
from hospital.kit.prepared import EACH, HERE, Prepared
from hospital.kit.quantities import QuantityField


class MomentField(serializers.DateTimeField):
    """A moment: sent with the offset of the hospital's zone; without an offset it is refused."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            parsed = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            parsed = None
        if parsed is not None and is_naive(parsed):
            raise serializers.ValidationError(codes.sentence("naive_datetime"), "naive_datetime")
        return super().to_internal_value(value)


class TextField(serializers.CharField):
    """Text. A number is not taken for text: 01234 would have lost its zero."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class FlagField(serializers.BooleanField):
    """true or false, and nothing that only resembles them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class WordField(serializers.ChoiceField):
    """One word of a list; an empty one, where that is none of them, was not given."""

    def to_internal_value(self, data: Any) -> Any:
        if data == "" and not self.allow_blank:
            self.fail("required")
        return super().to_internal_value(data)


class PartialDateText(TextField):
    """A year, a year and month, or a full date: 1988, 1988-03 or 1988-03-14."""


class EmailText(TextField):
    """An email address, or empty where the model allows that; the model checks it."""


class PhoneText(TextField):
    """A phone number; answered in E.164."""


class MoneyText(TextField):
    """An amount of money as text, such as "12.50"; the model checks it."""

    code = "money_invalid"

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(codes.sentence(self.code), self.code)
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class QuantityText(MoneyText):
    """How much of something as text, such as "36.8"; the model checks it."""

    code = "quantity_invalid"


class ReferenceField(serializers.PrimaryKeyRelatedField):
    """The id of a record that the caller may see; any other id is `invalid_choice`.

    Whether a retired one may be chosen is the model's rule, not this field's. A body of many rows is read
    with `references={}` in its context: then each record is looked up once, however many rows name it.
    """

    def __init__(self, model: Any = None, **options: Any):
        if not options.get("read_only"):
            options["queryset"] = model._base_manager.none()
        self.model = model
        super().__init__(**options)

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.context["actor"])

    def run_validation(self, data: Any = empty) -> Any:
        """As any field: DRF takes an empty text for null here, which a form may need and JSON does not."""
        return serializers.Field.run_validation(self, data)

    def to_internal_value(self, data: Any) -> Any:
        try:
            key = UUID(data)
        except (AttributeError, TypeError, ValueError):
            self.fail("incorrect_type", data_type=type(data).__name__)
        known = self.context.get("references", {})
        if (self.model, key) not in known:
            known[self.model, key] = self.get_queryset().filter(pk=key).first()
        found = known[self.model, key]
        if found is None or getattr(found, "is_retired", False):
            self.model.objects.lead_on(self.context["actor"], key)
        return found if found is not None else self.fail("does_not_exist", pk_value=data)


class ExternalIdsField(serializers.Field):
    """The ids that other systems at the caller's hospital know this record by."""

    def __init__(self, **options: Any):
        super().__init__(read_only=True, source="*", **options)

    def by_parent(self, ids: Iterable[UUID], context: Mapping[str, Any]) -> dict[UUID, list[dict]]:
        """The representation for each of many records, with one query."""
        here, wanted = context["actor"].hospital_id, list(ids)
        found: dict[UUID, list[dict]] = {}
        asked = _external_ids(is_platform=here is None)
        for parent, source, value in asked.rows(here, wanted):
            found.setdefault(parent, []).append({"source_id": source, "value": value})
        return found

    def to_representation(self, record: Any) -> list[dict]:
        return self.by_parent([record.pk], self.context).get(record.pk, [])


@cache
def _external_ids(*, is_platform: bool) -> Prepared:
    """What one hospital's systems, or the installation's, call some records."""
    here = None if is_platform else HERE
    rows = apps.get_model("hospital", "ExternalId").objects.filter(object_id__in=[EACH])
    known = rows.filter(hospital_id=here).order_by("id")
    return Prepared(known.values_list("object_id", "source_id", "value"), [HERE, [EACH]])


FIELD_CLASSES: dict[type[models.Field], type[serializers.Field]] = {
    **serializers.ModelSerializer.serializer_field_mapping,
    models.CharField: TextField,
    models.TextField: TextField,
    models.BooleanField: FlagField,
    models.DateTimeField: MomentField,
    models.EmailField: EmailText,
    PartialDateField: PartialDateText,
    PhoneField: PhoneText,
    MoneyField: MoneyText,
    QuantityField: QuantityText,
}
