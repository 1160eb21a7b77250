"""Who did what and who looked: booked on a person, without values, and out of everybody's reach."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from hospital.kit import audit, facts
from hospital.kit.actors import acting
from hospital.models import AuditEvent, AuditPatient, AuditSeal, Department
from hospital.services import sealing
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor
from records.models import Patient
from records.services import patients
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
CANARY = "Zyxwvutsson"


@pytest.fixture
def reception():
    return actor("receptionist", HospitalFactory(), request_id="req-1", ip="192.0.2.7")


def test_a_write_names_who_where_what_and_which_version(reception):
    chart = patients.register(reception, patient=Patient(family_name=CANARY, phone="+493023125001"))
    chart.city = f"{CANARY}stadt"
    patients.update(reception, patient=chart)
    event = AuditEvent.objects.order_by("id").last()
    assert event.act == "records.patient.update"
    assert event.outcome == "ok"
    assert (event.user_id, event.roles) == (reception.user_id, "receptionist")
    assert event.hospital_id == reception.hospital_id
    assert (event.door, event.request_id, event.ip) == ("web", "req-1", "192.0.2.7")
    assert (event.resource, event.object_id, event.patient_id) == (
        "records.patient",
        chart.pk,
        chart.pk,
    )
    assert (event.changed, event.version) == (["city"], 2)


def test_no_event_holds_a_value(reception):
    chart = patients.register(reception, patient=Patient(family_name=CANARY, phone="+493023125001"))
    patients.retire(reception, patient=chart, reason="Registered twice")
    written = " ".join(str(vars(event)) for event in AuditEvent.objects.all())
    assert CANARY not in written
    assert "23125001" not in written
    assert "Registered twice" in written


def test_the_digest_is_that_of_the_row_as_it_is_stored_and_as_the_history_has_it(reception):
    chart = patients.register(
        reception,
        patient=Patient(family_name="Müller", birth_date="1988-03-14", sex="female"),
    )
    chart.city = "Köln"
    patients.update(reception, patient=chart)
    for version in (1, 2):
        event = AuditEvent.objects.get(
            object_id=chart.pk, version=version, resource="records.patient"
        )
        past = chart.history.get(version=version).instance
        assert audit.digest(past) == event.digest
    assert audit.digest(Patient.objects.get(pk=chart.pk)) == event.digest
    chart.history.filter(version=1).update(family_name="Maier")
    doctored = chart.history.get(version=1).instance
    assert (
        audit.digest(doctored)
        != AuditEvent.objects.get(object_id=chart.pk, version=1, resource="records.patient").digest
    )


def test_a_look_at_one_patient_is_one_row_and_a_list_names_everybody_shown(
    reception, django_assert_num_queries
):
    shown = [uuid.uuid4() for _ in range(50)]
    with django_assert_num_queries(1):
        audit.looked(reception, "records.patient.read", object_id=shown[0], patient_ids=shown[:1])
    with django_assert_num_queries(2):
        audit.looked(reception, "records.patient.list", patient_ids=[*shown, shown[0]])
    one, many = AuditEvent.objects.order_by("id")
    assert (one.act, one.patient_id, one.object_id) == ("records.patient.read", shown[0], shown[0])
    assert many.patient_id is None
    assert set(many.patients.values_list("patient_id", flat=True)) == set(shown)
    assert AuditPatient.objects.count() == 50


def test_a_refusal_is_booked_with_its_reason(reception):
    audit.denied(reception, "records.patient.read", code="not_found", object_id=uuid.UUID(int=7))
    event = AuditEvent.objects.get()
    assert (event.outcome, event.reason, event.object_id) == (
        "denied",
        "not_found",
        uuid.UUID(int=7),
    )


def test_the_event_of_a_write_lives_and_dies_with_the_write(reception):
    department = DepartmentFactory()

    def write_and_fail():
        department.name = "New"
        department.save()
        audit.wrote(department)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic(), acting(reception, "x.y.z"):
        write_and_fail()
    assert not AuditEvent.objects.exists()
    assert Department.objects.get().version == 1


@pytest.mark.parametrize("model", [AuditEvent, AuditPatient, AuditSeal])
@pytest.mark.parametrize("statement", ["update", "delete"])
def test_the_database_refuses_to_change_the_past(reception, model, statement):
    audit.looked(reception, "records.patient.list", patient_ids=[uuid.uuid4(), uuid.uuid4()])
    sealing.seal_new()
    assert model.objects.exists()
    table = model._meta.db_table
    column = model._meta.pk.column
    sql = {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
    }[statement]
    before = list(model.objects.values_list())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic():
        getattr(model.objects.all(), statement)(**({column: None} if statement == "update" else {}))
    assert list(model.objects.values_list()) == before


def test_a_patient_registered_by_the_factory_is_booked_on_nobody():
    """What other tests count on."""
    PatientFactory()
    assert not AuditEvent.objects.exists()


def test_a_forced_write_is_marked(reception):
    department = DepartmentFactory()
    administrator = actor("administrator", department.hospital)
    department.name = "New"
    facts.change(administrator, department, forced=True)
    assert AuditEvent.objects.get().forced
