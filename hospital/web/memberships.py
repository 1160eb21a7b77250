"""Pages of roles: given, dated, taken away, given back. They are shown on the person's page."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts
from hospital.kit.records import Record
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.reasons import ReasonForm
from hospital.models import Membership
from hospital.services import accounts

KIND = SimpleNamespace(verbose_name=_("role"), verbose_name_plural=_("staff"))


class MembershipForm(RecordForm):
    """A new role; on offer are those that this person may give."""

    class Meta:
        model = Membership
        fields = ("user", "hospital", "role", "valid_from", "valid_to")
        field_classes = {"valid_from": NearDateField, "valid_to": NearDateField}
        labels = {"user": _("Person")}
        help_texts = {"valid_to": _("The last day, if it is known.")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        actor = options["actor"]
        if actor.hospital_id is not None:
            del self.fields["hospital"]
        field: Any = self.fields["role"]
        offered = accounts.roles_to_give(actor)
        field.choices = [("", "—"), *((role.value, role.label) for role in offered)]


class DatesForm(RecordForm):
    """From and until when a role counts; who, what and where never change."""

    class Meta:
        model = Membership
        fields = ("valid_from", "valid_to")
        field_classes = {"valid_from": NearDateField, "valid_to": NearDateField}
        help_texts = {"valid_to": _("The last day, if it is known.")}


class MembershipPages(RecordPages):
    """The roles of the people of a hospital."""

    topic = "memberships"
    form_class = MembershipForm
    columns = ("user", "role")
    reasons = (_("Left the hospital"), _("Works in another role"), _("Given by mistake"))

    @classmethod
    def urls(cls) -> list[URLPattern]:
        one = "staff/roles/<uuid:pk>/"
        edit = cls.view("edit", "update", "GET POST")
        retire = cls.view("retire", "retire", "GET POST")
        return [
            path("staff/roles/new/", cls.view("new", "create", "GET POST"), name="membership-create"),
            path(f"{one}edit/", edit, name="membership-edit"),
            path(f"{one}retire/", retire, name="membership-retire"),
            path(f"{one}restore/", cls.view("restore", "restore", "POST"), name="membership-restore"),
        ]  # fmt: skip

    def new(self) -> HttpResponse:
        """The form of a new role; the query may say whose."""
        initial = {"user": self.request.GET.get("user", "")}
        form = self._form(server=self.server(), initial=initial)
        return self._answer(form, lambda: self._create(form))

    def edit(self, pk: UUID) -> HttpResponse:
        record = self._record(pk, "update")
        facts.refuse_retired(record)
        form = self._form(DatesForm, instance=record)
        return self._answer(form, lambda: self._change(form), record=record)

    def change(self, form: RecordForm) -> Record:
        role = form.record()
        accounts.redate(self.actor, membership=role, expected_version=form.expected_version)
        return role

    def take(self, record: Membership, form: ReasonForm) -> None:
        accounts.dismiss(
            self.actor, membership=record, reason=form.words,
            expected_version=form.expected_version,
        )  # fmt: skip

    def _record(self, pk: UUID, action: str) -> Any:
        record = super()._record(pk, action)
        # Named in headings and refusals as "person: role".
        return Membership.objects.select_related("user").get(pk=record.pk)

    def _context(self, shown: dict[str, Any]) -> dict[str, Any]:
        record = shown.get("record")
        people = reverse("hospital:user-list")
        urls = {"list": people}
        if record is not None:
            urls["detail"] = reverse("hospital:user-detail", args=[record.user_id])
        return {"kind": KIND, "urls": urls, "may": {}, **shown}

    def _to(self, pk: UUID | None) -> str:
        """To the person."""
        person = Membership.objects.values_list("user_id", flat=True).get(pk=pk)  # type: ignore[misc]
        return reverse("hospital:user-detail", args=[person])
