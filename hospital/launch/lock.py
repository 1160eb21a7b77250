"""One start at a time: what is prepared is prepared once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .place import make
from .steps import warn


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for the block, waiting for another start to finish first.

    The system lets go of it when the process ends, however it ends. Where there are no such locks
    (Windows) the database's own are the only ones.
    """
    make(path.parent)
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            warn("Another start is under way; waiting for it to finish preparing.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        os.set_inheritable(handle.fileno(), False)
        yield
