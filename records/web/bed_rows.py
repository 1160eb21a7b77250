"""How a bed reads on the board: a small card, or a line of the list; and what may be done with it there."""

from collections import Counter
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
from records.models import BedPeriod, Encounter
from records.services import bed_places
from records.services.bed_board import FREE, Place, WardBoard

from . import patient_rows

Kind = BedPeriod.Kind
WORDS = {FREE: _("Free"), **dict(Kind.choices)}
# Colour and sign of each state; the word always stands beside them.
FACES = {
    FREE: ("accent", "circle-dashed"),
    Kind.OCCUPIED: ("", "bed"),
    Kind.RESERVED: ("info", "clock"),
    Kind.CLEANING: ("warn", "sparkles"),
    Kind.CLOSED: ("", "ban"),
}
# The same signs on the cards, of which there are hundreds: a drawn one is four elements.
SIGNS = {FREE: "○", Kind.OCCUPIED: "●", Kind.RESERVED: "◆", Kind.CLEANING: "◌", Kind.CLOSED: "✕"}
# What one press does with a bed in this state: the act and its name.
PRESSED: dict[str, tuple[str, Any]] = {
    Kind.CLEANING: ("clean", _("Clean")),
    Kind.CLOSED: ("reopen", _("Reopen")),
    Kind.RESERVED: ("release", _("Release")),
}
TAKEN_AWAY = ("take-away", _("Take away"))
# What asks for more first, on a page of the bed's.
ASKED: dict[str, tuple[str, Any]] = {
    FREE: ("reserve", _("Reserve or close…")),
    Kind.CLEANING: ("close", _("Close…")),
}
ACTS = ("clean", "reopen", "release", "reserve", "close", "take-away")
NOBODY = UUID(int=0)


class Lines:
    """Writes beds as ``actor`` may act on them; what is the same for every bed is looked up once."""

    def __init__(
        self, actor: Actor, *, is_now: bool, back: str, tasks: Counter[UUID] | None = None
    ):
        self.tasks = tasks or Counter()
        self.is_now, self.back, self.today = is_now, back, clock.today()
        self.may = {
            word: is_now and policy.allows(actor, f"records.bedperiod.{word.replace('-', '_')}")
            for word in ACTS
        }
        self.may_put_up = is_now and policy.allows(actor, bed_places.PUT_UP)
        self.may_admit = is_now and policy.allows(actor, "records.inpatient.create")
        self.admit_url = reverse("records:inpatient-find")
        self.stay_url = reverse("records:inpatient-detail", args=[NOBODY])
        self.bed_urls = {word: reverse(f"records:bedperiod-{word}", args=[NOBODY]) for word in ACTS}

    def ward(self, board: WardBoard) -> dict[str, Any]:
        """A ward with its beds, and who waits."""
        total, taken = len(board.places), board.number(Kind.OCCUPIED)
        return {
            "id": board.ward.pk,
            "name": str(board.ward),
            "count": gettext("%(taken)s of %(total)s") % {"taken": taken, "total": total},
            "put_up_url": reverse("records:bedperiod-put-up", args=[board.ward.pk])
            if self.may_put_up
            else "",
            "tone": "warn" if total and not board.number(FREE) else "ok",
            "beds": [self.bed(place) for place in board.places],
            "waiting": [self._person(place) for place in board.waiting],
            "tasks": self.tasks[board.ward.pk],
        }

    def bed(self, place: Place) -> dict[str, Any]:
        """One bed."""
        bed = place.bed
        assert bed is not None
        tone, icon = FACES[place.state]
        found: dict[str, Any] = {
            "id": bed.pk, "label": bed.label, "words": str(bed), "state": place.state,
            "state_words": WORDS[place.state], "tone": tone, "icon": icon, "for_whom": _for_whom(bed),
            "sign": SIGNS[place.state],
            "is_for_some": bed.is_isolation or bed.sex_policy != Bed.SexPolicy.ANY,
        }  # fmt: skip
        period = place.period
        if place.state == Kind.OCCUPIED:
            return {**found, **self._person(place)}
        if period:
            found |= {
                "since": _whole(texts.moment_text(period.starts_at)),
                "until": _whole(texts.moment_text(period.ends_at)), "reason": period.reason,
            }  # fmt: skip
            if period.encounter:
                found |= self._who(period.encounter)
        return {**found, **self._acts(place.state, bed)}

    def _person(self, place: Place) -> dict[str, Any]:
        """Who lies there, or waits for a bed."""
        period = place.period
        assert period is not None
        assert period.encounter is not None
        stay = period.encounter
        return {
            **self._who(stay),
            "since": _whole(texts.moment_text(stay.starts_at)),
            "until": _whole(texts.day_text(stay.expected_end_on)),
            "is_late": bool(stay.expected_end_on and stay.expected_end_on < self.today),
            "is_leaving": True,
            "is_on_leave": place.is_on_leave,
            "is_isolated": stay.needs_isolation,
        }

    def _who(self, stay: Encounter) -> dict[str, Any]:
        patient = stay.patient
        return {
            "who": patient.display_name,
            "detail": patient_rows.age_and_sex(patient, self.today),
            "stay_id": stay.pk,
            "url": self.stay_url.replace(str(NOBODY), str(stay.pk)),
        }

    def _acts(self, state: str, bed: Bed) -> dict[str, Any]:
        word, label = PRESSED.get(state, TAKEN_AWAY if bed.is_extra else ("", ""))
        more, more_words = ASKED.get(state, ("", ""))
        may_admit = self.may_admit and state == FREE
        return {
            "admit_url": f"{self.admit_url}?bed={bed.pk}" if may_admit else "",
            "press": {"url": self._at(word, bed), "label": label} if self.may.get(word) else None,
            "more_url": self._at(more, bed) if self.may.get(more) else "",
            "more_words": more_words,
        }

    def _at(self, word: str, bed: Bed) -> str:
        return self.bed_urls[word].replace(str(NOBODY), str(bed.pk)) if word else ""


def counts(boards: Sequence[WardBoard]) -> list[dict[str, Any]]:
    """How many beds are in each state, the free ones first, and how many wait for one."""
    states = (FREE, Kind.OCCUPIED, Kind.RESERVED, Kind.CLEANING, Kind.CLOSED)
    found = [
        {"state": state, "words": WORDS[state], "count": sum(each.number(state) for each in boards)}
        for state in states
    ]
    waiting = sum(len(each.waiting) for each in boards)
    return [*found, {"state": "waiting", "words": _("Waiting for a bed"), "count": waiting}]


def _for_whom(bed: Bed) -> str:
    """For whom a bed is."""
    told = [str(bed.get_sex_policy_display())]
    told += [gettext("Isolation")] if bed.is_isolation else []
    return " · ".join([*told, *([gettext("Extra")] if bed.is_extra else [])])


def _whole(text: str) -> str:
    """A time that is never broken over two lines of a narrow card."""
    return text.replace("-", "\u2011").replace(" ", "\u00a0")
