"""Rows: the same answer as the serializer's own, in a fixed number of queries."""

import orjson
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from rest_framework import serializers

from hospital.api.wards import WardSerializer
from hospital.kit import clock, policy
from hospital.kit.api.renderers import dumped
from hospital.kit.api.rows import Rows, rows
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from hospital.models import ExternalId, Ward
from hospital.tests import factories
from hospital.tests.rows import row_of
from records.tests.factories import (
    ContactFactory,
    IdentifierFactory,
    PatientFactory,
    PriceFactory,
)

pytestmark = pytest.mark.django_db


def viewsets():
    """Every viewset that the URLs lead to."""
    found, todo = set(), list(get_resolver().url_patterns)
    while todo:
        entry = todo.pop()
        todo += getattr(entry, "url_patterns", [])
        view = getattr(getattr(entry, "callback", None), "cls", None)
        if view is not None and issubclass(view, ReadViewSet):
            found.add(view)
    return sorted(found, key=lambda view: view.__name__)


@pytest.fixture
def here():
    return factories.HospitalFactory(time_zone="America/St_Johns")


@pytest.fixture
def filled(here):
    """Something of everything, with edges: retired, empty, other scripts, external ids."""
    wards = [factories.WardFactory(hospital=here, phone="+4930123456") for _ in range(2)]
    Ward.objects.filter(pk=wards[0].pk).update(retired_at=timezone.now())
    known = PatientFactory(
        at=here, family_name='O"Neill\n', given_names="王", birth_date="1988-03", blood_group="A+"
    )
    IdentifierFactory(patient=known)
    ContactFactory(patient=known)
    gone = ContactFactory(patient=known)
    type(gone).objects.filter(pk=gone.pk).update(retired_at=timezone.now())
    PatientFactory(at=here, birth_date="", is_unidentified=True, family_name="", given_names="")
    PriceFactory(medication__hospital=here)
    for model in {view.serializer_class.Meta.model for view in viewsets()}:
        row_of(model, here)
    for record in (here, wards[0], wards[1].department, known):
        ExternalId.objects.create(
            source_id=known.pk,
            hospital_id=here.pk,
            resource=record.resource,
            value="X",
            object_id=record.pk,
        )


def seen_by(actor, model):
    """The rows as a viewset reads them."""
    return model.objects.visible_to(actor).on_day(clock.today())


def test_there_are_viewsets_to_look_at():
    assert len(viewsets()) >= 4


def answers(view, context):
    """What rows and what the serializer itself make of all that somebody may see."""
    serializer = view.serializer_class
    queryset = seen_by(context["actor"], serializer.Meta.model).order_by("id")
    slow = serializer(queryset, many=True, context=context).data
    return [orjson.loads(dumped(each)) for each in (rows(serializer, queryset, context), slow)]


@pytest.mark.parametrize("role", ["integrator", "administrator", "cashier", "nurse"])
@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Asia/Kolkata"])
def test_rows_equal_the_serializers_own_answer(role, zone, here, filled):
    context = {"actor": factories.actor(role, here)}
    for view in viewsets():
        with timezone.override(zone):
            quick, slow = answers(view, context)
        assert quick == slow, view.__name__
        rules = policy.rules_for(
            context["actor"], f"{view.serializer_class.Meta.model.resource}.read"
        )
        assert bool(quick) == any(rule.scope is not policy.nowhere for rule in rules), view.__name__


def test_rows_cost_the_same_number_of_queries_for_few_and_for_many(here, filled):
    context = {"actor": factories.actor("integrator", here)}
    few = queries_of_all(context)
    for _ in range(5):
        ContactFactory(patient=PatientFactory(at=here))
        factories.WardFactory(hospital=here)
    assert queries_of_all(context) == few
    assert max(few.values()) <= 4


def queries_of_all(context):
    """View -> how many queries its list takes."""
    counts = {}
    for view in viewsets():
        queryset = seen_by(context["actor"], view.serializer_class.Meta.model)
        with CaptureQueriesContext(connection) as seen:
            rows(view.serializer_class, queryset, context)
        counts[view.__name__] = len(seen)
    return counts


def test_a_computed_field_is_refused_when_the_class_is_made():
    with pytest.raises(ImproperlyConfigured, match="annotate"):

        class Counting(RecordSerializer):
            beds = serializers.SerializerMethodField()

            class Meta:
                model = Ward
                fields = ("id", "beds")


def test_a_dotted_source_is_one_join(here):
    class WithDepartment(RecordSerializer):
        department_code = serializers.CharField(source="department.code", read_only=True)

        class Meta:
            model = Ward
            fields = ("id", "department_code", "external_id", "external_ids")

    ward = factories.WardFactory(hospital=here)
    reader = Rows(WithDepartment, {"actor": factories.actor("nurse", here)})
    with CaptureQueriesContext(connection) as seen:
        found = list(reader.values(Ward.objects.all()))
    assert len(seen) == 1
    assert reader.shown(found)[0]["department_code"] == ward.department.code


def test_a_wards_fields_are_those_declared(here):
    factories.WardFactory(hospital=here)
    (row,) = rows(WardSerializer, Ward.objects.all(), {"actor": factories.actor("nurse", here)})
    shown = [name for name in WardSerializer.Meta.fields if name != "external_id"]
    assert sorted(row) == sorted(shown)
