"""Going to every address as everybody, and watching what each visit does to the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from hospital.kit.testing import taken_back

WRITE = re.compile(
    r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE
)
# What a visit may write although it was refused: that it was refused, and that somebody was there.
HOUSEKEEPING = {
    "hospital_auditevent", "django_session", "hospital_apitoken", "usersessions_usersession",
    "openward_cache",
}  # fmt: skip
# What differs between two answers that say the same.
PASSING = re.compile(
    r'nonce-[\w+/=-]+|nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|name="form_token" value="[^"]*"'
    r'|"X-CSRFToken": "[^"]*"'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}"
)


@dataclass(frozen=True)
class Address:
    """One entry of the URL resolver."""

    route: str
    name: str
    callback: Any

    @property
    def has_row(self) -> bool:
        marks = ("<uuid:pk>", "(?P<pk>", "<path:object_id>")
        return self.is_below_patient or any(mark in self.route for mark in marks)

    @property
    def is_below_patient(self) -> bool:
        """Whether the row in the address is the patient whose entries the page is about."""
        return "<uuid:patient_id>" in self.route


def addresses() -> list[Address]:
    """Every address there is, in the resolver's order."""
    return list(_walk(get_resolver(), "", ()))


def viewsets() -> dict[str, Any]:
    """Every resource of the API by its topic."""
    classes = [getattr(address.callback, "cls", None) for address in addresses()]
    found = {each.topic: each for each in classes if hasattr(each, "topic")}
    assert {"hospitals", "departments", "wards", "patients"} <= found.keys(), (
        "resources are missing"
    )
    return found


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(route, ":".join([*spaces, entry.name or ""]), entry.callback)
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, route, inner)


@dataclass
class Visit:
    """What came of one request. ``written`` are the tables that a statement was sent to, ``changed``
    those that are different afterwards."""

    status: int = 0
    location: str = ""
    body: str = ""
    written: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    @property
    def left(self) -> set[str]:
        """The tables in which it left something that is no housekeeping."""
        return self.changed - HOUSEKEEPING

    @property
    def comparable(self) -> str:
        return PASSING.sub("·", self.body)


def visit(client: Any, method: str, path: str, data: Any = None, **headers: Any) -> Visit:
    """Send one request, note what it wrote, and take all of it back."""
    found = Visit()
    with taken_back():
        with connection.execute_wrapper(_noting(found.written)):
            answer = getattr(client, method.lower())(path, data, headers=headers)
        after = {table: _digest(table) for table in found.written}
    found.changed = {table for table in found.written if _digest(table) != after[table]}
    found.status = answer.status_code
    found.location = answer.get("Location", "")
    body = b"".join(answer) if answer.streaming else answer.content
    found.body = body.decode(errors="replace")
    return found


def _digest(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return hash(tuple(sorted(map(str, cursor.fetchall()))))


def _noting(written: set[str]) -> Any:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITE.match(sql):
            written.add(match.group(1))
        return execute(sql, params, many, context)

    return note
