"""The one who asks: one request after the other over one connection, timing its own waiting."""

import http.client
import time
from dataclasses import dataclass
from uuid import uuid4

from .contenders import Question

FEWEST = 5
PATIENCE = 20


class Unexpected(Exception):
    """An answer that is not the one being measured."""


@dataclass(frozen=True)
class Turn:
    """The waiting times of one turn, in seconds, and how many requests it had with the first one."""

    waits: list[float]
    requests: int


def turn(port: int, question: Question, seconds: float) -> Turn:
    """Ask as often as fits into ``seconds``, at least five times, over one kept connection.

    The first request opens the connection and is not counted. Unexpected stops the run.
    """
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        ask(line, question)
        waits: list[float] = []
        until = time.perf_counter() + seconds
        while len(waits) < FEWEST or time.perf_counter() < until:
            waits.append(ask(line, question))
    finally:
        line.close()
    return Turn(waits, len(waits) + 1)


def ask(line: http.client.HTTPConnection, question: Question) -> float:
    """Seconds from the first byte sent to the last one read."""
    headers = dict(question.headers)
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = uuid4().hex
    body = question.body() if question.body else None
    began = time.perf_counter()
    line.request(question.method, question.path, body=body, headers=headers)
    response = line.getresponse()
    said = response.read()
    waited = time.perf_counter() - began
    if response.status != question.status:
        asked = f"{question.method} {question.path[:80]}"
        raise Unexpected(f"{asked}: {response.status} {said[:300].decode(errors='replace')}")
    return waited
