"""Settings from the environment: read once, checked whole, documented completely."""

import re

import pytest

from hospital.launch import place
from hospital.settings import databases, environment, keys
from hospital.settings.environment import SETTINGS, Misconfigured

GOOD = {
    "SECRET_KEY": "k" * 10 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "ALLOWED_HOSTS": "openward.example.org",
    "BASE_URL": "https://openward.example.org",
    "TRUSTED_PROXIES": "1",
}


def problems(tmp_path, process, mode="production"):
    with pytest.raises(Misconfigured) as caught:
        environment.load(mode, tmp_path, process)
    return caught.value.problems


def test_good_settings_are_read(tmp_path):
    values = environment.load("production", tmp_path, GOOD)

    assert values["ALLOWED_HOSTS"] == ["openward.example.org"]
    assert values["TRUSTED_PROXIES"] == 1
    assert values["LOG_LEVEL"] == "INFO"


def test_the_process_goes_before_the_file(tmp_path):
    (tmp_path / ".env").write_text('LOG_LEVEL=ERROR\nDEFAULT_FROM_EMAIL="A <a@b.org>"\n')

    values = environment.load("production", tmp_path, {**GOOD, "LOG_LEVEL": "DEBUG"})

    assert values["LOG_LEVEL"] == "DEBUG"
    assert values["DEFAULT_FROM_EMAIL"] == "A <a@b.org>"


def test_tests_never_read_the_installation_s_file(tmp_path):
    (tmp_path / ".env").write_text("LOG_LEVEL=nonsense\n")

    assert environment.load("test", tmp_path, {})["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres//openward@localhost/openward"),
        ("DATABASE_URL", "mysql://openward@localhost/openward"),
        ("DATABASE_URL", "postgres://openward@localhost:port/openward"),
        ("DATABASE_URL", "postgres://openward@localhost:5432/"),
        ("DATABASE_URL", "nonsense"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://openward.example.org"),
        ("BASE_URL", "openward.example.org"),
        ("BASE_URL", "https://openward.example.org/path"),
        ("CSRF_TRUSTED_ORIGINS", "openward.example.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "two"),
        ("DATABASE_POOL_SIZE", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("EMAIL_URL", "carrier-pigeon://loft"),
        ("OPENWARD_REQUIRE_POSTGRES", "yes"),
    ],
)
def test_a_malformed_value_is_named_with_a_valid_example(tmp_path, name, value):
    (sentence,) = problems(tmp_path, {**GOOD, name: value})

    example = next(setting.example for setting in SETTINGS if setting.name == name)
    assert sentence.startswith(f"{name} ")
    assert sentence.endswith(f"valid example: {name}={example}")


def test_a_malformed_address_does_not_tell_its_password(tmp_path):
    url = "postgres://openward:hunter2hunter2@host:port/name"

    (sentence,) = problems(tmp_path, {**GOOD, "DATABASE_URL": url})

    assert "hunter2" not in sentence


def test_an_unknown_name_is_refused_with_the_nearest_known_one(tmp_path):
    (tmp_path / ".env").write_text("ALOWED_HOSTS=a.example.org\n")

    (sentence,) = problems(tmp_path, GOOD)

    assert sentence.startswith("ALOWED_HOSTS is not a setting")
    assert "did you mean ALLOWED_HOSTS?" in sentence


def test_an_unknown_name_of_ours_in_the_process_is_refused(tmp_path):
    (sentence,) = problems(tmp_path, {**GOOD, "OPENWARD_MOED": "demo", "PATH": "/bin"})

    assert "OPENWARD_MOED" in sentence


def test_everything_wrong_is_told_at_once(tmp_path):
    told = problems(tmp_path, {"LOG_LEVEL": "LOUD", "DATABASE_URL": "nonsense"})

    assert {sentence.split()[0] for sentence in told} == {
        "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "TRUSTED_PROXIES", "LOG_LEVEL", "DATABASE_URL",
    }  # fmt: skip


def test_the_example_file_documents_exactly_the_settings_there_are():
    text = (place.ROOT / ".env.example").read_text("utf-8")
    documented = re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE)

    assert sorted(documented) == sorted(setting.name for setting in SETTINGS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_valid_example_is_valid(setting):
    assert setting.parse(setting.example)


def test_the_example_file_is_complete_but_for_the_key(tmp_path):
    (tmp_path / ".env").write_text((place.ROOT / ".env.example").read_text("utf-8"))

    assert [sentence.split()[0] for sentence in problems(tmp_path, {})] == ["SECRET_KEY"]


def test_a_file_means_production_and_none_means_demo(tmp_path):
    assert place.mode({}, tmp_path) == "demo"
    (tmp_path / ".env").write_text("")
    assert place.mode({}, tmp_path) == "production"


def test_a_demo_is_refused_beside_a_real_installation_s_file(tmp_path):
    (tmp_path / ".env").write_text("")

    with pytest.raises(place.Refused, match=r"OPENWARD_MODE=demo does not go with a \.env"):
        place.mode({"OPENWARD_MODE": "demo"}, tmp_path)


def test_an_unknown_mode_is_refused(tmp_path):
    with pytest.raises(place.Refused, match="valid example: OPENWARD_MODE=production"):
        place.mode({"OPENWARD_MODE": "prod"}, tmp_path)


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 60, "django-insecure-" + GOOD["SECRET_KEY"], "abc" * 20]
)
def test_a_weak_key_is_refused(key):
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        keys.strong(key)


def test_a_demo_s_key_is_made_once_and_only_for_its_owner(tmp_path):
    path = tmp_path / "var" / "secret_key"

    first, second = keys.of_this_installation(path), keys.of_this_installation(path)

    assert first == second
    assert keys.weakness(first) == ""
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def test_a_database_address_is_completed_for_each_engine(tmp_path):
    def complete(config):
        return databases.entry(config, root=tmp_path, var=tmp_path / "var", pool_size=8)

    sqlite = complete(None)
    server = complete({"ENGINE": "django.db.backends.postgresql", "NAME": "openward"})

    assert sqlite["NAME"] == str(tmp_path / "var" / "openward.sqlite3")
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert server["OPTIONS"]["pool"]["max_size"] == 8
    assert server["CONN_HEALTH_CHECKS"] is True
