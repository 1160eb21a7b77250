"""``./run lint``: everything that can be found without running the program."""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from . import place, venv
from .main import environment
from .steps import CROSS, TICK

_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
# What production must be told; nothing here is anybody's secret.
_PRODUCTION = {
    "OPENWARD_MODE": "production",
    "SECRET_KEY": "lint:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "openward.example.org",
    "BASE_URL": "https://openward.example.org",
    "TRUSTED_PROXIES": "1",
}


def run(*, fix: bool = False) -> int:
    """Run every check to the end and return 1 when one of them found something.

    With ``fix``, what the formatters can mend by themselves is mended first.
    """
    venv.ensure()
    venv.ensure("requirements-dev.txt")
    if fix:
        _mend()
    failed = []
    for name, check in _checks():
        print(f"── {name}", flush=True)
        problem = check()
        print(f"{CROSS if problem else TICK} {name}{problem}", flush=True)
        if problem:
            failed.append(name)
    print(
        f"\n{CROSS} {len(failed)} failed: {', '.join(failed)}" if failed else f"\n{TICK} All clean"
    )
    return 1 if failed else 0


def _mend() -> None:
    _python("-m", "ruff", "check", "--fix", "--quiet", ".", "run")
    _python("-m", "ruff", "format", ".", "run")
    _program("djade", "--target-version", "5.2", *templates())
    _program("djhtml", "--tabwidth", "2", *templates())


def _checks() -> Iterator[tuple[str, Callable[[], str]]]:
    manage = ("manage.py",)
    yield "ruff", lambda: _python("-m", "ruff", "check", ".", "run")
    yield "ruff format", lambda: _python("-m", "ruff", "format", "--check", ".", "run")
    yield "mypy", lambda: _python("-m", "mypy", "hospital", "records", "billing", "manage.py")
    yield "import-linter", lambda: _program("lint-imports", "--no-cache")
    yield "djade", lambda: _program("djade", "--target-version", "5.2", "--check", *templates())
    yield "djhtml", lambda: _program("djhtml", "--check", "--tabwidth", "2", *templates())
    yield "file sizes", _oversized
    yield "migrations", lambda: _python(*manage, "makemigrations", "--check", "--dry-run")
    yield (
        "check --deploy",
        lambda: _python(*manage, "check", "--deploy", "--fail-level", "WARNING", **_PRODUCTION),
    )
    yield "OpenAPI", _openapi
    yield "requirements", _requirements


def templates() -> list[str]:
    """Our own templates, by path."""
    found = [*(place.ROOT / "templates").rglob("*.html")]
    return sorted(str(path.relative_to(place.ROOT)) for path in found)


def _python(*arguments: str, **told: str) -> str:
    return _do([venv.python(), *arguments], told)


def _program(name: str, *arguments: str) -> str:
    return _do([str(Path(venv.python()).with_name(name)), *arguments], {})


def _do(command: list[str], told: dict[str, str]) -> str:
    settings = environment(**{"OPENWARD_MODE": "test", **told})
    done = subprocess.run(
        command, cwd=place.ROOT, env=settings, stdin=subprocess.DEVNULL, check=False
    )
    return f" (exit code {done.returncode})" if done.returncode else ""


def _oversized() -> str:
    """Files past the limits of the house: a big file is split by topic."""
    limits = (("*.py", 300), ("*.html", 120), ("*.css", 200))
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.html", "*.css"],
        cwd=place.ROOT, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    long = []
    for name in tracked:
        path = place.ROOT / name
        if "/migrations/" in name or not path.exists():
            continue
        limit = 400 if "/tests/" in name else next(n for glob, n in limits if path.match(glob))
        lines = len(path.read_text("utf-8").splitlines())
        if lines > limit:
            long.append(f"\n  {name}: {lines} lines, at most {limit}")
    return "".join(long)


def _openapi() -> str:
    """The committed description of the API is the one that the code generates."""
    committed = place.ROOT / "docs" / "openapi.json"
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.json"
        problem = _python(
            "manage.py", "spectacular", "--validate", "--fail-on-warn",
            "--format", "openapi-json", "--file", str(fresh),
        )  # fmt: skip
        if problem:
            return problem
        if not committed.exists() or committed.read_text("utf-8") != fresh.read_text("utf-8"):
            return (
                ": docs/openapi.json is not what the code says; write it anew with: ./run manage "
                "spectacular --format openapi-json --file docs/openapi.json"
            )
    return ""


def _requirements() -> str:
    """Every direct dependency is pinned in its lock; a forgotten lock is found offline."""
    problems = []
    for lock in ("requirements", "requirements-dev"):
        pinned = {_normal(name) for name in _names(place.ROOT / f"{lock}.txt")}
        wanted = {_normal(name) for name in _names(place.ROOT / f"{lock}.in")}
        problems += [f" {name} is not in {lock}.txt;" for name in sorted(wanted - pinned)]
    return "".join(problems)


def _names(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [found[1] for line in lines if (found := _NAME.match(line))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
