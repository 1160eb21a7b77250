"""A ceiling for a program that has run away: per token and server process, far above honest use."""

import threading
import time
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

REMEMBERED = 10_000


class TokenThrottle(BaseThrottle):
    """A bucket per token, filled at `API_REQUESTS_PER_MINUTE`; calls without a token count by address."""

    _lock = threading.Lock()
    _buckets: dict[Any, tuple[float, float]] = {}

    def allow_request(self, request: Any, view: Any) -> bool:
        capacity = settings.API_REQUESTS_PER_MINUTE
        who, now = request.auth or request.META.get("REMOTE_ADDR"), time.monotonic()
        with self._lock:
            left, then = self._buckets.pop(who, (capacity, now))
            left = min(capacity, left + (now - then) * capacity / 60)
            self._missing = max(0.0, 1 - left)
            # Put back at the end, so that the first one is the one unused the longest.
            self._buckets[who] = (left if self._missing else left - 1, now)
            if len(self._buckets) > REMEMBERED:
                del self._buckets[next(iter(self._buckets))]
        return not self._missing

    def wait(self) -> float:
        return self._missing * 60 / settings.API_REQUESTS_PER_MINUTE + 1
