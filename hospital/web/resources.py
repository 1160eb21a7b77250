"""Pages of rooms and devices; what is booked with a doctor has the doctor's own page."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hospital.kit.errors import NotVisible
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Listing
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.selecting import Selection
from hospital.models import Resource
from hospital.models.resources import THINGS


class ResourceForm(RecordForm):
    class Meta:
        model = Resource
        fields = ("kind", "name", "clinic")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.choices = [(each.value, each.label) for each in THINGS]


class ThingSelection(Selection):
    """Rooms, devices or both."""

    def _filter(self, name: str) -> forms.Field:
        field: Any = super()._filter(name)
        if name == "kind":
            field.choices = [("", _("All")), *((each.value, each.label) for each in THINGS)]
        return field


class ThingListing(ThingSelection, Listing):
    """The same as a page."""


class ResourcePages(RecordPages):
    """Rooms and devices, which one may look at by kind and clinic."""

    topic = "resources"
    form_class = ResourceForm
    columns = ("name", "kind", "clinic")
    filters = ("kind", "clinic")
    selection_class, listing_class = ThingSelection, ThingListing
    icon, group, order = "door-closed", _("Schedules"), 44

    def queryset(self) -> Any:
        return super().queryset().filter(kind__in=THINGS)

    def detail(self, pk: UUID) -> HttpResponse:
        """One of them; a doctor is shown on the doctor's page."""
        record = super()._record(pk, "read")
        if record.doctor_id:
            return redirect("hospital:doctor-detail", record.doctor_id)
        return super().detail(pk)

    def _record(self, pk: UUID, action: str) -> Any:
        record = super()._record(pk, action)
        if record.doctor_id:
            raise NotVisible
        return record
