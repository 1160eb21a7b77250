"""One interleaved run: everybody has a turn at everything, round after round."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from django.db import connection

from hospital.kit import collected

from . import client, report
from .contenders import QUESTIONS, contenders
from .ground import lay, tidy
from .serving import Server, seconds_of, serving

Say = Callable[[str], None]


@dataclass
class Cell:
    """What one contender did with one question, a number for each round; times in milliseconds."""

    waits: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @property
    def wait(self) -> float:
        """The median of the rounds' median waits."""
        return median(self.waits)

    @property
    def processor(self) -> float:
        """Processor time of a request, server and database together."""
        return median(one + two for one, two in zip(self.server, self.database, strict=True))


Table = dict[tuple[str, str], Cell]


def run(*, rounds: int, turn: float, workers: int, out: Say) -> None:
    """Measure and print. A wrong answer of anybody stops everything."""
    if not collected.is_current():
        collected.collect()
    ground = lay()
    try:
        table: Table = {}
        with serving(contenders(ground), ground, workers=workers) as servers:
            for number in range(rounds + 1):
                for question in QUESTIONS:
                    # Whoever begins has cold caches and pays for it: everybody begins in turn.
                    for server in rotated(servers, number):
                        if question in server.contender.questions:
                            cell = measured(server, question, turn)
                            if number:  # the first round only warms up
                                add(table, server.contender.name, question, cell)
    finally:
        tidy()
    report.tell(table, ground, rounds=rounds, workers=workers, out=out)


def rotated(servers: list[Server], number: int) -> list[Server]:
    start = number % len(servers)
    return servers[start:] + servers[:start]


def measured(server: Server, question: str, seconds: float) -> Cell:
    """One turn: what it waited, and what it used of the processors for each request."""
    asked = server.contender.questions[question]
    backends = backends_of(server)
    before = server.used(), sum(map(seconds_of, backends))
    done = client.turn(server.port, asked, seconds)
    used = server.used() - before[0], sum(map(seconds_of, backends)) - before[1]
    number = done.requests
    return Cell([median(done.waits) * 1e3], [used[0] / number * 1e3], [used[1] / number * 1e3])


def backends_of(server: Server) -> list[int]:
    """The processes that PostgreSQL has for a server's connections, when it runs on this machine."""
    if connection.vendor != "postgresql":
        return []
    sql = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND inet_server_addr() << '127.0.0.0/8'"
    with connection.cursor() as cursor:
        cursor.execute(sql, [server.name])
        return [row[0] for row in cursor.fetchall()]


def add(table: Table, contender: str, question: str, cell: Cell) -> None:
    kept = table.setdefault((contender, question), Cell())
    kept.waits += cell.waits
    kept.server += cell.server
    kept.database += cell.database
