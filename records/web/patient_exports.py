"""The list of patients as a file: never without a reason, a fresh password, and for administrators a second person."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import exports, keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.exports import Column, Table
from hospital.kit.masks import masked
from hospital.kit.web import exporting
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import once
from hospital.kit.web.values import cell, heading
from records.models import Patient

from .languages import country_name, language_name
from .patient_lists import SOURCE, FilterForm, narrowed, order_of

RESOURCE = "records.patient"
EXPORT = f"{RESOURCE}.export"
# What the chart says of who somebody is and how to reach them; numbers of other systems stay in it.
TOLD = (
    "mrn", "family_name", "given_names", "is_unidentified", "sex", "birth_date",
    "is_birth_date_estimated", "phone", "email", "address_line", "postal_code", "city", "state", "country",
    "language", "blood_group", "is_deceased", "deceased_on",
)  # fmt: skip
NAMED = {"country": country_name, "language": language_name}


class ExportForm(FilterForm):
    """Which patients, as what, and why."""

    format = forms.ChoiceField(
        label=_("File"), widget=forms.RadioSelect, initial="csv",
        choices=[("csv", _("CSV, for any program")), ("xlsx", _("Excel (XLSX)"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("What the file is needed for.")
    )
    use_required_attribute = False


class PatientList:
    """The list of patients, as ``exports`` knows it."""

    name = SOURCE
    resource = RESOURCE
    url_name = "records:patient-list"

    @property
    def label(self) -> str | Promise:
        return _("Patients")

    def table(self, actor: Actor, query: Any) -> Table:
        """The patients of the actor's hospital that pass the filters, in the list's order."""
        form = FilterForm(query, may_see_retired=policy.allows(actor, f"{RESOURCE}.restore"))
        rows = narrowed(Patient.objects.visible_to(actor, "export"), form.chosen)

        def batches(size: int) -> Iterator[list[Any]]:
            return keyset.batches(rows, order=order_of(form.chosen), size=size)

        return Table(
            _columns(actor, form.chosen), batches, lambda upto: rows.order_by()[:upto].count(),
            form.asked, [chip["label"] for chip in form.chips()],
        )  # fmt: skip


@page(EXPORT, methods="GET POST")
def export(request: HttpRequest) -> HttpResponse:
    """What is exported and why; the file is made in the background once nobody else has to agree."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_see_retired = policy.allows(actor, f"{RESOURCE}.restore")
    is_sent = request.method == "POST"
    form = ExportForm(
        request.POST if is_sent else None,
        initial=request.GET.dict(),
        may_see_retired=may_see_retired,
    )
    if is_sent and form.is_valid():
        job_id = once(request, lambda: _start(actor, form))
        exporting.watch(request, job_id)
        return redirect("hospital:job-detail", job_id)
    context = {"form": form, "needs_second_person": policy.needs_second_person(actor, EXPORT)}
    return render(request, "records/patients/export.html", context, status=400 if is_sent else 200)


def _start(actor: Actor, form: ExportForm) -> Any:
    source, typed = PatientList(), form.cleaned_data
    table = source.table(actor, form.data)
    return exports.hand_over(actor, source, table, typed["format"], typed["reason"])


def _columns(actor: Actor, chosen: dict[str, Any]) -> list[Column]:
    hidden = policy.masked_of(actor, RESOURCE)
    columns = [Column(heading(Patient, name), _reading(name, name in hidden)) for name in TOLD]
    columns.append(Column(str(_("Registered")), lambda patient: patient.registered_at))
    if "retired" in chosen:
        columns.append(Column(str(_("Retired")), lambda patient: patient.here_retired_at))
    return columns


def _reading(name: str, is_hidden: bool) -> Any:
    if is_hidden:
        return lambda patient: masked(getattr(patient, name))
    if name == "mrn":
        return lambda patient: patient.shown_mrn
    if name in NAMED:
        return lambda patient: NAMED[name](getattr(patient, name))
    return lambda patient: cell(patient, name)
