"""After a transactional test nothing is left of it, and everything that every test begins with is there."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection

from hospital.kit import testing
from hospital.kit.guards import missing
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled():
    """Rows in many tables, also in those that only ever grow."""
    PatientFactory(at=HospitalFactory())
    Group.objects.create(name="Some").permissions.add(Permission.objects.first())


def counts():
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return {table: number for table, number in found.items() if number}


def emptied(seeds):
    testing._empty(connection, seeds)
    assert set(counts()) == set(testing.SEEDED)
    assert missing(connection) == []


def test_every_table_is_empty_and_guarded_again(filled):
    assert len(counts()) > 10
    emptied({})


@pytest.mark.parametrize("is_superuser", [True, False])
def test_what_nobody_touched_stays_and_the_rest_goes(filled, monkeypatch, is_superuser):
    monkeypatch.setattr(testing, "_is_superuser", lambda _connection: is_superuser)
    before = testing._seeded(connection)
    emptied({"default": before})
    assert testing._seeded(connection) == before
    event = AuditEvent.objects.create(act="hospital.ward.read", actor_kind="person", door="web")
    with pytest.raises(IntegrityError):
        AuditEvent.objects.filter(pk=event.pk).delete()


def test_what_was_touched_is_made_again(filled):
    seeds = {"default": testing._seeded(connection)}
    wanted = set(Permission.objects.values_list("codename", "name", "content_type__model"))
    Permission.objects.first().delete()
    Permission.objects.update(name="Something else")
    ContentType.objects.create(app_label="records", model="nothing")
    emptied(seeds)
    assert set(Permission.objects.values_list("codename", "name", "content_type__model")) == wanted
    assert not ContentType.objects.filter(model="nothing").exists()
    assert seeds["default"] == testing._seeded(connection)
