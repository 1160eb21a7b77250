"""A trial on this machine only: invented people, passwords made for this installation."""

from hospital.kit import logs

from . import keys
from .base import *  # noqa: F403
from .base import ENV, VAR_DIR

IS_DEMO = True
SECRET_KEY = keys.of_this_installation(VAR_DIR / "secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# Loopback without TLS: browsers refuse __Host- and Secure cookies there.
SESSION_COOKIE_NAME = "openward"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "openward-csrf"
CSRF_COOKIE_SECURE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"

LOGGING = logs.configure(level=ENV["LOG_LEVEL"], as_json=False)
