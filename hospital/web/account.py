"""My account: how the pages look to me, where I am signed in, what I may do."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts, policy
from hospital.kit.actors import Actor
from hospital.kit.records import Record
from hospital.kit.web import asides
from hospital.kit.web.forms import RecordForm, answer
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import once
from hospital.models import Role, User
from hospital.services import sessions

# In the order people think of them.
WORDS: dict[str, str | Promise] = {
    "list": _("find"),
    "read": _("open"),
    "create": _("add"),
    "update": _("change"),
    "retire": _("retire"),
    "restore": _("bring back"),
}


class AccountForm(RecordForm):
    class Meta:
        model = User
        fields = ("theme", "density", "has_shortcuts")
        help_texts = {
            "has_shortcuts": _("Single keys such as / and ?, never while you type."),
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for name in ("theme", "density"):
            field: Any = self.fields[name]
            field.choices = [(value, capfirst(label)) for value, label in field.choices]


@page("hospital.account.read", methods="GET POST")
def account(request: HttpRequest) -> HttpResponse:
    """Preferences, which the person may change, and everything else to look at."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    user = User.objects.get(pk=actor.user_id)
    form = AccountForm(request.POST if request.method == "POST" else None, instance=user)

    def save() -> Record:
        saved = facts.change(actor, form.record(), expected_version=form.expected_version)
        messages.success(request, gettext("Saved."))
        return saved

    context = {
        "account": user,
        "places": [
            {"name": place.hospital or gettext("This installation"), "roles": _labels(place.roles)}
            for place in request.workplaces  # type: ignore[attr-defined]
        ],
        "permitted": permitted(actor),
        "asides": asides.drawn(request, user),
        "sessions": [
            {
                "id": row.pk,
                "device": sessions.device(row.user_agent),
                "since": row.created_at,
                "ip": row.ip,
                "is_this": row.session_key == request.session.session_key,
            }
            for row in sessions.of(user)
        ],
    }
    return answer(
        request, form, template="hospital/account/account.html", act=save,
        to=lambda _pk: reverse("hospital:account"), context=context,
    )  # fmt: skip


@page("hospital.account.update", methods="POST")
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out somewhere else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    once(request, lambda: sessions.end_own(actor, session_id=pk))
    return redirect("hospital:account")


def permitted(actor: Actor) -> list[dict[str, Any]]:
    """What the actor may do with each kind of record: {"label", "value"}, by label."""
    rows = []
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        names = [f"{model.resource}.{action}" for action in WORDS]
        acts = [name for name in names if policy.is_declared(name) and policy.allows(actor, name)]
        words = [str(WORDS[name.rpartition(".")[2]]) for name in acts]
        if words:
            label = str(model._meta.verbose_name_plural)
            rows.append({"label": label[:1].upper() + label[1:], "value": ", ".join(words)})
    return sorted(rows, key=lambda row: row["label"])


def _labels(roles: frozenset[str]) -> str:
    return ", ".join(str(Role(role).label) for role in sorted(roles))
