"""This app's entries in the rail and panels on the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.kit import exports, phones
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
        Entry(_("Administration"), "admin:index", "settings", "hospital.admin.read", SETUP, 90, "/admin/"),
    )  # fmt: skip
    exports.add(*sources_of("hospital.web"))
    add_panel(
        Panel("hospital/home/setup.html", "hospital.department.create", setup, order=10),
        Panel("hospital/home/hospitals.html", "hospital.hospital.create", installation, order=10),
        Panel("hospital/home/place.html", "hospital.ward.list", place, order=90),
    )


def setup(actor: Actor) -> dict[str, Any] | None:
    """For who runs a hospital: what is there, and what is still missing before work can begin."""
    from hospital.services import overview

    if actor.hospital_id is None:
        return None
    here, counts = overview.counted(actor)
    missing = [name for name in ("departments", "wards") if not counts[name]]
    return {"counts": counts, "missing": missing, "is_alone": counts["staff"] < 2, **_address(here)}


def installation(actor: Actor) -> dict[str, Any] | None:
    """For the operator: the hospitals of this installation."""
    from hospital.services import overview

    return {"places": overview.hospitals(actor)} if actor.hospital_id is None else None


def place(actor: Actor) -> dict[str, Any] | None:
    """For everybody else: where they are."""
    from hospital.services import overview

    if actor.hospital_id is None or "administrator" in actor.roles:
        return None
    here, counts = overview.counted(actor)
    return {"counts": counts, **_address(here)}


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
