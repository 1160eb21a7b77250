"""What can be said about this machine without Django: Python, disk, ``var/``, port."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import place

NEEDED_BYTES = 500 * 2**20
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. ``problem`` is empty when all is well."""

    topic: str
    problem: str = ""
    remedy: str = ""
    note: str = ""

    def line(self) -> str:
        if not self.problem:
            return f"✓ {self.topic:<12} {self.note or 'ok'}"
        remedy = f"\n  {'':<12} → {self.remedy}" if self.remedy else ""
        return f"✗ {self.topic:<12} {self.problem.rstrip('.')}.{remedy}"


def findings(*, host: str = "127.0.0.1", port: int = 8000) -> Iterator[Finding]:
    """Everything about the machine, good and bad."""
    yield python()
    yield writable(place.var_dir())
    yield private(place.var_dir())
    yield disk(place.var_dir())
    yield port_use(host, port)


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", f"Python {version} is too old, 3.11 or newer is needed")
    return Finding("Python", note=version)


def writable(folder: Path) -> Finding:
    """Whether the installation can write where it must."""
    try:
        place.make(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        owner = f"sudo chown -R {os.environ.get('USER') or 'openward'} {folder}"
        return Finding("var/", f"{folder} cannot be written to ({error.strerror})", owner)
    return Finding("var/", note=str(folder))


def private(folder: Path) -> Finding:
    """Whether what is kept there, records and keys, is its owner's alone."""
    if os.name == "posix" and folder.exists() and folder.stat().st_mode & 0o077:
        return Finding("privacy", f"{folder} can be read by others", f"chmod 700 {folder}")
    return Finding("privacy")


def disk(folder: Path, needed: int = NEEDED_BYTES) -> Finding:
    """Whether there is room for a working day."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    room = f"{free / 2**20:,.0f} MB free"
    if free < needed:
        problem = f"only {room} on the disk of {folder}, {needed / 2**20:,.0f} MB are needed"
        return Finding("disk", problem, f"du -xh {existing} | sort -h | tail")
    return Finding("disk", note=room)


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_use(host: str, port: int) -> Finding:
    """Whether the port is free, or taken by our own server, which is as good."""
    if is_port_free(host, port):
        return Finding("port", note=f"{port} is free")
    if _is_ours(port):
        return Finding("port", note=f"Openward answers on {port}")
    return Finding("port", f"port {port} is taken by another program", f"./run --port {port + 1}")


def _is_ours(port: int) -> bool:
    state = place.var_dir() / f"serving-{port}"
    try:
        pid, served = map(int, state.read_text("utf-8").split())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return served == port
