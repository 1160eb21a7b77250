"""A form sent after its password has grown old: the password is asked for, and what was typed is kept.

It travels through the page that asks, which no browser stores, and nowhere else: not in an address,
not on the server.
"""

from dataclasses import replace
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from hospital.kit import clock, codes, policy
from hospital.kit.errors import Denied

from .submitting import pairs

PREFIX = "still_you"


class ProofForm(ReauthenticateForm):
    """The password of the person who is signed in."""

    prefix = PREFIX

    def __init__(self, request: Any):
        self.request = request
        super().__init__(getattr(request, "proof", None), user=request.user)
        self.fields["password"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""  # a way to a new password leads nowhere from here

    def clean_password(self) -> str:
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.user):
            raise ValidationError(codes.sentence("throttled", seconds=60), "throttled")
        return str(super().clean_password())


def lift(request: Any) -> None:
    """Take the password shown out of what was typed, before anything can keep it or show it again."""
    if f"{PREFIX}-password" in request.POST:
        request.proof, request.POST = request.POST, request.POST.copy()
        del request.POST[f"{PREFIX}-password"]


def is_proven(request: Any, exc: Exception) -> bool:
    """Whether a form was refused for want of a fresh password, and brings it: then it counts from now."""
    if not (isinstance(exc, Denied) and exc.code == "reauth" and hasattr(request, "proof")):
        return False
    request.proof_form = ProofForm(request)
    if policy.is_fresh(request.actor) or not request.proof_form.is_valid():
        return False
    reauthenticate_by_password(request)
    request.actor = request.user.actor = replace(request.actor, auth_at=clock.now())
    return True


def asked(request: Any) -> HttpResponse:
    """The page that asks for the password and carries what was typed."""
    typed = pairs(request.POST)
    form = getattr(request, "proof_form", None) or ProofForm(request)
    context = {"form": form, "action": request.get_full_path(), "typed": typed}
    return render(request, "account/reauthenticate.html", context, status=403)
