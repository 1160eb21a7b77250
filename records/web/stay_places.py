"""The list of beds that a patient may be given, ward by ward, as a field of a form."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.models import Bed, Ward
from records.models import Patient
from records.services import bed_places

from .stay_rows import bed_words

BED, WARD = "bed", "ward"
Place = tuple[Ward | None, Bed | None]


class PlaceField(forms.ChoiceField):
    """A bed ("bed:<id>"), or a ward to wait in ("ward:<id>"), of the actor's hospital.

    Any bed may be sent: one that is not free any more is refused by the service, which says why.
    """

    actor: Actor | None = None

    def offer(self, actor: Actor, patient: Patient | None, *, chosen: Any = None) -> None:
        """Free beds that suit, by ward, with waiting in it; then those that are free and do not suit."""
        self.actor = actor
        wards = list(Ward.objects.visible_to(actor, "list").live().order_by("name", "id"))
        free = list(bed_places.free_beds(actor.here).select_related("ward"))
        suits = free
        if patient:
            fitting = Bed.objects.filter(bed_places.for_whom(patient), hospital=actor.here)
            known = set(fitting.values_list("pk", flat=True))
            suits = [bed for bed in free if bed.pk in known]
        groups = [(str(ward), _of_ward(ward, suits)) for ward in wards]
        others = [bed for bed in free if bed not in suits]
        if others:
            groups.append((gettext("Free, but for others"), [_choice(bed) for bed in others]))
        offered = {value for _label, choices in groups for value, _words in choices}
        if chosen and chosen not in offered and (bed := self._bed(_id_of(chosen, BED))):
            groups.insert(0, (gettext("Not free"), [_choice(bed)]))
        self.choices = [("", _("Choose a bed")), *groups]

    def clean(self, value: Any) -> Place | None:
        if not value:
            return None
        if bed := self._bed(_id_of(value, BED)):
            return None, bed
        if ward := self._ward(_id_of(value, WARD)):
            return ward, None
        raise ValidationError(sentence("invalid_choice"), "invalid_choice")

    def _bed(self, pk: UUID | None) -> Bed | None:
        rows = Bed.objects.visible_to(self.actor, "list").live().select_related("ward")
        found: Bed | None = rows.filter(pk=pk).first() if pk else None
        return found

    def _ward(self, pk: UUID | None) -> Ward | None:
        rows = Ward.objects.visible_to(self.actor, "list").live()
        found: Ward | None = rows.filter(pk=pk).first() if pk else None
        return found


def value_of(bed: Bed) -> str:
    """What a form sends back when this bed is chosen."""
    return f"{BED}:{bed.pk}"


def _of_ward(ward: Ward, beds: list[Bed]) -> list[tuple[str, str]]:
    own = sorted((bed for bed in beds if bed.ward_id == ward.pk), key=lambda bed: bed.sort_key)
    wait = gettext("Wait in %(ward)s for a bed") % {"ward": ward}
    return [*(_choice(bed) for bed in own), (f"{WARD}:{ward.pk}", wait)]


def _choice(bed: Bed) -> tuple[str, str]:
    return value_of(bed), f"{bed.ward} · {bed_words(bed)}"


def _id_of(value: Any, kind: str) -> UUID | None:
    word, _colon, text = str(value).partition(":")
    try:
        return UUID(text) if word == kind else None
    except ValueError:
        return None
