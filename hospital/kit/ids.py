"""Identifiers of rows."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """Return a new UUID version 7 (RFC 9562) as a standard ``uuid.UUID``.

    Sorted ids follow creation order to the millisecond only: good for index locality, never a
    change feed.
    """
    return _uuid7()


def following(first: uuid.UUID, count: int) -> list[uuid.UUID]:
    """``first`` and the ids after it, so that whoever knows the first of some rows knows all of them."""
    return [uuid.UUID(int=first.int + number) for number in range(count)]
