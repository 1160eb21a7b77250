"""A file that a running worker touches, so that others can see that it is alive."""

import time
from pathlib import Path

STALE_SECONDS = 30.0


def beat(path: Path) -> None:
    """Say that the worker is alive now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def ended(path: Path) -> None:
    """Say that the worker stopped because it was asked to."""
    path.unlink(missing_ok=True)


def age(path: Path) -> float | None:
    """Seconds since the last beat, or None when no worker runs and none was lost."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return None
