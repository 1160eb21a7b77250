"""Servers of a run: gunicorn on loopback, each on a port of its own, with the same worker count."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from .contenders import Contender
from .ground import Ground

PATIENCE = 60.0


class Server:
    """A running contender, and what its processes have used of the processors."""

    def __init__(self, contender: Contender, port: int, process: subprocess.Popen[bytes]):
        self.contender, self.port, self.process = contender, port, process
        # How this server's connections call themselves to PostgreSQL.
        self.name = label(contender)

    def processes(self) -> list[int]:
        """Its master and workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text("ascii").split())]

    def used(self) -> float:
        """Seconds of processor that it has had so far."""
        return sum(map(seconds_of, self.processes()))


def seconds_of(pid: int) -> float:
    """Seconds of processor of all threads of a process; 0 when it is gone."""
    total = 0
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text("ascii").split()[0])
    return total / 1e9


@contextlib.contextmanager
def serving(contenders: list[Contender], ground: Ground, *, workers: int) -> Iterator[list[Server]]:
    """Start one after the other, each once the one before answers; stop them all at the end."""
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        servers = []
        for contender in contenders:
            port = _free_port()
            process = subprocess.Popen(
                _command(contender, port, workers), stdout=log, stderr=log,
                env=_environment(contender, ground), cwd=settings.BASE_DIR,
            )  # fmt: skip
            stack.callback(_stop, process)
            servers.append(Server(contender, port, process))
            _await(servers[-1], log)
        yield servers


def label(contender: Contender) -> str:
    return "bench " + contender.name


def _command(contender: Contender, port: int, workers: int) -> list[str]:
    shared = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--max-requests", "0"]
    if contender.worker == "gthread":
        conf = ["--config", str(settings.BASE_DIR / "hospital/launch/gunicorn_conf.py")]
    else:
        conf = ["--worker-class", contender.worker, "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", *conf, *shared, contender.application]


def _environment(contender: Contender, ground: Ground) -> dict[str, str]:
    more = {
        "BENCH_HOSPITAL": ground.hospital_id.hex,
        "PGAPPNAME": label(contender),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    return os.environ | more | contender.environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: Server, log: Any) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
            return
        time.sleep(0.1)
    log.seek(0)
    said = log.read().decode(errors="replace")[-2000:]
    raise RuntimeError(f"{server.contender.name} does not answer:\n{said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
