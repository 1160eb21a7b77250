"""Allergies, and statements that there are none, in the admin: not what they say."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.acts import AdminAct, VersionForm
from records.models import Allergy, AllergyStatement
from records.services import allergies

from .entries import EntryAdmin


def _restore(actor: Actor, allergy: Allergy, form: VersionForm) -> None:
    allergies.restore(actor, allergy=allergy, expected_version=form.expected_version)


def _restate(actor: Actor, statement: AllergyStatement, form: VersionForm) -> None:
    allergies.restate_none(actor, statement=statement, expected_version=form.expected_version)


@admin.register(Allergy)
class AllergyAdmin(EntryAdmin):
    """Allergies of the patients registered here."""

    order = 41
    acts = (
        AdminAct(
            "restore", "restore", _("Bring back"),
            _("It stands in the patient's chart again, at every hospital that knows the patient."),
            _restore, on_retired=True,
        ),
    )  # fmt: skip


@admin.register(AllergyStatement)
class AllergyStatementAdmin(EntryAdmin):
    """Statements that a patient has no known allergies."""

    order = 42
    acts = (
        AdminAct(
            "restore", "restore", _("Bring back"),
            _("It is stated again, unless an allergy is on record by now."),
            _restate, on_retired=True,
        ),
    )  # fmt: skip
