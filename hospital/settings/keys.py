"""The secret key: strong in production, made once per installation for a demo."""

import os
import secrets
from pathlib import Path

from .environment import Misconfigured

WEAK_PREFIXES = ("django-insecure-", "only-for-", "change", "a line of")
_ADVICE = "; make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def weakness(key: str) -> str:
    """Say what is wrong with a secret key, or return the empty string."""
    if len(key) < 50:
        return "is shorter than 50 characters"
    if len(set(key)) < 12:
        return "repeats too few characters"
    if key.lower().startswith(WEAK_PREFIXES):
        return "is an example that others know"
    return ""


def strong(key: str) -> str:
    """Return ``key``, or raise ``Misconfigured`` when somebody could guess it."""
    if problem := weakness(key):
        raise Misconfigured([f"SECRET_KEY {problem}{_ADVICE}"])
    return key


def of_this_installation(path: Path) -> str:
    """Return the key in ``path``, made there (mode 600) at the first call.

    Two processes that start at once get the same key: a finished file is linked into place, and
    the second link fails.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()
