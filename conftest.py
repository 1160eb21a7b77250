"""What every test in the house starts from."""

import os

import django
import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from hospital.kit import racing

# Before Django loads: tests never run in the mode of this installation.
os.environ["OPENWARD_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

# No deadline: a shared machine's pause is not a slow program. A failure prints its seed.
# CI tries the same examples every time, so that it judges the change; everybody else tries new ones.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

# What a racing process would load for itself.
racing.PRELOADED.append("hospital.tests.preloaded")

# Guards lifted for a flush and put back, races between processes, and counts in the summary.
pytest_plugins = ["hospital.kit.testing", "hospital.tests.counting"]


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory):
    """What SQLite begins with: other processes cannot see a database in memory."""
    return tmp_path_factory.mktemp("race") / "empty.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, empty_sqlite_file):
    """As pytest-django's. SQLite's is kept as it was before the first test. Before PostgreSQL drops its own, whoever is
    still connected is sent away: a browser's last request, or a racing process that was ended a moment ago.
    """
    from hospital.kit.testing import store_empty

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            store_empty(empty_sqlite_file)
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def demo_or_not_is_asked_anew():
    """A program has one database and asks it once; here the next test has another one."""
    from hospital.web import context

    context._known.clear()
