"""What a row points to belongs to the row's own hospital."""

import pytest
from django.core.exceptions import ValidationError

from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Room, Site, Wing

pytestmark = pytest.mark.django_db

NAME = "room_same_hospital"


@pytest.fixture
def sites():
    return Site.objects.create(), Site.objects.create()


@pytest.fixture
def wings(sites):
    return [Wing.objects.create(hospital=site, name="w") for site in sites]


def test_a_row_may_point_inside_its_hospital_or_at_nothing(sites, wings):
    Room.objects.create(hospital=sites[0], wing=wings[0], name="1")
    Room.objects.create(hospital=sites[0], wing=None, name="2")


def test_a_row_cannot_be_made_that_points_into_another_hospital(sites, wings):
    assert NAME in refusal_of(
        lambda: Room.objects.create(hospital=sites[0], wing=wings[1], name="1")
    )
    pair = [Room(hospital=sites[0], wing=wing, name="1") for wing in wings]
    assert NAME in refusal_of(lambda: Room.objects.bulk_create(pair))


@pytest.mark.parametrize("change", ["wing", "hospital"])
def test_a_row_cannot_be_turned_to_another_hospital(sites, wings, change):
    room = Room.objects.create(hospital=sites[0], wing=wings[0], name="1")
    other = {"wing": wings[1], "hospital": sites[1]}[change]

    assert NAME in refusal_of(lambda: Room.objects.filter(pk=room.pk).update(**{change: other}))


def test_a_row_can_move_whole(sites, wings):
    room = Room.objects.create(hospital=sites[0], wing=wings[0], name="1")

    Room.objects.filter(pk=room.pk).update(wing=wings[1], hospital=sites[1])


def test_what_may_be_pointed_to_cannot_move_to_another_hospital(sites, wings):
    wings[0].name = "new"
    wings[0].save()

    wings[0].hospital = sites[1]
    assert NAME in refusal_of(wings[0].save)


def test_what_does_not_exist_is_in_no_hospital(sites):
    assert NAME in refusal_of(
        lambda: Room.objects.create(hospital=sites[0], wing_id=sites[0].pk, name="1")
    )


def test_the_form_says_so_before_the_database_does(sites, wings):
    Room(hospital=sites[0], wing=wings[0], name="1").full_clean()
    Room(hospital=sites[0], wing=None, name="1").full_clean()

    stranger = Room(hospital=sites[0], wing=wings[1], name="1")
    with pytest.raises(ValidationError) as refusal:
        stranger.full_clean()
    [error] = refusal.value.error_dict["__all__"]
    assert error.code == "other_tenant"
    stranger.validate_constraints(exclude=["wing"])
