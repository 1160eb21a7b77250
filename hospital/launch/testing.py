"""``./run test``: the suite on SQLite, then on PostgreSQL, and a summary that hides nothing."""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass

from . import place, postgres, venv
from .main import environment

PROCESSES = "2"
# CI runs the same order and the same examples every time; elsewhere each run has new ones.
SEED_OF_CI = 7
# As in pytest.ini: what is run while one works.
FAST = "not race and not browser and not slow"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_CLOSING = re.compile(r"\d+ (?:passed|failed|errors?|deselected)\b.* in [\d.]+s.*")


@dataclass
class Result:
    """One line of the summary."""

    what: str
    sentence: str
    is_good: bool

    def line(self) -> str:
        return f"{'✓' if self.is_good else '✗'} {self.what:<12} {self.sentence}"


def run(*, everything: bool, arguments: list[str]) -> int:
    """Install what tests need, run both engines, print the summary; 1 when anything failed.

    What could not be run is said aloud and is a failure only where ``OPENWARD_REQUIRE_POSTGRES=1``.
    """
    venv.ensure()
    venv.ensure("requirements-dev.txt")
    chosen, again = _chosen_tests(everything=everything)
    results = [_suite("SQLite", {}, [*chosen, *arguments])]
    with postgres.server() as address:
        if address:
            told = {"TEST_DATABASE_URL": address}
            results.append(_suite("PostgreSQL", told, [*again, *arguments]))
        else:
            results.append(_untested())
    if everything and not browser():
        results.append(
            Result("browser", "NOT TESTED: no Chromium (apt-get install chromium)", True)
        )
    print("\nSummary")
    for result in results:
        print(result.line())
    return 0 if all(result.is_good for result in results) else 1


def browser() -> str | None:
    """The system's Chromium, which the browser tests drive."""
    named = os.environ.get("OPENWARD_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def _chosen_tests(*, everything: bool) -> tuple[list[str], list[str]]:
    """What is run on the first engine, and on the second: what hangs on no database is run once."""
    if not everything:
        return [], ["-m", f"{FAST} and not once"]
    if not browser():
        return ["-m", "not browser"], ["-m", "not browser and not once"]
    return ["-m", ""], ["-m", "not once"]


def _untested() -> Result:
    is_required = os.environ.get("OPENWARD_REQUIRE_POSTGRES") == "1"
    sentence = (
        "NOT TESTED: no server (TEST_DATABASE_URL) and no binaries (apt-get install postgresql)"
    )
    return Result("PostgreSQL", sentence, not is_required)


def _suite(engine: str, told: dict[str, str], arguments: list[str]) -> Result:
    print(f"\n── Tests on {engine} ".ljust(80, "─"), flush=True)
    order = [f"--randomly-seed={SEED_OF_CI}"] if os.environ.get("CI") else []
    # A process that has nothing left takes over what another one has before it.
    command = [
        venv.python(), "-m", "pytest", "-n", PROCESSES, "--dist", "worksteal", "-q", *order, *arguments,
    ]  # fmt: skip
    settings = environment(OPENWARD_MODE="test", **told)
    if not told:
        settings.pop("TEST_DATABASE_URL", None)
    # Without files of compiled code every process, and each that a test starts, compiles the house and
    # rewrites all assertions anew.
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    started, closing = time.monotonic(), "no closing line"
    with subprocess.Popen(
        command, cwd=place.ROOT, env=settings, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as pytest:  # fmt: skip
        for line in pytest.stdout or ():
            print(line, end="", flush=True)
            closing = _closing_line(line) or closing
    spent = f"{time.monotonic() - started:.0f} s"
    return Result(engine, f"{closing} (all told {spent})", pytest.returncode == 0)


def _closing_line(line: str) -> str:
    """Pytest's last line without the bars it draws around it in full output, or nothing."""
    found = _CLOSING.fullmatch(line.strip("= \n"))
    return found[0] if found else ""
