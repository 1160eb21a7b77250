"""The same games without what keeps two apart, so that each of them has been seen to fail.

Everything here but the guards runs in processes of its own.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any
from unittest import mock

from django.db import connection, models

from hospital.kit import facts, guards
from hospital.kit.acts import in_transaction
from hospital.kit.racing import line_up
from hospital.kit.records import Record
from records.models import Appointment, Booking, Hold
from records.services import appointments, placing, settling

from .games import DONE, GAMES, Round, Told, outcome, play

GUARDS = [
    "booking_no_overlap", "booking_within_capacity", "booking_within_overbook_limit",
    "appointment_patient_no_overlap",
]  # fmt: skip
ONE_SEAT = "booking_overbook_seat_unique"


def drop_guards() -> None:
    """Nothing in the database keeps two apart any more."""
    guards.drop(connection, GUARDS)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, one_seat())


def put_guards_back() -> None:
    """On a database that others use after us."""
    for model in (Booking, Appointment, Hold):
        model.objects.all().delete()
    guards.reinstall(connection)
    with connection.schema_editor() as editor:
        editor.add_constraint(Booking, one_seat())


def one_seat() -> Any:
    """What keeps two from the same seat on top."""
    [found] = [row for row in Booking._meta.constraints if row.name == ONE_SEAT]
    return found


def look_then_write(side: int, told: Told) -> dict[str, list[str]]:
    """As it is done elsewhere: everybody looks whether it is free, then everybody writes."""
    for name, rounds in told.items():
        for hospital_id, known in rounds:
            game, round_ = GAMES[name], Round(hospital_id, **known)
            wanted = game.wish(round_, side)
            resources = placing.resources_of(wanted, [])
            verdict = placing.judge(round_.reception, wanted, resources, game.reason)
            line_up()
            if not verdict.clashes:
                in_transaction(lambda a=wanted, v=verdict: write(a, v.places))
            line_up()
    return {name: [DONE] * len(rounds) for name, rounds in told.items()}


def write(appointment: Appointment, places: Any) -> None:
    appointment.save()
    for place in places:
        Booking(
            hospital_id=appointment.hospital_id, bookable=place.resource, session=place.session,
            held_on=place.held_on, starts_at=place.starts_at, ends_at=place.ends_at, lane=place.lane,
            overbook_seat=place.overbook_seat, appointment=appointment,
        ).save()  # fmt: skip


def call_off_then_book(side: int, told: Told) -> dict[str, list[str]]:
    """Moving as it is done elsewhere: the old time is given up, and then the new one is asked for."""
    answers: dict[str, list[str]] = {name: [] for name in told}
    for name, rounds in told.items():
        for hospital_id, known in rounds:
            game, round_ = GAMES[name], Round(hospital_id, **known)
            row = Appointment.objects.get(pk=known["booked"][side])
            line_up()
            in_transaction(
                partial(appointments.cancel, round_.reception, appointment=row, reason="Moved")
            )
            answers[name].append(outcome(partial(round_.book, game.target(side))))
    return answers


def nothing(*_values: Any) -> None:
    """What is left of a lock."""


def as_wanted(wanted: Any, **_also: Any) -> list[Any]:
    return list(wanted)


def whatever_version(
    record: Record, base_qs: Any, using: Any, pk: Any, values: Any, *more: Any
) -> bool:
    """An update that does not look whether somebody was there first."""
    return models.Model._do_update(record, base_qs, using, pk, values, *more)


def together(look: Callable[..., Any]) -> Callable[..., Any]:
    """Who has looked waits until all sides have."""

    def meeting(*values: Any, **options: Any) -> Any:
        answer = look(*values, **options)
        line_up()
        return answer

    return meeting


def play_without_locks(side: int, told: Told) -> dict[str, list[str]]:
    """The product itself, its locks and versions taken out: everybody has looked before the first one writes."""
    answers = {}
    for name, rounds in told.items():
        with ExitStack() as stack:
            for where, what, instead in (*UNLOCKED, *meetings(name)):
                stack.enter_context(mock.patch.object(where, what, instead))
            answers |= play(side, {name: rounds})
    return answers


UNLOCKED = [
    (placing, "locked", as_wanted),
    (placing, "lock_rows", nothing),
    (facts, "lock", nothing),
    (facts, "_lock_all", nothing),
    (facts, "hold_parents", nothing),
    (Record, "_do_update", whatever_version),
]


def meetings(name: str) -> list[tuple[Any, str, Any]]:
    """Where the sides of a game have looked and not yet written."""
    looks = [(placing, "place"), (settling, "settle"), (facts, "refuse_in_use")]
    if name == "CallOff":
        looks = [(appointments, "refuse_retired_or")]
    return [(where, what, together(getattr(where, what))) for where, what in looks]
