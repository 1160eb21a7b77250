"""What is picked out of the hospital's catalogues in the form of something else, by typing part of a name."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from hospital.kit.actors import Actor
from hospital.kit.web.pages import page
from hospital.kit.web.picked import MOST, Offers, PickedField, fitting_of
from records.models import Consumable, Medication, Procedure

CATALOGUES: dict[str, Any] = {
    "procedures": Procedure, "medications": Medication, "consumables": Consumable,
}  # fmt: skip
_LABEL = PickedField(Procedure.objects.none()).label_from_instance


def offers_of(actor: Actor, catalogue: str, fields: Iterable[Any] = ()) -> Offers:
    """What the boxes of a catalogue offer: all of it when it is short, else what is near to what was
    typed into ``fields``."""
    model = CATALOGUES[catalogue]
    offers = Offers(f"{catalogue}-offers")
    rows = list(_standing(actor, model).order_by(*model._meta.ordering)[: MOST + 1])
    if len(rows) > MOST:
        offers.url = reverse(f"records:{_word(model)}-offers")
        rows = list({row.pk: row for field in fields for row in field.near}.values())
    offers.options = [_LABEL(row) for row in rows]
    return offers


def urls() -> list[URLPattern]:
    """Where a script asks what fits."""
    return [
        path(f"{name}/offers/", _view(model), name=f"{_word(model)}-offers")
        for name, model in CATALOGUES.items()
    ]


def _view(model: Any) -> Any:
    @page(f"{model.resource}.list")
    def offers(request: HttpRequest) -> HttpResponse:
        """The options that fit what stands in the box, whatever that is called."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        text = str(next(iter(request.GET.values()), ""))
        found = fitting_of(_standing(actor, model), text, MOST, _LABEL)
        offered = Offers("", options=[_LABEL(row) for row in found])
        return render(request, "components/offers.html#options", {"offers": offered})

    return offers


def _standing(actor: Actor, model: Any) -> Any:
    return model.objects.visible_to(actor, "list").live()


def _word(model: Any) -> str:
    return str(model.resource.rpartition(".")[2])
