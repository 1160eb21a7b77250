"""Models that the kit is tried on."""

from .fields import Note, Quote
from .guards import Bed, BedPeriod, Leave, LedgerLine, Numbered, Room, Site, Stretch, Tariff, Wing

__all__ = [
    "Bed",
    "BedPeriod",
    "Leave",
    "LedgerLine",
    "Note",
    "Numbered",
    "Quote",
    "Room",
    "Site",
    "Stretch",
    "Tariff",
    "Wing",
]
