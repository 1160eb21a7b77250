"""Who comes again without a whole birth date, under one name alone, or with date and phone under another name."""

import pytest

from hospital.tests.factories import HospitalFactory, actor
from records.models import Patient
from records.services import matching
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
OBRIEN = {"family_name": "O'Brien", "given_names": "Siobhán Maeve"}
CHART = {**OBRIEN, "birth_date": "1979-11-02", "sex": "female", "phone": "+491705550142"}


def agreeing(chart, **typed):
    here = HospitalFactory()
    wanted = PatientFactory(at=here, **chart)
    PatientFactory(at=here, family_name="Nowak", given_names="Siobhán", birth_date="1979-11-02")
    found = matching.likely_here(actor("receptionist", here), Patient(**typed))
    assert {each.patient for each in found} <= {wanted}
    return found[0].agrees if found else None


@pytest.mark.parametrize("born", ["", "1979", "1979-11"])
def test_the_very_name_is_asked_about_while_no_whole_date_speaks_against_it(born):
    assert agreeing(CHART, **OBRIEN, birth_date=born, sex="female")[0] == "name"
    assert agreeing({**CHART, "birth_date": born}, **OBRIEN, birth_date="1979-11-02")[0] == "name"


@pytest.mark.parametrize(
    "typed",
    [
        {"birth_date": "1985"}, {"birth_date": "1979-06-20"}, {"birth_date": "1979-12"},
        {"birth_date": "1979", "sex": "male"}, {"birth_date": "1979", "given_names": "Siobhán Mary"},
    ],
)  # fmt: skip
def test_what_speaks_against_it_does(typed):
    assert agreeing(CHART, **{**OBRIEN, **typed}) is None


def test_a_name_that_many_have_is_not_asked_about_without_more():
    here = HospitalFactory()
    for _ in range(5):
        PatientFactory(at=here, **OBRIEN, birth_date="1979-11-02", sex="female")
    desk = actor("receptionist", here)
    assert matching.likely_here(desk, Patient(**OBRIEN)) == []
    assert len(matching.likely_here(desk, Patient(**OBRIEN, birth_date="1979-11-02"))) == 5


@pytest.mark.parametrize(
    ("typed", "born"),
    [("Suryanarayanan", "1973-05-05"), ("Suryanaryanan", "1972-05-05")],
)  # fmt: skip
def test_one_name_is_as_much_as_two(typed, born):
    chart = {"family_name": "Suryanarayanan", "given_names": "", "birth_date": "1972-05-05"}
    assert agreeing(chart, given_names=typed, birth_date=born)


def test_one_name_and_no_date_is_nobody():
    chart = {"family_name": "Suryanarayanan", "given_names": "", "birth_date": "1972-05-05"}
    assert agreeing(chart, given_names="Suryanarayanan") is None


@pytest.mark.parametrize("sex", ["female", "unknown"])
def test_date_and_phone_are_asked_about_under_any_name(sex):
    told = {"birth_date": "1979-11-02", "phone": "+491705550142", "sex": sex}
    found = agreeing(CHART, family_name="الزهراني", given_names="فاطمة", **told)
    assert found == ["birth_date", "phone"]
    assert agreeing(CHART, family_name="Ives", given_names="Al", **{**told, "sex": "male"}) is None
