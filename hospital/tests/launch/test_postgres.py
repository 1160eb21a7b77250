"""The throwaway PostgreSQL of ``./run test``: started without root, gone afterwards."""

import psycopg
import pytest

from hospital.launch import place, postgres, testing


@pytest.mark.slow
def test_a_throwaway_cluster_answers_and_is_gone_afterwards(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    if postgres.binaries() is None:
        with postgres.server() as address:
            assert address is None
        return

    with postgres.server() as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=5)


def test_a_named_server_goes_first(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://somewhere/else")

    with postgres.server() as address:
        assert address == "postgres://somewhere/else"


def test_a_cluster_that_does_not_start_says_why(monkeypatch, tmp_path):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    for name in ("initdb", "pg_ctl"):
        (tmp_path / name).write_text("#!/bin/sh\necho no room; exit 1\n")
        (tmp_path / name).chmod(0o755)
    tmp_path.chmod(0o755)
    monkeypatch.setattr(postgres, "binaries", lambda: tmp_path)
    monkeypatch.setattr(postgres, "_as_somebody", lambda _home: [])

    with pytest.raises(place.Refused, match="did not start: no room"), postgres.server():
        pass


@pytest.mark.parametrize(("required", "is_good"), [("1", False), ("0", True), (None, True)])
def test_the_absence_of_postgresql_is_said_and_fails_where_it_is_required(
    monkeypatch, required, is_good
):
    monkeypatch.delenv("OPENWARD_REQUIRE_POSTGRES", raising=False)
    if required:
        monkeypatch.setenv("OPENWARD_REQUIRE_POSTGRES", required)

    result = testing._untested()

    assert result.is_good is is_good
    assert "NOT TESTED" in result.line()


@pytest.mark.parametrize(
    ("line", "closing"),
    [
        (
            "3 failed, 12 passed, 2 deselected in 4.20s\n",
            "3 failed, 12 passed, 2 deselected in 4.20s",
        ),
        ("===== 12 passed in 4.20s =====\n", "12 passed in 4.20s"),
        ("2 errors in 1.00s\n", "2 errors in 1.00s"),
        ("     120  addresses\n", ""),
        ("12 passed the test of time\n", ""),
    ],
)
def test_pytest_s_closing_line_is_found(line, closing):
    assert testing._closing_line(line) == closing
