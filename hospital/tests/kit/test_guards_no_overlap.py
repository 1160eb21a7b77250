"""Nothing is in two places at once: what the database and the form say."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q

from hospital.kit.guards import NoOverlap
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Bed, BedPeriod, Leave, Stretch

pytestmark = pytest.mark.django_db

NAME = "bed_period_no_overlap"


def at(hour: float) -> dt.datetime:
    return dt.datetime(2026, 3, 14, tzinfo=dt.UTC) + dt.timedelta(hours=hour)


@pytest.fixture
def bed():
    return Bed.objects.create(code="12A")


def take(bed: Bed, start: float, end: float | None, **facts) -> BedPeriod:
    ends_at = None if end is None else at(end)
    return BedPeriod.objects.create(bed=bed, starts_at=at(start), ends_at=ends_at, **facts)


# Against a row that has [10, 12): the other's start and end, and whether they share a moment.
CASES = [
    (8, 10, False),
    (12, 14, False),
    (8, 10.001, True),
    (11.999, 14, True),
    (10, 12, True),
    (10.5, 11, True),
    (9, 13, True),
    (8, None, True),
    (11, None, True),
    (12, None, False),
]


@pytest.mark.parametrize(("start", "end", "clashes"), CASES)
def test_half_open_intervals_clash_when_they_share_a_moment(bed, start, end, clashes):
    take(bed, 10, 12)

    assert (NAME in refusal_of(lambda: take(bed, start, end))) is clashes


@pytest.mark.parametrize(("start", "end", "clashes"), CASES)
def test_the_form_finds_what_the_database_refuses(bed, start, end, clashes):
    take(bed, 10, 12)
    other = BedPeriod(bed=bed, starts_at=at(start), ends_at=None if end is None else at(end))

    if not clashes:
        other.full_clean()
        return
    with pytest.raises(ValidationError) as refusal:
        other.full_clean()
    [error] = refusal.value.error_dict["__all__"]
    assert error.code == "bed_occupied"
    assert error.message == "This bed is taken at that time."


def test_what_is_still_going_on_blocks_everything_after_its_start(bed):
    take(bed, 10, None)

    assert NAME in refusal_of(lambda: take(bed, 500, 501))
    assert NAME in refusal_of(lambda: take(bed, 9, None))
    take(bed, 8, 10)


def test_fractions_of_a_second_are_compared_as_time(bed):
    start = at(10)
    half = dt.timedelta(microseconds=500_000)
    BedPeriod.objects.create(bed=bed, starts_at=start, ends_at=start + half)

    BedPeriod.objects.create(bed=bed, starts_at=start + half, ends_at=start + 2 * half)
    assert NAME in refusal_of(
        lambda: BedPeriod.objects.create(
            bed=bed, starts_at=start + half - dt.timedelta(microseconds=1), ends_at=start + half
        )
    )


def test_another_zone_is_the_same_moment(bed):
    take(bed, 10, 12)
    tokyo = dt.timezone(dt.timedelta(hours=9))

    assert NAME in refusal_of(
        lambda: BedPeriod.objects.create(
            bed=bed, starts_at=at(11).astimezone(tokyo), ends_at=at(13).astimezone(tokyo)
        )
    )


@pytest.mark.parametrize("facts", [{"lane": 2}, {"is_active": False}, {"kind": "don't count"}])
def test_other_lanes_and_rows_outside_the_condition_do_not_clash(bed, facts):
    take(bed, 10, 12)

    BedPeriod(bed=bed, starts_at=at(10), ends_at=at(12), **facts).full_clean()
    take(bed, 10, 12, **facts)


def test_another_bed_does_not_clash(bed):
    take(bed, 10, 12)

    take(Bed.objects.create(code="12B"), 10, 12)


@pytest.mark.parametrize(
    "change",
    [{"starts_at": at(11)}, {"is_active": True}, {"lane": 1}, {"kind": "occupied"}],
)
def test_a_change_that_makes_a_clash_is_refused(bed, change):
    take(bed, 10, 12)
    other = take(bed, 12, 14)
    quiet = {"is_active": False, "lane": 2, "kind": "don't count"}
    field = next(iter(change))
    BedPeriod.objects.filter(pk=other.pk).update(
        starts_at=at(12 if field == "starts_at" else 11),
        **({field: quiet[field]} if field in quiet else {}),
    )

    assert NAME in refusal_of(lambda: BedPeriod.objects.filter(pk=other.pk).update(**change))
    assert NAME in refusal_of(
        lambda: BedPeriod(pk=other.pk, bed=bed, starts_at=at(11), ends_at=at(12)).save(
            force_update=True
        )
    )


def test_a_row_does_not_clash_with_itself(bed):
    period = take(bed, 10, 12)
    period.ends_at = at(13)

    period.full_clean()
    period.save()
    BedPeriod.objects.bulk_create(
        [period], update_conflicts=True, unique_fields=["id"], update_fields=["ends_at"]
    )
    assert NAME in refusal_of(lambda: take(bed, 12.5, 13))


def test_two_rows_of_one_insert_clash(bed):
    pair = [BedPeriod(bed=bed, starts_at=at(10), ends_at=at(12)) for _ in range(2)]

    assert NAME in refusal_of(lambda: BedPeriod.objects.bulk_create(pair))
    assert not BedPeriod.objects.exists()


@pytest.mark.parametrize("end", [10, 9])
def test_an_end_that_is_not_after_its_start_is_refused(bed, end):
    reversed_period = BedPeriod(bed=bed, starts_at=at(10), ends_at=at(end), is_active=False)

    assert f"{NAME}_order" in refusal_of(reversed_period.save)
    with pytest.raises(ValidationError) as refusal:
        reversed_period.full_clean()
    assert refusal.value.error_dict["__all__"][0].code == "interval_reversed"


def test_days_and_keys_given_by_the_database():
    day = dt.date(2026, 3, 14)
    first = Leave.objects.create(person="a", first_on=day, until_on=day + dt.timedelta(3))
    Leave.objects.create(person="a", first_on=first.until_on)

    def other():
        return Leave(person="a", first_on=day, until_on=day + dt.timedelta(1))

    assert "leave_no_overlap" in refusal_of(other().save)
    with pytest.raises(ValidationError) as refusal:
        other().full_clean()
    [error] = refusal.value.error_dict["__all__"]
    assert (error.code, error.message) == ("overlap", "This time is already taken.")
    Leave.objects.create(person="b", first_on=day)


def test_beside_another_guard_on_the_same_table():
    Stretch.objects.create(track=1, starts_at=at(1), ends_at=at(2))

    clash = Stretch(track=1, starts_at=at(1), ends_at=at(3))

    assert "stretch_no_overlap" in refusal_of(clash.save)


def test_fields_that_are_not_checked_are_not_judged(bed):
    take(bed, 10, 12)
    other = BedPeriod(bed=bed, starts_at=at(10), ends_at=at(12))

    other.validate_constraints(exclude=["lane"])
    other.validate_constraints(exclude=["kind"])
    BedPeriod(bed=bed, lane=1, ends_at=at(12)).validate_constraints()


def test_an_expression_in_the_columns_is_judged_by_the_database(bed):
    take(bed, 10, 12)
    take(bed, 12, 14)

    assert NAME in refusal_of(
        lambda: BedPeriod.objects.filter(starts_at=at(12)).update(
            starts_at=F("starts_at") - dt.timedelta(hours=1)
        )
    )


def test_the_triggers_of_sqlite_find_a_clash_by_index(bed):
    if connection.vendor != "sqlite":
        return
    query = (
        'SELECT 1 FROM kitapp_bedperiod AS "other" WHERE "other".id IS NOT ? '
        'AND "other".bed_id = ? AND "other".lane = ? AND "other".starts_at < ? '
        "AND coalesce(\"other\".ends_at, '9999-12-31 24:00:00') > ?"
    )
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query.replace("?", "'1'"))
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "bed_period_no_overlap_idx (bed_id=? AND lane=? AND <expr>>?)" in plan


def test_a_declaration_survives_the_migration_file():
    from django.db.migrations.writer import MigrationWriter

    guard = BedPeriod._meta.constraints[0]
    text, imports = MigrationWriter.serialize(guard)
    scope = {"models": models}
    exec("\n".join(imports), scope)  # noqa: S102

    assert eval(text, scope) == guard  # noqa: S307
    assert guard.clone() == guard
    assert guard != NoOverlap(name=NAME, same=["bed"], start="starts_at", end="ends_at")
    assert "import hospital.kit.guards" in imports


@pytest.mark.parametrize("wrong", [{"same": "bed"}, {"condition": "is_active"}])
def test_a_declaration_of_the_wrong_types_is_refused(wrong):
    with pytest.raises(TypeError):
        NoOverlap(
            **({"name": "x", "same": ["bed"], "start": "a", "end": "b", "condition": Q()} | wrong)
        )
