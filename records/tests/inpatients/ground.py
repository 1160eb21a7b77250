"""What tests of stays and beds ask again and again."""

import datetime as dt

from hospital.kit.errors import problem_of
from hospital.tests.factories import BedFactory, actor
from records.services import bed_board, inpatients

HOUR = dt.timedelta(hours=1)


def beds(ward, number):
    return [BedFactory(ward=ward, hospital=ward.hospital) for _ in range(number)]


def code_of(refused):
    return problem_of(refused.value).code


def states(nurse):
    return [place.state for board in bed_board.at(nurse) for place in board.places]


def discharge(stay, here, **facts):
    return inpatients.discharge(
        actor("doctor", here), stay=stay, disposition="home", override_reason="Asked", **facts
    )
