"""The history of every record: a row for each version, naming the actor and the act."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from simple_history.manager import HistoryManager as SimpleHistoryManager
from simple_history.models import HistoricalRecords

from . import actors, clock
from .ids import uuid7
from .inserts import insert


class HistoryManager(SimpleHistoryManager):
    """The manager behind ``record.history``, whose class is not made anew at every use of it."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class Histories(HistoricalRecords):
    """History rows that name the actor and the act; the user is a bare id, kept whatever happens to the account."""

    def __init__(self, **options: Any):
        super().__init__(
            inherit=True,
            history_id_field=models.UUIDField(default=uuid7, editable=False),
            history_user_id_field=models.UUIDField(null=True, editable=False),
            history_user_getter=lambda row: row.history_user_id,
            history_user_setter=_set_history_user,
            get_user=lambda **_context: _acting_user_id(),
            history_change_reason_field=models.CharField(max_length=200, null=True),
            history_manager=HistoryManager,
            **options,
        )

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        """A proxy keeps no history of its own: what is saved through it stands in its model's."""
        if not getattr(sender._meta, "proxy", False):
            super().finalize(sender, **kwargs)
        elif issubclass(sender, self.cls):
            models.signals.post_save.connect(self.post_save, sender=sender, weak=False)
            sender._meta.simple_history_manager_attribute = self.manager_name

    def fields_included(self, model: Any) -> list[models.Field]:
        return [f for f in super().fields_included(model) if f.name not in model.UNTRACKED]

    def create_historical_record(
        self, instance: Any, history_type: str, using: str | None = None
    ) -> None:
        """One plain insert: nobody listens to the signals that the library would send."""
        insert([kept(instance, history_type)])

    def get_history_user(self, instance: models.Model) -> UUID | None:
        return _acting_user_id()

    def get_change_reason_for_object(
        self, instance: models.Model, history_type: str, using: str | None
    ) -> str:
        return actors.current_act()


def kept(instance: Any, history_type: str) -> Any:
    """The row of a record's history that tells how it is now, not stored yet."""
    model = instance.history.model
    row = {field.attname: getattr(instance, field.attname) for field in model.tracked_fields}
    return model(
        history_date=clock.now(), history_type=history_type,
        history_user=_acting_user_id(), history_change_reason=actors.current_act(), **row,
    )  # fmt: skip


def _acting_user_id() -> UUID | None:
    actor = actors.current()
    return actor.user_id if actor else None


def _set_history_user(row: Any, user_id: UUID | None) -> None:
    row.history_user_id = user_id
