"""Makes the filled databases anew: ``python -m hospital.tests.filled.make <postgres-url of a scratch server>``.

Run at a landing, never to make a failing test pass: the files are what older installations have.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pysqlite3

from .databases import EXPECTED, keep, look, manage, run

SEAL = "import django; django.setup(); from hospital.services import sealing; sealing.seal_new()"


def fill(url: str, var: Path) -> dict:
    manage(url, var, "migrate", "-v0")
    manage(url, var, "demo", "--create")
    run(url, var, "-c", SEAL)
    return look(url, var)


def main(postgres: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        on_sqlite = fill(f"sqlite:///{var / 'filled.sqlite3'}", var)
        connection = pysqlite3.connect(var / "filled.sqlite3")
        connection.execute("VACUUM INTO ?", [str(var / "kept.sqlite3")])
        connection.close()
        keep("sqlite", (var / "kept.sqlite3").read_bytes())
        name = "ow_filled_making"
        subprocess.run(["createdb", "--maintenance-db", f"{postgres}/postgres", name], check=True)
        try:
            on_postgresql = fill(f"{postgres}/{name}", var)
            dump = [
                "pg_dump",
                "--no-owner",
                "--no-privileges",
                "--inserts",
                "--rows-per-insert=100",
            ]
            done = subprocess.run(
                [*dump, f"{postgres}/{name}"], check=True, capture_output=True, text=True
            )
            lines = [line for line in done.stdout.splitlines() if not line.startswith("\\")]
            keep("postgresql", "\n".join(lines).encode())
        finally:
            subprocess.run(["dropdb", "--maintenance-db", f"{postgres}/postgres", name], check=True)
    assert on_sqlite == on_postgresql, (on_sqlite, on_postgresql)
    EXPECTED.write_text(json.dumps(on_sqlite, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
