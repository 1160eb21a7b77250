"""Keyset paging: every row once, in order, at any depth, and no cursor carried elsewhere."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hospital.kit import keyset
from hospital.models import Department, Hospital
from hospital.tests import factories

pytestmark = pytest.mark.django_db


def pages(queryset, order, limit):
    """Every row that paging gives, in the order it gives them."""
    cursor, rows = None, []
    for _ in range(100):
        found = keyset.page(queryset, order=order, cursor=cursor, limit=limit)
        rows += found.rows
        cursor = found.next
        if cursor is None:
            return rows
    raise AssertionError("paging does not end")


@pytest.mark.parametrize("order", [["name", "id"], ["-name", "id"], ["floor", "-name", "id"]])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_batches_are_all_the_rows_in_order_with_one_query_each(order, size):
    here = factories.HospitalFactory()
    department = factories.DepartmentFactory(hospital=here)
    for number in range(7):
        factories.WardFactory(department=department, name="AABBBCC"[number], floor="12"[number % 2])
    rows = here.wards.all()
    with CaptureQueriesContext(connection) as queries:
        batches = list(keyset.batches(rows, order=order, size=size))
    assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    assert [row for batch in batches for row in batch] == list(rows.order_by(*order))
    assert len(queries) == 7 // size + 1


@pytest.mark.parametrize(
    "order", [["name", "id"], ["-name", "-id"], ["-name", "id"], ["id"], ["floor", "-name", "id"]]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_every_row_comes_once_and_in_order_also_among_equals(order, limit):
    here = factories.HospitalFactory()
    department = factories.DepartmentFactory(hospital=here)
    for number in range(7):
        factories.WardFactory(department=department, name="AABBBCC"[number], floor="12"[number % 2])
    queryset = department.wards.all()
    wanted = list(queryset.order_by(*order).values_list("pk", flat=True))
    assert [row.pk for row in pages(queryset, order, limit)] == wanted
    names = [name.removeprefix("-") for name in order]
    assert [row["id"] for row in pages(queryset.values(*names), order, limit)] == wanted


class AnyNames(TestCase):
    """The same for names of any kind, on whatever the database calls order."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.text(alphabet="aAbBzZ 0'\"%_\\é中", min_size=1, max_size=3), max_size=8),
        st.integers(1, 4),
    )
    def test_any_names_are_paged_whole(self, names, limit):
        here = factories.HospitalFactory()
        for name in names:
            factories.DepartmentFactory(hospital=here, name=name)
        queryset = Department.objects.filter(hospital=here)
        for order in (["name", "id"], ["-name", "-id"]):
            wanted = list(queryset.order_by(*order))
            assert pages(queryset, order, limit) == wanted


def test_a_page_costs_one_query_without_an_offset():
    for _ in range(4):
        factories.HospitalFactory()
    first = keyset.page(Hospital.objects.all(), order=["name", "id"], limit=2)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        keyset.page(Hospital.objects.all(), order=["name", "id"], cursor=first.next, limit=2)
    assert len(seen) == 1
    assert "OFFSET" not in seen[0]["sql"]
    assert '"name" >= ' in seen[0]["sql"]


def test_a_row_inserted_behind_the_page_shifts_nothing():
    for name in "BDF":
        factories.HospitalFactory(name=name)
    first = keyset.page(Hospital.objects.all(), order=["name", "id"], limit=2)
    factories.HospitalFactory(name="A")
    second = keyset.page(Hospital.objects.all(), order=["name", "id"], cursor=first.next, limit=2)
    assert [row.name for row in second.rows] == ["F"]


@pytest.fixture
def cursor():
    for _ in range(3):
        factories.HospitalFactory(name="Zebrowski")
    return keyset.page(Hospital.objects.all(), order=["name", "id"], limit=1, bound_to=["x"]).next


@pytest.mark.parametrize(
    "other",
    [
        {"order": ["-name", "-id"]},
        {"order": ["id"]},
        {"bound_to": ["y"]},
        {"bound_to": []},
        {"queryset": Department.objects.all()},
    ],
)
def test_a_cursor_fits_only_the_list_it_was_made_for(cursor, other):
    same = {"queryset": Hospital.objects.all(), "order": ["name", "id"], "bound_to": ["x"]}
    keyset.page(same.pop("queryset"), **same, cursor=cursor)
    asked = {"queryset": Hospital.objects.all(), **same, **other}
    with pytest.raises(ValidationError) as refused:
        keyset.page(asked.pop("queryset"), **asked, cursor=cursor)
    assert refused.value.error_dict["cursor"][0].code == "cursor_invalid"


def test_no_single_changed_character_opens_a_cursor(cursor):
    for place in range(len(cursor)):
        wrong = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        if wrong != cursor and base64.urlsafe_b64decode(wrong + "==") != base64.urlsafe_b64decode(
            cursor + "=="
        ):
            with pytest.raises(ValidationError):
                keyset.page(
                    Hospital.objects.all(), order=["name", "id"], cursor=wrong, bound_to=["x"]
                )


@pytest.mark.parametrize("wrong", ["x", "é", "\0", "====", "A" * 5000, "%00", "W10", "null"])
def test_nonsense_is_a_refusal_and_not_a_crash(wrong):
    with pytest.raises(ValidationError):
        keyset.page(Hospital.objects.all(), order=["id"], cursor=wrong)


def test_a_cursor_does_not_show_what_it_holds(cursor):
    assert b"Zebrowski" not in base64.urlsafe_b64decode(cursor + "==")


def test_a_cursor_survives_a_change_of_the_secret_key(cursor, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-good-length-0123456789"
    found = keyset.page(Hospital.objects.all(), order=["name", "id"], cursor=cursor, bound_to=["x"])
    assert len(found.rows) == 2


@pytest.mark.parametrize("order", [[], ["name"], ["retired_at", "id"], ["nothing", "id"]])
def test_an_order_that_would_lose_rows_is_a_programming_error(order):
    with pytest.raises(ImproperlyConfigured):
        keyset.page(Hospital.objects.all(), order=order)


@pytest.mark.parametrize("raw", ["0", "101", "-1", "1.5", "abc", "1e2", "٣", "1" + "0" * 27, " 5"])
def test_a_limit_out_of_bounds_is_refused(raw):
    with pytest.raises(ValidationError) as refused:
        keyset.limit_of(raw)
    assert refused.value.error_dict["limit"][0].code == "limit_invalid"


@pytest.mark.parametrize(("raw", "meant"), [(None, 50), ("", 50), ("1", 1), ("100", 100)])
def test_a_limit_within_bounds_is_taken(raw, meant):
    assert keyset.limit_of(raw) == meant
