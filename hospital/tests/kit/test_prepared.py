"""A question compiled once answers for everybody what its queryset would have answered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock, policy
from hospital.kit.prepared import (
    EACH,
    HERE,
    SELF,
    Prepared,
    PreparedRecords,
    shape_of,
    some_id,
    some_moment,
    some_text,
)
from hospital.models import Department, Hospital, Membership, User, Ward
from hospital.tests.factories import ROLES, HospitalFactory, WardFactory, actor, employ
from records.models import Patient
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

MODELS = [Hospital, Department, Ward, User, Membership, Patient]
PK = some_id(3)


@pytest.fixture
def places() -> list[Hospital]:
    """Two hospitals with somebody and something in each."""
    found = [HospitalFactory(), HospitalFactory()]
    for place in found:
        WardFactory(hospital=place)
        PatientFactory(at=place)
        employ("administrator", place)
        employ("nurse", place)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_it_finds_what_the_queryset_finds_for_every_role(role: str, places: list[Hospital]) -> None:
    compared = 0
    for place in places:
        somebody = actor(role, place)
        for model in MODELS:
            for action in ("read", "list"):
                if not policy.is_declared(f"{model.resource}.{action}"):
                    continue
                rows = model.objects.visible_to(shape_of(somebody), action).values_list("pk")
                asked = Prepared(rows, [HERE, SELF])
                found = asked.rows(somebody.hospital_id, somebody.user_id)
                expected = model.objects.visible_to(somebody, action).values_list("pk")
                assert sorted(map(tuple, found)) == sorted(expected), (model, action)
                compared += 1
    assert compared >= 20


def test_what_was_compiled_for_one_hospital_shows_another_its_own(places: list[Hospital]) -> None:
    first, second = (actor("receptionist", place) for place in places)
    assert shape_of(first) == shape_of(second)
    rows = Patient.objects.visible_to(shape_of(first), "list").live().filter(pk=PK)
    asked = Prepared(rows.values_list("pk", "family_name"), [HERE, SELF, PK])
    theirs = Patient.objects.visible_to(second).get()
    assert list(asked.rows(first.hospital_id, first.user_id, theirs.pk)) == []
    found = asked.rows(second.hospital_id, second.user_id, theirs.pk)
    assert list(map(tuple, found)) == [(theirs.pk, theirs.family_name)]


def test_other_rights_are_another_question(places: list[Hospital]) -> None:
    somebody = actor("receptionist", places[0])
    for other in (
        actor("nurse", places[0]),
        replace(somebody, scopes=frozenset({"records.patient:read"})),
        replace(somebody, hospital_id=None),
    ):
        assert shape_of(other) != shape_of(somebody)
    assert shape_of(replace(somebody, request_id="other", ip="::1")) == shape_of(somebody)


def test_a_stand_in_that_was_left_in_finds_nobody(places: list[Hospital]) -> None:
    somebody = shape_of(actor("receptionist", places[0]))
    assert not Patient.objects.visible_to(somebody).exists()
    assert not User.objects.visible_to(somebody).exists()


def test_values_of_every_kind_are_handed_over_as_django_would(places: list[Hospital]) -> None:
    now = clock.now()
    rows = Ward.objects.filter(
        pk__in=[PK, some_id(4)], code=some_text(1), created_at__lt=some_moment(1)
    )
    asked = Prepared(
        rows.values_list("code", "created_at"), [PK, some_id(4), some_text(1), some_moment(1)]
    )
    ward, other = Ward.objects.order_by("created_at")
    later = now + timedelta(minutes=1)
    assert list(map(tuple, asked.rows(other.pk, ward.pk, ward.code, later))) == [
        (ward.code, ward.created_at)
    ]
    assert not list(asked.rows(other.pk, ward.pk, ward.code, now - timedelta(days=1)))
    assert not list(asked.rows(other.pk, other.pk, ward.code, later))


def test_on_a_pooled_connection_the_server_keeps_the_plan(places: list[Hospital]) -> None:
    """On SQLite there is no server and nothing to keep: the answers are the same."""
    rows = Ward.objects.filter(pk__in=[PK, some_id(4)], created_at__lt=some_moment(1))
    asked = Prepared(rows.values_list("pk", "name"), [PK, some_id(4), some_moment(1)])
    ward, later = Ward.objects.first(), clock.now() + timedelta(days=1)
    found = [list(asked.rows(ward.pk, ward.pk, later))]
    if connection.vendor == "postgresql":
        connection.connection.prepare_threshold = 1
    found += [list(asked.rows(ward.pk, ward.pk, later)) for _ in range(4)]
    assert [list(map(tuple, each)) for each in found] == [[(ward.pk, ward.name)]] * 5
    if connection.vendor == "postgresql":
        connection.connection.prepare_threshold = None
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            kept = [statement for (statement,) in cursor.fetchall()]
        assert any("hospital_ward" in statement for statement in kept)


def test_a_plan_that_hangs_on_the_values_is_not_kept(places: list[Hospital]) -> None:
    asked = Prepared(Ward.objects.filter(pk=PK).values_list("name"), [PK], keeps_plan=False)
    if connection.vendor == "postgresql":
        connection.connection.prepare_threshold = 1
    ward = Ward.objects.first()
    assert [list(map(tuple, asked.rows(ward.pk))) for _ in range(3)] == [[(ward.name,)]] * 3
    if connection.vendor == "postgresql":
        connection.connection.prepare_threshold = None
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            kept = [statement for (statement,) in cursor.fetchall()]
        assert not any('"name" FROM "hospital_ward"' in statement for statement in kept)


def test_records_come_with_what_the_question_adds_to_them(places: list[Hospital]) -> None:
    rows = Ward.objects.filter(pk=PK).annotate(place=F("hospital__code"))
    ward = Ward.objects.first()
    (found,) = PreparedRecords(rows, [PK]).records(ward.pk)
    assert (found, found.name, found.place) == (ward, ward.name, ward.hospital.code)
    assert found._state.db == "default"


def test_a_question_that_can_have_no_answer_is_not_asked() -> None:
    asked = Prepared(Ward.objects.none().values_list("pk"), [PK])
    with CaptureQueriesContext(connection) as queries:
        assert list(asked.rows(PK)) == []
    assert not queries.captured_queries


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_as_many_ids_as_there_are_stand_in_the_place_of_one(count: int) -> None:
    here = HospitalFactory()
    wards = [WardFactory(hospital=here) for _ in range(3)]
    rows = Ward.objects.filter(hospital=HERE, pk__in=[EACH], code__gt=some_text(1)).order_by("pk")
    asked = Prepared(rows.values_list("pk"), [HERE, [EACH], some_text(1)])
    ids = [*(ward.pk for ward in wards[1:]), *(some_id(number) for number in range(60))][:count]
    found = [pk for (pk,) in asked.rows(here.pk, ids, "")]
    assert found == sorted(ward.pk for ward in wards[1:][:count])


@pytest.mark.parametrize("codes", [[], ["'a\\", "ä,b"], ["{", '"', "NULL", "%s"]])
def test_several_lists_of_texts_stand_beside_each_other(codes: list[str]) -> None:
    here = HospitalFactory()
    for code in ("'a\\", "ä,b", "{", '"', "NULL", "%s", "other"):
        WardFactory(hospital=here, code=code, name=f"Ward {code}")
    first, second = some_text(1), some_text(2)
    either = Q(code__in=[first]) | Q(name__in=[second])
    rows = Ward.objects.filter(either, hospital=HERE).values_list("code")
    asked = Prepared(rows, [HERE, [second], [first]])
    found = [code for (code,) in asked.rows(here.pk, ["Ward other"], codes)]
    assert sorted(found) == sorted([*codes, "other"])


def test_each_elsewhere_than_in_a_list_of_its_own_is_a_mistake() -> None:
    for rows in (Ward.objects.filter(pk=EACH), Ward.objects.filter(pk__in=[EACH, PK])):
        with pytest.raises(ImproperlyConfigured):
            list(Prepared(rows.values_list("pk"), [[EACH]]).rows([some_id(4)]))
