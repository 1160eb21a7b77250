"""What the doctor looks at: each finding is well, or a problem with what mends it."""

import datetime as dt
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django_tasks_db.models import DBTaskResult

from hospital.kit import clock, database, guards, heartbeat
from hospital.launch.machine import Finding
from hospital.settings import keys

from . import preflight, sealing

BUILT_ON = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
CLOCK_TOLERANCE = dt.timedelta(seconds=5)
TASK_PATIENCE = dt.timedelta(minutes=2)
SEALS_LOOKED_AT = 1000


def findings() -> Iterator[Finding]:
    """Everything Django's side can say; without a database, only what needs none."""
    yield key()
    yield engine()
    unreachable = reach()
    yield unreachable
    if unreachable.problem:
        yield worker(waiting=0)
        return
    checks: tuple[Callable[[], Finding], ...] = (
        schema, installation, guard, safety, trail, time,
    )  # fmt: skip
    for check in checks:
        yield _careful(check)
    yield worker(waiting=_waiting_tasks())


def _careful(check: Callable[[], Finding]) -> Finding:
    """A check that a half-made schema makes impossible is itself a finding."""
    try:
        return check()
    except DatabaseError as error:
        return Finding(check.__name__, f"cannot be looked at ({type(error).__name__})", "./run")


def key() -> Finding:
    problem = keys.weakness(settings.SECRET_KEY)
    if problem:
        remedy = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        return Finding("secret key", f"SECRET_KEY {problem}", f"{remedy}  # into .env")
    path = Path(settings.VAR_DIR) / "secret_key"
    if settings.IS_DEMO and path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("secret key", f"{path} can be read by others", f"chmod 600 {path}")
    return Finding("secret key")


def engine() -> Finding:
    if connection.vendor != "sqlite":
        return Finding("engine", note="PostgreSQL")
    if warning := database.sqlite_warning():
        return Finding("engine", warning, "./run manage shell -c 'import pysqlite3'")
    from sqlite3 import sqlite_version

    return Finding("engine", note=f"SQLite {sqlite_version}")


def reach() -> Finding:
    where = connection.settings_dict
    shown = where.get("HOST") or where["NAME"]
    if reason := database.unreachable(connection):
        problem = f"{shown} cannot be reached ({reason})"
        return Finding("database", problem, "check DATABASE_URL, and that the server runs")
    return Finding("database", note=f"{shown}")


def schema() -> Finding:
    found = preflight.schema()
    if problem := preflight.too_new(found):
        return Finding("migrations", problem, "git pull && ./run")
    if found.pending:
        names = ", ".join(found.pending[:3])
        problem = f"{len(found.pending)} pending ({names})"
        return Finding("migrations", problem, "./run manage migrate")
    return Finding("migrations", note="all applied")


def installation() -> Finding:
    if problem := preflight.wrong_mode():
        return Finding("installation", problem, "see docs/operate.md, Demo and production")
    kinds = {True: "a demo", False: "a real hospital's", None: "nobody's yet"}
    return Finding("installation", note=kinds[preflight.is_demo()])


def guard() -> Finding:
    missing = guards.missing(connection)
    if missing:
        problem = f"{len(missing)} missing: {', '.join(missing)}"
        return Finding("guards", problem, "./run doctor --reinstall-guards")
    return Finding("guards", note=f"all {len(guards.declared())} in place")


def safety() -> Finding:
    """Settings under which a database would forget what it acknowledged."""
    faults = database.postgresql_faults(connection) if connection.vendor == "postgresql" else []
    if faults:
        return Finding("durability", "; ".join(faults), "mend it in postgresql.conf and reload")
    return Finding("durability")


def trail() -> Finding:
    """Whether the newest part of the audit's chain is whole; ``verify_audit`` looks at all of it."""
    broken = sealing.first_broken(latest=SEALS_LOOKED_AT)
    if broken is None:
        return Finding("audit trail", note="its newest seals are whole")
    problem = f"somebody has changed what seal {broken} stands for"
    return Finding("audit trail", problem, "./run manage verify_audit")


def time() -> Finding:
    """Whether this machine's clock can be right: not before this program, not far from others'."""
    now = clock.now()
    remedy = "sudo timedatectl set-ntp true"
    if now < BUILT_ON:
        return Finding("clock", f"it shows {now:%Y-%m-%d}, before this program was made", remedy)
    last = _last_written()
    if last and last - now > CLOCK_TOLERANCE:
        return Finding(
            "clock",
            f"it shows {now:%Y-%m-%d %H:%M}, yet there are records of {last:%Y-%m-%d %H:%M}",
            remedy,
        )
    apart = abs(_database_time() - clock.now())
    if apart > CLOCK_TOLERANCE:
        return Finding("clock", f"it is {apart.total_seconds():.0f} s from the database's", remedy)
    return Finding("clock", note=f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _database_time() -> dt.datetime:
    if connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: Any = cursor.fetchone()
    return found[0]


def _last_written() -> dt.datetime | None:
    """The newest moment on record: a migration's or an audit event's."""
    from hospital.models import AuditEvent

    applied = MigrationRecorder.Migration.objects.order_by("-applied").values_list(
        "applied", flat=True
    )
    events = AuditEvent.objects.order_by("-pk").values_list("at", flat=True)
    return max((each for each in (applied.first(), events.first()) if each), default=None)


def _waiting_tasks() -> int:
    try:
        return (
            DBTaskResult.objects.ready().filter(enqueued_at__lt=clock.now() - TASK_PATIENCE).count()
        )
    except DatabaseError:
        return 0


def worker(*, waiting: int) -> Finding:
    """Whether background work is done: a beat that stopped, or work that nobody takes up."""
    age = heartbeat.age(Path(settings.VAR_DIR) / "worker.heartbeat")
    if age is not None and age > heartbeat.STALE_SECONDS:
        return Finding("worker", f"it stopped {age:.0f} s ago without being asked to", "./run")
    if age is None and waiting:
        return Finding("worker", f"none runs, and {waiting} tasks wait", "./run")
    return Finding("worker", note="not running (./run starts it)" if age is None else "alive")
