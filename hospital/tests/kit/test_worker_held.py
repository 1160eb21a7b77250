"""A worker outlives a long write of somebody else: on SQLite one writes at a time."""

import threading

import pytest
from django.db import OperationalError

from hospital.kit import jobs
from hospital.management.commands import worker

HELD = OperationalError("database is locked")


class Held:
    """A task loop that finds the database held once, or fails in another way."""

    def __init__(self, error):
        self.error, self.running, self.runs = error, True, 0

    def run(self):
        self.runs += 1
        if self.runs == 1:
            raise self.error
        self.running = False


def test_it_tries_again_once_the_database_is_free(monkeypatch):
    monkeypatch.setattr(worker, "DATABASE_PAUSE_SECONDS", 0)
    tasks = Held(HELD)
    worker._run_through_outages(tasks, threading.Event())
    assert tasks.runs == 2


def test_any_other_error_ends_it():
    with pytest.raises(OperationalError, match="disk"):
        worker._run_through_outages(Held(OperationalError("disk is full")), threading.Event())


@pytest.mark.parametrize(
    ("error", "ends"), [(HELD, False), (OperationalError("disk is full"), True)]
)
def test_the_tick_is_only_late(monkeypatch, error, ends):
    def tick():
        raise error

    monkeypatch.setattr(jobs, "tick", tick)
    if ends:
        with pytest.raises(OperationalError):
            worker._tick()
    else:
        worker._tick()
