"""Lists of patients: everybody registered, and what a search found."""

from datetime import datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hospital.kit import audit, clock, keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.records import RecordQuerySet
from hospital.kit.web.pages import page
from hospital.kit.web.saved import Saved
from hospital.services import searches
from records.models import Patient, Registration, SearchKey
from records.models.patients import Sex
from records.services import charts, finding, hints, matching, mrns, typed

from . import patient_rows as shown
from .patient_reasons import HERE

LIST = "records.patient.list"
# The list's name to what is exported of it and saved for it.
SOURCE = "records.patients"
COUNTED_TO = 10_000
# Whoever finds more narrows the search before booking.
FEW = 25
BOOK = {"label": _("Book an appointment"), "is_hidden": True}
FORMER_NAME = _("Former name")
Rows = TypeVar("Rows", bound=RecordQuerySet)
KINDS = {
    SearchKey.Kind.MRN: _("MRN"),
    SearchKey.Kind.IDENTIFIER: _("Identifier"),
    SearchKey.Kind.PHONE: _("Phone"),
    SearchKey.Kind.BIRTH_DATE: _("Birth date"),
}


class FilterForm(forms.Form):
    """What may narrow the list from the URL: nothing that says anything about one patient."""

    sex = forms.ChoiceField(label=_("Sex"), choices=[("", _("All")), *Sex.choices], required=False)
    today = forms.BooleanField(label=_("Registered today"), required=False)
    retired = forms.BooleanField(label=_("Include retired"), required=False)

    def __init__(self, *args: Any, may_see_retired: bool, **options: Any):
        super().__init__(*args, **options)
        if not may_see_retired:
            del self.fields["retired"]

    @property
    def asked(self) -> dict[str, str]:
        """The same, as an address says them."""
        return {name: "on" if value is True else str(value) for name, value in self.chosen.items()}

    @property
    def chosen(self) -> dict[str, Any]:
        """The valid filters in force; what is not one of the choices filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def chips(self) -> list[dict[str, str]]:
        """Each filter in force, with the address without it."""
        return [
            {
                "label": self._words(name, value),
                "url": address({key: one for key, one in self.chosen.items() if key != name}),
            }
            for name, value in self.chosen.items()
        ]

    def _words(self, name: str, value: Any) -> str:
        label = str(self.fields[name].label)
        return label if value is True else f"{label}: {dict(Sex.choices)[value]}"


@page(LIST)
def everybody(request: HttpRequest) -> HttpResponse:
    """The patients of the actor's hospital by name, or those of today by time, a page at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_see_retired = policy.allows(actor, "records.patient.restore")
    form = FilterForm(request.GET, may_see_retired=may_see_retired)
    rows = narrowed(Patient.objects.visible_to(actor, "list"), form.chosen)
    order = order_of(form.chosen)
    try:
        found = keyset.page(
            rows, order=order, cursor=request.GET.get("cursor"),
            bound_to=(actor.hospital_id, *form.chosen.items()),
        )  # fmt: skip
    except ValidationError:  # the marker of another list: begin again
        return redirect(address(form.chosen))
    audit.looked(actor, LIST, patient_ids=[patient.pk for patient in found.rows])
    is_whole = not (found.next or request.GET.get("cursor"))
    part = "#rows" if getattr(request, "htmx", None) else ""
    context = {
        "form": form,
        "columns": shown.COLUMNS,
        "hits": shown.rows(actor, found.rows),
        "count": counted(len(found.rows) if is_whole else number(actor, form.chosen)),
        "chips": form.chips(),
        "first_url": address(form.chosen) if request.GET.get("cursor") else "",
        "next_url": address({**form.chosen, "cursor": found.next}) if found.next else "",
        "may_register": policy.allows(actor, "records.patient.create"),
        "may_compare": policy.allows(actor, "records.duplicatepair.list"),
        "saved": Saved(actor, SOURCE, form.asked),
        "export_url": _export_url(actor, form.asked),
    }
    return render(request, f"records/patients/list.html{part}", context)


@page(LIST, methods="GET POST")
def search(request: HttpRequest) -> HttpResponse:
    """Keep what was typed and show what it finds; a whole MRN opens the record at once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.POST.get("q", "").strip()
    if not text:
        return redirect("records:patient-list")
    for mrn in mrns.typed(text):
        exact = Patient.objects.visible_to(actor, "list").live().filter(mrn=mrn).first()
        if exact:
            return redirect("records:patient-detail", exact.pk)
    search_id = in_transaction(lambda: searches.keep(actor, text))
    return redirect("records:patient-found", search_id)


@page(LIST)
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """What a kept search finds here, who may be known elsewhere, and the way to register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = searches.kept(actor, search_id)
    page_found = _page_found(actor, text, request.GET.get("cursor"))
    patients = charts.in_order(actor, page_found.everybody)
    audit.looked(actor, LIST, patient_ids=[patient.pk for patient in patients])
    hits = shown.rows(actor, patients)
    why = hints.matched(actor, text, [patient.pk for patient in patients])
    called_so = hints.by_former_name(
        text, [patient for patient in patients if patient.pk not in page_found.alike]
    )
    for hit in hits:
        hit["why"] = [label for kind, label in KINDS.items() if kind in why.get(hit["id"], ())]
        hit["why"] += [FORMER_NAME] if hit["id"] in called_so else []
        hit["is_alike"] = hit["id"] in page_found.alike
    known = typed.understood(text)
    may_book = len(hits) <= FEW and policy.allows(actor, "records.appointment.create")
    here = reverse("records:patient-found", args=[search_id])
    context = {
        "text": text,
        "search_id": search_id,
        "columns": [*shown.COLUMNS, *([BOOK] if may_book else [])],
        "hits": hits,
        "may_book": may_book,
        "count": _number_found(
            len(hits) - len(page_found.alike),
            has_more=bool(page_found.next or request.GET.get("cursor")),
            has_alike=bool(page_found.alike),
        ),
        "first_url": here if request.GET.get("cursor") else "",
        "next_url": f"{here}?{urlencode({'cursor': page_found.next})}" if page_found.next else "",
        "elsewhere": strangers(actor, known),
        "is_taken_along": bool(known.name or known.birth_date or known.phone),
        "left_out": known.number,
        "reasons": HERE,
        "may_register": policy.allows(actor, "records.patient.create"),
    }
    return render(request, "records/patients/found.html", context)


def _page_found(actor: Actor, text: str, cursor: str | None) -> finding.Found:
    """From the beginning when the place is not one of this search; nobody when nothing can be searched for."""
    for place in dict.fromkeys((cursor, None)):
        try:
            return finding.find(actor, text, cursor=place)
        except ValidationError:
            continue
    return finding.Found([], None)


def order_of(chosen: dict[str, Any]) -> tuple[str, str]:
    """By name; those of today by time, the newest first."""
    return ("-registered_at", "-id") if "today" in chosen else ("sort_key", "id")


def strangers(actor: Actor, known: typed.Typed) -> list[matching.MinimalMatch]:
    """Who of another hospital fits two exact facts of what was typed; nobody for who may not register."""
    if not policy.allows(actor, "records.patient.register_here"):
        return []
    if known.number:
        return matching.elsewhere(actor, identifier=known.number)
    return matching.elsewhere(actor, name=known.name, birth_date=known.birth_date)


def narrowed(rows: Rows, chosen: dict[str, Any]) -> Rows:
    """The rows that pass the filters in force; retired ones only when asked for."""
    if "retired" not in chosen:
        rows = rows.live()
    if "sex" in chosen:
        rows = rows.filter(here_sex=chosen["sex"])
    if "today" in chosen:
        rows = rows.filter(registered_at__gte=midnight())
    return rows


def of_today(actor: Actor, limit: int) -> tuple[list[Patient], int]:
    """Who was registered here since midnight, newest first, and how many they are in all."""
    chosen = {"today": True}
    rows: Any = narrowed(Patient.objects.visible_to(actor, "list"), chosen)
    found = list(rows.order_by("-registered_at", "-id")[:limit])
    return found, len(found) if len(found) < limit else number(actor, chosen)


def midnight() -> datetime:
    """The beginning of today on the hospital's clock."""
    return datetime.combine(clock.today(), time.min, tzinfo=timezone.get_current_timezone())


def number(actor: Actor, chosen: dict[str, Any]) -> int:
    """How many patients pass the filters, of a list of which the actor sees some; 10,001 at most.

    Their registrations are counted: the list's own query would look up every chart as well.
    """
    here = Registration.objects.filter(hospital_id=actor.here).annotate(here_sex=F("sex"))
    return narrowed(here, chosen)[: COUNTED_TO + 1].count()


def counted(number: int) -> str:
    """How many there are in words, exactly up to 10,000."""
    if number > COUNTED_TO:
        return _("more than %(count)s patients") % {"count": _grouped(COUNTED_TO)}
    return ngettext("%(count)s patient", "%(count)s patients", number) % {"count": _grouped(number)}


def address(chosen: dict[str, Any]) -> str:
    """The list's address with these filters."""
    query = urlencode({name: "on" if value is True else value for name, value in chosen.items()})
    return reverse("records:patient-list") + (f"?{query}" if query else "")


def _export_url(actor: Actor, asked: dict[str, str]) -> str:
    """Where the list is exported; "" for whoever may not."""
    if not policy.allows(actor, "records.patient.export"):
        return ""
    return f"{reverse('records:patient-export')}?{urlencode(asked)}"


def _number_found(number: int, *, has_more: bool, has_alike: bool) -> str:
    if has_alike and not number:
        return str(_("nobody fits exactly; these are similar"))
    if has_more:
        return str(_("many patients fit; type more to find fewer"))
    return ngettext("%(count)s patient", "%(count)s patients", number) % {"count": number}


def _grouped(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)
