"""What has to be there before a hospital can work, and where each of it is made."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import menu
from hospital.kit.actors import Actor
from hospital.models import Hospital, Role

# Without somebody in each of these nobody is received, treated, looked after or billed.
NEEDED = {
    Role.RECEPTIONIST: _("Who registers patients and books them."),
    Role.DOCTOR: _(
        "Who treats them; beside the entry in the list of doctors, an account to sign in."
    ),
    Role.NURSE: _("Who looks after them."),
    Role.CASHIER: _("Who takes the money."),
}


def progress(
    here: Hospital, counts: dict[str, int], roles: set[str], actor: Actor
) -> dict[str, Any]:
    """The steps in their order, how many are done, and the first that is not: {"steps", "done", "total", "text"}.

    ``counts`` are of ``overview.counted``, ``roles`` those that somebody works in. The other apps add
    theirs (``kit.menu.add_step``).
    """
    steps = [_facts(here), *_parts(counts), *_added(actor), *_people(roles), _factor(here)]
    done = sum(step["is_done"] for step in steps)
    following = next((step for step in steps if not step["is_done"]), None)
    if following:
        following["is_next"] = True
    words = ngettext("%(done)s of %(total)s done", "%(done)s of %(total)s done", done)
    return {
        "steps": steps, "done": done, "total": len(steps),
        "text": words % {"done": done, "total": len(steps)},
    }  # fmt: skip


def _facts(here: Any) -> dict[str, Any]:
    url = reverse("hospital:hospital-edit", args=[here.pk])
    return _step(
        _("Address and phone"), _("As they stand on letters and invoices."),
        bool(here.address_line and here.city and here.phone), url, _("Fill in"),
    )  # fmt: skip


def _parts(counts: dict[str, int]) -> list[dict[str, Any]]:
    told = {
        "departments": (_("Departments"), _("What clinics, wards and doctors belong to."), "department-create"),
        "clinics": (_("Clinics"), _("Where out-patients are seen."), "clinic-create"),
        "wards": (_("Wards"), _("Where in-patients stay."), "ward-create"),
        "beds": (_("Beds"), _("Numbered, a whole row at once."), "bed-add-many"),
        "doctors": (_("Doctors"), _("Whom patients are booked with."), "doctor-create"),
    }  # fmt: skip
    return [
        _step(title, why, bool(counts[name]), reverse(f"hospital:{page}"), _("Add"), counts[name])
        for name, (title, why, page) in told.items()
    ]


def _added(actor: Actor) -> list[dict[str, Any]]:
    return [
        _step(step.title, step.why, step.is_done(actor), reverse(step.url_name), step.act)
        for step in menu.steps()
    ]


def _people(roles: set[str]) -> list[dict[str, Any]]:
    invite = reverse("hospital:user-create")
    return [
        _step(role.label, why, role.value in roles, f"{invite}?role={role.value}", _("Invite"))
        for role, why in NEEDED.items()
    ]


def _factor(here: Any) -> dict[str, Any]:
    return _step(
        _("Your second factor"),
        _("Whoever learns your password still cannot sign in as the administrator."),
        here.has_factor, reverse("mfa_index"), _("Set up"),
    )  # fmt: skip


def _step(
    title: str | Promise, why: str | Promise, is_done: bool, url: str, act: str | Promise,
    count: int = 0,
) -> dict[str, Any]:  # fmt: skip
    state = str(count) if count else gettext("Done")
    return {"title": title, "why": why, "is_done": is_done, "url": url, "act": act, "state": state}
