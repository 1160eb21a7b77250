"""Models that the kit is tried on."""

from .fields import Note, Quote
from .guards import (
    Alias,
    Bed,
    BedPeriod,
    Errand,
    Leave,
    LedgerLine,
    Numbered,
    Room,
    Seat,
    Show,
    Site,
    Stretch,
    Tariff,
    Ticket,
    Wing,
)

__all__ = [
    "Alias",
    "Bed",
    "BedPeriod",
    "Errand",
    "Leave",
    "LedgerLine",
    "Note",
    "Numbered",
    "Quote",
    "Room",
    "Seat",
    "Show",
    "Site",
    "Stretch",
    "Tariff",
    "Ticket",
    "Wing",
]
