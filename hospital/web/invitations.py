"""Where an invitation leads: the person chooses a password that nobody else ever knows."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hospital.kit.acts import in_transaction
from hospital.kit.codes import sentence
from hospital.kit.errors import NotVisible
from hospital.services import accounts, invitations


class PasswordForm(forms.Form):
    """A password, and again to be sure; which ones will do, the validators know."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("New password"), strip=False, required=False, max_length=1000,
        help_text=_("15 characters or more: a few words that only you would put together."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same again"), strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not typed.get("password") and "password" not in self.errors:
            self.add_error("password", ValidationError(sentence("required"), "required"))
        elif typed.get("password") != typed.get("again"):
            self.add_error(
                "again", ValidationError(sentence("password_mismatch"), "password_mismatch")
            )
        return typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The form behind a link that is still good; every other link gets one and the same answer."""
    key = (request.POST if request.method == "POST" else request.GET).get("key", "")
    try:
        found = invitations.open_for(key)
        form = PasswordForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and _use(request, found, form):
            messages.success(request, gettext("Your password is set. Sign in with it."))
            return redirect("account_login")
        status = 400 if form.is_bound else 200
        context = {"form": form, "key": key}
        response = render(request, "hospital/invitations/invitation.html", context, status=status)
    except NotVisible:
        response = render(request, "hospital/invitations/spent.html", status=404)
    # The key stands in this page's address: no other request may name it.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _use(request: HttpRequest, found: Any, form: PasswordForm) -> bool:
    """Whether the password could be saved; if not, the form says why."""
    try:
        accounts.set_password(found.user, form.cleaned_data["password"])
    except ValidationError as exc:
        form.add_error(None, exc)
        return False
    actor = invitations.guest(
        found,
        request_id=getattr(request, "request_id", ""),
        ip=request.META.get("REMOTE_ADDR") or None,
    )
    in_transaction(lambda: invitations.use(actor, invitation=found))
    return True
