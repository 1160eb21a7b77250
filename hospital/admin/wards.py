"""Wards in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.acts import AdminAct, VersionForm
from hospital.kit.admin.records import RecordAdmin
from hospital.models import Ward
from hospital.services import beds


class ManyBedsForm(VersionForm):
    """A row of numbered beds; which numbers may be, the service knows."""

    before = forms.CharField(label=_("Before the number"), required=False, strip=False)
    first = forms.IntegerField(label=_("First number"))
    last = forms.IntegerField(label=_("Last number"))


def _add_beds(actor: Actor, ward: Ward, form: ManyBedsForm) -> None:
    typed = form.cleaned_data
    beds.add_many(
        actor, ward=ward, prefix=typed["before"], first=typed["first"], last=typed["last"]
    )


@admin.register(Ward)
class WardAdmin(RecordAdmin):
    """Wards of the own hospital."""

    section = _("Hospital")
    order = 12
    searched = ("department",)
    list_display = ("name", "code", "department", "floor", "phone_spaced")
    list_select_related = ("department",)
    list_filter = (*RecordAdmin.list_filter, ("department", RelatedOnlyFieldListFilter))
    search_fields = ("name", "code")
    acts = (
        *RecordAdmin.acts,
        AdminAct(
            "beds", "update", _("Add a row of beds"),
            _("At most 100 at once. Either all of them are added or, when a label is taken, none."),
            _add_beds, form=ManyBedsForm,
        ),
    )  # fmt: skip
