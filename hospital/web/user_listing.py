"""The list of a hospital's staff: what it can be narrowed to, and what its columns say."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.exports import Column
from hospital.kit.web.listing import Listing
from hospital.kit.web.selecting import Selection
from hospital.models import Membership, Role, User

STATES = {
    "": _("Working or starting"),
    "disabled": _("Disabled"),
    "left": _("Left"),
    "all": _("Everybody"),
}

# What the list tells besides the fields of an account.
COLUMNS: list[dict[str, Any]] = [
    {"label": _("Roles")},
    {"label": _("Last day"), "is_wide_only": True},
    {"label": _("May sign in")},
    {"label": _("Second factor"), "is_wide_only": True},
]


def roles_here(actor: Actor) -> Any:
    """The memberships this person may know of: those of the own hospital."""
    return Membership.objects.visible_to(actor, "list")


def lasting(memberships: Any) -> Any:
    """Those of them that count today or will."""
    today = clock.today()
    return memberships.live().filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def staff(actor: Actor) -> Any:
    """The people of the hospital with ``here`` (their roles), ``has_factor`` and their invitation: two queries."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    here = roles_here(actor).live().select_related("hospital").order_by("role", "id")
    return (
        User.objects.visible_to(actor, "list")
        .filter(kind=User.Kind.PERSON)
        .annotate(has_factor=Exists(factor))
        .select_related("invitation")
        .prefetch_related(Prefetch("memberships", here, to_attr="here"))
    )


class StaffSelection(Selection):
    """People by role, by whether they work here, and by a part of their name."""

    def _filter(self, name: str) -> forms.Field:
        if name == "full_name":
            field = forms.CharField(label=_("Name"), required=False)
            field.widget.input_type = "search"
            field.widget.attrs["autocomplete"] = "off"
            return field
        if name == "role":
            choices = [("", _("All")), *Role.choices]
            return forms.ChoiceField(label=_("Role"), choices=choices, required=False)
        return forms.ChoiceField(label=_("Who"), choices=list(STATES.items()), required=False)

    def _narrowed(self, rows: Any, chosen: dict[str, Any]) -> Any:
        here = roles_here(self.actor)
        works = Q(pk__in=lasting(here).values("user_id"))
        state = chosen.get("state", "")
        if state == "disabled":
            rows = rows.filter(is_active=False)
        elif state != "all":
            rows = rows.filter(~works if state == "left" else works, is_active=True)
        if role := chosen.get("role"):
            of_role = (here if state in {"left", "all"} else lasting(here)).filter(role=role)
            rows = rows.filter(pk__in=of_role.values("user_id"))
        for word in chosen.get("full_name", "").split():
            rows = rows.filter(Q(full_name__icontains=word) | Q(username__icontains=word))
        return rows


class StaffListing(StaffSelection, Listing):
    """The same as a page."""

    def _display(self, name: str, value: Any) -> str:
        choices = {"role": dict(Role.choices), "state": STATES}.get(name, {})
        return str(choices.get(value, value))


def told(user: Any, actor: Actor) -> dict[str, Any]:
    """What a row says of somebody: roles, last day, whether they can get in."""
    today = clock.today()
    lasting_now = [row for row in user.here if row.valid_to is None or row.valid_to >= today]
    shown = lasting_now or user.here
    days = [row.valid_to for row in shown]
    return {
        "roles": ", ".join(dict.fromkeys(_role(row, actor) for row in shown)),
        "last_day": max(days) if days and all(days) else None,
        "badge": badge(user, has_work=bool(lasting_now)),
    }


def columns_of_file(actor: Actor) -> list[Column]:
    """What a file tells of somebody besides the fields of the account: the same as the list."""
    return [
        Column(str(COLUMNS[0]["label"]), lambda user: told(user, actor)["roles"]),
        Column(str(COLUMNS[1]["label"]), lambda user: told(user, actor)["last_day"]),
        Column(str(COLUMNS[2]["label"]), lambda user: told(user, actor)["badge"]["label"]),
        Column(
            str(COLUMNS[3]["label"]),
            lambda user: gettext("yes") if user.has_factor else gettext("no"),
        ),
    ]


def badge(user: Any, *, has_work: bool) -> dict[str, str]:
    """Whether the person can get in, in a word: what most stands in the way comes first."""
    if not user.is_active:
        return {"label": gettext("Disabled"), "tone": "bad", "icon": "ban"}
    if not has_work:
        return {"label": gettext("Left"), "tone": "warn", "icon": "log-out"}
    invitation = getattr(user, "invitation", None)
    if invitation is None:
        if user.has_usable_password():
            return {"label": gettext("Yes"), "tone": "ok", "icon": "check"}
        return {"label": gettext("No password"), "tone": "warn", "icon": "key-round"}
    if invitation.is_expired:
        return {"label": gettext("Invitation expired"), "tone": "warn", "icon": "clock"}
    return {"label": gettext("Invited"), "tone": "info", "icon": "mail"}


def _role(membership: Membership, actor: Actor) -> str:
    label = str(membership.get_role_display())
    return label if actor.hospital_id else f"{label} · {membership.hospital}"
