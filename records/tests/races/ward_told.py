"""What the races for beds hand from process to process: a child must be able to read it before Django is set up."""

from typing import Any, NamedTuple


class Wing(NamedTuple):
    """Two wards with their beds, and patients."""

    hospital_id: Any
    wards: list[Any]
    beds: list[Any]
    patients: list[Any]


class Answer(NamedTuple):
    """What a client was told; of a conflict how many free beds it was offered."""

    word: str
    told: str
    free: int = -1


class Found(NamedTuple):
    """What is wrong, and how much there is."""

    shared_beds: int
    split_patients: int
    lost_beds: int
    wrong_stays: int
    periods: dict[str, int]
    free: int


class Round(NamedTuple):
    """One round of a small race: its wing, and the stays in it."""

    wing: Wing
    stays: list[Any]


class Shared(NamedTuple):
    """A patient of two hospitals, and a ward of each."""

    patient: Any
    wards: list[Any]
