"""A ceiling for whoever has run away, far above honest use: per server process, nothing is stored."""

import threading
import time
from typing import Any

REMEMBERED = 10_000


class Buckets:
    """A bucket for each caller, filled again within a minute; who has not come for long is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[Any, tuple[float, float]] = {}

    def wait(self, who: Any, *, per_minute: int) -> float:
        """Count one call of ``who``: 0 when it may go on, else the seconds until one may."""
        now = time.monotonic()
        with self._lock:
            left, then = self._left.pop(who, (float(per_minute), now))
            left = min(per_minute, left + (now - then) * per_minute / 60)
            missing = max(0.0, 1 - left)
            # Put back at the end, so that the first one is the one unused the longest.
            self._left[who] = (left if missing else left - 1, now)
            if len(self._left) > REMEMBERED:
                del self._left[next(iter(self._left))]
        return missing * 60 / per_minute
