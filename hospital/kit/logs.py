"""Structured logs without personal data: one JSON object a line, or readable lines for a demo.

Nothing that a person typed is logged on purpose; what slips through from a library is made harmless:
control characters are encoded, so that nobody forges a line or drives a terminal, and exceptions are
told by type, place and constraint, never by their message, which a database fills with the values of
the row.
"""

import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ROOT = Path(__file__).resolve().parent.parent.parent
_CAUSES = 4


def configure(*, level: str, as_json: bool) -> dict[str, Any]:
    """Set up structlog and return Django's ``LOGGING`` for the same handlers and format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        tell_exception,
        encode_control_characters,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return _logging(level, shared, as_json=as_json)


def _logging(level: str, shared: list[Any], *, as_json: bool) -> dict[str, Any]:
    renderer = structlog.processors.JSONRenderer() if as_json else _readable
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "hospital": {"level": level},
            "records": {"level": level},
            "billing": {"level": level},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # The request log below has these already, with the request's id.
            "django.request": {"level": "CRITICAL"},
            # runserver prints whole addresses, query string included.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # At DEBUG it would print every statement with its values.
            "django.db.backends": {"level": "WARNING"},
            "django_structlog": {"level": level},
            "django_tasks": {"level": "WARNING"},
            # It warns about every stop it was asked for.
            "django_tasks_db": {"level": "ERROR"},
        },
    }


def encode_control_characters(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write every control character of a value as an escape: no line or colour is forged."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    return event


def tell_exception(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by ``exception`` (types and codes) and ``where`` (file, line, function)."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = " < ".join(_described(each) for each in _causes(error))
        event["where"] = " < ".join(_places(error))
    return event


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < _CAUSES:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def _described(error: BaseException) -> str:
    """The type, with what names a rule and holds no value: a code, a SQLSTATE, a constraint."""
    diagnosis = getattr(error, "diag", None)
    facts = [
        getattr(error, "code", None),
        getattr(error, "sqlstate", None),
        getattr(diagnosis, "constraint_name", None),
        getattr(error, "sqlite_errorname", None),
    ]
    told = ", ".join(str(fact) for fact in facts if isinstance(fact, str | int))
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name}({told})" if told else name


def _places(error: BaseException) -> list[str]:
    """Where it was raised, then who of ours called there, the nearest first."""
    frames = [*reversed(traceback.extract_tb(error.__traceback__))]
    ours = [frame for frame in frames[1:] if _is_ours(Path(frame.filename))]
    return [f"{_short(frame)}:{frame.lineno} {frame.name}" for frame in [*frames[:1], *ours[:8]]]


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _short(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    if _is_ours(path):
        return str(path.relative_to(_ROOT))
    return frame.filename.rpartition("site-packages/")[2]


def _readable(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """One line for a person: time, level, what happened, then the facts."""
    time = str(event.pop("timestamp", ""))[11:19]
    level, name = event.pop("level", ""), event.pop("event", "")
    event.pop("logger", None)
    facts = " ".join(f"{key}={value}" for key, value in event.items())
    return f"{time} {level:<8} {name} {facts}".rstrip()
