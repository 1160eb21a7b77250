"""The test suite: fast and offline, on SQLite in memory or on ``TEST_DATABASE_URL``."""

from hospital.kit import logs

from . import databases
from .base import *  # noqa: F403
from .base import BASE_DIR, ENV, INSTALLED_APPS, VAR_DIR

SECRET_KEY = "only-for-tests-" + "0123456789" * 5
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BASE_URL = "http://testserver"
DATABASES = {
    "default": databases.entry(
        ENV["TEST_DATABASE_URL"] or {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        root=BASE_DIR,
        var=VAR_DIR,
        pool_size=0,
    )
}
INSTALLED_APPS = [*INSTALLED_APPS, "hospital.tests.kitapp"]
MIGRATION_MODULES = {"kitapp": None}  # its tables are made from the models as they are

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "openward"
CSRF_COOKIE_NAME = "openward-csrf"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # serves static/ as it is: no test needs collectstatic first
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

LOGGING = logs.configure(level="CRITICAL", as_json=True)

SECOND_FACTOR_ROLES = frozenset()
