"""What every way of running Openward shares."""

import contextlib
import sys

from django.utils.translation import gettext_lazy as _

from hospital.launch import place

from . import databases, environment
from .api import *  # noqa: F403
from .security import *  # noqa: F403
from .signin import *  # noqa: F403

try:  # the bundled SQLite is newer than most distributions' and has the WAL-reset fix
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
except ImportError:
    pass

MODE = place.mode()
BASE_DIR = place.ROOT
VAR_DIR = place.var_dir()
with contextlib.suppress(OSError):  # the doctor says why; without it there is nothing to write to
    place.make(VAR_DIR)
ENV = environment.load(MODE)

IS_DEMO = False
DEBUG = False
BASE_URL = ENV["BASE_URL"]
TRUSTED_PROXIES = ENV["TRUSTED_PROXIES"]
ROOT_URLCONF = "hospital.urls"
# What is not asked for a permission by its address (hospital.kit.checks).
ADDRESSES_OF_OTHERS = {
    "accounts/": "allauth: signing in, and one's own password and second factor",
    "invitation/": "whoever has the link; it says nothing about anybody",
    "admin/": "the site lets in by the policy, and each of its classes asks it again",
    "api/schema": "the same for everybody, and no secret",
    "calendar/<str:secret>.ics": "a doctor's calendar, for whoever has its secret address",
    "docs": "the API's documentation",
    "redoc": "the API's documentation",
    r"api/v1(?:/[\s\S]*)?$": "answers that there is nothing",
    r"api/(?P<path>[\s\S]*)$": "answers where it has moved",
}
# Beginnings of addresses that know nobody by a session.
WITHOUT_SESSION = ("/api/", "/calendar/")
# Calendar programs ask every few minutes: of one calendar, and from one place, per server process.
CALENDAR_REQUESTS_PER_MINUTE = {"calendar": 10, "place": 120}
WSGI_APPLICATION = "hospital.wsgi.application"
AUTH_USER_MODEL = "hospital.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True  # the API answers with and without a slash by itself

INSTALLED_APPS = [
    "django_linear_migrations",
    "hospital.kit.admin.apps.OpenwardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "django_htmx",
    "template_partials",
    "lucide",
    "csp",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "hospital.apps.HospitalConfig",
    "records.apps.RecordsConfig",
    "billing.apps.BillingConfig",
]
FIRST_PARTY_APPS = ["hospital", "records", "billing"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hospital.kit.web.compression.CompressPages",
    "hospital.kit.requestlog.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "hospital.web.middleware.ActorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hospital.web.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "hospital.web.forms.Renderer"

DATABASES = {
    "default": databases.entry(
        ENV["DATABASE_URL"], root=BASE_DIR, var=VAR_DIR, pool_size=ENV["DATABASE_POOL_SIZE"]
    )
}
# Shared by all processes: the throttling of sign-in counts in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "openward_cache",
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
# A message may name a patient: it stays in the session table, not in a cookie.
SESSION_ENGINE = "hospital.kit.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = ["hospital.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each hospital has its own zone; this one is the database's

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hospital.kit.storage.InliningManifestStorage"},
}
# A list of up to so many rows is exported while one waits, a longer one as a job.
EXPORT_AT_ONCE = ENV["OPENWARD_EXPORT_AT_ONCE"]
# No file that is sent is larger than the largest that is read.
FILE_UPLOAD_HANDLERS = ["hospital.kit.web.uploads.BoundedUpload"]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = ""

# Without a mail server nothing is sent, and no link that opens an account lands in a log.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
CAN_MAIL = bool(ENV["EMAIL_URL"])
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV["DEFAULT_FROM_EMAIL"]
if ENV["EMAIL_URL"]:
    vars().update(ENV["EMAIL_URL"])

DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # the actor is bound instead, without loading a user for it
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # ours knows how many proxies to believe

# A username is unique whatever its capitals, by a constraint that this check does not look for.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
