"""POST, PUT, PATCH and DELETE on plain facts, and the act that takes a DELETE back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.kit import facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Denied, NotVisible, StaleError

from . import links, preconditions
from .idempotent import Outcome, once
from .renderers import answer
from .serializers import Checked, shown_now
from .viewsets import ReadViewSet

REASON = "X-Reason"
NO_REASON = "no reason given"


class ActSerializer(Checked):
    """The body of an act that needs nothing but, if you like, the version you have seen."""

    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version you have seen."
    )

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"version": 1}


class AnsweringViewSet(ReadViewSet):
    """What is read, and what an act on it is answered with; its acts are a subclass's own."""

    # For the schema: bodies of acts, acts on one record, further statuses and fields of an answer.
    bodies: ClassVar[dict[str, Any]] = {}
    acts_on_one: ClassVar[tuple[str, ...]] = ()
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {}
    said_beside: ClassVar[dict[str, Any]] = {}

    def more(self, outcome: Outcome) -> dict[str, Any]:
        """What the answer to a POST says beside the record."""
        return {}

    def posted(self, outcome: Outcome) -> HttpResponse:
        """The answer to a POST: the record as it is now, where it is, and whether this is a replay."""
        self.object_id = outcome.object_id
        response = self._shown(
            outcome.made, outcome.status, is_look=outcome.is_replay, **self.more(outcome)
        )
        if outcome.is_replay:
            response["Idempotent-Replay"] = "true"
        if outcome.status == 201:
            response["Location"] = links.address(self.resource, outcome.object_id)
        return response

    def _shown(self, record: Any, status: int, *, is_look: bool, **more: Any) -> HttpResponse:
        """A record just written; booked as a look when nothing was written after all.

        A token that may write but not read is told the record's id and version only.
        """
        row = self.row(with_retired=True)
        if row is None:
            row = {"id": self.object_id} | ({"version": record.version} if record else {})
        elif is_look:
            self.looked([row], object_id=self.object_id, action="read")
        version = self.version_of(row)
        headers = {} if version is None else {"ETag": preconditions.etag(version)}
        return answer(row | more, status=status, headers=headers)


class MakingViewSet(AnsweringViewSet):
    """What is made, and then changed by acts alone."""

    def store(self, data: Any) -> Any:
        """Make the record that a body describes."""
        serializer = self.serializer_class(data=data, context=self.context())
        serializer.is_valid(raise_exception=True)
        return serializer.save()

    def create(self, request: Any) -> HttpResponse:
        """Make a new record."""
        return self.posted(once(request, status=201, work=self._stored))

    def _stored(self) -> Any:
        try:
            return self.store(self.request.data)
        except NotVisible:
            # Nothing is hidden here: the new record would be out of the caller's own reach.
            raise Denied(self.permission) from None


class PassingViewSet(MakingViewSet):
    """What can be done with a fact that is made and retired, and never changed or brought back.

    Subclasses replace a verb where it is an act.
    """

    def retire(self, record: Any, *, reason: str, expected_version: int | None) -> None:
        facts.retire(self.actor, record, reason=reason, expected_version=expected_version)

    def destroy(self, request: Any, pk: str) -> HttpResponse:
        """Retire the record: it leaves every list, its past stays. Say why in X-Reason."""
        in_transaction(self._retired)
        return HttpResponse(status=204)

    def _retired(self) -> None:
        record = self.record()
        seen = preconditions.optional(self.request, record)
        with reason_in_header():
            self.retire(record, reason=reason_of(self.request), expected_version=seen.version)


class StatementViewSet(PassingViewSet):
    """What can be done with a fact that is said once and never changed: made, retired, brought back."""

    bodies: ClassVar[dict[str, Any]] = {"restore": ActSerializer}
    acts_on_one: ClassVar[tuple[str, ...]] = ("restore",)

    def bring_back(self, record: Any, *, expected_version: int | None) -> Any:
        return facts.restore(self.actor, record, expected_version=expected_version)

    @action(detail=True, methods=["post"])
    def restore(self, request: Any, pk: str) -> HttpResponse:
        """Bring a retired record back."""
        return self.posted(once(request, status=200, work=self._restored))

    def _restored(self) -> Any:
        ActSerializer(data=self.request.data).is_valid(raise_exception=True)
        record = self.record(with_retired=True)
        seen = preconditions.optional(self.request, record)
        return self.bring_back(record, expected_version=seen.version)


class RecordViewSet(StatementViewSet):
    """All that can be done with a plain fact."""

    def update(self, request: Any, pk: str) -> HttpResponse:
        """Send the record back with changes. What is left out stays as it is."""
        return self._answered_change(*in_transaction(lambda: self._changed(whole=True)))

    def partial_update(self, request: Any, pk: str) -> HttpResponse:
        """Change the fields that are sent."""
        return self._answered_change(*in_transaction(lambda: self._changed(whole=False)))

    def _changed(self, *, whole: bool) -> tuple[Any, bool]:
        """The record after the change, and whether anything was written."""
        record = self.record()
        seen = preconditions.required(self.request, record)
        context = self.context(version=seen.version, forced=seen.forced, whole=whole)
        facts.refuse_stale(record, seen.version)
        context["shown"] = shown_now(
            self.serializer_class, self.visible().filter(pk=record.pk), context
        )
        if context["shown"] is None or context["shown"]["version"] != record.version:
            raise StaleError(record)
        serializer = self.serializer_class(
            record, data=self.request.data, partial=True, context=context
        )
        serializer.is_valid(raise_exception=True)
        changed = serializer.save()
        return changed, changed.version != context["shown"]["version"]

    def _answered_change(self, record: Any, was_written: bool) -> HttpResponse:
        return self._shown(record, 200, is_look=not was_written)


def reason_of(request: Any) -> str:
    """The X-Reason header's text, sent as UTF-8 or Latin-1.

    Many programs cannot add a header to a DELETE: without it, that none was given is the reason kept.
    An empty one is refused by the service.
    """
    sent = request.headers.get(REASON, NO_REASON)
    try:
        return sent.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return sent


@contextmanager
def reason_in_header() -> Iterator[None]:
    """Name the header, not the service's argument, when the reason is wrong."""
    try:
        yield
    except ValidationError as exc:
        found = exc.error_dict
        raise ValidationError(
            {REASON if name == "reason" else name: found[name] for name in found}
        ) from exc
