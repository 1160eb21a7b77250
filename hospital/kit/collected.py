"""Static files gathered for serving, again only when something in them changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def is_current() -> bool:
    """Whether what is served is what the source has."""
    stamp = _stamp()
    return stamp.is_file() and stamp.read_text("utf-8") == digest()


def collect() -> None:
    """Gather, hash and compress all static files. Files of earlier versions stay for open pages."""
    wanted = digest()
    call_command("collectstatic", interactive=False, verbosity=0)
    _stamp().write_text(wanted, "utf-8")


def digest() -> str:
    """A value that changes with every static file of ours, every package and the storage itself."""
    facts = hashlib.sha256()
    for path in _inputs():
        stat = path.stat()
        facts.update(f"{path} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return facts.hexdigest()


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"


def _inputs() -> Iterator[Path]:
    yield Path(settings.BASE_DIR) / "requirements.txt"
    yield Path(__file__).with_name("storage.py")
    for folder in settings.STATICFILES_DIRS:
        yield from sorted(path for path in Path(folder).rglob("*") if path.is_file())
