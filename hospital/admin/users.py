"""Accounts in the admin: made, changed, invited, signed out, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.admin.access import LookInline, actor_of
from hospital.kit.admin.acts import AdminAct
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.codes import sentence
from hospital.kit.web.forms import RecordForm
from hospital.models import Hospital, Membership, User
from hospital.services import accounts, factors, invitations, overview, sessions


class UserForm(RecordForm):
    """A standing account."""

    class Meta:
        help_texts = {
            "is_active": _("Without it every session and token of the account stops at once.")
        }


class NewUserForm(UserForm):
    """A new account, with its first role: nobody sees an account that works nowhere."""

    role = forms.ChoiceField(label=_("Role"))
    hospital = forms.ModelChoiceField(Hospital.objects.all(), label=_("Hospital"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        actor: Actor = options["actor"]
        self.instance.set_unusable_password()
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((role.value, role.label) for role in accounts.roles_to_give(actor)),
        ]
        self.fields["role"].required = True
        if actor.hospital_id is not None:
            del self.fields["hospital"]

    def clean(self) -> dict[str, Any]:
        """The role is a record of its own, so its own fields say when nothing was chosen."""
        for name in ("role", "hospital"):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(sentence("required"), "required"))
        return super().clean() or self.cleaned_data


def _invite(actor: Actor, user: User, form: Any) -> None:
    user.invitation_key = invitations.issue(actor, user=user)  # type: ignore[attr-defined]


def _take_off_factor(actor: Actor, user: User, form: Any) -> None:
    factors.take_off(actor, user=user)


def _end_sessions(actor: Actor, user: User, form: Any) -> None:
    sessions.end_all(actor, user=user)


class MembershipInline(LookInline):
    """Where the account works; changed on the roles' own pages."""

    model = Membership
    fields = readonly_fields = ("role", "hospital", "valid_from", "valid_to")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = Membership.objects.visible_to(actor_of(request), "list").live()
        return rows.select_related("hospital")


@admin.register(User)
class UserAdmin(RecordAdmin):
    """People and programs. Making and changing an account asks for the password again."""

    section = _("People")
    order = 20
    list_display = ("full_name", "username", "kind", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("full_name", "username")
    ordering = ("full_name", "id")
    form = UserForm
    fixed = ("kind",)
    history_hidden = ("theme", "density", "has_shortcuts")
    acts = (
        AdminAct(
            "invite", "update", _("New invitation"),
            invitations.MEANING,
            _invite, fields=("password",),
        ),
        AdminAct(
            "factor", "update", _("Take off the second factor"), factors.MEANING, _take_off_factor,
            fields=("password",),
        ),
        AdminAct(
            "sessions", "update", _("Sign out everywhere"),
            _("Every session of the account ends with the next click."),
            _end_sessions, fields=("is_active",),
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return ["username", "full_name", "email", "kind", "is_active"]
        chosen = ["hospital"] if actor_of(request).hospital_id is None else []
        return ["username", "full_name", "email", "kind", *chosen, "role"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own account is changed under My account."""
        is_own = obj is not None and obj.pk == actor_of(request).user_id
        return not is_own and super().has_change_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [MembershipInline] if obj is not None else []

    def create(self, request: Any, obj: User, form: Any) -> None:
        actor = actor_of(request)
        place = form.cleaned_data.get("hospital") or overview.own(actor)
        request.invitation_key = invitations.invite(
            actor, user=obj, hospital=place, role=form.cleaned_data["role"]
        )

    def change(self, request: HttpRequest, obj: User, form: Any) -> None:
        accounts.change(actor_of(request), user=obj, expected_version=form.expected_version)

    def response_add(
        self, request: Any, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        if key := request.invitation_key:
            return self._handed_over(request, obj, key)
        return super().response_add(request, obj, post_url_continue)

    def response_act(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if key := getattr(obj, "invitation_key", ""):
            return self._handed_over(request, obj, key)
        return super().response_act(request, obj)

    def _handed_over(self, request: HttpRequest, obj: User, key: str) -> HttpResponse:
        """The link stands in this one answer and is kept nowhere; sent again, the form leads past it."""
        link = invitations.link_of(key, here=request.build_absolute_uri("/"))
        context = self._context(request, obj, _("Hand this over"))
        # Asked by the template, which is drawn when the transaction is over.
        context |= {"link": link, "is_mailed": lambda: invitations.mail(obj, link)}
        return TemplateResponse(request, "admin/hospital/user/invited.html", context)

    def acts_on(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """What may be done with the account, and what may be added to it on other pages."""
        found = super().acts_on(request, obj)
        actor = actor_of(request)
        if obj is None or obj.pk == actor.user_id:
            return found
        pages = []
        if accounts.roles_to_give(actor):
            pages.append((_("Add a role"), "admin:hospital_membership_add"))
        if obj.kind == User.Kind.CLIENT and policy.allows(actor, "hospital.token.create"):
            pages.append((_("Issue a token"), "admin:hospital_apitoken_add"))
        links = [{"label": label, "url": f"{reverse(name)}?user={obj.pk}"} for label, name in pages]
        return [*found, *links]
