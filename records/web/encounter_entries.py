"""The pages of what is written down in a visit or a stay, or outside of any: entries with a way back to it."""

from typing import Any, Self
from uuid import UUID

from records.models import Encounter

from . import encounters
from .entry_forms import EntryForm
from .entry_pages import EntryPages


class EncounterEntryForm(EntryForm):
    """The form of such an entry: the visit or stay it was opened in goes along unseen."""

    encounter = encounters.EncounterField()

    @classmethod
    def begun(cls, typed: Any, **options: Any) -> Self:
        return super().begun(encounters.replaced(typed, options), **options)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields["encounter"]
        field.offer(self.actor, self.instance.patient)


class EncounterEntryPages(EntryPages):
    """EntryPages that begin at a visit or a stay (``?encounter=<id>``) and lead back there."""

    begun_in: Encounter | None = None
    # In a long life there are hundreds.
    most = 30

    def _open(self, patient_id: UUID) -> None:
        super()._open(patient_id)
        if asked := self.request.GET.get("encounter"):
            self.begun_in = encounters.of_patient(self.actor, self.patient, asked)

    def known(self) -> dict[str, Any]:
        return {"encounter": self.begun_in}

    def told(self, record: Any, name: str) -> str:
        if name == "encounter":
            return encounters.words(record.encounter) if record.encounter else ""
        return super().told(record, name)

    def after_new(self, pk: UUID | None) -> str:
        """Back to the visit or stay in which it was written down."""
        encounter = self._made_in(pk)
        return encounters.address(encounter) if encounter else self._to(pk)

    def more(self, record: Any) -> dict[str, Any]:
        encounter = record.encounter
        if encounter is None or "encounter" not in self._readable(record):
            return {}
        return {"way": {"url": encounters.address(encounter), "words": encounters.words(encounter)}}

    def _to_next(self, pk: UUID | None) -> str:
        create, encounter = super()._to_next(pk), self._made_in(pk)
        return f"{create}?encounter={encounter.pk}" if encounter else create

    def _made_in(self, pk: UUID | None) -> Encounter | None:
        """The visit or stay of an entry that was just made."""
        model: Any = self.model
        record = model.objects.select_related("encounter").filter(pk=pk).first()
        return record.encounter if record else None

    def _context(self, shown: dict[str, Any]) -> dict[str, Any]:
        context = super()._context(shown)
        if self.begun_in:  # whoever gives up goes back to where they came from
            context["back_url"] = encounters.address(self.begun_in)
            context["belongs_to"] = encounters.words(self.begun_in)
        return context
