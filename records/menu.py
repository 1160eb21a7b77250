"""This app's entries in the rail."""

from django.utils.translation import gettext_lazy as _

from hospital.kit.menu import Entry, add


def register() -> None:
    add(
        Entry(_("Patients"), "records:patient-list", "users", "records.patient.list",
              order=20, prefix="/patients/"),
    )  # fmt: skip
