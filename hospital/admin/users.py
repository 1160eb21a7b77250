"""Accounts in the admin: made, changed, given a password, signed out, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
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
from hospital.services import accounts, overview, sessions

TOLD = _(
    "15 characters or more. Tell it to the person in private; they change it under My account."
)


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
    new_password = forms.CharField(
        label=_("Password"), strip=False, help_text=TOLD, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"}),
    )  # fmt: skip

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

    def take(self, exc: ValidationError) -> None:
        """What is wrong with a password stands beside the field it was typed into."""
        by_field = getattr(exc, "error_dict", None)
        if by_field and "password" in by_field:
            exc = ValidationError(by_field | {"new_password": by_field.pop("password")})
        super().take(exc)

    def clean(self) -> dict[str, Any]:
        """The role is a record of its own, so its own fields say when nothing was chosen."""
        for name in ("role", "hospital"):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(sentence("required"), "required"))
        return super().clean() or self.cleaned_data


class PasswordForm(forms.Form):
    """A new password for somebody else."""

    password = forms.CharField(
        label=_("New password"), strip=False, help_text=TOLD,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _hash(actor: Actor, user: User, form: PasswordForm) -> None:
    accounts.set_password(user, form.cleaned_data["password"])
    form.hashed = user.password  # type: ignore[attr-defined]


def _give_password(actor: Actor, user: User, form: PasswordForm) -> None:
    user.password = form.hashed  # type: ignore[attr-defined]
    accounts.store_password(actor, user=user)


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
            "password", "update", _("Give a new password"),
            _("The old one stops working, and every session of the account ends with the next click."),
            _give_password, form=PasswordForm, before=_hash, fields=("password",),
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
        return ["username", "full_name", "email", "kind", *chosen, "role", "new_password"]

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

    def before_saving(self, request: Any, form: Any) -> None:
        if isinstance(form, NewUserForm):
            accounts.set_password(form.instance, form.cleaned_data["new_password"])
            request.password_hash = form.instance.password

    def create(self, request: Any, obj: User, form: Any) -> None:
        actor = actor_of(request)
        obj.password = request.password_hash
        accounts.create(actor, user=obj)
        place = form.cleaned_data.get("hospital") or overview.own(actor)
        accounts.appoint(actor, user=obj, hospital=place, role=form.cleaned_data["role"])

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
