"""Where this installation is and how it runs: its root folder, ``var/`` and its mode."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MODES = ("demo", "production", "test", "bench")
_LINE = re.compile(r"(?:export )?([A-Za-z_0-9]+)=(.*)")


class Refused(Exception):
    """The start cannot go on; the message is one sentence for the person at the keyboard."""


def env_file(root: Path = ROOT) -> Path:
    """The file of a real installation's settings; a trial has none."""
    return root / ".env"


def env_lines(root: Path = ROOT) -> dict[str, str]:
    """The names and values in ``.env``, quotes removed, or nothing when there is no such file."""
    path = env_file(root)
    if not path.is_file():
        return {}
    found = (_LINE.fullmatch(line.strip()) for line in path.read_text("utf-8").splitlines())
    return {match[1]: match[2].strip().strip("\"'") for match in found if match}


def mode(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> str:
    """Return ``OPENWARD_MODE``, else ``production`` where an ``.env`` stands, else ``demo``.

    Raises ``Refused`` for an unknown mode, and for a demo where ``.env`` says this is a real
    hospital: the demo must never come near its data.
    """
    has_env = env_file(root).is_file()
    chosen = environ.get("OPENWARD_MODE") or env_lines(root).get("OPENWARD_MODE")
    chosen = chosen or ("production" if has_env else "demo")
    if chosen not in MODES:
        raise Refused(
            f"OPENWARD_MODE is {chosen!r}, which is no mode; valid example: OPENWARD_MODE=production"
        )
    if chosen == "demo" and has_env:
        raise Refused(
            "OPENWARD_MODE=demo does not go with a .env file, which marks a real installation; "
            "unset OPENWARD_MODE, or move .env away"
        )
    return chosen


def var_dir(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Path:
    """The folder that the running installation writes to (``OPENWARD_VAR_DIR``, default ``var``)."""
    chosen = environ.get("OPENWARD_VAR_DIR") or env_lines(root).get("OPENWARD_VAR_DIR") or "var"
    return (root / chosen).resolve()


def make(folder: Path) -> Path:
    """Make a folder of this installation's where it is missing; what it holds is its owner's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
