"""Departments, wards, beds and the like from a file: plain records, made as one by one on their pages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError, errors_of
from hospital.kit.records import Record
from hospital.kit.sortkeys import fold
from hospital.models import Bed, Clinic, Department, Doctor, Ward

from . import doctors, import_kinds
from .import_kinds import LIKELY, Field, Judged, Kind, Named, Outcome, Row

UNDONE = "import undone"
YES = {"yes", "y", "true", "1", "x", "ja", "oui"}
NO = {"no", "n", "false", "0", "", "nein", "non"}


class RecordKind(Kind):
    """A kind of plain record of a hospital.

    ``names`` are its fields in the order they are offered, with other headings they go by; ``same`` those by which
    one is known. A field that is a key to another record holds that one's code.
    """

    likely_ways = ("skip", "refuse")

    def __init__(
        self, name: str, label: str | Promise, model: type[Record], names: Mapping[str, tuple[str, ...]],
        same: Sequence[str], add: Callable[[Actor, Any], Any] = facts.create,
    ):  # fmt: skip
        self.name, self.label, self.same, self.add = name, label, tuple(same), add
        # Each has a hospital, which Record does not know.
        self.model: Any = model
        app, _dot, noun = model.resource.partition(".")
        self.url_name = f"{app}:{noun}-detail"
        of: dict[str, Any] = {each: model._meta.get_field(each) for each in names}
        self.needs = tuple((each,) for each in same if not of[each].blank)
        self.fields = tuple(
            Field(each, capfirst(str(of[each].verbose_name)), words,
                  has_lines=of[each].get_internal_type() == "TextField")
            for each, words in names.items()
        )  # fmt: skip

    def run(self, actor: Actor, options: Mapping[str, Any]) -> "RecordRun":
        return RecordRun(self, actor, options)

    def named(self, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Named]:
        rows = self.model.objects.visible_to(actor).in_bulk(ids)
        return {pk: Named(str(row)) for pk, row in rows.items()}

    def undo(self, actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
        return {pk for pk in ids if self._is_taken_back(actor, pk)}

    def _is_taken_back(self, actor: Actor, pk: UUID) -> bool:
        record = self.model._base_manager.select_for_update().get(pk=pk)
        if record.version > 1 or record.is_retired:
            return False
        try:
            with transaction.atomic():
                facts.retire(actor, record, reason=UNDONE)
        except RuleError:
            return False
        return True


class RecordRun:
    """One reading of a file of records."""

    def __init__(self, kind: RecordKind, actor: Actor, options: Mapping[str, Any]):
        self.kind, self.actor, self.options = kind, actor, options
        # A key to another record is compared by its id.
        fields: Any = [kind.model._meta.get_field(name) for name in kind.same]
        self._keys = [field.attname for field in fields]
        self._above: dict[tuple[str, ...], tuple[int, UUID]] = {}
        self._codes: dict[str, dict[str, Record]] = {}

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        return [self._judged(row) for row in rows]

    def store(self, judged: Sequence[Judged]) -> None:
        for each in judged:
            self.kind.add(self.actor, each.made)
            each.object_id = each.made.pk

    def stored(self) -> None:
        self._above.clear()

    def _judged(self, row: Row) -> Judged:
        draft = Judged(row.number, problems=list(row.wrong))
        record: Any = self.kind.model(hospital_id=self.actor.here)
        for name, text in row.values.items():
            try:
                setattr(record, name, self._read(name, text))
            except LookupError as exc:
                draft.problems.append((name, str(exc.args[0])))
        draft.made = record
        told = {name: getattr(record, name) for name in self._keys}
        key = tuple(fold(str(value or "")) for value in told.values())
        if not draft.problems and self._is_known(told, key, draft):
            return draft
        draft.problems += _checked(record, {name for name, _code in draft.problems})
        if draft.problems:
            draft.outcome = Outcome.BROKEN
        else:
            self._above[key] = row.number, record.pk
        return draft

    def _is_known(self, told: dict[str, Any], key: tuple[str, ...], draft: Judged) -> bool:
        """Whether there is one already, here or further up in the file: left out, or told as broken."""
        same = {
            f"{name}__iexact" if isinstance(value, str) else name: value
            for name, value in told.items()
        }
        rows = self.kind.model._base_manager.filter(
            hospital_id=self.actor.here, retired_at__isnull=True, **same
        )
        found = rows.first()
        if found is None and key not in self._above:
            return False
        draft.like_row, draft.object_id = (None, found.pk) if found else self._above[key]
        draft.problems.append(("", LIKELY))
        draft.outcome = Outcome.SKIPPED if self.options["likely"] == "skip" else Outcome.BROKEN
        return True

    def _read(self, name: str, text: str) -> Any:
        field: Any = self.kind.model._meta.get_field(name)
        if field.is_relation:
            return self._by_code(name, field.related_model, text)
        if field.choices:
            words = {
                fold(str(word)): value for value, label in field.choices for word in (value, label)
            }
            return _found(words, text)
        if field.get_internal_type() == "BooleanField":
            return _found(dict.fromkeys(YES, True) | dict.fromkeys(NO, False), text)
        return text

    def _by_code(self, name: str, model: Any, text: str) -> Record:
        if name not in self._codes:
            rows = model.objects.visible_to(self.actor, "list").live()
            self._codes[name] = {row.code.casefold(): row for row in rows}
        if text.casefold() not in self._codes[name]:
            raise LookupError("import_code_unknown")
        return self._codes[name][text.casefold()]


def _found(words: Mapping[str, Any], text: str) -> Any:
    if fold(text) not in words:
        raise LookupError("invalid_choice")
    return words[fold(text)]


def _checked(record: Record, unless: set[str]) -> list[tuple[str, str]]:
    try:
        record.full_clean(exclude=unless)
    except ValidationError as exc:
        return [
            (name, code)
            for name, rows in errors_of(exc).items()
            for code, _ in rows
            if name not in unless
        ]
    return []


def register() -> None:
    """Hand in what this app has."""
    code = ("id", "short_name", "abbreviation", "kurzel")
    department = ("department_code", "dept", "abteilung")
    import_kinds.add(
        RecordKind("departments", _("Departments"), Department,
                   {"code": code, "name": (), "phone": ("telephone",), "description": ()}, ["code"]),
        RecordKind("wards", _("Wards"), Ward,
                   {"code": code, "name": (), "department": department, "floor": (), "phone": ("telephone",)},
                   ["code"]),
        RecordKind("beds", _("Beds"), Bed,
                   {"ward": ("ward_code", "station"), "label": ("bed", "number", "name"), "kind": ("type",),
                    "sex_policy": ("for_whom",), "is_isolation": ("isolation",)}, ["ward", "label"]),
        RecordKind("clinics", _("Clinics"), Clinic,
                   {"code": code, "name": (), "department": department, "room": (), "phone": ("telephone",),
                    "opening_hours": ()}, ["code"]),
        RecordKind("doctors", _("Doctors"), Doctor,
                   {"title": (), "family_name": ("surname", "last_name"), "given_names": ("given_name", "first_name"),
                    "licence_number": ("licence", "license", "license_number"), "department": department,
                    "speciality": ("specialty",), "phone": ("telephone",), "email": ("e_mail",)},
                   ["licence_number"], lambda actor, doctor: doctors.add(actor, doctor=doctor)),
    )  # fmt: skip
