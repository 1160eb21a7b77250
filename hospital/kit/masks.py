"""What a role sees of a value it may only recognise: its last characters."""

from collections.abc import Iterable
from typing import Any

SHOWN = 3
MARK = "•••"


def masked(text: Any) -> Any:
    """ "•••678" for "+4930345678"; nothing of a value too short to hide anything; emptiness stays."""
    if not text:
        return text
    text = str(text)
    return MARK + (text[-SHOWN:] if len(text) >= 2 * SHOWN else "")


def mask_row(row: dict[str, Any], names: Iterable[str]) -> None:
    """Mask the named values of an answer in place; "identifiers.value" names one inside a list."""
    for name in names:
        outer, _, inner = name.partition(".")
        if inner:
            for item in row.get(outer) or ():
                item[inner] = masked(item.get(inner))
        elif outer in row:
            row[outer] = masked(row[outer])
