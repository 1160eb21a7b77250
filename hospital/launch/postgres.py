"""A PostgreSQL server for one run of the tests: the one that is named, or a throwaway cluster."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .place import Refused

_DEBIAN = Path("/usr/lib/postgresql")
_OWNERS = ("postgres", "nobody")
# Nothing in it outlives the run: speed goes before durability.
_OPTIONS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200",
    "shared_buffers=128MB", "listen_addresses=127.0.0.1",
)  # fmt: skip


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, the newest version first, or None."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: _number(path.parent.name))
    for folder in [*folders, *reversed(versions)]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0.0


@contextmanager
def server() -> Iterator[str | None]:
    """Yield the address of a PostgreSQL server, or None when none can be had here."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
        return
    if folder := binaries():
        with _cluster(folder) as address:
            yield address
        return
    yield None


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """A cluster in a temporary folder on a free port, gone afterwards; never run as root."""
    home = Path(tempfile.mkdtemp(prefix="openward-pg-"))
    prefix = _as_somebody(home)
    data, port = home / "data", _free_port()
    try:
        _initialise([*prefix, folder / "initdb", "-D", data, "-A", "trust", "-U", "openward"])
        options = " ".join(f"-c {option}" for option in _OPTIONS)
        control = [*prefix, folder / "pg_ctl", "-D", data, "-w"]
        start = f"-p {port} -k {home} {options}"
        _do([*control, "-l", home / "log", "-o", start, "start"], log=home / "log")
        try:
            yield f"postgres://openward@127.0.0.1:{port}/postgres"
        finally:
            _do([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initialise(command: list[object]) -> None:
    """Make the cluster sort as people do where that can be had, as a real one would: code that leans
    on the order of bytes without saying so is found here.
    """
    common = [*command, "-E", "UTF8", "--no-sync"]
    try:
        _do([*common, "--locale-provider=icu", "--icu-locale=en-US", "--locale=C"])
    except Refused:  # before PostgreSQL 15, or built without ICU
        _do([*common, "--locale=C"])


def _as_somebody(home: Path) -> list[str]:
    """The command that drops root, which PostgreSQL refuses to run as; the folder changes hands."""
    if os.geteuid() != 0:
        return []
    for name in _OWNERS:
        try:
            owner = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(home, owner.pw_uid, owner.pw_gid)
        if shutil.which("setpriv"):
            return [
                "setpriv",
                f"--reuid={owner.pw_uid}",
                f"--regid={owner.pw_gid}",
                "--clear-groups",
            ]
        if shutil.which("runuser"):
            return ["runuser", "-u", name, "--"]
    raise Refused("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _do(command: list[object], log: Path | None = None) -> None:
    # Output to a file, not a pipe: the server started by pg_ctl would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False,
        )  # fmt: skip
        if done.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            more = log.read_text("utf-8", "replace") if log and log.exists() else ""
            raise Refused(f"The throwaway PostgreSQL did not start: {said}\n{more}".strip())
