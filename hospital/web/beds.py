"""Pages of beds, and the form that adds a row of them to a ward."""

from typing import Any, Self

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.kit.web.forms import RecordForm, answer
from hospital.kit.web.plain import RecordPages
from hospital.models import Bed, Ward
from hospital.services import beds


class BedForm(RecordForm):
    class Meta:
        model = Bed
        fields = ("ward", "label", "kind", "sex_policy", "is_isolation")


class ManyBedsForm(forms.Form):
    """A row of numbered beds; which numbers may be, the service knows."""

    ward = forms.ModelChoiceField(Ward.objects.none(), label=_("Ward"))
    before = forms.CharField(
        label=_("Before the number"), required=False, strip=False,
        help_text=_("Such as A for A1, A2, A3."),
    )  # fmt: skip
    first = forms.IntegerField(label=_("First number"))
    last = forms.IntegerField(label=_("Last number"))
    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, **options: Any):
        super().__init__(*args, **options)
        self.links: tuple = ()
        wards = Ward.objects.visible_to(actor, "list").live()
        self.fields["ward"].queryset = wards  # type: ignore[attr-defined]

    @classmethod
    def within(cls, actor: Actor, ward: Ward) -> Self:
        """The empty form for a ward's own page, where the ward is known."""
        form = cls(actor=actor, initial={"ward": ward.pk})
        form.fields["ward"].widget = forms.HiddenInput()
        return form

    def take(self, exc: ValidationError) -> None:
        """Put the service's errors beside the fields they are about."""
        for name, errors in exc.error_dict.items():
            self.add_error("before" if name == "prefix" else name, errors)

    def refuse(self, exc: RuleError) -> None:
        """Show what forbids the act, with the beds that stand in the way."""
        self.links = exc.links
        self.add_error(None, ValidationError(exc.detail, exc.code))


class BedPages(RecordPages):
    """Beds, which one may look at by ward."""

    topic = "beds"
    form_class = BedForm
    columns = ("label", "ward", "kind", "sex_policy", "is_isolation")
    filters = ("ward", "kind", "sex_policy")
    icon, group, order = "bed-double", _("Hospital"), 62

    @classmethod
    def urls(cls) -> list[URLPattern]:
        many = cls.view("add_many", "create", "GET POST")
        return [path("beds/add-many/", many, name="bed-add-many"), *super().urls()]

    def add_many(self) -> HttpResponse:
        """The form of a row of beds; the query may name the ward."""
        data = self.request.POST if self.request.method == "POST" else None
        form: Any = ManyBedsForm(data, actor=self.actor, initial=self.request.GET.dict())
        return answer(
            self.request, form, template="hospital/beds/add_many.html",
            act=lambda: self._add_many(form), to=_to_ward, context=self._context({"record": None}),
        )  # fmt: skip

    def _add_many(self, form: ManyBedsForm) -> Ward:
        typed = form.cleaned_data
        added = len(
            beds.add_many(
                self.actor, ward=typed["ward"], prefix=typed["before"],
                first=typed["first"], last=typed["last"],
            )
        )  # fmt: skip
        words = ngettext("%(count)s bed added.", "%(count)s beds added.", added)
        messages.success(self.request, words % {"count": added})
        return form.cleaned_data["ward"]


def _to_ward(pk: Any) -> str:
    return reverse("hospital:ward-detail", args=[pk])
