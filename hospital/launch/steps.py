"""Progress for a person: one line a step, with a tick and the seconds it took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TICK, CROSS, WARNING = "✓", "✗", "!"
_WIDTH = 48


def speak_utf8() -> None:
    """A terminal of any encoding gets a question mark rather than a traceback for a tick."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Print ``name`` while the block works and a tick when it is done; a failure leaves a cross.

    The block may call what it is given to say how far it is; only a terminal shows that.
    """
    started = time.monotonic()
    _draw(f"… {name}")
    try:
        yield lambda detail: _draw(f"… {name}: {detail}")
    except BaseException:
        _settle(f"{CROSS} {name}")
        raise
    _settle(f"{TICK} {name:<{_WIDTH}} {time.monotonic() - started:5.1f} s")


def warn(sentence: str) -> None:
    print(f"{WARNING} {sentence}")


def _draw(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text[:100]}", end="", flush=True)


def _settle(text: str) -> None:
    if sys.stdout.isatty():
        print("\r\x1b[K", end="")
    print(text, flush=True)
