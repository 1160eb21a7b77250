"""A trial on this machine only: invented people, passwords made for this installation."""

import sys

from hospital.kit import logs

from . import keys
from .base import *  # noqa: F403
from .base import ENV, STORAGES, VAR_DIR

IS_DEMO = True
SECRET_KEY = keys.of_this_installation(VAR_DIR / "secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# Loopback without TLS: browsers refuse __Host- and Secure cookies there.
SESSION_COOKIE_NAME = "openward"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "openward-csrf"
CSRF_COOKIE_SECURE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
SECOND_FACTOR_ROLES = frozenset()  # a trial should not need a telephone

if sys.argv[1:2] == ["runserver"]:  # a developer's server shows static files as they are now
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

LOGGING = logs.configure(level=ENV["LOG_LEVEL"], as_json=False)
