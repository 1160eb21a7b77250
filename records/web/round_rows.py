"""How a patient who is in reads on a round: bed, who, what must be known, last vital signs; and the ways on."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.models import Bed
from hospital.web import texts
from records.models import Encounter, Observation
from records.services import briefs
from records.services.rounds import Known

from . import patient_rows, vital_rows

NOBODY = UUID(int=0)
# So few letters that a row stays one: what each sign is called on a round.
SHORT = {
    "pressure": _("BP"), "pulse": _("Pulse"), "breathing": _("Resp"), "temperature": _("Temp"),
    "saturation": _("SpO₂"), "pain": _("Pain"),
}  # fmt: skip
SIGNS = [sign for sign in vital_rows.SIGNS if sign.key in SHORT]
UNITS = {"temperature": "\u00a0°C", "saturation": "\u00a0%", "pain": "/10"}
# The arrows of what is out of range, as letters: a drawn one is four elements.
ARROWS = {"chevrons-down": "⇊", "arrow-down": "↓", "arrow-up": "↑", "chevrons-up": "⇈"}
# Heads of a table whose rows are stacked where there is no room for columns.
PATIENT = {"label": _("Bed and patient"), "is_wide_only": True}
TAKEN = [{"label": words, "is_wide_only": True} for words in (_("Vital signs"), _("Taken"))]
# What was taken within so long of the newest value was taken with it.
TOGETHER = dt.timedelta(minutes=30)


class Lines:
    """Writes the patients of a round as ``actor`` may see them; what is the same for all is looked up once."""

    def __init__(self, actor: Actor, known: Known):
        self.known, self.today = known, clock.today()
        self.reads_signs = policy.fields_of(actor, "records.observation", "list") is None
        self.columns = [PATIENT, *(TAKEN if self.reads_signs else ())]
        self.may_measure = policy.allows(actor, "records.observation.create")
        self.may_discharge = policy.allows(actor, "records.inpatient.discharge")
        self.stay_url = reverse("records:inpatient-detail", args=[NOBODY])
        self.discharge_url = reverse("records:inpatient-discharge", args=[NOBODY])
        self.record_url = reverse("records:observation-create", args=[NOBODY])

    def line(self, stay: Encounter, bed: Bed | None) -> dict[str, Any]:
        """One patient."""
        leave = self.known.leaves.get(stay.pk)
        return {
            **self.who(stay),
            "bed": bed.label if bed else "",
            "detail": " · ".join(self._detail(stay)),
            "is_isolated": stay.needs_isolation,
            "is_away": leave is not None,
            "away_until": texts.moment_text(leave.expected_back_at) if leave else "",
            "allergies": self._allergies(stay.patient_id),
            **self._signs(stay),
        }  # fmt: skip

    def who(self, stay: Encounter) -> dict[str, Any]:
        """The name, and the ways to the stay and to a round of vital signs."""
        record = self.record_url.replace(str(NOBODY), str(stay.patient_id))
        return {
            "id": stay.pk,
            "who": stay.patient.display_name,
            "url": self.stay_url.replace(str(NOBODY), str(stay.pk)),
            "record_url": f"{record}?encounter={stay.pk}" if self.may_measure else "",
        }

    def leaving(self, stay: Encounter, bed: Bed | None) -> dict[str, Any]:
        """One who leaves soon, or was to leave before: what blocks it, and the way to the discharge."""
        discharge = self.discharge_url.replace(str(NOBODY), str(stay.pk))
        return {
            **self.who(stay),
            "bed": bed.label if bed else "",
            "lacks": self.lacks(stay),
            "discharge_url": discharge if self.may_discharge else "",
        }  # fmt: skip

    def leaves_within(self, stay: Encounter, days: int) -> bool:
        """Whether the patient is expected to leave by then: 0 is today, or late."""
        left = self._days_left(stay)
        return left is not None and left <= days

    def lacks(self, stay: Encounter) -> str:
        """What is missing before the patient may go, for who may discharge."""
        rows = self.known.lacking.get(stay.pk, ()) if self.may_discharge else ()
        return ", ".join(str(row["label"]) for row in rows)

    def _detail(self, stay: Encounter) -> list[str]:
        number = (self.today - clock.local(stay.starts_at).date()).days + 1
        told = [
            patient_rows.age_and_sex(stay.patient, self.today),
            gettext("day %(number)s") % {"number": number},
            self._leaves(stay),
        ]
        brief = self.known.allergies.get(stay.patient_id)
        if brief and brief.allergies == briefs.UNRECORDED:
            told.append(gettext("allergies not recorded"))
        return [each for each in told if each]

    def _days_left(self, stay: Encounter) -> int | None:
        return (stay.expected_end_on - self.today).days if stay.expected_end_on else None

    def _leaves(self, stay: Encounter) -> str:
        days = self._days_left(stay)
        if days is None:
            return ""
        if days == 0:
            return gettext("leaves today")
        told = {"when": texts.day_text(stay.expected_end_on)}
        if days < 0:
            return gettext("was to leave %(when)s") % told
        return gettext("leaves tomorrow") if days == 1 else gettext("leaves %(when)s") % told

    def _allergies(self, patient_id: UUID) -> dict[str, Any] | None:
        brief = self.known.allergies.get(patient_id)
        if not brief or not brief.standing:
            return None
        return {
            "names": [row.title for row in brief.standing],
            "tone": "bad" if brief.standing[0].is_high else "warn",
        }

    def _signs(self, stay: Encounter) -> dict[str, Any]:
        """The newest of each sign: those taken together under one time, an older one with its own."""
        if not self.reads_signs:
            return {"signs": [], "taken": ""}
        known = self.known.signs_of(stay)
        newest = max((row.taken_at for row in known.values()), default=None)
        cells = [_sign(sign, known, newest) for sign in SIGNS] if newest else []
        return {"signs": [cell for cell in cells if cell], "taken": texts.moment_text(newest)}


def _sign(
    sign: vital_rows.Sign, known: dict[str, Observation], newest: dt.datetime
) -> dict[str, Any] | None:
    found = [known.get(code) for code in sign.codes]
    there = [row for row in found if row]
    if not there:
        return None
    taken = max(row.taken_at for row in there)
    # Of a blood pressure both values were taken at once, or only the newer one tells.
    value = vital_rows.value_text(row if row and row.taken_at == taken else None for row in found)
    there = [row for row in there if row.taken_at == taken]
    marks = vital_rows.marks_of(there)
    older = texts.moment_text(taken) if newest - taken > TOGETHER else ""
    return {
        "label": SHORT[sign.key],
        "value": f"{value}{UNITS.get(sign.key, '')}",
        "older": older.replace(" ", "\u00a0"),
        "mark": ", ".join(str(mark["label"]) for mark in marks),
        "arrow": "".join(ARROWS[mark["icon"]] for mark in marks),
        "tone": max((mark["tone"] for mark in marks), key=["warn", "bad"].index, default=""),
    }


def seen(*told: Sequence[Any] | dict[str, Any]) -> str:
    """What changes with what a part of a page shows, and with nothing else."""
    return hashlib.sha256(repr([_plain(each) for each in told]).encode()).hexdigest()[:16]


def _plain(told: Any) -> Any:
    """The words of a sentence that is translated late, however deep it lies."""
    if isinstance(told, dict):
        return {name: _plain(each) for name, each in told.items()}
    if isinstance(told, list | tuple):
        return [_plain(each) for each in told]
    return str(told)
