"""Measuring: production's cost per request, without its demand for TLS."""

from hospital.kit import logs

from . import databases
from .base import *  # noqa: F403
from .base import BASE_DIR, ENV, VAR_DIR

# Never the database of a demo or a hospital on this machine.
DATABASES = {
    "default": databases.entry(
        ENV["DATABASE_URL"]
        or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "bench.sqlite3")},
        root=BASE_DIR,
        var=VAR_DIR,
        pool_size=ENV["DATABASE_POOL_SIZE"],
    )
}

STATIC_ROOT = VAR_DIR / "bench-static"

SECRET_KEY = "only-for-measuring-" + "0123456789" * 5
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "openward"
CSRF_COOKIE_NAME = "openward-csrf"
# The bucket is still asked at each request; it only never runs dry.
API_REQUESTS_PER_MINUTE = 10_000_000

LOGGING = logs.configure(level="WARNING", as_json=True)

SECOND_FACTOR_ROLES = frozenset()
