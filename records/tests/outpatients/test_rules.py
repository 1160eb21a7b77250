"""What visits keep to, by their service: coming, being seen, leaving, each taken back and entered late."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import clock, series
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, actor
from records.models import OutPatient
from records.services import outpatients
from records.tests.encounter_factories import OutPatientFactory
from records.tests.factories import PatientFactory
from records.tests.outpatients.ground import (
    HOUR,
    ago,
    arrived,
    code_of,
    errors_of,
    note_in,
    taken_back,
)

pytestmark = pytest.mark.django_db
DO = {
    "start": outpatients.start,
    "finish": outpatients.finish,
    "cancel": lambda by, **facts: outpatients.cancel(by, reason="Went home", **facts),
    "undo": outpatients.undo,
}
# What leads to each status, what may be done then, and where that leads.
WAY = {
    "arrived": [],
    "in_progress": ["start"],
    "finished": ["start", "finish"],
    "cancelled": ["cancel"],
}
RIGHT = {
    ("arrived", "start"): "in_progress",
    ("arrived", "cancel"): "cancelled",
    ("in_progress", "finish"): "finished",
    ("in_progress", "undo"): "arrived",
    ("finished", "undo"): "in_progress",
    ("cancelled", "undo"): "arrived",
}


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def clinic(here):
    return ClinicFactory(hospital=here)


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


def at_status(nurse, clinic, status, **facts):
    visit = arrived(nurse, clinic, **facts)
    for word in WAY[status]:
        DO[word](nurse, visit=visit)
    return visit


# ---- coming


def test_who_comes_waits_with_a_number_of_the_visits_own_and_it_is_on_record(nurse, clinic):
    visit, other = arrived(nurse, clinic, complaint="Cough"), arrived(nurse, clinic)
    assert (visit.kind, visit.status, visit.seen_at) == ("outpatient", "arrived", None)
    assert visit.number != other.number
    assert series.is_valid(visit.number)
    event = AuditEvent.objects.get(act="records.outpatient.create", object_id=visit.pk)
    assert (event.patient_id, visit.history.count()) == (visit.patient_id, 1)


def test_an_out_patient_comes_to_a_clinic_and_an_emergency_to_none(nurse, clinic):
    with pytest.raises(ValidationError) as refused:
        arrived(nurse, clinic, clinic=None)
    assert errors_of(refused) == {"clinic": ["clinic_required"]}
    assert not OutPatient.objects.exists()
    visit = arrived(nurse, clinic, clinic=None, kind="emergency")
    assert (visit.is_emergency, visit.clinic) == (True, None)


def test_the_database_keeps_the_clinic_too(here):
    with pytest.raises(IntegrityError, match="encounter_clinic"), transaction.atomic():
        OutPatientFactory(hospital=here, clinic=None)


def test_who_has_died_comes_to_nothing_any_more(nurse, clinic, here):
    with pytest.raises(RuleError) as refused:
        arrived(nurse, clinic, patient=PatientFactory(at=here, is_deceased=True))
    assert code_of(refused) == "patient_deceased"
    assert not OutPatient.objects.exists()


def test_somebody_from_elsewhere_and_another_hospitals_clinic_are_no_choice(nurse, clinic):
    for facts in ({"patient": PatientFactory()}, {"clinic": ClinicFactory()}):
        with pytest.raises(ValidationError):
            arrived(nurse, clinic, **facts)
    assert not OutPatient.objects.exists()


def test_two_visits_on_one_day_are_two_visits(nurse, clinic, here):
    patient = PatientFactory(at=here)
    for _ in range(2):
        arrived(nurse, clinic, patient=patient)
    assert OutPatient.objects.filter(patient=patient).count() == 2


def test_an_external_id_leads_to_one_visit(nurse, clinic):
    arrived(nurse, clinic, external_id="V7")
    with pytest.raises(RuleError) as refused:
        arrived(nurse, clinic, external_id="V7")
    assert code_of(refused) == "external_id_taken"
    assert OutPatient.objects.count() == 1


# ---- steps


@pytest.mark.parametrize("word", DO)
@pytest.mark.parametrize("status", WAY)
def test_each_step_is_taken_from_where_it_begins_and_from_nowhere_else(nurse, clinic, status, word):
    visit = at_status(nurse, clinic, status)
    before = visit.version
    if (status, word) in RIGHT:
        DO[word](nurse, visit=visit)
        visit.refresh_from_db()
        assert visit.status == RIGHT[status, word]
        assert AuditEvent.objects.filter(act=f"records.outpatient.{word}").exists()
        return
    with pytest.raises(RuleError) as refused:
        DO[word](nurse, visit=visit)
    assert code_of(refused) == ("nothing_to_undo" if word == "undo" else "visit_step")
    visit.refresh_from_db()
    assert (visit.status, visit.version) == (status, before)


def test_who_is_seen_has_waited_until_then_and_may_be_taken_over(nurse, clinic, here):
    visit, doctor = arrived(nurse, clinic, at=ago(2)), DoctorFactory(hospital=here)
    when = ago(1)
    outpatients.start(nurse, visit=visit, attending=doctor, at=when)
    visit.refresh_from_db()
    assert (visit.seen_at, visit.attending) == (when, doctor)
    with pytest.raises(ValidationError):
        outpatients.start(nurse, visit=arrived(nurse, clinic), attending=DoctorFactory())


def test_a_step_taken_back_leaves_nothing_of_itself(nurse, clinic):
    visit = at_status(nurse, clinic, "finished")
    outpatients.undo(nurse, visit=visit)
    assert (visit.ends_at, bool(visit.seen_at)) == (None, True)
    outpatients.undo(nurse, visit=visit)
    assert visit.seen_at is None
    outpatients.cancel(nurse, visit=visit, reason=" Went home ")
    assert visit.cancel_reason == "Went home"
    outpatients.undo(nurse, visit=visit)
    assert visit.cancel_reason == ""


def test_a_reason_is_needed_to_leave_unseen(nurse, clinic):
    visit = arrived(nurse, clinic)
    for reason, code in (("  ", "reason_required"), ("x" * 201, "reason_too_long")):
        with pytest.raises(ValidationError) as refused:
            outpatients.cancel(nurse, visit=visit, reason=reason)
        assert errors_of(refused) == {"reason": [code]}
    visit.refresh_from_db()
    assert visit.status == "arrived"


def test_of_two_who_take_the_same_step_the_second_is_told(nurse, clinic):
    visit = arrived(nurse, clinic)
    also = OutPatient.objects.get(pk=visit.pk)
    outpatients.start(nurse, visit=visit)
    with pytest.raises(RuleError) as refused:
        outpatients.start(nurse, visit=also)
    assert code_of(refused) == "visit_step"
    with pytest.raises(StaleError):
        outpatients.finish(nurse, visit=visit, expected_version=1)


# ---- late


def test_what_is_entered_late_happened_within_72_hours_and_in_its_order(nurse, clinic):
    visit = arrived(nurse, clinic, at=ago(71))
    assert visit.starts_at < ago(70)
    for at, code in ((ago(73), "too_late"), (ago(-1), "time_to_come")):
        with pytest.raises(ValidationError) as refused:
            arrived(nurse, clinic, at=at)
        assert errors_of(refused) == {"at": [code]}
        with pytest.raises(ValidationError) as refused:
            outpatients.start(nurse, visit=visit, at=at)
        assert errors_of(refused) == {"at": [code]}
    outpatients.start(nurse, visit=visit, at=ago(10))
    with pytest.raises(RuleError) as refused:
        outpatients.finish(nurse, visit=visit, at=ago(11))
    assert code_of(refused) == "already_changed_since"
    visit.refresh_from_db()
    assert (visit.status, OutPatient.objects.count()) == ("in_progress", 1)


def test_nobody_is_seen_before_coming(nurse, clinic):
    visit = arrived(nurse, clinic, at=ago(1))
    with pytest.raises(RuleError) as refused:
        outpatients.start(nurse, visit=visit, at=ago(2))
    assert code_of(refused) == "already_changed_since"


def test_a_step_is_taken_back_within_72_hours(nurse, clinic, here):
    old = OutPatientFactory(
        hospital=here, status="in_progress", seen_at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    )
    with pytest.raises(RuleError) as refused:
        outpatients.undo(nurse, visit=old)
    assert code_of(refused) == "undo_too_late"
    old.refresh_from_db()
    assert old.status == "in_progress"


def test_a_visit_takes_a_moment_at_least(nurse, clinic):
    visit, now = arrived(nurse, clinic, at=(when := ago(1))), clock.now()
    outpatients.start(nurse, visit=visit, at=when)
    outpatients.finish(nurse, visit=visit, at=when)
    assert visit.starts_at < visit.ends_at < now + HOUR


# ---- changes, errors


def test_whose_it_is_and_when_it_began_stay_as_they_are(nurse, clinic, here):
    visit = arrived(nurse, clinic)
    for name, value in (("patient", PatientFactory(at=here)), ("starts_at", ago(3))):
        changed = OutPatient.objects.get(pk=visit.pk)
        setattr(changed, name, value)
        with pytest.raises(ValidationError) as refused:
            outpatients.change(nurse, visit=changed)
        assert errors_of(refused) == {name: ["read_only"]}
    visit.refresh_from_db()
    assert visit.version == 1


def test_reception_keeps_the_facts_and_leaves_the_notes_alone(clinic, here):
    desk = actor("receptionist", here)
    visit = arrived(desk, clinic, complaint="Cough")
    visit.follow_up = "In a week"
    outpatients.change(desk, visit=visit)
    visit.summary = "Bronchitis"
    with pytest.raises(Denied) as refused:
        outpatients.change(desk, visit=visit)
    assert (refused.value.code, refused.value.names) == ("field_forbidden", ("summary",))
    with pytest.raises(Denied):
        arrived(desk, clinic, summary="Bronchitis")
    visit.refresh_from_db()
    assert (visit.follow_up, visit.summary) == ("In a week", "")


def test_entered_in_error_is_refused_while_something_stands_in_it(nurse, clinic, here):
    doctor, visit = actor("doctor", here), arrived(nurse, clinic)
    note = note_in(nurse, visit)
    with pytest.raises(RuleError) as refused:
        outpatients.retire(doctor, visit=visit, reason="Nobody came")
    assert code_of(refused) == "in_use"
    assert [link.id for link in refused.value.links] == [note.pk]
    visit.refresh_from_db()
    assert not visit.is_retired
    taken_back(nurse, note)
    outpatients.retire(doctor, visit=visit, reason="Nobody came")
    assert (visit.is_retired, visit.retired_reason) == (True, "Nobody came")
    outpatients.restore(actor("administrator", here), visit=visit)
    assert not visit.is_retired


@pytest.mark.parametrize("role", ["nurse", "cashier", "administrator", "auditor", "lab"])
def test_only_who_may_says_that_it_was_an_error(nurse, clinic, here, role):
    visit = arrived(nurse, clinic)
    with pytest.raises((Denied, NotVisible)):
        outpatients.retire(actor(role, here), visit=visit, reason="x")


def test_another_hospitals_visit_is_not_there(nurse, clinic):
    visit, stranger = arrived(nurse, clinic), actor("doctor", HospitalFactory())
    outpatients.start(nurse, visit=visit)
    for step in DO.values():
        with pytest.raises(NotVisible):
            step(stranger, visit=visit)
