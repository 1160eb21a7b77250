"""The visit or stay that something is written down in: found, named, and carried along by a form."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.errors import NotVisible
from hospital.web import texts
from records.models import Encounter, InPatient, OutPatient, Patient

from . import stay_rows, visit_rows

# What people see of encounters are visits and stays, each with a permission of its own.
SEEN: tuple[Any, ...] = (OutPatient, InPatient)


def of_patient(actor: Actor, patient: Patient, pk: Any) -> Encounter:
    """The patient's visit or stay with this id. NotVisible where this person sees none."""
    try:
        wanted = UUID(str(pk))
    except ValueError as exc:
        raise NotVisible from exc
    for model in SEEN:
        rows = model.objects.visible_to(actor).live()
        if found := rows.filter(pk=wanted, patient=patient.pk).first():
            return found  # type: ignore[no-any-return]
    raise NotVisible


def address(encounter: Encounter) -> str:
    """The page of a visit or of a stay."""
    is_stay = encounter.kind == Encounter.Kind.INPATIENT
    return (stay_rows if is_stay else visit_rows).address("detail", encounter.pk)


def words(encounter: Encounter) -> str:
    """What it is called among the facts of an entry."""
    when = {"when": texts.moment_text(encounter.starts_at)}
    if encounter.kind == Encounter.Kind.INPATIENT:
        return gettext("Stay, %(when)s") % when
    return gettext("Visit, %(when)s") % when


def replaced(typed: Any, options: dict[str, Any]) -> Any:
    """What somebody typed before and did not save, for the visit or stay that the form is opened in now."""
    initial = options.get("initial") or {}
    if "encounter" in initial:
        typed["encounter"] = str(getattr(initial["encounter"], "pk", ""))
    return typed


class EncounterField(forms.Field):
    """The visit or stay that a form was opened in: hidden, and looked up again when it is sent."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any):
        super().__init__(**{"label": _("Visit or stay"), "required": False, **options})
        self.actor: Actor | None = None
        self.patient: Patient | None = None

    def offer(self, actor: Actor, patient: Patient) -> None:
        """Whose encounters may be named."""
        self.actor, self.patient = actor, patient

    def prepare_value(self, value: Any) -> Any:
        return str(getattr(value, "pk", value) or "")

    def clean(self, value: Any) -> Encounter | None:
        if not value:
            return None
        assert self.actor
        assert self.patient
        try:
            return of_patient(self.actor, self.patient, value)
        except NotVisible as exc:
            raise ValidationError(sentence("invalid_choice"), "invalid_choice") from exc

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != str(data or "")
