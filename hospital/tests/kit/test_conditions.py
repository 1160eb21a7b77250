"""What Python calls kept, the database calls kept as well; what it cannot tell, it leaves alone."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hospital.kit.conditions import surely_holds
from hospital.models import Membership
from records.models import Patient, PatientContact, PatientIdentifier

pytestmark = pytest.mark.django_db

TEXTS = st.sampled_from(["", "a", "A", "male", "operator", "é", "~"])
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))
ROWS = st.one_of(
    st.builds(
        Patient, family_name=TEXTS, given_names=TEXTS, is_unidentified=st.booleans(), sex=TEXTS,
        is_deceased=st.booleans(), deceased_on=st.sampled_from(["", "2020"]),
    ),
    st.builds(PatientContact, phone=st.sampled_from(["", "+4917012345"]), email=TEXTS),
    st.builds(PatientIdentifier, value_key=TEXTS),
    st.builds(
        Membership, role=TEXTS, valid_from=DAYS, valid_to=DAYS, hospital_id=st.none() | st.uuids()
    ),
)  # fmt: skip


def checks(row: models.Model) -> list[models.CheckConstraint]:
    return [each for each in row._meta.constraints if isinstance(each, models.CheckConstraint)]


def asked_of_database(constraint: models.CheckConstraint, row: models.Model) -> bool:
    try:
        constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True


@given(ROWS)
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_it_never_says_kept_where_the_database_says_broken(row: models.Model) -> None:
    assert checks(row)
    for constraint in checks(row):
        if surely_holds(constraint.condition, row):
            assert asked_of_database(constraint, row), (constraint.name, row.__dict__)


def test_a_usual_patient_costs_no_question_and_a_broken_one_is_refused() -> None:
    with CaptureQueriesContext(connection) as asked:
        Patient(family_name="Weber").validate_constraints()
    assert not asked.captured_queries
    with pytest.raises(ValidationError) as refused:
        Patient(sex="unheard").validate_constraints()
    assert set(refused.value.error_dict) >= {"family_name"}


@pytest.mark.parametrize(
    "condition",
    [
        Q(family_name__gt=""),  # the order of text is the database's
        Q(family_name__startswith="W"),
        Q(retired_by=F("id")),  # NULL
        ~Q(retired_by=F("id")),
        Q(family_name="Weber") ^ Q(sex="male"),
        Q(nothing=1),
        Q(hospital__name="x"),
    ],
)
def test_what_it_cannot_tell_is_not_kept(condition: Any) -> None:
    assert not surely_holds(condition, Patient(family_name="Weber", sex="male"))
