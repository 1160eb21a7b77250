"""What forbids retiring a record: the live rows of every model that leans on it, counted and linked."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import facts
from hospital.kit.errors import RuleError
from hospital.models import AuditEvent, Membership, Ward
from hospital.tests.factories import (
    DepartmentFactory,
    HospitalFactory,
    MembershipFactory,
    WardFactory,
    actor,
    api,
)
from records.tests.factories import ContactFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return HospitalFactory()


def refused(who, record):
    """The refusal to retire the record; nothing may have been written."""
    before = (record.history.count(), AuditEvent.objects.count())
    with pytest.raises(RuleError) as refusal:
        facts.retire(who, record, reason="Closed")
    assert refusal.value.code == "in_use"
    assert (record.history.count(), AuditEvent.objects.count()) == before
    return refusal.value


def linked(refusal):
    return {link.id for link in refusal.links}


def test_live_rows_that_lean_on_it_forbid_it_and_nobody_elses_do(place):
    ward = WardFactory(hospital=place)
    WardFactory(department=ward.department, retired_at="2026-01-01T00:00Z")
    WardFactory(hospital=place)
    refusal = refused(actor("administrator", place), ward.department)
    assert (linked(refusal), refusal.params["count"]) == ({ward.pk}, 1)


def test_every_model_that_leans_on_it_counts_and_each_is_asked_once(place, monkeypatch):
    """Nobody has to tell the parent: naming it in ``leans_on`` is all."""
    department, operator = DepartmentFactory(hospital=place), actor("operator")
    assert linked(refused(operator, place)) == {department.pk}
    with CaptureQueriesContext(connection) as before:
        refused(operator, place)
    monkeypatch.setattr(Ward, "leans_on", ("department", "hospital"))
    ward = WardFactory(department=department)
    with CaptureQueriesContext(connection) as after:
        refusal = refused(operator, place)
    assert (linked(refusal), refusal.params["count"]) == ({department.pk, ward.pk}, 2)
    assert len(after) == len(before) + 1


def test_what_rests_with_it_forbids_nothing(place):
    """Who works at a hospital works there no more once it is closed; nobody is dismissed one by one."""
    membership = MembershipFactory(hospital=place, role="administrator")
    facts.retire(actor("operator"), place, reason="Closed")
    assert place.is_retired
    assert membership not in Membership.objects.in_force()
    with pytest.raises(ValidationError) as refusal:
        Membership(user=membership.user, hospital=place, role="nurse").full_clean()
    assert refusal.value.error_dict["hospital"][0].code == "retired_choice"


def test_of_many_the_first_are_linked_and_all_are_counted(place):
    department = DepartmentFactory(hospital=place)
    WardFactory.create_batch(facts.LINKED + 3, department=department)
    refusal = refused(actor("administrator", place), department)
    assert (len(refusal.links), refusal.params["count"]) == (facts.LINKED, facts.LINKED + 3)
    answer = api("integrator", place).delete(f"/api/v1/departments/{department.pk}").json()
    assert (answer["code"], len(answer["links"])) == ("in_use", facts.LINKED)
    assert "There are 23" in answer["detail"]


def test_who_may_not_retire_it_is_not_told_what_leans_on_it(place):
    ward = WardFactory(hospital=place)
    with pytest.raises(PermissionDenied):
        facts.retire(actor("nurse", place), ward.department, reason="Closed")


def test_a_refusal_names_no_patient(place):
    patient = PatientFactory(at=place, family_name="Aaronson")
    contact = ContactFactory(patient=patient, name="Eva Aaronson")
    assert [patient.as_link().label, contact.as_link().label] == ["Patient", "Contact"]
