"""Measuring: production's cost per request, without its demand for TLS."""

from hospital.kit import logs

from .base import *  # noqa: F403

SECRET_KEY = "only-for-measuring-" + "0123456789" * 5
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "openward"
CSRF_COOKIE_NAME = "openward-csrf"

LOGGING = logs.configure(level="WARNING", as_json=True)
