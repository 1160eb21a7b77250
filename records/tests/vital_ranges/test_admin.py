"""Ranges of vital signs in the admin: an administrator sets them, by the same rules."""

import pytest
from django.urls import reverse

from hospital.kit import facts
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import fill
from records.models import VitalRange
from records.tests.encounter_factories import VitalRangeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


def at(page, *args):
    return reverse(f"admin:records_vitalrange_{page}", args=args)


def test_an_administrator_sets_a_range_and_changes_it(client, here):
    signed_in(client, "administrator", here)
    said = {"code": "8867-4", "from_months": "0", "low": "90", "high": "160.5"}
    assert fill(client, at("add"), having="code", **said).status_code == 302
    row = VitalRange.objects.get()
    assert (row.hospital, str(row.high), row.critical_low) == (here, "160.5", None)
    assert "Pulse" in client.get(at("changelist")).content.decode()
    assert fill(client, at("change", row.pk), having="version", high="150").status_code == 302
    row.refresh_from_db()
    assert (str(row.high), row.version) == ("150", 2)


def test_what_is_wrong_comes_back_with_the_form(client, here):
    signed_in(client, "administrator", here)
    VitalRangeFactory(hospital=here)
    for said in (
        {"from_months": "216"}, {"from_months": "0", "low": "120", "high": "100"},
        {"from_months": "0", "low": "a"},
    ):  # fmt: skip
        answer = fill(client, at("add"), having="code", code="8867-4", **said)
        assert answer.status_code == 400
    assert VitalRange.objects.count() == 1


def test_it_is_retired_and_brought_back(client, here):
    row = VitalRangeFactory(hospital=here)
    facts.retire(actor("administrator", here), row, reason="Wrong")
    signed_in(client, "administrator", here)
    fill(client, at("restore", row.pk), having="version")
    row.refresh_from_db()
    assert not row.is_retired


def test_others_set_none(client, here):
    row = VitalRangeFactory(hospital=here)
    signed_in(client, "administrator", HospitalFactory())
    assert client.get(at("change", row.pk)).status_code == 404
    signed_in(client, "auditor", here)
    assert client.get(at("changelist")).status_code == 403
