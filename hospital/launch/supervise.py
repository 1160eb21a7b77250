"""Two processes that live and die together."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .main import environment as inherited
from .place import Refused

GRACE_SECONDS = 15.0
START_SECONDS = 60.0
_ASKED = {signal.SIGINT, signal.SIGTERM}
_PR_SET_PDEATHSIG = 1

Wait = Callable[[float | None], set[int]]


@dataclass
class Child:
    """One process: what it is called, how it is started, which descriptors it keeps."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] | None = None
    keep: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start in a session of its own: Ctrl-C reaches the supervisor alone, which then asks."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment or inherited(),
            stdin=subprocess.DEVNULL,
            pass_fds=self.keep,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        if self.process and self.is_running:
            self.process.send_signal(number)

    def ending(self) -> str:
        """How it ended, for a person."""
        code = self.process.returncode if self.process else 0
        if code and code < 0:
            return f"signal {signal.Signals(-code).name}"
        return f"exit code {code}"


def supervise(children: list[Child], *, ready: Path, banner: Callable[[], str]) -> int:
    """Run ``children`` until asked to stop: returns 0.

    ``banner()`` is printed once the file ``ready`` stands, which the web server writes. When one
    of them ends by itself the others are stopped as well and ``Refused`` says which it was.
    """
    with _signals() as wait:
        try:
            for child in children:
                child.start()
            ended = _until_one_ends(children, wait, ready, banner)
        finally:
            _stop(children, wait)
            ready.unlink(missing_ok=True)
    if ended is None:
        print("Stopped.", flush=True)
        return 0
    others = " and ".join(child.name for child in children if child is not ended)
    raise Refused(
        f"The {ended.name} stopped by itself ({ended.ending()}), so the {others} was stopped too; the "
        "lines above say why, ./run doctor looks further."
    )


def _until_one_ends(
    children: list[Child], wait: Wait, ready: Path, banner: Callable[[], str]
) -> Child | None:
    """Return the child that ended, or None when a person or the system asked to stop."""
    deadline = time.monotonic() + START_SECONDS
    is_announced = False
    while True:
        if wait(None if is_announced else 0.02) & _ASKED:
            print("\nStopping …", flush=True)
            return None
        for child in children:
            if not child.is_running:
                return child
        if not is_announced and ready.exists():
            is_announced = True
            print(banner(), flush=True)
        if not is_announced and time.monotonic() > deadline:
            raise Refused(f"The web server was not ready after {START_SECONDS:.0f} seconds.")


def _stop(children: list[Child], wait: Wait) -> None:
    """Ask all to end; kill who has not after the grace, or at once at a second Ctrl-C."""
    for child in children:
        child.send(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(child.is_running for child in children):
        left = deadline - time.monotonic()
        if left <= 0 or wait(left) & _ASKED:
            for child in children:
                child.send(signal.SIGKILL)
                if child.process:
                    child.process.wait()


@contextmanager
def _signals() -> Iterator[Wait]:
    """Turn the signals that matter into something to wait for; none is lost between two waits."""
    numbers = (*_ASKED, signal.SIGCHLD)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    handlers = {each: signal.signal(each, lambda *_: None) for each in numbers}
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def wait(seconds: float | None) -> set[int]:
        readable, _, _ = select.select([reader], [], [], seconds)
        return set(os.read(reader, 1024)) if readable else set()

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(wakeup)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        os.close(reader)
        os.close(writer)


def _die_with_parent() -> None:
    """Even a supervisor killed outright leaves no server behind that nobody watches."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
