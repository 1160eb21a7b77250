"""The Python environment in ``.venv``, with exactly the packages of the hash-pinned lock."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import machine, place
from .place import Refused
from .steps import step

INSTALL_BYTES = 800 * 2**20
_UNREACHABLE = re.compile(
    r"NewConnectionError|Failed to establish|name resolution|Name or service not known|"
    r"ConnectTimeout|ReadTimeout|Max retries|Network is unreachable|ProxyError|"
    r"Could not find a version|No matching distribution|Connection (refused|reset|broken)",
    re.IGNORECASE,
)


def folder() -> Path:
    return place.ROOT / ".venv"


def python() -> str:
    """The environment's own Python."""
    sub = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return str(folder().joinpath(*sub))


def is_ready(lock: str = "requirements.txt") -> bool:
    """Whether ``.venv`` holds exactly what ``lock`` says."""
    stamp = _stamp(lock)
    return Path(python()).exists() and stamp.is_file() and stamp.read_text("utf-8") == _digest(lock)


def ensure(lock: str = "requirements.txt") -> None:
    """Make ``.venv`` and install ``lock`` into it, or do nothing when that has been done before.

    Raises ``Refused`` with what to do about it: no venv module, no disk space, no package index, a
    package that is not the one it was. What was begun is begun again the next time.
    """
    if is_ready(lock):
        return
    _require_room()
    if not _works():
        _make()
    with step(f"Installing the packages of {lock}") as say:
        _install(lock, say)
    _stamp(lock).write_text(_digest(lock), "utf-8")


def _digest(lock: str) -> str:
    content = (place.ROOT / lock).read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _stamp(lock: str) -> Path:
    return folder() / f".openward-{Path(lock).stem}"


def _require_room() -> None:
    finding = machine.disk(place.ROOT, INSTALL_BYTES)
    if finding.problem:
        raise Refused(f"No disk space: {finding.problem}.")


def _works() -> bool:
    """Whether the environment's Python starts: it does not after the system's was upgraded."""
    if not Path(python()).exists():
        return False
    probe = [python(), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _make() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python3.{sys.version_info[1]}-venv"
        raise Refused(
            f"Python's venv module is missing; install it with: sudo apt-get install {package}"
        )
    with step("Making a Python environment in .venv"):
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(folder())],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            shutil.rmtree(folder(), ignore_errors=True)
            raise Refused(
                f"The environment cannot be made: {_last_line(made.stderr or made.stdout)}"
            )


def _install(lock: str, say: Callable[[str], None]) -> None:
    total = (place.ROOT / lock).read_text("utf-8").count("==")
    command = [python(), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", lock]
    log = place.make(place.var_dir()) / "pip.log"
    seen = 0
    with (
        subprocess.Popen(
            command, cwd=place.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as pip,
        log.open("w", encoding="utf-8") as kept,
    ):
        for line in pip.stdout or ():
            kept.write(line)
            if line.startswith(("Collecting", "Requirement already")):
                seen += 1
                say(f"{seen} of about {total}")
    if pip.returncode:
        raise Refused(_why(log.read_text("utf-8"), log))


def _why(output: str, log: Path) -> str:
    if "No space left" in output:
        return "No disk space is left for the packages; free about 1 GB and run this again."
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package is not the one it was when it was chosen (its hash differs); nothing was "
            f"installed from it, see {log}."
        )
    if _UNREACHABLE.search(output):
        return (
            "The package index cannot be reached; check the network, or name a mirror in "
            f"PIP_INDEX_URL (details in {log})."
        )
    return f"The packages could not be installed: {_last_line(output)} (details in {log})."


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason was given"
