"""The settings that come from the environment or ``.env``: one list, read once, checked whole.

A name that is not on the list and a value that cannot be read stop the start, each with the name and
a valid example. ``.env.example`` documents exactly this list; a test holds the two together.
"""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from hospital.launch import place

from . import parsers


class Misconfigured(ImproperlyConfigured):
    """Settings that cannot be used; ``problems`` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Setting:
    """One name a person may set, how its text is read, and a value that would be accepted."""

    name: str
    parse: Callable[[str], Any]
    example: str
    default: Any = None
    modes: tuple[str, ...] = place.MODES
    is_required_in: tuple[str, ...] = ()


SETTINGS = (
    Setting("SECRET_KEY", parsers.text, "a line of 50 or more random characters",
            is_required_in=("production",)),
    Setting("SECRET_KEY_FALLBACKS", parsers.words, "the-key-before-this-one", ()),
    Setting("ALLOWED_HOSTS", parsers.hosts, "openward.example.org", (),
            is_required_in=("production",)),
    Setting("BASE_URL", parsers.origin, "https://openward.example.org", "http://localhost:8000",
            is_required_in=("production",)),
    Setting("CSRF_TRUSTED_ORIGINS", parsers.origins, "https://openward.example.org", ()),
    Setting("TRUSTED_PROXIES", parsers.count, "1", 0, is_required_in=("production",)),
    Setting("DATABASE_URL", parsers.database, "postgres://openward:secret@localhost:5432/openward"),
    Setting("DATABASE_POOL_SIZE", parsers.positive, "8", 8),
    Setting("EMAIL_URL", parsers.email, "smtp+tls://user:secret@mail.example.org:587"),
    Setting("DEFAULT_FROM_EMAIL", parsers.text, "Openward <openward@example.org>",
            "Openward <openward@localhost>"),
    Setting("LOG_LEVEL", parsers.level, "INFO", "INFO"),
    Setting("WEB_CONCURRENCY", parsers.positive, "2", 2),
    Setting("OPENWARD_MODE", parsers.text, "production"),
    Setting("OPENWARD_VAR_DIR", parsers.text, "/var/lib/openward"),
    Setting("OPENWARD_THREADS", parsers.positive, "4", 4),
    Setting("OPENWARD_EXPORT_AT_ONCE", parsers.positive, "500", 500),
    Setting("OPENWARD_ADMIN_PASSWORD", parsers.text, "a pass phrase of 15 or more characters"),
    Setting("OPENWARD_REQUIRE_POSTGRES", parsers.flag, "1", False),
    Setting("OPENWARD_CHROMIUM", parsers.text, "/usr/bin/chromium"),
    Setting("TEST_DATABASE_URL", parsers.database, "postgres://root@127.0.0.1:5432/postgres"),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def load(
    mode: str, root: Path = place.ROOT, process: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Return every setting's value by name, the process environment going before ``.env``.

    Raises ``Misconfigured`` naming everything wrong at once: unknown names, unreadable values, and
    what ``mode`` cannot do without. Tests and benchmarks never look into ``.env``.
    """
    written = _env_file_values(root) if mode in ("demo", "production") else {}
    given = {**written, **{name: text for name, text in process.items() if name in _BY_NAME}}
    problems = _unknown(written, process)
    values = {}
    for setting in SETTINGS:
        try:
            values[setting.name] = _value(setting, given.get(setting.name, ""), mode)
        except ValueError as wrong:
            problems.append(
                f"{setting.name} {wrong}; valid example: {setting.name}={setting.example}"
            )
    if problems:
        raise Misconfigured(problems)
    return values


def _env_file_values(root: Path) -> dict[str, str]:
    class Reader(environ.Env):
        ENVIRON: dict[str, str] = {}

    if place.env_file(root).is_file():
        Reader.read_env(place.env_file(root))
    return Reader.ENVIRON


def _unknown(written: Mapping[str, str], process: Mapping[str, str]) -> list[str]:
    """Sentences for the names nobody reads: a typing mistake must not pass for a setting."""
    ours = [name for name in process if name.startswith("OPENWARD_")]
    return [
        f"{name} is not a setting of Openward{_nearest(name)}"
        for name in sorted({*written, *ours} - set(_BY_NAME))
    ]


def _nearest(name: str) -> str:
    for near in difflib.get_close_matches(name, _BY_NAME, n=1):
        return f"; did you mean {near}? Valid example: {near}={_BY_NAME[near].example}"
    return "; .env.example lists the settings there are"


def _value(setting: Setting, text: str, mode: str) -> Any:
    if text.strip():
        return setting.parse(text.strip())
    if mode in setting.is_required_in:
        raise ValueError("is not set")
    return setting.default
