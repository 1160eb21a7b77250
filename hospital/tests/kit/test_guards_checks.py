"""A guard that could not hold is an error of the system check."""

import pytest
from django.core import checks
from django.db import models
from django.db.models import Q
from django.test.utils import isolate_apps

from hospital.kit.guards import AppendOnly, AtMost, NoChain, NoOverlap, SameTenant
from hospital.kit.guards.checks import check_declarations
from hospital.tests.kitapp.models import Bed, Seat, Show, Wing


def model_with(guard, **fields):
    meta = type("Meta", (), {"app_label": "kitapp", "constraints": [guard]})
    return type("Trial", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def complaints(guard, **fields) -> str:
    return " ".join(error.msg for error in guard.check_declaration(model_with(guard, **fields)))


def overlap(**changed):
    return NoOverlap(**({"name": "g", "same": ["lane"], "start": "start", "end": "end"} | changed))


def at_most(**changed):
    usual = {"name": "g", "field": "show", "column": "lane", "limit": "capacity"}
    return AtMost(**(usual | changed))


def seats(to=Show, **changed):
    return {"show": models.ForeignKey(to, models.PROTECT), "lane": models.IntegerField()} | changed


def leads(to, **changed):
    return {"to": models.ForeignKey(to, models.PROTECT, **changed)}


def columns(**changed):
    usual = {
        "lane": models.IntegerField(),
        "start": models.DateTimeField(),
        "end": models.DateTimeField(null=True),
    }
    return usual | changed


@isolate_apps("hospital.tests.kitapp")
@pytest.mark.parametrize(
    ("guard", "fields", "complaint"),
    [
        (overlap(), columns(), ""),
        (overlap(condition=Q(lane__gt=1)), columns(), ""),
        (overlap(), columns(lane=models.IntegerField(null=True)), "lane may be null"),
        (overlap(), columns(start=models.DateTimeField(null=True)), "start may be null"),
        (overlap(), columns(end=models.DateField()), "both be DateTimeField"),
        (
            overlap(),
            columns(start=models.IntegerField(), end=models.IntegerField()),
            "both be Date",
        ),
        (overlap(bounds="[]"), columns(), "for columns of dates"),
        (
            overlap(bounds="[]"),
            columns(start=models.DateField(), end=models.DateField(null=True)),
            "",
        ),
        (overlap(optional=["lane"]), columns(lane=models.IntegerField(null=True)), ""),
        (overlap(optional=["lane"]), columns(), ""),
        (overlap(optional=["room"]), columns(), "room is optional and not one of same"),
        (
            overlap(same=["lane", "room"], optional=["room"]),
            columns(room=models.IntegerField(null=True), lane=models.IntegerField(null=True)),
            "lane may be null",
        ),
        (
            overlap(optional=["start"]),
            columns(start=models.DateTimeField(null=True)),
            "start is optional and not one of same",
        ),
        (overlap(condition=Q(lanes=1)), columns(), "reads lanes, which is not a field"),
        (overlap(same=["lanes"]), columns(), "lanes is not a field"),
        (overlap(same=[]), columns(), "every row would clash"),
        (overlap(name="n" * 49), columns(), "longer than 48"),
        (
            overlap(condition=Q(bed__code="x")),
            columns(bed=models.ForeignKey(Bed, models.PROTECT)),
            "another table",
        ),
        (AppendOnly(name="g"), {"to": models.ForeignKey(Bed, models.PROTECT)}, ""),
        (AppendOnly(name="g"), {"to": models.ForeignKey(Bed, models.CASCADE)}, "to would"),
        (
            AppendOnly(name="g"),
            {"to": models.ForeignKey(Bed, models.SET_NULL, null=True)},
            "to would",
        ),
        (
            AppendOnly(name="g"),
            {"to": models.ForeignKey(Bed, models.SET(None), null=True)},
            "to would",
        ),
        (SameTenant(name="g", field="lane"), columns(), "lane is not a foreign key"),
        (
            SameTenant(name="g", field="bed"),
            {
                "bed": models.ForeignKey(Bed, models.PROTECT),
                "hospital_id": models.UUIDField(),
            },
            "kitapp.Bed has no column hospital_id",
        ),
        (
            SameTenant(name="g", field="wing"),
            {"wing": models.ForeignKey(Wing, models.PROTECT)},
            "kitapp.Trial has no column hospital_id",
        ),
        (
            SameTenant(name="g", field="wing"),
            {
                "wing": models.ForeignKey(Wing, models.PROTECT),
                "hospital_id": models.UUIDField(),
            },
            "",
        ),
        (NoChain(name="g", field="to"), leads("self", null=True), ""),
        (NoChain(name="g", field="to"), leads("self"), "to is never null"),
        (
            NoChain(name="g", field="to"),
            leads(Bed, null=True),
            "to is not a key of the model to itself",
        ),
        (NoChain(name="g", field="lane"), columns(), "lane is not a key of the model to itself"),
        (at_most(), seats(), ""),
        (at_most(condition=Q(lane__gt=1) & Q(pk__gt=1)), seats(), ""),
        (at_most(), seats(show=models.ForeignKey(Show, models.PROTECT, null=True)), ""),
        (at_most(field="lane"), seats(), "lane is not a foreign key"),
        (at_most(field="shows"), seats(), "shows is not a foreign key"),
        (at_most(column="lanes"), seats(), "lanes is not a field of the model that holds integers"),
        (at_most(), seats(lane=models.CharField(max_length=9)), "lane is not a field"),
        (at_most(column="show"), seats(), "show is not a field"),
        (at_most(limit="places"), seats(), "places is not a field of kitapp.Show of integers"),
        (at_most(limit="title"), seats(), "title is not a field of kitapp.Show of integers"),
        (at_most(limit="weight"), seats(to=Seat), "weight may be null"),
        (at_most(condition=Q(show__capacity=1)), seats(), "another table"),
        (at_most(condition=Q(lanes=1)), seats(), "reads lanes, which is not a field"),
        (at_most(name="n" * 49), seats(), "longer than 48"),
    ],
)
def test_a_declaration_that_cannot_hold_is_named(guard, fields, complaint):
    told = complaints(guard, **fields)

    assert complaint in told
    assert bool(complaint) == bool(told)


def test_the_check_runs_with_the_others_and_finds_nothing_in_this_house():
    assert check_declarations in checks.registry.registry.get_checks()
    assert check_declarations() == []
