"""Tests that walk many cases say how many at the end, so that "0 failures" never means "0 cases".

A pytest plugin. The counts travel with the reports, also from the processes of xdist.
"""

from collections.abc import Callable
from typing import Any

import pytest

MARK = "count: "


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """``count("cells of the permission matrix", 1234)`` puts the line into the run's summary."""
    return lambda what, number: record_property(f"{MARK}{what}", number)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts: dict[str, int] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, number in report.user_properties if report.when == "call" else ():
                if name.startswith(MARK):
                    what = name.removeprefix(MARK)
                    counts[what] = counts.get(what, 0) + number
    if counts:
        terminalreporter.section("counts")
    for what, number in sorted(counts.items()):
        terminalreporter.line(f"{number:>8,}  {what}")
