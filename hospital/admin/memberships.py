"""Roles of accounts in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.access import actor_of
from hospital.kit.admin.acts import RESTORE, AdminAct
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.reasons import ReasonForm
from hospital.models import Membership
from hospital.services import accounts


class DismissalForm(ReasonForm):
    """Why somebody no longer has a role."""

    REASONS = (_("Left the hospital"), _("Works in another role"), _("Given by mistake"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, reasons=self.REASONS, **options)


class MembershipForm(RecordForm):
    """A role offered is one that this person may give."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        actor: Actor = options["actor"]
        if "role" in self.fields:
            offered = accounts.roles_to_give(actor)
            field: Any = self.fields["role"]
            field.choices = [("", "—"), *((role, role.label) for role in offered)]


def _dismiss(actor: Actor, membership: Membership, form: DismissalForm) -> None:
    accounts.dismiss(
        actor, membership=membership, reason=form.words, expected_version=form.expected_version
    )


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Who works where, as what. Giving and taking a role asks for the password again."""

    section = _("People")
    order = 21
    searched = ("user",)
    form = MembershipForm
    fixed = ("user", "hospital", "role")
    list_display = ("user", "role", "hospital", "valid_from", "valid_to")
    list_select_related = ("user", "hospital")
    list_filter = (*RecordAdmin.list_filter, "role")
    search_fields = ("user__full_name", "user__username")
    acts = (
        AdminAct(
            "retire", "retire", _("Take the role away"),
            _("What is open in this role ends with the next click. The past stays on record."),
            _dismiss, form=DismissalForm,
        ),
        RESTORE,
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only the operator chooses a hospital; an administrator has one."""
        is_chosen = obj is not None or actor_of(request).hospital_id is None
        return ["user", *(["hospital"] if is_chosen else []), "role", "valid_from", "valid_to"]

    def change(self, request: HttpRequest, obj: Membership, form: Any) -> None:
        accounts.redate(actor_of(request), membership=obj, expected_version=form.expected_version)
