"""Real starts, in production on SQLite: the processes, the headers, and how they end."""

import os
import shutil
import signal
import sqlite3

import pytest

from hospital.tests.launch.starts import Start, free_port, get, is_gone, told

pytestmark = [pytest.mark.slow, pytest.mark.once]
HTTPS = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.9"}


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def var(tmp_path):
    return tmp_path / "var"


@pytest.fixture(scope="session")
def pattern(tmp_path_factory):
    """An installation that is up to date, made once to be copied."""
    var = tmp_path_factory.mktemp("pattern") / "var"
    with Start("manage", "up", environment=told(var)) as done:
        assert done.finish() == 0, done.output
    return var


@pytest.fixture
def prepared(pattern, var):
    return shutil.copytree(pattern, var)


@pytest.fixture
def start(prepared, port):
    with Start("--port", str(port), environment=told(prepared)) as started:
        started.until("is ready")
        yield started


@pytest.fixture(scope="module")
def served(pattern, tmp_path_factory):
    """(port, var) of an installation at work, for those who only ask it something."""
    var = shutil.copytree(pattern, tmp_path_factory.mktemp("served") / "var")
    port = free_port()
    with Start("--port", str(port), environment=told(var)) as started:
        started.until("is ready")
        yield port, var


def execute(var, statement, *values):
    with sqlite3.connect(var / "openward.sqlite3") as connection:
        connection.execute(statement, values)
    connection.close()


def test_a_first_start_shows_its_steps(var, port):
    with Start("--port", str(port), environment=told(var)) as first:
        first.until("is ready")

    assert "✓ Bringing the database up to date" in first.output
    assert "✓ Collecting static files" in first.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_is_asked_to_stop_ends_cleanly(start, var, number):
    children = start.children()

    assert start.stop(number) == 0
    assert "Stopped." in start.output
    assert "Traceback" not in start.output
    assert all(is_gone(pid) for pid in children.values())
    assert not (var / "worker.heartbeat").exists()


def test_production_sends_what_browsers_need_to_be_safe(served):
    port, _ = served
    answer = get(port, "/accounts/login/", **HTTPS)

    headers = answer.headers
    assert answer.status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Request-Id"]
    policy = headers["Content-Security-Policy"]
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    for cookie in headers.get_all("Set-Cookie") or []:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_production_leads_pages_to_https_and_refuses_strange_hosts(served):
    port, _ = served
    plain = get(port, "/accounts/login/")

    assert plain.status == 301
    assert plain.headers["Location"] == "https://openward.example.org/accounts/login/"
    assert get(port, "/accounts/login/", Host="evil.example.org", **HTTPS).status == 400


def test_the_api_over_plain_http_is_refused_not_led_on(served):
    port, _ = served
    plain = get(port, "/api/v1/me", Authorization="Bearer ow_x.y")

    assert plain.status == 403
    assert plain.headers["Content-Type"] == "application/problem+json"
    assert "Location" not in plain.headers
    assert get(port, "/api/v1/me", **HTTPS).status == 401


def test_static_files_are_served_to_be_kept_for_ever(served):
    port, var = served
    name = next((var / "static" / "css").glob("app.*.css")).name

    answer = get(port, f"/static/css/{name}", Accept_Encoding="gzip", **HTTPS)

    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_request_is_logged_without_its_query(start, port):
    get(port, "/accounts/login/?next=/Zyxwvuta", **HTTPS)
    start.stop()

    assert "GET /accounts/login/" in start.output
    assert "203.0.113.9" in start.output
    assert "Zyxwvuta" not in start.output


@pytest.mark.parametrize(
    ("command", "name"), [("worker", "worker"), ("hospital.wsgi", "web server")]
)
def test_one_that_dies_stops_the_other(start, command, name):
    children = start.children()

    os.kill(children[command], signal.SIGKILL)

    assert start.finish() == 1
    assert f"The {name} stopped by itself (signal SIGKILL)" in start.output
    assert all(is_gone(pid) for pid in children.values())


def test_nothing_is_left_behind_when_the_start_itself_is_killed(start):
    children = start.children()

    start.stop(signal.SIGKILL)

    assert all(is_gone(pid) for pid in children.values())


def test_two_starts_at_once_migrate_once(var):
    first = Start("--port", str(free_port()), environment=told(var))
    second = Start("--port", str(free_port()), environment=told(var))

    with first, second:
        first.until("is ready")
        second.until("is ready")

    assert (first.output + second.output).count("✓ Bringing the database up to date") == 1
    assert (first.output + second.output).count("✓ Collecting static files") == 1


def test_a_second_start_on_the_port_says_so_and_does_nothing(start, var, port):
    with Start("--port", str(port), environment=told(var)) as second:
        assert second.finish() == 1

    assert (
        second.output == f"✗ Port {port} is taken by another program; try ./run --port {port + 1}\n"
    )


def test_a_second_start_has_nothing_to_do(prepared, port):
    with Start("--port", str(port), environment=told(prepared)) as second:
        second.until("is ready")

    assert "✓" not in second.output


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DROP TRIGGER {trigger}", "The database lacks 1 of its guards"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_x', '2026-11-20')",
            "This code is older than the database, which already has records.9999_x",
        ),
        (
            "INSERT INTO hospital_installation (id, is_demo, created_at) VALUES (1, 1, '2026-11-20')",
            "This is the demo's database",
        ),
    ],
)
def test_an_unsafe_database_is_not_served(prepared, port, statement, sentence):
    with sqlite3.connect(prepared / "openward.sqlite3") as connection:
        (trigger,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hospital_auditevent'"
        ).fetchone()
    connection.close()
    execute(prepared, statement.format(trigger=f'"{trigger}"'))

    with Start("--port", str(port), environment=told(prepared)) as refused:
        assert refused.finish() == 1

    assert sentence in refused.output
    assert "Traceback" not in refused.output


def test_the_doctor_works_without_a_database(prepared):
    unreachable = told(prepared, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    with Start("doctor", "--port", str(free_port()), environment=unreachable) as doctor:
        assert doctor.finish() == 1

    assert "✗ database" in doctor.output
    assert "✓ var/" in doctor.output
    assert "Traceback" not in doctor.output


def test_the_doctor_works_with_a_malformed_database_address(prepared):
    malformed = told(prepared, DATABASE_URL="postgres//nowhere")

    with Start("doctor", "--port", str(free_port()), environment=malformed) as doctor:
        assert doctor.finish() == 1

    assert "DATABASE_URL must begin with sqlite:/// or postgres://" in doctor.output
    assert "✓ disk" in doctor.output
    assert "Traceback" not in doctor.output


def test_a_malformed_setting_stops_the_start_before_anything_is_done(var, port):
    malformed = told(var, DATABASE_URL="postgres//nowhere")

    with Start("--port", str(port), environment=malformed) as refused:
        assert refused.finish() == 1

    assert "valid example: DATABASE_URL=postgres://" in refused.output
    assert "Traceback" not in refused.output
    assert not (var / "openward.sqlite3").exists()


def test_a_real_installation_is_set_up_by_options(prepared):
    options = {
        "hospital-code": "NORTH", "hospital-name": "North Hospital", "country": "KE",
        "time-zone": "Africa/Nairobi", "currency": "KES", "username": "amina",
        "full-name": "Amina Otieno", "email": "amina@example.org",
    }  # fmt: skip
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    environment = told(prepared, OPENWARD_ADMIN_PASSWORD="seven green bicycles")

    with Start("setup", *given, environment=environment) as done:
        assert done.finish() == 0, done.output
    assert "North Hospital is set up" in done.output
    with Start("setup", *given, environment=environment) as again:
        assert again.finish() == 1
    assert "set up already" in again.output


def test_a_real_installation_never_gets_a_demo(prepared):
    with Start("demo", "--reset", environment=told(prepared)) as refused:
        assert refused.finish() == 1

    assert refused.output.startswith("✗ This is a real installation")


def test_the_worker_does_once_what_is_due_and_ends(prepared):
    with Start("manage", "worker", "--once", environment=told(prepared)) as worker:
        assert worker.finish() == 0

    assert "periodic_work_failed" not in worker.output
    assert "Traceback" not in worker.output
