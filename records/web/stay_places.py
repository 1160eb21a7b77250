"""The list of beds that a patient may be given, ward by ward, as a field of a form."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.models import Bed, Ward
from records.models import Patient
from records.services import bed_places

from .stay_rows import bed_words

BED, WARD = "bed", "ward"
# An extra one, put up in a ward: what it is called in a form, and its words.
EXTRA = {
    Bed.Kind.BED: ("extra-bed", _("An extra bed in %(ward)s")),
    Bed.Kind.COT: ("extra-cot", _("An extra cot in %(ward)s")),
}
NEWBORN = dt.timedelta(days=28)


class PlaceField(forms.ChoiceField):
    """A bed ("bed:<id>"), a ward to wait in ("ward:<id>") or to put an extra bed up in ("extra-bed:<id>"), of the
    actor's hospital: as arguments of the services.

    Any bed may be sent: one that is not free any more is refused by the service, which says why.
    """

    actor: Actor | None = None

    def offer(
        self, actor: Actor, patient: Patient | None, *, chosen: Any = None, is_born: bool = False
    ) -> None:
        """Free beds that suit, by ward, with an extra one and waiting in it; then those that are free and do not suit.

        Of who ``is_born`` here, or not long ago, the cots stand first.
        """
        self.actor = actor
        wards = list(Ward.objects.visible_to(actor, "list").live().order_by("name", "id"))
        free = list(
            bed_places.free_beds(actor.here).select_related("ward").order_by("sort_key", "id")
        )
        suits = free
        if patient:
            fitting = Bed.objects.filter(bed_places.for_whom(patient), hospital=actor.here)
            known = set(fitting.values_list("pk", flat=True))
            suits = [bed for bed in free if bed.pk in known]
        extra = list(EXTRA) if policy.allows(actor, bed_places.PUT_UP) else []
        if is_born or (patient and _is_newborn(patient)):
            extra.reverse()
            suits = sorted(suits, key=lambda bed: bed.kind != Bed.Kind.COT)
        groups = [(str(ward), _of_ward(ward, suits, extra)) for ward in wards]
        others = [bed for bed in free if bed not in suits]
        if others:
            groups.append((gettext("Free, but for others"), [_choice(bed) for bed in others]))
        offered = {value for _label, choices in groups for value, _words in choices}
        if chosen and chosen not in offered and (bed := self._bed(_id_of(chosen, BED))):
            groups.insert(0, (gettext("Not free"), [_choice(bed)]))
        self.choices = [("", _("Choose a bed")), *groups]

    def clean(self, value: Any) -> dict[str, Any]:
        if not value:
            return {}
        if bed := self._bed(_id_of(value, BED)):
            return {"bed": bed}
        if ward := self._ward(_id_of(value, WARD)):
            return {"ward": ward}
        for kind, (word, _words) in EXTRA.items():
            if ward := self._ward(_id_of(value, word)):
                return {"ward": ward, "extra": str(kind)}
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


def _of_ward(ward: Ward, beds: list[Bed], extra: list[Bed.Kind]) -> list[tuple[str, str]]:
    named = {"ward": ward}
    added = [(f"{EXTRA[kind][0]}:{ward.pk}", EXTRA[kind][1] % named) for kind in extra]
    wait = (f"{WARD}:{ward.pk}", gettext("Wait in %(ward)s for a bed") % named)
    return [*(_choice(bed) for bed in beds if bed.ward_id == ward.pk), *added, wait]


def _is_newborn(patient: Patient) -> bool:
    born = patient.birth_date
    return bool(born) and clock.today() - partialdates.earliest(born) <= NEWBORN


def _choice(bed: Bed) -> tuple[str, str]:
    return value_of(bed), f"{bed.ward} · {bed_words(bed)}"


def _id_of(value: Any, kind: str) -> UUID | None:
    word, _colon, text = str(value).partition(":")
    try:
        return UUID(text) if word == kind else None
    except ValueError:
        return None
