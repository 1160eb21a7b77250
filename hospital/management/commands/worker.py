"""``manage.py worker``: background tasks, and what comes round again."""

import signal
import threading
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import autoreload
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from hospital.kit import database, heartbeat, jobs

log = structlog.get_logger(__name__)
TICK_SECONDS = 2.0
POLL_SECONDS = 1.0
DATABASE_PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run background tasks until stopped, and every two seconds what comes round again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reload", action="store_true", help="start anew when code changes")
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            jobs.tick()
            _worker(batch=True).run()
        elif options["reload"]:
            autoreload.run_with_reloader(work, is_own_process=False)
        else:
            work()


def work(*, is_own_process: bool = True) -> None:
    """Work until SIGTERM or Ctrl-C; a task under way is finished first."""
    pulse = Path(settings.VAR_DIR) / "worker.heartbeat"
    stopping = threading.Event()
    ticking = threading.Thread(target=_tick_until, args=(stopping, pulse), name="tick", daemon=True)
    worker = _worker(batch=False)
    if is_own_process:
        worker.configure_signals()
    heartbeat.beat(pulse)
    ticking.start()
    try:
        _run_through_outages(worker, stopping)
    finally:
        stopping.set()
        ticking.join(timeout=10)
        heartbeat.ended(pulse)


def _worker(*, batch: bool) -> Worker:
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=POLL_SECONDS,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def _run_through_outages(worker: Worker, stopping: threading.Event) -> None:
    """Run the task loop; a database that restarts or is held is waited for, every other error is ours."""
    while worker.running:
        try:
            worker.run()
        except DatabaseError as error:
            if not _passes(error):
                raise
            log.warning("database_lost", pause=DATABASE_PAUSE_SECONDS)
            connection.close()
            stopping.wait(DATABASE_PAUSE_SECONDS)


def _tick() -> None:
    try:
        jobs.tick()
    except DatabaseError as error:
        if not database.is_held(error):
            raise
        log.warning("tick_held_up")


def _passes(error: DatabaseError) -> bool:
    return database.is_connection_lost(error) or database.is_held(error)


def _tick_until(stopping: threading.Event, pulse: Path) -> None:
    """The tick has a thread and a connection of its own: a long task does not delay it."""
    try:
        while not stopping.is_set():
            close_old_connections()
            _tick()
            heartbeat.beat(pulse)
            stopping.wait(TICK_SECONDS)
    except Exception:
        # Without its tick the worker is not one: end it, so that whoever supervises it knows.
        log.exception("tick_failed")
        signal.raise_signal(signal.SIGTERM)
    finally:
        connection.close()
