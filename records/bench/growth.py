"""How what finding people takes grows with their number, beside what its own SQL takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction

from records.models import Patient

from . import growth_asked as asked
from . import plans, seeding

Say = Callable[[str], None]


@dataclass(frozen=True)
class Figures:
    """Milliseconds of a question over everybody it was asked for, and of its own SELECTs by the bare driver.

    Of each the fastest call counts, so what else the machine does is left out as far as it can be.
    """

    p50: float
    p95: float
    sql95: float
    queries: int
    walked: list[str]

    @property
    def ratio(self) -> float:
        return self.p95 / self.sql95


Run = dict[str, Figures]


@dataclass(frozen=True)
class Goal:
    """``of`` the figures of each of its questions (none: of every one) is at most ``most``."""

    sentence: str
    questions: tuple[str, ...]
    of: Callable[[Figures], float]
    most: float


GOALS = (
    Goal("search at most 1.5 times its own SQL, p95", (asked.TYPED, asked.SLIP, asked.PHONE, asked.BORN),
         lambda one: one.ratio, 1.5),
    Goal("duplicate check at most 200 ms, p95", (asked.CHECK, asked.POSTED), lambda one: one.p95, 200),
    Goal("as you type within 300 ms, p95", (asked.REQUEST,), lambda one: one.p95, 300),
    Goal("no table about patients walked", (), lambda one: len(one.walked), 0),
)  # fmt: skip


def run(*, rounds: int, into: Path, out: Say) -> Run:
    """Measure this database, keep the figures beside those of others in the file ``into``, print all of them."""
    count, found = measure(rounds=rounds)
    kept = _kept(into) | {count: found}
    rows = {
        number: {name: asdict(one) for name, one in run.items()} for number, run in kept.items()
    }
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_bytes(orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2))
    tell(dict(sorted(kept.items())), out)
    return found


def _kept(path: Path) -> dict[int, Run]:
    rows = orjson.loads(path.read_bytes()) if path.exists() else {}
    return {
        int(number): {name: Figures(**one) for name, one in run.items()}
        for number, run in rows.items()
    }


@transaction.atomic
def measure(*, rounds: int) -> tuple[int, Run]:
    """How many patients there are, and the figures of each question; nothing of it stays."""
    count = Patient.objects.count()
    if not count:
        raise seeding.NotForMeasuring("There is nobody here yet; run: bench seed 10000")
    questions = asked.questions(seeding.largest())
    found = {name: _measured(acts, rounds) for name, acts in questions.items()}
    transaction.set_rollback(True)
    return count, found


def _measured(acts: list[asked.Act], rounds: int) -> Figures:
    said = [plans.said(act) for act in acts]
    selects = [list(filter(plans.is_select, one)) for one in said]
    waits = [_turns(act, sql, rounds) for act, sql in zip(acts, selects, strict=True)]
    ours, raw = zip(*waits, strict=True)
    about_patients = {sql for one in selects for sql in one if "records_" in sql}
    return Figures(
        p50=_at(ours, 0.5), p95=_at(ours, 0.95), sql95=_at(raw, 0.95),
        queries=max(map(len, said)),
        walked=sorted({table for sql in about_patients for table in plans.walked(sql)}),
    )  # fmt: skip


def _turns(act: asked.Act, statements: list[str], rounds: int) -> tuple[float, float]:
    """The fastest call of an act and of its own SQL; in turn, so that a busy machine slows both alike."""
    turns = [(_wait(act), _wait(lambda: _bare(statements))) for _ in range(rounds)]
    ours, raw = zip(*turns, strict=True)
    return min(ours), min(raw)


def _bare(statements: Iterable[str]) -> None:
    driver: Any = connection.connection
    with closing(driver.cursor()) as cursor:
        for sql in statements:
            cursor.execute(sql)
            cursor.fetchall()


def _wait(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1e3


def _at(waits: Iterable[float], share: float) -> float:
    ranked = sorted(waits)
    return ranked[ceil(share * len(ranked)) - 1]


# ---- what is printed


def tell(kept: dict[int, Run], out: Say) -> None:
    """The table of all sizes measured so far, smallest first, and the goals at the largest."""
    least, most = min(kept), max(kept)
    heads = [f"{number:,}" for number in kept]
    out(f"| p50 / p95 in ms | {' | '.join(heads)} | growth of p95 | times its SQL | queries |")
    out("|---" * (len(kept) + 4) + "|")
    for name, one in kept[most].items():
        cells = [_cell(run.get(name)) for run in kept.values()]
        before = kept[least].get(name)
        growth = f"{one.p95 / before.p95:.1f}" if before and most > least else "–"
        out(f"| {name} | {' | '.join(cells)} | {growth} | {one.ratio:.1f} | {one.queries} |")
    out("")
    for goal in GOALS:
        for name in goal.questions or kept[most]:
            value = goal.of(kept[most][name])
            verdict = "met" if value <= goal.most else "NOT MET"
            if goal.questions or value:
                out(f"{verdict:<8} {goal.sentence}: {name} {value:.1f}")
    for name, one in kept[most].items():
        for table in one.walked:
            out(f"WALKED   {table}: {name}")


def _cell(one: Figures | None) -> str:
    return f"{one.p50:.1f} / {one.p95:.1f}" if one else "–"
