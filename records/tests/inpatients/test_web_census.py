"""The page of occupancy at midnight."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock, localtimes
from hospital.tests.factories import BedFactory, HospitalFactory, signed_in
from records.tests.encounter_factories import InPatientFactory

pytestmark = pytest.mark.django_db
URL = "/beds/census/"


def figures(answer):
    """Of each line, what stands in its cells."""
    text = answer.content.decode()
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.DOTALL)
    return [[int(n) for n in re.findall(r"<td class=\"num[^>]*>\s*(\d+)", row)] for row in rows]


def test_each_day_tells_who_lay_there_at_its_end(client):
    here = HospitalFactory()
    bed = BedFactory(hospital=here)
    InPatientFactory(bed=bed, starts_at=_midnight(here, 2) - dt.timedelta(minutes=1))
    InPatientFactory(ward=bed.ward, starts_at=_midnight(here, 1))
    signed_in(client, "nurse", here)

    lines = figures(client.get(URL))

    # Seven days, until yesterday; who comes at the very moment is in.
    assert lines == [[0, 0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 1, 1]]
    assert "1 waiting" in client.get(URL).content.decode()


def test_the_page_asks_as_often_for_many_wards_as_for_few(client):
    here = HospitalFactory()
    signed_in(client, "nurse", here)
    asked = []
    for number in (3, 30):
        for _ in range(number):
            InPatientFactory(bed=BedFactory(hospital=here))
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_who_may_not_see_beds_sees_no_census(client):
    here = HospitalFactory()
    signed_in(client, "lab", here)

    assert client.get(URL).status_code == 403


def _midnight(hospital, days_ago):
    day = clock.now().astimezone(hospital.zone).date() - dt.timedelta(days=days_ago)
    return localtimes.day_bounds(day, hospital.zone)[1]
