"""What the worker does again and again."""

from hospital.kit.jobs import every


def register() -> None:
    """Hand this app's regular work to the worker."""
    from .services import duplicate_search

    every(10)(duplicate_search.look_at_changed)
