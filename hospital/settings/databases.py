"""The database entry of each engine, with what the promises of the data rest on."""

from pathlib import Path
from typing import Any

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
SQLITE_BUSY_SECONDS = 20
PREPARED_AFTER = 5


def entry(
    config: dict[str, Any] | None, *, root: Path, var: Path, pool_size: int
) -> dict[str, Any]:
    """Complete a parsed ``DATABASE_URL`` (None: a SQLite file in ``var/``).

    SQLite gets WAL with full synchronisation (weaker modes lost acknowledged commits in a power-cut
    replay), write locks taken at BEGIN, and triggers that ``INSERT OR REPLACE`` cannot slip past;
    PostgreSQL gets a connection pool (``pool_size`` 0: none) that checks a connection before use.
    """
    config = dict(
        config or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(var / "openward.sqlite3")}
    )
    options = dict(config.get("OPTIONS") or {})
    if config["ENGINE"].endswith("sqlite3"):
        if config["NAME"] != ":memory:":
            config["NAME"] = str(root / config["NAME"])
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        }
    elif pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 5}
        # A pooled connection lives long enough to keep the plans of kit.prepared.
        options["prepare_threshold"] = PREPARED_AFTER
    config |= {
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
    return config
