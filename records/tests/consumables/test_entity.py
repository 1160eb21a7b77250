"""What consumables keep as every plain record does."""

import pytest

from hospital.tests.entity import EntityTests
from hospital.tests.factories import HospitalFactory, api
from records.tests.factories import ConsumableFactory


class TestConsumables(EntityTests):
    factory = ConsumableFactory
    topic = "consumables"
    change = ("unit", "pair")
    broken = [
        ("name", "", "required"),
        ("code", "gloves m", "code_invalid"),
        ("unit", "", "required"),
        ("unit", "handful", "invalid_choice"),
    ]

    def facts(self, hospital):
        return {"code": "GLOVE-M", "name": "Examination gloves, M", "unit": "pair"}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["code=GLOVE-M", "name=exam", "unit=pair"])
def test_the_list_is_narrowed_by_code_name_and_unit(query):
    here = HospitalFactory()
    found = ConsumableFactory(
        hospital=here, code="GLOVE-M", name="Examination gloves, M", unit="pair"
    )
    ConsumableFactory(hospital=here, name="Gauze")
    rows = api("integrator", here).get(f"/api/v1/consumables?{query}").json()["results"]
    assert [row["id"] for row in rows] == [str(found.pk)]
