"""What the policy and the audit know of any row of ours, be it edited or written once."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models


class Audited(models.Model):
    """A row that goes by the name ``resource``: ``<app>.<model>`` unless its class says another."""

    resource: ClassVar[str] = ""
    # Columns that the history leaves out.
    UNTRACKED: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__dict__.get("resource"):
            app = cls.__module__.split(".")[0]
            cls.resource = f"{app}.{cls.__name__.lower()}"

    @property
    def audit_patient_id(self) -> UUID | None:
        """The patient this row is about, for the audit; None when it is about nobody."""
        return None

    def row(self) -> dict[str, Any]:
        """The row's own values by column attribute, as stored."""
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
