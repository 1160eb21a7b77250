"""A real hospital: behind a proxy that ends TLS, with a key and a host name of its own."""

from hospital.kit import logs

from . import keys
from .base import *  # noqa: F403
from .base import ENV, MIDDLEWARE

SECRET_KEY = keys.strong(ENV["SECRET_KEY"])
SECRET_KEY_FALLBACKS = ENV["SECRET_KEY_FALLBACKS"]
ALLOWED_HOSTS = ENV["ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = ENV["CSRF_TRUSTED_ORIGINS"]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # refused instead, by what follows
_AFTER = MIDDLEWARE.index("hospital.kit.requestlog.RequestLog") + 1
MIDDLEWARE = [
    *MIDDLEWARE[:_AFTER],
    "hospital.kit.api.transport.RefusePlainHttp",
    *MIDDLEWARE[_AFTER:],
]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

LOGGING = logs.configure(level=ENV["LOG_LEVEL"], as_json=True)
