"""Times of day as people type them: 9, 9:30, 9.30, 0930."""

import re

_PARTS = re.compile(r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*h?\Z", re.IGNORECASE | re.ASCII)
DAY = 24 * 60


def minutes(text: str) -> int | None:
    """How many minutes after midnight the time typed is, or None when it is none.

    "24:00", and it alone, is the midnight that a day ends with: 1440.
    """
    found = _PARTS.match(text.strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    after = hour * 60 + minute
    return after if minute < 60 and after <= DAY else None
