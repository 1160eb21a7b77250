"""Whether the database refuses."""

from collections.abc import Callable

from django.db import IntegrityError, transaction


def refusal_of(act: Callable[[], object]) -> str:
    """What the database said when it refused, or "" when it did not. Nothing done is kept."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    return ""
