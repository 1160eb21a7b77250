"""Who is measured, and what each is asked."""

import base64
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import orjson

from .ground import Ground

JSON = {"Content-Type": "application/json"}
PREFIX = "mul"
# What is asked, in the order of the table.
QUESTIONS = {
    "one": "one patient",
    "list": "list of 50",
    "deep": "deep page of 50",
    "search": "prefix search",
    "create": "create",
    "html": "HTML list of 50",
    "book": "book a time",
    "free": "free times",
    "free_idle": "… none booked",
    "day": "HTML day of 10",
    "week": "HTML week, 1,500",
}


@dataclass(frozen=True)
class Question:
    """A request that can be asked again and again; ``body`` makes a new one each time."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[], bytes] | None = None
    status: int = 200


@dataclass(frozen=True)
class Contender:
    """One server: what gunicorn runs, with which environment, and its questions by name."""

    name: str
    application: str
    questions: dict[str, Question]
    environment: dict[str, str] = field(default_factory=dict)
    worker: str = "gthread"


def contenders(ground: Ground) -> list[Contender]:
    """Everybody who can take part here. The yardsticks need PostgreSQL, one of them FastAPI."""
    core = "authentication permission audit"
    found = [
        Contender("as shipped", "hospital.wsgi:application", _product(ground)),
        _stripped("core", core, _product(ground)),
        *(
            _stripped(f"without {promise}", promise, _promising(ground))
            for promise in ("authentication", "permission", "audit", "history")
        ),
    ]
    without_key = {"create": _create("/api/v1/patients", ground.bearer, key=False)}
    found.append(Contender("without idempotency", "hospital.wsgi:application", without_key))
    if ground.is_postgresql:
        found.append(Contender("limit", "records.bench.limit:application", _by_hand(ground)))
        if importlib.util.find_spec("fastapi") and importlib.util.find_spec("sqlalchemy"):
            worker = "uvicorn_worker.UvicornWorker"
            tutorial = _tutorial(ground)
            found.append(
                Contender("FastAPI", "records.bench.tutorial:app", tutorial, worker=worker)
            )
    return found


def _stripped(name: str, without: str, questions: dict[str, Question]) -> Contender:
    environment = {"BENCH_WITHOUT": without}
    return Contender(name, "records.bench.stripped:application", questions, environment)


def _product(ground: Ground) -> dict[str, Question]:
    api, token = "/api/v1/patients", ground.bearer
    return {
        "one": Question("GET", f"{api}/{ground.patient_id}", token),
        "list": Question("GET", api, token),
        "deep": Question("GET", f"{api}?cursor={ground.cursor}", token),
        "search": Question("POST", f"{api}/search", token | JSON, _search),
        "create": _create(api, token, key=True),
        "html": Question("GET", "/patients/", {"Cookie": ground.cookie}),
        **_scheduling(ground),
    }


def _scheduling(ground: Ground) -> dict[str, Question]:
    """What is asked of the calendar, where there is one."""
    if not (calendar := ground.calendar):
        return {}
    page, token = {"Cookie": ground.cookie}, ground.bearer
    headers = token | JSON | {"Idempotency-Key": "each its own"}
    free = "/api/v1/availability?limit=3&clinic_id="
    day = f"clinic={calendar.clinic_id}&day={calendar.monday}"
    return {
        "book": Question("POST", "/api/v1/appointments", headers, calendar.as_product, status=201),
        "free": Question("GET", f"{free}{calendar.clinic_id}", token),
        "free_idle": Question("GET", f"{free}{calendar.idle_clinic_id}", token),
        "day": Question("GET", f"/appointments/?{day}", page),
        "week": Question("GET", f"/appointments/week/?{day}", page),
    }


def _promising(ground: Ground) -> dict[str, Question]:
    """The questions by which the cost of a promise is told."""
    asked = _product(ground)
    return {name: asked[name] for name in ("one", "list", "create")}


def _by_hand(ground: Ground) -> dict[str, Question]:
    last = orjson.dumps([ground.deep_key, ground.deep_id])
    cursor = base64.urlsafe_b64encode(last).decode()
    calendar = ground.calendar
    scheduling = {
        "book": Question("POST", "/appointments", JSON, calendar.as_limit, status=201),
        "week": Question("GET", f"/week.html?{calendar.clinic_id}&{calendar.monday}"),
    } if calendar else {}  # fmt: skip
    return scheduling | {
        "one": Question("GET", f"/patients/{ground.patient_id}"),
        "list": Question("GET", "/patients"),
        "deep": Question("GET", f"/patients?cursor={cursor}"),
        "search": Question("POST", "/patients/search", JSON, _search),
        "create": _create("/patients", {}, key=False),
        "html": Question("GET", "/patients.html"),
    }


def _tutorial(ground: Ground) -> dict[str, Question]:
    return {
        "one": Question("GET", f"/patients/{ground.patient_id}"),
        "list": Question("GET", "/patients"),
        "deep": Question("GET", f"/patients?offset={ground.deep_offset}"),
        "search": Question("GET", f"/patients?name={PREFIX}"),
        "create": _create("/patients", {}, key=False),
    }


def _search() -> bytes:
    return orjson.dumps({"name": PREFIX})


def _create(path: str, headers: dict[str, str], *, key: bool) -> Question:
    people = _people()
    more = {"Idempotency-Key": "each its own"} if key else {}
    return Question("POST", path, headers | JSON | more, lambda: next(people), status=201)


def _people() -> Iterator[bytes]:
    """Bodies of a new patient, everybody somebody else."""
    start = uuid4().int % 10**6
    for number in count(start):
        name = "".join(chr(97 + number // 26**place % 26) for place in range(5))
        yield orjson.dumps(_person(name, number))


def _person(name: str, number: int) -> dict[str, Any]:
    return {
        "family_name": f"Bench{name}",
        "given_names": "Ana Maria",
        "sex": "female",
        "birth_date": f"19{number % 90 + 10}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "phone": f"+49151{number % 10**8:08}",
        "city": "Köln",
        "country": "DE",
    }
