"""Patients in the admin: read masked, put right where the policy lets, brought back; nothing clinical."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from hospital.kit import masks, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.admin.access import LookInline, actor_of
from hospital.kit.admin.acts import AdminAct, VersionForm
from hospital.kit.admin.filters import RetiredFilter
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.errors import Moved, NotVisible
from hospital.kit.web import histories
from hospital.services import searches
from records.models import Patient, PatientContact, PatientIdentifier
from records.services import finding, patients

FOUND = 100
RESOURCE = Patient.resource


class FoundFilter(admin.SimpleListFilter):
    """Narrows the list to a kept search: what was typed never stands in the address."""

    title = _("search")
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        value = self.value()
        return [(value, _("Found by your search"))] if value else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        actor = actor_of(request)
        try:
            text = searches.kept(actor, UUID(self.value()))
            ids = finding.find(actor, text, limit=FOUND).everybody
        except (ValidationError, ValueError):
            ids = []
        return queryset.filter(pk__in=ids)


class PartInline(LookInline):
    """A list of the chart."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model.objects.live()


class IdentifierInline(PartInline):
    model = PatientIdentifier
    fields = readonly_fields = ("kind", "system", "number")

    @admin.display(description=_("number"))
    def number(self, row: PatientIdentifier) -> str:
        return masks.masked(row.value)


class ContactInline(PartInline):
    model = PatientContact
    fields = readonly_fields = ("name", "relationship", "reached")

    @admin.display(description=_("phone or email"))
    def reached(self, row: PatientContact) -> str:
        return masks.masked(row.phone or row.email)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _restore(actor: Actor, patient: Patient, form: VersionForm) -> None:
    patients.restore(actor, patient=patient, expected_version=form.expected_version)


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    """Patients of the own hospital. Every look is booked."""

    section = _("Patients")
    order = 40
    list_display = ("display_name", "born", "sex", "shown_mrn")
    list_filter = (RetiredFilter, FoundFilter)
    inlines = (IdentifierInline, ContactInline)
    readonly_fields = ("shown_mrn", "phone_masked", "email_masked", "address_masked")
    change_list_template = "admin/records/patient/change_list.html"
    fieldsets = (
        (
            _("Who"),
            {
                "fields": (
                    "shown_mrn", "family_name", "given_names", "is_unidentified", "sex", "birth_date",
                    "is_birth_date_estimated", "blood_group", "language", "is_deceased", "deceased_on",
                )
            },
        ),
        (
            _("Where"),
            {
                "fields": (
                    "phone_masked", "email_masked", "address_masked", "city", "state", "postal_code", "country",
                )
            },
        ),
    )  # fmt: skip
    acts = (
        AdminAct(
            "restore", "restore", _("Bring back"),
            _("The patient is found and listed at this hospital again."),
            _restore, on_retired=True,
        ),
    )  # fmt: skip

    @admin.display(description=_("MRN"), ordering="mrn")
    def shown_mrn(self, patient: Patient) -> str:
        return patient.shown_mrn

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """As of any record; Moved for a chart that was merged into one in reach."""
        try:
            found = super().get_object(request, object_id, from_field)
        except NotVisible:
            if known := _id(object_id):
                Patient.objects.lead_on(actor_of(request), known)
            raise
        if found.merged_into_id:
            Patient.objects.lead_on(actor_of(request), found.pk)
        return found

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **options)
        except Moved as exc:
            if request.method != "GET":
                raise
            messages.info(request, exc.detail)
            return redirect(self._url_of(exc.links[0].id))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("here__sort_key", "id")

    def is_retired(self, obj: Any) -> bool:
        return obj.here_retired_at is not None

    def change(self, request: HttpRequest, obj: Patient, form: Any) -> None:
        patients.update(
            actor_of(request), patient=obj, expected_version=form.expected_version,
            accepts_cancelling=form.accepts,
        )  # fmt: skip

    def histories_of(self, request: HttpRequest, obj: Patient) -> list[dict[str, Any]]:
        actor = actor_of(request)
        hidden = policy.masked_of(actor, RESOURCE) | {
            "identifiers.value",
            "contacts.phone",
            "contacts.email",
        }
        return histories.entries(
            obj,
            obj.registrations.filter(hospital_id=obj.here_hospital_id).get(),  # type: ignore[attr-defined]
            hide=lambda name, text: masks.masked(text) if name in hidden else text,
            leave_out={"patient", "sort_key", "registered_at", "reason", "mrn"},
        )

    def get_urls(self) -> list[URLPattern]:
        search = self.admin_site.admin_view(self.search)
        return [path("search/", search, name="records_patient_search"), *super().get_urls()]

    def search(self, request: HttpRequest) -> HttpResponse:
        """Keep what was typed on the server and show what it finds."""
        self.require(request, "list")
        text = request.POST.get("q", "").strip()
        if not text:
            return redirect(self._url("changelist"))
        kept = in_transaction(lambda: searches.keep(actor_of(request), text))
        return redirect(f"{self._url('changelist')}?found={kept}")

    @admin.display(description=_("name"), ordering="here__sort_key")
    def display_name(self, obj: Patient) -> str:
        return obj.display_name

    @admin.display(description=_("born"))
    def born(self, obj: Patient) -> str:
        return partialdates.spoken(obj.birth_date)

    @admin.display(description=_("phone"))
    def phone_masked(self, obj: Patient) -> str:
        return masks.masked(obj.phone)

    @admin.display(description=_("email"))
    def email_masked(self, obj: Patient) -> str:
        return masks.masked(obj.email)

    @admin.display(description=_("street and number"))
    def address_masked(self, obj: Patient) -> str:
        return masks.masked(obj.address_line)
