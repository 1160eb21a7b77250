"""A ceiling for a program that has run away: per token and server process, far above honest use."""

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from hospital.kit.throttling import Buckets


class TokenThrottle(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` for each token; calls without a token count by address."""

    _buckets = Buckets()

    def allow_request(self, request: Any, view: Any) -> bool:
        who = request.auth or request.META.get("REMOTE_ADDR")
        self._wait = self._buckets.wait(who, per_minute=settings.API_REQUESTS_PER_MINUTE)
        return not self._wait

    def wait(self) -> float:
        return self._wait + 1
