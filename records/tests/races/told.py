"""What the processes of a race tell each other. It is read before Django is set up: nothing of it is imported here."""

import datetime as dt
from typing import Any, NamedTuple


class Slot(NamedTuple):
    """A time that everybody wants."""

    doctor_id: str
    resource_id: str
    starts_at: dt.datetime


class Place(NamedTuple):
    """Where it is, who books there, and what there is to be had."""

    clinic_id: str
    token: str
    cookie: str
    actor: dict[str, Any]
    slots: list[Slot]


class Answer(NamedTuple):
    """What came of one try: which slot, sent and answered when, and what was offered instead."""

    slot: int
    status: int
    sent: float
    answered: float
    free: tuple[tuple[str, dt.datetime], ...] = ()
    conflicts: tuple[str, ...] = ()
