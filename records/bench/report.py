"""What a run says: the table, which goals are met, and what each promise costs."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .contenders import QUESTIONS
from .ground import Ground

if TYPE_CHECKING:
    from .running import Cell, Table

SHIPPED, CORE, LIMIT, FASTAPI = "as shipped", "core", "limit", "FastAPI"
COLUMNS = (SHIPPED, CORE, LIMIT, FASTAPI)
PROMISES = ("authentication", "permission", "audit", "history", "idempotency")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Goal:
    """``ours`` is at least ``least`` times as fast as ``theirs``; each is (contender, question)."""

    sentence: str
    ours: tuple[str, str]
    theirs: tuple[str, str]
    least: float


GOALS = (
    Goal("core: one patient ≥ 1.5x FastAPI", (CORE, "one"), (FASTAPI, "one"), 1.5),
    Goal("core: list of 50 ≥ 2x FastAPI", (CORE, "list"), (FASTAPI, "list"), 2.0),
    Goal("core: list of 50 ≥ 0.33x the limit", (CORE, "list"), (LIMIT, "list"), 0.33),
    Goal("core: HTML list ≥ 0.3x the limit", (CORE, "html"), (LIMIT, "html"), 0.3),
    Goal("core: deep page ≤ 1.5x page 1", (CORE, "deep"), (CORE, "list"), 1 / 1.5),
    Goal("as shipped: one patient ≥ FastAPI", (SHIPPED, "one"), (FASTAPI, "one"), 1.0),
    Goal("as shipped: create ≥ 0.8x FastAPI", (SHIPPED, "create"), (FASTAPI, "create"), 0.8),
    Goal(
        "as shipped: free times with a year booked ≤ 2x with nothing booked",
        (SHIPPED, "free"),
        (SHIPPED, "free_idle"),
        1 / 2,
    ),
)


def tell(table: "Table", ground: Ground, *, rounds: int, workers: int, out: Say) -> None:
    """Print everything."""
    out(f"{ground.patients:,} patients at the hospital asked for; {_machine()}; {workers} workers")
    out(
        f"each; one client; {rounds} rounds, medians. ms: waiting time; cpu: ms of processor, server"
    )
    out("and database together. x: how many times as fast as the contender of the column's head.")
    out("")
    _times(table, out)
    out("")
    _goals(table, out)
    out("")
    _costs(table, out)


def _machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"


def _times(table: "Table", out: Say) -> None:
    present = [name for name in COLUMNS if any(key[0] == name for key in table)]
    rivals = [name for name in (LIMIT, FASTAPI) if name in present]
    heads = "".join(f"{name:>18}" for name in present)
    out(f"{'':<18}{heads}" + "".join(f"{f'core/{name}':>14}" for name in rivals))
    units = "".join(f"{'ms':>10}{'cpu':>8}" for _ in present)
    out(f"{'':<18}{units}" + "".join(f"{'x (cpu x)':>14}" for _ in rivals))
    for question, words in QUESTIONS.items():
        cells = [table.get((name, question)) for name in present]
        ours = table.get((CORE, question))
        said = "".join(_cell(cell) for cell in cells)
        out(
            f"{words:<18}{said}"
            + "".join(_ratio(ours, table.get((name, question))) for name in rivals)
        )


def _cell(cell: "Cell | None") -> str:
    return f"{cell.wait:>10.2f}{cell.processor:>8.2f}" if cell else f"{'-':>10}{'-':>8}"


def _ratio(ours: "Cell | None", theirs: "Cell | None") -> str:
    if not ours or not theirs:
        return f"{'-':>14}"
    said = f"{theirs.wait / ours.wait:.2f} ({theirs.processor / ours.processor:.2f})"
    return f"{said:>14}"


def _goals(table: "Table", out: Say) -> None:
    out("Goals, by waiting time (by processor time)")
    for goal in GOALS:
        ours, theirs = table.get(goal.ours), table.get(goal.theirs)
        if not ours or not theirs:
            out(f"  ?        {goal.sentence}: not measured here")
            continue
        ratio = theirs.wait / ours.wait
        verdict = "met" if ratio >= goal.least else "NOT MET"
        second = theirs.processor / ours.processor
        out(f"  {verdict:<8} {goal.sentence}: {ratio:.2f} ({second:.2f})")


def _costs(table: "Table", out: Say) -> None:
    out("What each promise costs as shipped, ms of processor, server and database")
    asked = ("one", "list", "create")
    out(f"  {'':<16}" + "".join(f"{QUESTIONS[name]:>16}" for name in asked))
    for promise in PROMISES:
        said = ""
        for question in asked:
            whole = table.get((SHIPPED, question))
            rest = table.get((f"without {promise}", question))
            said += f"{whole.processor - rest.processor:>16.2f}" if whole and rest else f"{'-':>16}"
        out(f"  {promise:<16}{said}")
