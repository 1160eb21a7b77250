"""The database of an earlier landing, brought up to date: nothing is missing, unguarded or unreadable."""

import json
import re

import psycopg
import pytest
from django.db import connection

from .databases import EXPECTED, kept, look, manage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def url(tmp_path, django_db_setup, django_db_blocker):
    """The filled database of the engine tested, restored somewhere of its own."""
    if connection.vendor == "sqlite":
        path = tmp_path / "filled.sqlite3"
        path.write_bytes(kept("sqlite"))
        yield f"sqlite:///{path}"
        return
    where = connection.settings_dict
    name = f"{where['NAME']}_filled"
    server = {"host": where["HOST"] or None, "port": where["PORT"] or None,
              "user": where["USER"] or None, "password": where["PASSWORD"] or None}  # fmt: skip
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}"')
        with psycopg.connect(dbname=name, autocommit=True, **server) as database:
            database.execute(kept("postgresql").decode())
        secret = f":{where['PASSWORD']}" if where["PASSWORD"] else ""
        yield f"postgres://{where['USER']}{secret}@{where['HOST']}:{where['PORT']}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_filled_database_is_brought_up_to_date_and_nothing_is_lost(url, tmp_path, count):
    manage(url, tmp_path, "migrate", "-v0")
    found, expected = look(url, tmp_path), json.loads(EXPECTED.read_text("utf-8"))
    assert found["missing_guards"] == []
    assert found["first_broken"] is None
    assert found["behind"] == []
    assert found == expected
    count("rows of the filled database", sum(found["counts"].values()))


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_the_copy_opens_nothing(vendor):
    """Passwords and tokens are hashes of what nobody kept."""
    text = kept(vendor)
    assert b"argon2" in text
    assert not re.search(rb"ow_[0-9a-f]{8}\.[\w-]{20}", text)
