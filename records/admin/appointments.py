"""Appointments in the admin: to look at, with the acts of whoever may do them as buttons."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.admin.acts import AdminAct, VersionForm
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.reasons import ReasonForm
from records.models import Appointment
from records.services import appointment_steps, appointments

OF_ONE = ("patient", "clinic", "doctor", "kind")


def _step(word: str) -> Any:
    def run(actor: Actor, appointment: Appointment, form: VersionForm) -> None:
        act = getattr(appointment_steps, word)
        act(actor, appointment=appointment, expected_version=form.expected_version)

    return run


def _cancel(actor: Actor, appointment: Appointment, form: ReasonForm) -> None:
    appointments.cancel(
        actor, appointment=appointment, reason=form.words, expected_version=form.expected_version
    )


def _retire(actor: Actor, appointment: Appointment, form: ReasonForm) -> None:
    appointments.retire(
        actor, appointment=appointment, reason=form.words, expected_version=form.expected_version
    )


def _restore(actor: Actor, appointment: Appointment, form: VersionForm) -> None:
    appointments.restore(actor, appointment=appointment, expected_version=form.expected_version)


@admin.register(Appointment)
class AppointmentAdmin(RecordAdmin):
    """Appointments of the hospital. Times are moved on the pages of reception, where the free ones are shown."""

    section = _("Schedules")
    order = 45
    list_display = ("starts_at", "clinic", "doctor", "kind", "status", "attention")
    list_filter = ("status", "clinic", "attention")
    list_select_related = OF_ONE
    ordering = ("-starts_at", "-id")
    fields = readonly_fields = (
        *OF_ONE, "starts_at", "ends_at", "status", "is_walk_in", "checked_in_at", "started_at",
        "completed_at", "overbook_reason", "lane_reason", "cancel_reason", "attention", "retired_at",
        "retired_reason",
    )  # fmt: skip
    acts = (
        AdminAct("checkin", "check_in", _("Check in"), _("The patient has come."), _step("check_in")),
        AdminAct("start", "start", _("Start"), _("Somebody has begun."), _step("start")),
        AdminAct("complete", "complete", _("Complete"), _("It is done."), _step("complete")),
        AdminAct("miss", "miss", _("Missed"), _("The patient did not come."), _step("miss")),
        AdminAct("undo", "undo", _("Undo"), _("The last step is taken back."), _step("undo")),
        AdminAct(
            "cancel", "cancel", _("Cancel"), _("Its time is free for others at once."), _cancel,
            form=ReasonForm,
        ),
        AdminAct(
            "retire", "retire", _("Entered in error"),
            _("It disappears from every list, and its time is free."), _retire, form=ReasonForm,
        ),
        AdminAct(
            "restore", "restore", _("Bring back"),
            _("It stands again, unless its time was given to somebody else."), _restore,
            on_retired=True,
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*OF_ONE)
