"""This app's entries in the rail."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.menu import Entry, add

SETUP = _("Hospital")


def register() -> None:
    add(
        Entry(_("Today"), "hospital:home", "sun", "hospital.home.read", order=10),
        Entry(_("Departments"), "hospital:department-list", "building-2", "hospital.department.list",
              SETUP, 60, "/departments/"),
        Entry(_("Wards"), "hospital:ward-list", "bed", "hospital.ward.list", SETUP, 61, "/wards/"),
        Entry(_("Administration"), "admin:index", "settings", "hospital.admin.read", SETUP, 90, "/admin/"),
    )  # fmt: skip
