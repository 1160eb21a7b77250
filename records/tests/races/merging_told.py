"""What the processes of a race for two charts are told; a child reads it before Django is set up."""

from dataclasses import dataclass
from uuid import UUID


@dataclass
class Told:
    """A proposal, and what is in the chart that goes."""

    event: UUID
    hospital: UUID
    survivor: UUID
    merged: UUID
    row: UUID
