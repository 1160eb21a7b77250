"""What the races share. Workers run in processes of their own (the kit's ``race`` fixture)."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import OperationalError, connection

from hospital.kit.errors import Busy

PROCESSES = 8


def once(race: Callable[..., list[Any]], worker: Callable[..., Any], *arguments: Any) -> Any:
    """Run one worker alone: to arrange before a race and to look at the end."""
    [answer] = race(worker, [arguments])
    return answer


def in_threads(work: Callable[[int], Any], number: int) -> list[Any]:
    """Call ``work(0 … number - 1)`` at once, each on a database connection of its own."""
    line = threading.Barrier(number)

    def run(place: int) -> Any:
        line.wait(60)
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def surfaced(work: Callable[[], Any]) -> str:
    """The name of what a person would see of trouble between transactions, or ""."""
    try:
        work()
    except (Busy, OperationalError) as exc:
        return type(exc).__name__
    return ""


def flat(answers: Sequence[Sequence[Any]]) -> list[Any]:
    return [each for answer in answers for each in answer]
