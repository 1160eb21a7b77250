"""``up``, ``doctor``, ``setup`` and ``worker``: refused with a sentence, or done completely."""

import contextlib
import datetime as dt
import os
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from hospital.kit import audit, collected, guards, heartbeat
from hospital.models import AuditEvent, Hospital, Installation, Membership, User
from hospital.services import diagnosis, preflight, sealing
from hospital.settings import keys
from hospital.tests.factories import HospitalFactory, actor

pytestmark = pytest.mark.django_db

SET_UP = {
    "hospital_code": "NORTH",
    "hospital_name": "North Hospital",
    "time_zone": "Africa/Nairobi",
    "currency": "KES",
    "country": "KE",
    "username": "amina",
    "full_name": "Amina Otieno",
    "email": "amina@example.org",
}
PASSWORD = "seven green bicycles"


@pytest.fixture(autouse=True)
def installation(settings, tmp_path, monkeypatch):
    """An installation in a folder of its own, with its static files collected."""
    settings.VAR_DIR = tmp_path
    settings.MODE, settings.IS_DEMO = "production", False
    monkeypatch.setattr(collected, "is_current", lambda: True)
    return tmp_path


def refusal(command, **options):
    with pytest.raises(CommandError) as caught:
        call_command(command, **options)
    return str(caught.value)


def finding(topic):
    return next(each for each in diagnosis.findings() if each.topic == topic)


def of_the_future():
    MigrationRecorder(connection).record_applied("hospital", "9999_of_the_future")


def drop_a_guard():
    guards.drop(connection, ["audit_event_append_only"])
    return "audit_event_append_only"


def test_a_prepared_installation_is_left_alone(capsys):
    call_command("up")

    assert (
        capsys.readouterr().out == "! There is no hospital yet; make the first with: ./run setup\n"
    )


def test_older_code_refuses_a_newer_database():
    of_the_future()

    assert refusal("up") == (
        "This code is older than the database, which already has hospital.9999_of_the_future; "
        "start the newer version, or restore the backup made before it."
    )
    assert "older than the database" in finding("migrations").problem


def test_a_pending_migration_is_found_and_named():
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")

    assert "sessions.0001_initial" in finding("migrations").problem
    assert finding("migrations").remedy == "./run manage migrate"
    with pytest.raises(preflight.NotReady, match="pending"):
        preflight.verify()


def test_a_missing_guard_stops_the_start_and_is_put_back_by_the_doctor(capsys):
    name = drop_a_guard()
    assert name in refusal("up")
    assert finding("guards").problem == f"1 missing: {name}"

    with contextlib.suppress(SystemExit):  # this machine may have other ailments
        call_command("doctor", reinstall_guards=True)

    assert f"Put back: {name}" in capsys.readouterr().out
    assert finding("guards").problem == ""


def test_production_refuses_a_demo_database():
    Installation.objects.create(is_demo=True)

    assert refusal("up").startswith("This is the demo's database")
    assert finding("installation").problem.startswith("This is the demo's database")


def test_the_demo_keeps_away_from_a_real_hospital(settings):
    settings.MODE, settings.IS_DEMO = "demo", True
    Installation.objects.create(is_demo=False)

    assert "real hospital" in refusal("up")
    assert not Hospital.objects.exists()


def test_an_unreachable_database_is_one_sentence(monkeypatch):
    def fail(*_arguments, **_options):
        raise OperationalError("connection refused\nmore of it")

    monkeypatch.setattr(connection, "ensure_connection", fail)
    if connection.vendor == "postgresql":
        monkeypatch.setattr(connection.Database, "connect", fail)

    sentence = refusal("up")
    assert "cannot be reached (connection refused); check DATABASE_URL" in sentence
    assert finding("database").problem.endswith("cannot be reached (connection refused)")


def test_a_weak_key_is_found(settings):
    settings.SECRET_KEY = "weak"

    assert finding("secret key").problem == "SECRET_KEY is shorter than 50 characters"


def test_a_demo_s_key_that_others_can_read_is_found(settings, tmp_path):
    settings.IS_DEMO = True
    settings.SECRET_KEY = keys.of_this_installation(tmp_path / "secret_key")
    assert finding("secret key").problem == ""
    (tmp_path / "secret_key").chmod(0o644)

    assert "can be read by others" in finding("secret key").problem


@pytest.mark.parametrize("year", [2001, 2026])
def test_a_wrong_clock_is_found(monkeypatch, year):
    """Before this program was made, and before what is already on record."""
    moment = dt.datetime(year, 11, 2, tzinfo=dt.UTC)
    later = moment + dt.timedelta(days=400)
    MigrationRecorder.Migration.objects.filter(app="sessions").update(applied=later)
    monkeypatch.setattr(diagnosis.clock, "now", lambda: moment)

    assert finding("clock").problem


def test_a_right_clock_is_not_a_problem():
    assert finding("clock").problem == ""


def test_a_changed_past_is_found():
    audit.happened(actor("nurse", HospitalFactory()), "hospital.session.sign_in")
    sealing.seal_new()
    assert finding("audit trail").problem == ""
    with guards.lifted(connection):
        AuditEvent.objects.update(outcome="denied")

    assert finding("audit trail").problem == "somebody has changed what seal 1 stands for"
    assert finding("audit trail").remedy == "./run manage verify_audit"


def test_a_worker_that_died_is_told_from_one_that_was_stopped(tmp_path):
    pulse = tmp_path / "worker.heartbeat"

    assert "not running" in finding("worker").note
    heartbeat.beat(pulse)
    assert finding("worker").note == "alive"
    long_ago = time.time() - 120
    os.utime(pulse, (long_ago, long_ago))
    assert "stopped 120 s ago" in finding("worker").problem


def test_setting_up_makes_a_hospital_and_its_administrator(monkeypatch):
    monkeypatch.setenv("OPENWARD_ADMIN_PASSWORD", PASSWORD)

    call_command("setup", **SET_UP)

    membership = Membership.objects.get()
    assert membership.hospital.code == "NORTH"
    assert membership.user.check_password(PASSWORD)
    assert membership.role == "administrator"
    assert Installation.objects.get().is_demo is False


def test_setting_up_twice_is_refused(monkeypatch):
    monkeypatch.setenv("OPENWARD_ADMIN_PASSWORD", PASSWORD)
    call_command("setup", **SET_UP)

    assert "set up already" in refusal("setup", **SET_UP)
    assert Hospital.objects.count() == 1


def test_a_real_installation_begins_with_its_settings(settings):
    settings.MODE, settings.IS_DEMO = "demo", True

    assert "cp .env.example .env" in refusal("setup", **SET_UP)


def test_a_demo_is_not_set_up_over(monkeypatch):
    monkeypatch.setenv("OPENWARD_ADMIN_PASSWORD", PASSWORD)
    Installation.objects.create(is_demo=True)

    assert "demo's database" in refusal("setup", **SET_UP)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password", ["short", "openwardopenward", "amina@example.org", "north-hospital-1"]
)
def test_a_poor_password_sets_nothing_up(monkeypatch, settings, password):
    monkeypatch.setenv("OPENWARD_ADMIN_PASSWORD", password)

    assert refusal("setup", **SET_UP)
    assert not Hospital.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("time_zone", "Mars/Base"), ("currency", "shillings"), ("country", "Kenya")]
)
def test_a_wrong_answer_sets_nothing_up(monkeypatch, name, value):
    monkeypatch.setenv("OPENWARD_ADMIN_PASSWORD", PASSWORD)

    assert name in refusal("setup", **{**SET_UP, name: value})
    assert not User.objects.exists()


def test_a_question_without_a_person_to_answer_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    assert "Not told: Hospital name" in refusal("setup", **{**SET_UP, "hospital_name": None})
