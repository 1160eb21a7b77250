"""What belongs to nobody clashes with nothing: what the database says, and the form before it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.writer import MigrationWriter

from hospital.kit.guards import NoOverlap
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Bed, Errand, Leave

NAME = "errand_no_overlap"
START = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def errand(guest: Bed | None, **facts) -> Errand:
    return Errand(**({"guest": guest, "starts_at": START, "ends_at": START + HOUR} | facts))


@pytest.fixture
def guest():
    return Bed.objects.create(code="1")


@pytest.mark.django_db
def test_rows_of_nobody_share_their_moments_with_anything(guest):
    for whose in (None, guest, None):
        errand(whose).full_clean()
        errand(whose).save()
    Errand.objects.bulk_create([errand(None), errand(None)])
    Errand.objects.filter(guest=None).update(ends_at=None)

    assert Errand.objects.count() == 5


@pytest.mark.django_db
def test_rows_of_somebody_do_not(guest):
    errand(guest).save()

    assert NAME in refusal_of(errand(guest).save)
    with pytest.raises(ValidationError) as refusal:
        errand(guest).full_clean()
    [error] = refusal.value.error_dict["__all__"]
    assert error.code == "overlap"
    errand(guest, lane=2).save()


@pytest.mark.django_db
def test_a_row_that_becomes_somebody_s_is_held_from_then_on(guest):
    errand(guest).save()
    errand(None).save()

    assert NAME in refusal_of(lambda: Errand.objects.update(guest=guest))
    Errand.objects.update(guest=None)


@pytest.mark.django_db
def test_a_row_whose_condition_is_null_is_outside_it_for_the_form_as_well(guest):
    errand(guest).save()
    outside = errand(guest, weight=None)

    outside.full_clean()
    outside.save()


@pytest.mark.django_db
def test_a_row_of_nobody_still_ends_after_its_start():
    reversed_errand = errand(None, ends_at=START - HOUR)

    assert f"{NAME}_order" in refusal_of(reversed_errand.save)
    with pytest.raises(ValidationError):
        reversed_errand.full_clean()


def test_it_stands_in_the_migration_file_only_where_it_was_given():
    [guard] = Errand._meta.constraints
    text, imports = MigrationWriter.serialize(guard)
    scope = {"models": models}
    exec("\n".join(imports), scope)  # noqa: S102

    assert "optional=['guest']" in text
    assert eval(text, scope) == guard == guard.clone()  # noqa: S307
    assert "optional" not in Leave._meta.constraints[0].deconstruct()[2]
    with pytest.raises(TypeError):
        NoOverlap(name="x", same=["a"], optional="a", start="b", end="c")
