"""The limit: the same answers from the same tables by hand, with nothing between WSGI and SQL.

No token, no policy, no audit, no errors told: what no framework can be faster than. Its answers equal
the product's, which a test holds.
"""

import base64
import html
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
from uuid_utils.compat import uuid7

from . import limit_sql as sql

PAGE = 50
ZONE = ZoneInfo("Europe/Berlin")
MOMENTS = ("registered_at", "created_at", "updated_at")
Start = Callable[[str, list[tuple[str, str]]], Any]

pool = ConnectionPool(
    os.environ.get("DATABASE_URL", ""), min_size=1, max_size=8, open=False,
    kwargs={"autocommit": True, "row_factory": dict_row},
)  # fmt: skip
here = UUID(os.environ.get("BENCH_HOSPITAL") or "0" * 32)


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Route by the shape of the path; whatever fits nothing is an error of the measuring."""
    pool.open()
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    kind = "application/json"
    with pool.connection() as db:
        if method == "POST":
            sent = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            body = WRITES[path](db, sent)
        elif path == "/patients":
            body = page(db, environ["QUERY_STRING"])
        elif path.endswith(".html"):
            body = table(db) if path == "/patients.html" else week(db, environ["QUERY_STRING"])
            kind = "text/html; charset=utf-8"
        else:
            body = one(db, UUID(path.rpartition("/")[2]))
    is_made = method == "POST" and not path.endswith("/search")
    status = "201 Created" if is_made else "200 OK"
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def one(db: Any, patient_id: UUID) -> bytes:
    """One chart with its parts."""
    rows = db.execute(sql.ONE, {"here": here, "id": patient_id}).fetchall()
    return orjson.dumps(shown(db, rows)[0])


def page(db: Any, query: str) -> bytes:
    """Fifty charts by name, after the cursor when there is one."""
    cursor = query.removeprefix("cursor=")
    wanted = {"here": here, "limit": PAGE + 1}
    if cursor:
        key, after = orjson.loads(base64.urlsafe_b64decode(cursor))
        rows = db.execute(sql.AFTER, wanted | {"key": key, "after": UUID(after)}).fetchall()
    else:
        rows = db.execute(sql.FIRST, wanted).fetchall()
    more, rows = rows[PAGE:], rows[:PAGE]
    last = [rows[-1]["sort_key"], rows[-1]["id"]]
    address = "/patients?cursor=" + base64.urlsafe_b64encode(orjson.dumps(last)).decode()
    return orjson.dumps({"results": shown(db, rows), "next": address if more else None})


def search(db: Any, sent: dict[str, str]) -> bytes:
    """The first fifty whose name has a word that begins so."""
    prefix = sent["name"]
    wanted = {"here": here, "from": prefix, "to": prefix + "\x7f", "length": len(prefix)}
    found = [row["patient_id"] for row in db.execute(sql.SEARCH, wanted | {"limit": PAGE + 1})]
    charts = db.execute(sql.MANY, {"here": here, "ids": found[:PAGE]}).fetchall()
    by_id = {row["id"]: row for row in shown(db, charts)}
    return orjson.dumps({"results": [by_id[pk] for pk in found[:PAGE]]})


def create(db: Any, sent: dict[str, str]) -> bytes:
    """A chart, its registration and its search keys: the facts themselves and nothing about them."""
    chart, registration = uuid7(), uuid7()
    words = sorted({sent["family_name"].lower(), *sent["given_names"].lower().split()})
    facts = sent | {"id": chart, "registration": registration, "here": here}
    with db.transaction():
        number = db.execute("SELECT nextval('series_mrn') AS n").fetchone()["n"]
        facts |= {"mrn": f"L{number}", "sort_key": " ".join(words)}
        made = db.execute(sql.CREATE, facts).fetchone()
        db.execute(sql.REGISTER, facts)
        keys = [("n", word) for word in words] + [("m", facts["mrn"]), ("b", sent["birth_date"])]
        with db.cursor() as cursor:
            cursor.executemany(sql.KEYS, [(registration, here, *key) for key in keys])
    return orjson.dumps(made)


def table(db: Any) -> bytes:
    """The first page as HTML."""
    rows = db.execute(sql.FIRST, {"here": here, "limit": PAGE + 1}).fetchall()
    lines = [
        f'<tr><th scope="row"><a href="/patients/{row["id"]}/"><bdi>'
        f"{html.escape(row['family_name'].upper())}, {html.escape(row['given_names'])}</bdi></a></th>"
        f'<td class="nowrap">{row["birth_date"]}</td><td class="wide-only">{row["sex"]}</td>'
        f'<td class="nowrap"><bdi>{row["mrn"]}</bdi></td>'
        f'<td class="wide-only nowrap"><bdi>{row["phone"]}</bdi></td></tr>'
        for row in rows[:PAGE]
    ]
    return f"<!doctype html><title>Patients</title><table>{''.join(lines)}</table>".encode()


def book(db: Any, sent: dict[str, str]) -> bytes:
    """A time with a doctor: the two rows, refused by the same constraints."""
    facts = sent | {"id": uuid7(), "booking": uuid7(), "here": here}
    with db.transaction():
        made = db.execute(sql.BOOK, facts).fetchone()
        db.execute(sql.TAKE, facts)
    return orjson.dumps(made)


def week(db: Any, query: str) -> bytes:
    """Whoever comes in a week, as HTML: a line for each."""
    clinic, _, monday = query.partition("&")
    first = datetime.fromisoformat(monday).replace(tzinfo=ZONE)
    wanted = {
        "here": here,
        "clinic": UUID(clinic),
        "first": first,
        "last": first + timedelta(days=7),
    }
    lines = [
        f'<li><a href="/appointments/{row["id"]}/">{row["starts_at"].astimezone(ZONE):%H:%M} '
        f"{html.escape(row['family_name'].upper())}, {html.escape(row['given_names'])}</a></li>"
        for row in db.execute(sql.WEEK, wanted)
    ]
    return f"<!doctype html><title>Week</title><ul>{''.join(lines)}</ul>".encode()


WRITES = {"/patients": create, "/patients/search": search, "/appointments": book}


def shown(db: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Charts as they are answered, with their identifiers, contacts and external ids."""
    ids = [row["id"] for row in rows]
    parts = {
        "identifiers": grouped(db.execute(sql.IDENTIFIERS, [ids])),
        "contacts": grouped(db.execute(sql.CONTACTS, [ids])),
        "external_ids": grouped(db.execute(sql.EXTERNAL_IDS, [ids, here])),
    }
    for row in rows:
        row.pop("sort_key", None)
        for name in MOMENTS:
            row[name] = row[name].astimezone(ZONE).isoformat()
        for name, found in parts.items():
            row[name] = found.get(row["id"], [])
    return rows


def grouped(rows: Iterable[dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    """Rows by the chart they belong to."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.pop("parent"), []).append(row)
    return found
