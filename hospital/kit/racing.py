"""Real processes against each other on one database, for tests of races.

Threads would share an interpreter and hide what happens: 16 threads showed no deadlock where 8
processes showed 35. Children are forked from a process that has imported what ``PRELOADED`` names and has never
opened a connection: eight that load Django each for themselves take longer than most races.
"""

import importlib
import multiprocessing
import os
import queue
import traceback
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE_SECONDS = 90
# Modules imported once, before the first race.
PRELOADED: list[str] = []

_line: Any = None


def line_up() -> None:
    """In a child: go on when every child has come this far. Never inside a transaction."""
    _line.wait(PATIENCE_SECONDS)


def run(worker: Callable[..., Any], arguments: Sequence[tuple], *, database: str) -> list[Any]:
    """Call a module's function once per tuple of arguments, each in a process of its own, all at
    once; return what they returned, in order.

    ``database`` is the name (or path) that the default connection opens instead of the settings'.
    An exception in a child is raised here as RuntimeError with its traceback.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    line, answers = context.Barrier(len(arguments)), context.Queue()
    name = (worker.__module__, worker.__qualname__)
    children = [
        context.Process(target=_child, args=(name, values, number, database, line, answers))
        for number, values in enumerate(arguments)
    ]
    for child in children:
        child.start()
    try:
        outcomes = dict(_collect(children, answers))
    finally:
        for child in children:
            child.join(1)
            child.kill()
    failures = [text for failed, text in outcomes.values() if failed]
    if failures:
        raise RuntimeError("\n".join(failures))
    return [outcomes[number][1] for number in range(len(children))]


def _collect(children: list, answers: Any) -> list[tuple[int, tuple[bool, Any]]]:
    """One answer per child; a child that dies without one is an answer too."""
    found: dict[int, tuple[bool, Any]] = {}
    while len(found) < len(children):
        try:
            number, outcome = answers.get(timeout=1)
            found[number] = outcome
        except queue.Empty:
            for number, child in enumerate(children):
                if number not in found and child.exitcode is not None and answers.empty():
                    found[number] = (True, f"Child {number} died with code {child.exitcode}.")
    return list(found.items())


def _child(
    name: tuple[str, str], values: tuple, number: int, database: str, line: Any, answers: Any
) -> None:
    global _line  # noqa: PLW0603 (one race per process)
    _line = line
    try:
        _open(database)
        worker = getattr(importlib.import_module(name[0]), name[1])
        line_up()
        outcome = (False, worker(*values))
    except BaseException:  # noqa: BLE001 (told to the parent)
        line.abort()
        outcome = (True, f"Child {number} (process {os.getpid()}):\n{traceback.format_exc()}")
    _close()
    answers.put((number, outcome))


def _open(database: str) -> None:
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["NAME"] = database


def _close() -> None:
    """Before the answer, after which the parent may end this process: SQLite's log goes into its file
    when the last connection is closed, and only the file is copied."""
    from django.db import connections

    connections.close_all()
