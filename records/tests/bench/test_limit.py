"""The yardstick answers what the product answers: otherwise it would measure something else."""

from typing import Any

import orjson
import pytest
from django.db import connection

from hospital.models import Hospital
from hospital.tests.factories import api
from records.bench import contenders, ground, seeding
from records.models import Patient, PatientIdentifier

pytestmark = pytest.mark.django_db

COUNT = 400


class Raw:
    """The test's own connection as the limit's pool would hand it out."""

    def execute(self, sql: str, values: Any) -> Any:
        from psycopg.rows import dict_row

        cursor = connection.connection.cursor(row_factory=dict_row)
        return cursor.execute(sql, values)


def test_the_limit_answers_as_the_api_does(monkeypatch: pytest.MonkeyPatch) -> None:
    seeding.fill(COUNT)
    here = Hospital.objects.get(code=seeding.LARGE)
    client = api("integrator", here)
    names = [each.name for each in contenders.contenders(ground.lay())]
    assert ("limit" in names) == (connection.vendor == "postgresql")
    if connection.vendor != "postgresql":
        return
    from records.bench import limit

    monkeypatch.setattr(limit, "here", here.pk)
    db = Raw()
    number = PatientIdentifier.objects.filter(hospital=here).first()
    path = "/api/v1/patients"
    assert (
        orjson.loads(limit.one(db, number.patient_id))
        == client.get(f"{path}/{number.patient_id}").json()
    )
    ours, theirs = client.get(path).json(), orjson.loads(limit.page(db, ""))
    assert len(ours["results"]) == limit.PAGE
    assert theirs["results"] == ours["results"]
    second = orjson.loads(limit.page(db, theirs["next"].partition("?")[2]))
    assert second["results"] == client.get(ours["next"]).json()["results"]
    found = client.post(f"{path}/search", {"name": "ann"}).json()["results"]
    assert found
    assert orjson.loads(limit.search(db, {"name": "ann"}))["results"] == found


def test_the_cursor_of_the_deep_page_is_one_of_the_api() -> None:
    seeding.fill(COUNT)
    laid = ground.lay()
    here = Hospital.objects.get(pk=laid.hospital_id)
    found = api("integrator", here).get(f"/api/v1/patients?cursor={laid.cursor}").json()["results"]
    everybody = Patient.objects.at(here.pk).live().order_by("sort_key", "id")
    after = everybody.values_list("pk", flat=True)[laid.deep_offset :]
    assert [row["id"] for row in found] == [str(pk) for pk in after]
