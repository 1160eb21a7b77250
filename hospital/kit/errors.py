"""What can be refused, and the one description of it that every door translates.

Services raise ``ValidationError`` (bad input), ``RuleError`` (the state forbids it), ``StaleError``
(somebody else changed it), ``Denied`` (not allowed) and ``NotVisible`` (as if it never was).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404

from . import codes


@dataclass(frozen=True, slots=True)
class Link:
    """A record named by a refusal, so that the person can go there: doors turn it into a URL.

    Who may not read the record is told of it without one.
    """

    resource: str
    id: UUID
    label: str
    may_read: bool = True


class Refusal(Exception):
    """A refusal with a declared code; ``params`` fill its sentence, ``links`` name what stands in the way."""

    def __init__(self, code: str, *, links: tuple[Link, ...] = (), detail: str = "", **params: Any):
        self.code = code
        self.params = params
        self.links = links
        self.detail = detail or codes.sentence(code, **params)
        super().__init__(code)

    @property
    def more(self) -> dict[str, Any]:
        """What else the API tells about it, by name."""
        return {}


class RuleError(Refusal):
    """The state of things forbids the act."""


class Moved(RuleError):
    """What was asked for is another record now, its one link: who reads is led there, writing is refused."""


class Consequences(RuleError):
    """It can be done, and something would come of it: it is done once the person accepts that."""

    def told_to(self, actor: Any) -> dict[str, Any]:
        """What would come of it, as a table for this person; a look at patients is booked.

        {"title", "columns" (heads, as a table's), "rows" [{"url", "label" (parts, each on one line),
        "cells"}], "more" (how many are not shown), "accept" (words for the button that accepts it)}.
        """
        raise NotImplementedError


class Busy(Refusal):
    """The database could not serve this now; trying again is safe and likely to work."""

    def __init__(self) -> None:
        super().__init__("busy")


class StaleError(Exception):
    """Somebody else changed the record first. ``current`` is the record as it is now, or None if gone."""

    code = "stale"

    def __init__(self, current: Any):
        self.current = current
        super().__init__("stale")


class Denied(PermissionDenied):
    """Signed in, but not allowed; names the missing permission (and the fields, when only they are)."""

    def __init__(self, permission: str, *, code: str = "forbidden", names: tuple[str, ...] = ()):
        self.permission = permission
        self.code = code
        self.names = names
        super().__init__(permission)

    def called(self, names: Mapping[str, str]) -> "Denied":
        """The same, with the fields called as a door calls them."""
        told = tuple(names.get(name, name) for name in self.names)
        return Denied(self.permission, code=self.code, names=told)


class NotSignedIn(PermissionDenied):
    """Nobody is signed in, and this is not for everybody."""

    code = "not_authenticated"


class NotVisible(Http404):
    """Not there, or not for this person: the two are never told apart."""

    code = "not_found"


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal as every door tells it. ``errors``: field -> [(code, sentence)], "" for the whole record."""

    status: int
    code: str
    detail: str
    errors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    current: Any = None
    more: dict[str, Any] = field(default_factory=dict)


# One name for one mistake, whatever noticed it.
SAME_CODE = {
    "blank": "required",
    "null": "required",
    "empty": "required",
    "null_characters_not_allowed": "nul_character",
    "invalid_date": "date_invalid",
    "invalid_datetime": "invalid",
    "invalid_time": "invalid",
    "min_value": "out_of_range",
    "max_value": "out_of_range",
}


def problem_of(exc: Exception) -> Problem | None:
    """Describe a refusal; None for an exception that is our own fault."""
    if isinstance(exc, ValidationError):
        return _of_validation(exc)
    if isinstance(exc, Refusal):
        status = codes.get(exc.code).status
        return Problem(status, exc.code, exc.detail, links=exc.links, more=exc.more)
    if isinstance(exc, StaleError):
        return Problem(412, "stale", codes.sentence("stale"), current=exc.current)
    if isinstance(exc, Denied):
        params = {"permission": exc.permission, "fields": ", ".join(exc.names)}
        return Problem(403, exc.code, codes.sentence(exc.code, **params))
    return _of_django(exc)


def _of_django(exc: Exception) -> Problem | None:
    if isinstance(exc, NotSignedIn):
        return Problem(401, exc.code, codes.sentence(exc.code))
    if isinstance(exc, Http404):
        return Problem(404, "not_found", codes.sentence("not_found"))
    if isinstance(exc, PermissionDenied):
        return Problem(403, "forbidden", codes.sentence("forbidden", permission="", fields=""))
    return None


def errors_of(exc: ValidationError) -> dict[str, list[tuple[str, str]]]:
    """The field errors of a ValidationError as field -> [(code, sentence)]."""
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
    return {
        "" if name == NON_FIELD_ERRORS else name: [_coded(error) for error in errors]
        for name, errors in by_field.items()
    }


def _coded(error: ValidationError) -> tuple[str, str]:
    code = error.code or "invalid"
    return SAME_CODE.get(code, code), str(error.messages[0])


def _of_validation(exc: ValidationError) -> Problem:
    errors = errors_of(exc)
    found = [code for rows in errors.values() for code, _ in rows]
    declared = [known for code in found if (known := codes.find(code))]
    conflict = next((code for code in declared if code.status == 409), None)
    if conflict:
        detail = next(
            text for rows in errors.values() for code, text in rows if code == conflict.code
        )
        return Problem(409, conflict.code, detail, errors)
    return Problem(400, "invalid_input", codes.sentence("invalid_input"), errors)
