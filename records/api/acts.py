"""What doors of acts have in common: when it happened, an act on one record, a status that acts alone change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from rest_framework import serializers

from hospital.kit import codes
from hospital.kit.api import preconditions
from hospital.kit.api.fields import MomentField
from hospital.kit.api.idempotent import once
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import ActSerializer, AnsweringViewSet, RecordViewSet
from hospital.kit.errors import NotVisible, RuleError

AT = "When it happened, at most 72 hours ago; now, when it is left out."
Service = Callable[..., Any]


class MomentSerializer(ActSerializer):
    """When something happened."""

    at = MomentField(required=False, help_text=AT)

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"at": "2026-03-14T07:30:00+01:00"}


class ActedSerializer(RecordSerializer):
    """A record whose status is changed by acts alone; its facts are changed here."""

    # The statuses there are, and the topic under which the acts are.
    statuses: ClassVar[frozenset[str]]
    topic: ClassVar[str]

    def _refuse_changed_read_only(self, data: dict[str, Any], shown: dict[str, Any]) -> None:
        """Another status is not merely refused: `validate` says which act leads to it."""
        told = dict(data)
        if shown and told.get("status") in self.statuses:
            del told["status"]
        super()._refuse_changed_read_only(told, shown)

    def status_wanted(self, record: Any) -> str:
        """Another status that was sent with a change; "" for none."""
        wanted = self.initial_data.get("status", record.status)
        return "" if wanted == record.status else wanted

    def leave_to_act(self, record: Any, word: str) -> None:
        """RuleError with the address at which this is changed."""
        raise RuleError("changed_by_act", address=f"/{self.topic}/{record.pk}/{word}")


def refuse_fixed(names: list[str]) -> None:
    """ValidationError ``read_only`` for each of the fields sent that cannot be."""
    if names:
        error = serializers.ErrorDetail(codes.sentence("read_only"), "read_only")
        raise serializers.ValidationError(dict.fromkeys(sorted(names), error))


class Acting(AnsweringViewSet):
    """What is read and acted on: ``argument`` is what the services of the acts call the record."""

    argument: ClassVar[str]

    def act(self, service: Service) -> HttpResponse:
        """The answer to an act on the record of this URL."""
        return self.posted(once(self.request, status=200, work=lambda: self._acted(service)))

    def _acted(self, service: Service) -> Any:
        """The record first: what another hospital has is not there, whatever the body says."""
        record = self.record()
        body = self.bodies[self.action](data=self.request.data, context=self.context())
        body.is_valid(raise_exception=True)
        seen = preconditions.optional(self.request, record)
        sent = {name: value for name, value in body.validated_data.items() if name != "version"}
        sent |= {self.argument: record, "expected_version": seen.version}
        with naming(body), self.serializer_class(context=self.context()).naming():
            return service(self.actor, **sent)


class ActingViewSet(Acting, RecordViewSet):
    """A resource with acts, whose facts are changed besides."""


@contextmanager
def naming(body: serializers.Serializer) -> Iterator[None]:
    """Give the errors of a service the names that an act's body has for its arguments."""
    try:
        yield
    except ValidationError as exc:
        if not hasattr(exc, "error_dict"):
            raise
        names = {field.source: name for name, field in body.fields.items()}
        raise ValidationError(
            {names.get(name, name): errors for name, errors in exc.error_dict.items()}
        ) from exc


def id_of(text: str) -> UUID:
    """The id in an address; NotVisible when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible from None
