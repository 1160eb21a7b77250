"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, exports, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.menu import Entry, Panel, add, add_panel
from hospital.kit.web.plain import entries_of
from hospital.kit.web.plain_exports import sources_of

SETUP = _("Hospital")


def register() -> None:
    add(
        Entry(_("Today"), "hospital:home", "sun", "hospital.home.read", order=10),
        Entry(_("Hospitals"), "hospital:hospital-list", "hospital", "hospital.hospital.create",
              SETUP, 55, "/hospitals/"),
        *entries_of("hospital.web"),
        Entry(_("Imports"), "hospital:importbatch-list", "upload", "hospital.importbatch.list",
              SETUP, 85, "/imports/"),
        Entry(_("Administration"), "admin:index", "settings", "hospital.admin.read", SETUP, 90, "/admin/"),
    )  # fmt: skip
    exports.add(*sources_of("hospital.web"))
    add_panel(
        Panel("hospital/home/setup.html", "hospital.user.create", setup, order=10),
        Panel("hospital/home/proposals.html", "hospital.job.approve", proposals, order=5),
        Panel("hospital/home/hospitals.html", "hospital.hospital.create", installation, order=10),
        Panel("hospital/home/audit.html", "hospital.audit.list", happenings, order=10),
        Panel("hospital/home/place.html", "hospital.ward.list", place, order=90),
    )


def setup(actor: Actor) -> dict[str, Any] | None:
    """For who runs a hospital: what is there, and what is still missing before work can begin."""
    from hospital.services import overview
    from hospital.web import checklist

    if actor.hospital_id is None:
        return None
    here, counts = overview.counted(actor)
    progress = checklist.progress(here, counts, overview.staffed(actor), actor)
    return {"tiles": _tiles(counts), "progress": progress, **_address(here)}


def proposals(actor: Actor) -> dict[str, Any] | None:
    """For a second person: how much waits for their word."""
    from hospital.services import jobs

    count = jobs.proposed(actor).count()
    return {"count": count} if count else None


def installation(actor: Actor) -> dict[str, Any] | None:
    """For the operator: the hospitals of this installation."""
    from hospital.services import overview

    return {"places": overview.hospitals(actor)} if actor.hospital_id is None else None


def place(actor: Actor) -> dict[str, Any] | None:
    """For everybody else: where they are."""
    from hospital.services import overview

    if actor.hospital_id is None or "administrator" in actor.roles:
        return None
    may_list_staff = policy.allows(actor, "hospital.user.list")
    here, counts = overview.counted(actor)
    tiles = [
        tile for tile in _tiles(counts) if may_list_staff or tile["page"] != "hospital:user-list"
    ]
    return {"tiles": tiles, **_address(here)}


def happenings(actor: Actor) -> dict[str, Any] | None:
    """For the auditor: what others did last. Looking at it is booked like every look."""
    from hospital.services import overview

    audit.looked(actor, "hospital.audit.list", detail="home")
    return {"events": overview.happenings(actor)}


def _tiles(counts: dict[str, int]) -> list[dict[str, Any]]:
    """What the hospital has, as figures that lead to the lists; staff only where it is given a list."""
    labels = {
        "departments": (_("Departments"), "department"), "clinics": (_("Clinics"), "clinic"),
        "wards": (_("Wards"), "ward"), "beds": (_("Beds"), "bed"),
        "doctors": (_("Doctors"), "doctor"), "staff": (_("Staff"), "user"),
    }  # fmt: skip
    return [
        {"label": label, "value": counts[name], "page": f"hospital:{topic}-list"}
        for name, (label, topic) in labels.items()
    ]


def _address(here: Any) -> dict[str, Any]:
    """The hospital, and how it is reached, as facts."""
    street = ", ".join(filter(None, [here.address_line, f"{here.postal_code} {here.city}".strip()]))
    return {
        "here": here,
        "facts": [
            {"label": _("Address"), "value": street},
            {"label": _("Phone"), "value": phones.spaced(here.phone), "is_code": bool(here.phone)},
            {"label": _("Email"), "value": here.email},
            {"label": _("Time zone"), "value": here.time_zone},
        ],
    }
