"""How the text of a setting is read. Each raises ``ValueError`` with the end of a sentence."""

from typing import Any
from urllib.parse import urlsplit

import environ

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SCHEMES = ("sqlite:///", "postgres://", "postgresql://")


def text(value: str) -> str:
    return value


def words(value: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in value.split(",") if word.strip()]


def hosts(value: str) -> list[str]:
    """Host names without scheme or path; ``*`` is refused, as it would trust any Host header."""
    found = words(value)
    for host in found:
        if "/" in host or "*" in host or " " in host:
            raise ValueError(f"has {host!r}, which is not a host name")
    return found


def origin(value: str) -> str:
    """A scheme and a host, without a path."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError(f"is {value!r}, which is not an address of the form https://host")
    return value.rstrip("/")


def origins(value: str) -> list[str]:
    return [origin(word) for word in words(value)]


def count(value: str) -> int:
    if not value.isascii() or not value.isdecimal():
        raise ValueError(f"is {value!r}, which is not a whole number")
    return int(value)


def positive(value: str) -> int:
    if count(value) < 1:
        raise ValueError("must be at least 1")
    return int(value)


def flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError(f"is {value!r}, which is neither 0 nor 1")
    return value == "1"


def level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError(f"is {value!r}, which is none of {', '.join(LEVELS)}")
    return value.upper()


def database(value: str) -> dict[str, Any]:
    """A ``DATABASES`` entry for SQLite or PostgreSQL. A password never reaches the error text."""
    if not value.startswith(SCHEMES):
        raise ValueError("must begin with sqlite:/// or postgres://")
    try:
        config = environ.Env.db_url_config(value)
        port = urlsplit(value).port  # raises when it is not a number
    except (ValueError, KeyError, AttributeError, environ.ImproperlyConfigured):
        raise ValueError("cannot be read as a database address") from None
    if not config.get("NAME") or port == 0:
        raise ValueError("does not name a database")
    return dict(config)


def email(value: str) -> dict[str, Any]:
    """Django's ``EMAIL_*`` values. A password never reaches the error text."""
    try:
        return dict(environ.Env.email_url_config(value))
    except (ValueError, KeyError, AttributeError, environ.ImproperlyConfigured):
        raise ValueError("cannot be read as a mail server's address") from None
