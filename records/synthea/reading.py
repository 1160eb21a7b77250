"""Synthea's files: rows by name, with ids that are the same at every run."""

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
# In the order in which they lean on each other.
FILES = (
    "organizations", "providers", "patients", "encounters", "conditions", "allergies",
    "observations", "procedures", "medications",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A folder with the files."""

    folder: Path

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """The rows of a file with their line numbers."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from enumerate(csv.DictReader(file), 2)

    def missing(self) -> list[str]:
        """The names of the files that are not there."""
        return [f"{name}.csv" for name in FILES if not (self.folder / f"{name}.csv").is_file()]


def key(row: Row) -> str:
    """Synthea's id of a row; of one without, what it says."""
    if row.get("Id"):
        return row["Id"]
    told = "\x1f".join(f"{name}={value}" for name, value in sorted(row.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def moment(text: str) -> dt.datetime:
    """``2023-01-27T16:17:47Z``."""
    return dt.datetime.fromisoformat(text)


def short(text: str, most: int) -> str:
    """Text that fits."""
    return text.strip()[:most].strip()
