"""Databases of both engines, made and thrown away; used through programs of their own, as a start would."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KEPT = {"sqlite": HERE / "filled.sqlite3.gz", "postgresql": HERE / "filled.postgresql.sql.gz"}
EXPECTED = HERE / "expected.json"


def run(url: str, var: Path, *arguments: str) -> str:
    """Run this Python in demo mode on the database at ``url``; returns what it printed."""
    environment = {
        **os.environ, "OPENWARD_MODE": "demo", "DATABASE_URL": url, "OPENWARD_VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "hospital.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def manage(url: str, var: Path, *words: str) -> str:
    return run(url, var, str(ROOT / "manage.py"), *words)


def look(url: str, var: Path) -> dict[str, Any]:
    return json.loads(run(url, var, "-m", "hospital.tests.filled.looking").splitlines()[-1])


def kept(vendor: str) -> bytes:
    """The database file of SQLite; the statements that make PostgreSQL's."""
    return gzip.decompress(KEPT[vendor].read_bytes())


def keep(vendor: str, dump: bytes) -> None:
    """Store a dump; the same dump gives the same bytes."""
    KEPT[vendor].write_bytes(gzip.compress(dump, mtime=0))
