"""Real starts of ``./run`` for tests, each in a folder of its own and under the Python of the tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from hospital.launch import place

# As ./run does it, but for the environment: what runs the tests has every package already.
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from hospital.launch import venv
venv.ensure, venv.is_ready, venv.python = (lambda *_: None), (lambda *_: True), lambda: sys.executable
from hospital.launch.main import main
sys.exit(main(sys.argv[1:]))
"""
PRODUCTION = {
    "OPENWARD_MODE": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "openward.example.org",
    "BASE_URL": "https://openward.example.org",
    "TRUSTED_PROXIES": "1",
}
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def told(var, **more: str) -> dict[str, str]:
    """The environment of a start: production on a SQLite file in ``var``, nothing of the tests'."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return {**kept, **PRODUCTION, "OPENWARD_VAR_DIR": str(var), **more}


class Start:
    """One ``./run`` with its output, ended with the block however that ends."""

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self.arguments, self.environment = arguments, environment
        self.output = ""

    def __enter__(self) -> "Start":
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(root=str(place.ROOT)), *self.arguments],
            cwd=place.ROOT, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.finish()

    def until(self, words: str) -> str:
        """Read on until a line holds ``words``; fails when the output ends before."""
        for line in self.process.stdout:
            self.output += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{self.output}")

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        """Wait for the end; return the exit code."""
        if not self.process.stdout.closed:
            self.output += self.process.stdout.read()
            self.process.stdout.close()
        return self.process.wait(PATIENCE)

    def children(self) -> dict[str, int]:
        """The processes started by this one, by the last word of their command."""
        task = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        pids = [int(pid) for pid in Path(task).read_text("ascii").split()]
        return {_command(pid)[-1]: pid for pid in pids}


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text("utf-8").strip("\0").split("\0")


def get(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """One request with the header names given in_underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": "openward.example.org", **named})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def is_gone(pid: int) -> bool:
    """Whether a process ends within the patience of the tests."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
            if state == "Z":
                return True
        except FileNotFoundError:
            return True
        os.sched_yield()
    return False
