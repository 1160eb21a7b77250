"""API tokens in the admin: issued, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.access import actor_of
from hospital.kit.admin.acts import AdminAct
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.reasons import ReasonForm
from hospital.models import ApiToken, User
from hospital.models.tokens import grantable_scopes
from hospital.services import tokens


class TokenForm(RecordForm):
    """A new token. Its scopes are picked from what an integrator may be given."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("What the program may reach. Give no more than it needs."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "user" in self.fields:
            programs = self.fields["user"].queryset.filter(kind=User.Kind.CLIENT)  # type: ignore[attr-defined]
            self.fields["user"].queryset = programs  # type: ignore[attr-defined]
        if "scopes" in self.fields:
            self.fields["scopes"].choices = [(name, name) for name in grantable_scopes()]  # type: ignore[attr-defined]


class RevocationForm(ReasonForm):
    """Why a program loses its access."""

    REASONS = (_("No longer used"), _("May be known to others"), _("Replaced by a new one"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, reasons=self.REASONS, **options)


def _revoke(actor: Actor, token: ApiToken, form: RevocationForm) -> None:
    tokens.revoke(actor, token=token, reason=form.words)


@admin.register(ApiToken)
class TokenAdmin(RecordAdmin):
    """Programs' keys. Issuing and revoking asks for the password again; nothing else can be changed."""

    section = _("Programs")
    order = 30
    form = TokenForm
    adds_many = False
    list_display = ("label", "user", "prefix", "hospital", "expires_at", "last_used_at")
    list_select_related = ("user", "hospital")
    search_fields = ("label", "prefix", "user__full_name")
    fields = ("user", "label", "scopes", "expires_at")
    acts = (
        AdminAct(
            "revoke", "retire", _("Revoke"),
            _("The program's next request is refused. This cannot be undone: issue a new token instead."),
            _revoke, form=RevocationForm,
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fields
        return (*self.fields, "hospital", "prefix", "last_used_at", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, request: Any, obj: ApiToken, form: Any) -> None:
        request.secret = tokens.issue(actor_of(request), token=obj)

    def response_add(
        self, request: Any, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The secret stands in this one answer and is kept nowhere; sent again, the form leads past it."""
        context = self._context(request, obj, _("Token issued")) | {"secret": request.secret}
        return TemplateResponse(request, "admin/hospital/apitoken/issued.html", context)
