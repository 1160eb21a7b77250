"""The base of every editable row: an id, a version nobody can overwrite blindly, retirement, history."""

from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from . import actors, clock, conditions, policy, storable, undo
from .audited import Audited
from .codes import sentence
from .errors import Link, StaleError
from .histories import Histories
from .ids import uuid7
from .inserts import insert


class RecordQuerySet(models.QuerySet):
    """Queries that read as adjectives."""

    def live(self) -> Self:
        """Rows that are not retired."""
        return self.filter(retired_at__isnull=True)

    def retired(self) -> Self:
        """Rows that are retired."""
        return self.filter(retired_at__isnull=False)

    def on_day(self, day: date) -> Self:
        """The same rows, each with what depends on the date as it is on ``day``; mostly nothing does."""
        return self

    def visible_to(self, actor: actors.Actor | None, action: str = "read") -> Self:
        """Rows, retired ones included, that ``actor`` may reach with ``action``: the only place that filters."""
        resource = getattr(self.model, "resource")  # noqa: B009 (any model of ours has one)
        return self.filter(policy.scope_q(actor, f"{resource}.{action}"))

    def lead_on(self, actor: Any, pk: Any) -> None:
        """Moved when the row with this id goes by another one now that ``actor`` may see: of most kinds none does."""


class Record(Audited):
    """A row that people edit. Saving one that somebody else saved first raises StaleError.

    A retired record is hidden from lists and pickers but never destroyed.
    """

    # Which field a broken constraint is about: code -> field name.
    errors_at: ClassVar[dict[str, str]] = {}
    # Foreign keys whose target must be live when this record is written, and stays while this one is live.
    leans_on: ClassVar[tuple[str, ...]] = ()
    # Those of them whose target may be retired all the same: this record then rests with it.
    rests_with: ClassVar[tuple[str, ...]] = ()
    # Facts the server sets; never part of what a person may write.
    SERVER_FIELDS: ClassVar[frozenset[str]] = frozenset(
        {"id", "version", "created_at", "updated_at", "retired_at", "retired_by", "retired_reason"}
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_by = models.UUIDField(null=True, blank=True, editable=False)
    retired_reason = models.CharField(
        _("reason for retiring"), max_length=200, blank=True, editable=False
    )

    objects: ClassVar[Any] = RecordQuerySet.as_manager()
    history = Histories()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **options: Any) -> Self:
        record = super().from_db(db, field_names, values, **options)
        record._remember()
        return record

    def clean_fields(self, exclude: Any = None) -> None:
        """As Django's, with what is invisible around a text taken off, as forms do; a text that no
        database can hold (NUL, half a character) is refused as well."""
        for field in self._meta.concrete_fields:
            if isinstance(value := self.__dict__.get(field.attname), str):
                setattr(self, field.attname, storable.trimmed(value))
        wrong = {
            field.name: error
            for field in self._meta.concrete_fields
            if field.name not in (exclude or ())
            and (error := storable.problem_of(self.__dict__.get(field.attname)))
        }
        try:
            super().clean_fields(exclude={*(exclude or ()), *wrong})
        except ValidationError as exc:
            raise ValidationError({**exc.error_dict, **wrong}) from exc
        if wrong:
            raise ValidationError(wrong)

    def validate_unique(self, exclude: Any = None) -> None:
        """As Django's, but for the id: we made it, and the database keeps it unique."""
        super().validate_unique(exclude={*(exclude or ()), "id"})

    def clean(self) -> None:
        """A live record may not lean on a retired one (code ``retired_choice``)."""
        super().clean()
        gone = [name for name in self.leans_on if self._leans_on_retired(name)]
        if gone and not self.is_retired:
            raise ValidationError(
                {
                    name: ValidationError(sentence("retired_choice"), "retired_choice")
                    for name in gone
                }
            )

    def validate_constraints(self, exclude: Any = None) -> None:
        """As Django's, with each violation put beside the field it is about (``errors_at``)."""
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as exc:
            raise self.placed(exc) from exc

    def get_constraints(self) -> list[Any]:
        """The constraints that are left to the database to judge; Django asks it once for each."""
        return [
            (model, [each for each in constraints if not _surely_kept(each, self)])
            for model, constraints in super().get_constraints()
        ]

    def placed(self, exc: ValidationError) -> ValidationError:
        """The same errors, those of the whole record moved to the fields of ``errors_at``."""
        errors: dict[str, list[ValidationError]] = {}
        by_field = (
            exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
        )
        for name, rows in by_field.items():
            for error in rows:
                place = (
                    self.errors_at.get(error.code or "", name) if name == NON_FIELD_ERRORS else name
                )
                errors.setdefault(place, []).append(error)
        return ValidationError(errors)

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    def open_work(self) -> list[models.QuerySet]:
        """What is open or still to come and so forbids retiring this record, one queryset for each kind.

        By default the live rows of every model that leans on it. A model with more to say adds its own.
        """
        return [
            model.objects.live().filter(pointing)
            for model in apps.get_models()
            if issubclass(model, Record) and (pointing := model._leaning_on(self))
        ]

    def held_with(self) -> list[models.QuerySet]:
        """What else is locked while this record is retired, so that nothing starts to lean on that meanwhile."""
        return []

    def needs_back(self) -> list[models.QuerySet]:
        """What, besides that which it leans on, must be live for this record to come back: locked meanwhile."""
        return []

    def as_link(self) -> Link:
        """A link to it. It stands in refusals: of what is about a patient it tells the kind alone."""
        is_about_nobody = self.audit_patient_id is None
        label = str(self) if is_about_nobody else capfirst(str(self._meta.verbose_name))
        return Link(self.resource, self.pk, label)

    def changed_fields(self) -> set[str]:
        """Names of the facts that differ from what was loaded (for a new record, from the defaults)."""
        before = self._loaded if self._loaded is not None else self._defaults()
        return {
            field.name
            for field in self._meta.concrete_fields
            if field.name not in self.SERVER_FIELDS
            and _as_stored(field, getattr(self, field.attname)) != before.get(field.attname)
        }

    def refresh_from_db(self, *args: Any, **options: Any) -> None:
        super().refresh_from_db(*args, **options)
        self._remember()

    def stored(self) -> None:
        """Note that it was stored by a statement for many (``kit.bulk``)."""
        self._state.adding = False
        self._remember()

    _loaded: dict[str, Any] | None = None

    @classmethod
    def _leaning_on(cls, parent: "Record") -> models.Q:
        """The rows that ``parent`` must stay for; an empty condition when the model knows no such rows."""
        names = [name for name in cls.leans_on if name not in cls.rests_with]
        keys = [name for name in names if cls._meta.get_field(name).related_model is type(parent)]
        return models.Q(*((key, parent) for key in keys), _connector=models.Q.OR)

    def _leans_on_retired(self, name: str) -> bool:
        field: Any = self._meta.get_field(name)
        parent = getattr(self, name) if getattr(self, field.attname) else None
        return parent is not None and parent.is_retired

    def _remember(self) -> None:
        self._loaded = {
            name: self.__dict__[name] for name in self._attnames() if name in self.__dict__
        }

    @classmethod
    def _attnames(cls) -> list[str]:
        return [field.attname for field in cls._meta.concrete_fields]

    def _defaults(self) -> dict[str, Any]:
        return {
            field.attname: field.get_default()
            for field in self._meta.concrete_fields
            if field.name not in self.SERVER_FIELDS
        }

    def _save_table(self, *args: Any, **options: Any) -> Any:
        undo.note(self)
        was_adding = self._state.adding
        if not was_adding:
            self.updated_at = clock.now()
        saved = super()._save_table(*args, **options)  # type: ignore[misc]
        self._remember()
        return saved

    def _do_insert(  # type: ignore[override]
        self, manager: Any, using: str | None, fields: Any, returning: Any, raw: bool
    ) -> list[Any]:
        # Below save() as well: the statement is the same for every record of a model.
        if raw or returning:
            return super()._do_insert(manager, using, fields, returning, raw)  # type: ignore[misc]
        insert([self], using=using or manager.db)
        return []

    def _do_update(  # type: ignore[override]
        self,
        base_qs: models.QuerySet,
        using: str | None,
        pk_val: Any,
        values: list[tuple],
        *settings: Any,
    ) -> bool:
        # Below save(), so that every way of saving an instance is covered and history sees the new version.
        own = {"version": self.version + 1, "updated_at": self.updated_at}
        values = [entry for entry in values if entry[0].name not in own]
        values += [(self._meta.get_field(name), None, value) for name, value in own.items()]
        unchanged = base_qs.filter(version=self.version)
        if not super()._do_update(unchanged, using, pk_val, values, *settings):
            raise StaleError(base_qs.filter(pk=pk_val).first())
        self.version += 1
        return True


def _surely_kept(constraint: models.BaseConstraint, record: Record) -> bool:
    if type(constraint) is not models.CheckConstraint:
        return False
    return conditions.surely_holds(constraint.condition, record)


def _as_stored(field: models.Field, value: Any) -> Any:
    try:
        return field.to_python(value)
    except ValidationError:  # full_clean() will say what is wrong with it
        return value


def stamp_retired(record: Record, *, reason: str, at: datetime, by: UUID | None) -> None:
    """Mark a record retired, without saving it."""
    undo.note(record)
    record.retired_at, record.retired_by, record.retired_reason = at, by, reason


def stamp_restored(record: Record) -> None:
    """Take the mark off again, without saving."""
    undo.note(record)
    record.retired_at, record.retired_by, record.retired_reason = None, None, ""
