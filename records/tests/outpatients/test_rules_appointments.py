"""An appointment and its visit go along: whichever of the two is stepped on, the other is there as well."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from hospital.kit.errors import Denied, NotVisible, RuleError
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, actor
from records.models import Appointment, OutPatient
from records.services import appointment_steps as steps
from records.services import appointments, outpatients, visits
from records.tests.appointments.ground import Ground, at, on_friday, on_monday
from records.tests.factories import PatientFactory, SessionFactory
from records.tests.outpatients.ground import code_of, errors_of, note_in, taken_back

pytestmark = pytest.mark.django_db
# A step by its word: on the appointment, on its visit, and what both are afterwards.
STEPS = {
    "start": (steps.start, outpatients.start, "in_progress", "in_progress"),
    "complete": (steps.complete, outpatients.finish, "completed", "finished"),
    "cancel": (
        lambda by, **row: appointments.cancel(by, reason="Went home", **row),
        lambda by, **row: outpatients.cancel(by, reason="Went home", **row),
        "cancelled", "cancelled",
    ),
    "undo": (steps.undo, outpatients.undo, "", ""),
}  # fmt: skip
WAYS = [
    ["start"], ["cancel"], ["start", "undo"], ["cancel", "undo"], ["start", "complete"],
    ["start", "complete", "undo"],
]  # fmt: skip
BACK = {
    ("in_progress", "in_progress"): ("checked_in", "arrived"),
    ("cancelled", "cancelled"): ("checked_in", "arrived"),
    ("completed", "finished"): ("in_progress", "in_progress"),
}


@pytest.fixture
def ground():
    with on_friday():
        return Ground()


@pytest.fixture
def monday():
    with on_monday("08:50") as clock:
        yield clock


@pytest.fixture
def booked(ground):
    with on_friday():
        return ground.book("09:00", note="Brings the X-rays")


def came(ground, appointment):
    steps.check_in(ground.reception, appointment=appointment)
    return visits.of(appointment)


def both(appointment, visit):
    for row in (appointment, visit):
        row.refresh_from_db()
    return appointment.status, visit.status


def test_checking_in_opens_the_visit(ground, booked, monday):
    visit = came(ground, booked)
    told = (visit.patient, visit.clinic, visit.attending, visit.complaint, visit.starts_at)
    assert told == (
        booked.patient, ground.clinic, ground.doctor, "Brings the X-rays", booked.checked_in_at,
    )  # fmt: skip
    assert (visit.kind, visit.status) == ("outpatient", "arrived")


def test_opening_the_visit_checks_in(ground, booked, monday):
    visit = outpatients.arrive_for(ground.reception, appointment=booked, external_id="V7")
    assert both(booked, visit) == ("checked_in", "arrived")
    with pytest.raises(RuleError) as refused:
        outpatients.arrive_for(ground.reception, appointment=booked)
    assert code_of(refused) == "visit_exists"
    assert OutPatient.objects.count() == 1


@pytest.mark.parametrize("role", ["nurse", "doctor"])
def test_who_sees_patients_opens_the_visit_without_a_right_to_check_in(
    ground, booked, monday, role
):
    clinician = actor(role, ground.here)
    with pytest.raises(Denied):
        steps.check_in(clinician, appointment=booked)
    visit = outpatients.arrive_for(clinician, appointment=booked)
    assert both(booked, visit) == ("checked_in", "arrived")
    assert (visit.starts_at, visit.complaint) == (booked.checked_in_at, booked.note)
    told = AuditEvent.objects.filter(object_id=booked.pk).latest("id")
    assert (told.act, told.user_id) == ("records.outpatient.create", clinician.user_id)


def test_who_opens_no_visits_opens_none_of_an_appointment(ground, booked, monday):
    for role, here, wrong in (
        ("cashier", ground.here, Denied), ("nurse", HospitalFactory(), NotVisible),
    ):  # fmt: skip
        with pytest.raises(wrong):
            outpatients.arrive_for(actor(role, here), appointment=booked)
    booked.refresh_from_db()
    assert (booked.status, OutPatient.objects.count()) == ("scheduled", 0)


def test_a_visit_is_the_appointments_patients(ground, booked, monday):
    with pytest.raises(ValidationError) as refused:
        outpatients.arrive_for(
            ground.reception, appointment=booked, patient=PatientFactory(at=ground.here)
        )
    assert errors_of(refused) == {"patient": ["other_patient"]}
    booked.refresh_from_db()
    assert (booked.status, OutPatient.objects.count()) == ("scheduled", 0)
    assert outpatients.arrive_for(ground.reception, appointment=booked, patient=booked.patient)


def test_what_forbids_the_check_in_forbids_the_visit(ground, booked):
    with on_friday(), pytest.raises(RuleError) as refused:
        outpatients.arrive_for(ground.reception, appointment=booked)
    assert code_of(refused) == "not_its_day"
    with on_friday():
        caller = ground.book("09:20", caller_name="Ana")
    with on_monday("08:50"):
        with pytest.raises(RuleError) as refused:
            outpatients.arrive_for(ground.reception, appointment=caller)
        assert code_of(refused) == "chart_needed"
        appointments.cancel(ground.reception, appointment=booked, reason="Has a cold")
        with pytest.raises(RuleError) as refused:
            outpatients.arrive_for(ground.reception, appointment=booked)
        assert code_of(refused) == "wrong_step"
    assert not OutPatient.objects.exists()


@pytest.mark.parametrize("side", [0, 1], ids=["from the appointment", "from the visit"])
@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_a_step_on_either_side_is_a_step_on_both(ground, booked, monday, way, side):
    visit, wanted = came(ground, booked), ("checked_in", "arrived")
    for word in way:
        monday.shift(dt.timedelta(minutes=10))
        step = STEPS[word][side]
        wanted = BACK[wanted] if word == "undo" else STEPS[word][2:]
        step(ground.reception, **({"visit": visit} if side else {"appointment": booked}))
        assert both(booked, visit) == wanted
        assert (visit.seen_at, visit.cancel_reason) == (booked.started_at, booked.cancel_reason)
        assert visit.ends_at == booked.completed_at


def test_a_step_entered_late_on_the_visit_is_as_late_on_the_appointment(ground, booked, monday):
    visit = came(ground, booked)
    monday.shift(dt.timedelta(hours=2))
    outpatients.start(ground.reception, visit=visit, at=at("09:05"))
    outpatients.finish(ground.reception, visit=visit, at=at("09:30"))
    assert both(booked, visit) == ("completed", "finished")
    assert (booked.started_at, booked.completed_at) == (at("09:05"), at("09:30"))
    assert (visit.seen_at, visit.ends_at) == (at("09:05"), at("09:30"))


def test_a_check_in_taken_back_takes_the_visit_along_and_a_new_one_comes(ground, booked, monday):
    visit = came(ground, booked)
    steps.undo(ground.reception, appointment=booked)
    visit.refresh_from_db()
    assert (visit.is_retired, visits.of(booked)) == (True, None)
    again = came(ground, booked)
    assert again.pk != visit.pk


def test_a_check_in_stays_while_something_stands_in_the_visit(ground, booked, monday):
    visit, nurse = came(ground, booked), actor("nurse", ground.here)
    note = note_in(nurse, visit)
    with pytest.raises(RuleError) as refused:
        steps.undo(ground.reception, appointment=booked)
    assert code_of(refused) == "in_use"
    assert both(Appointment.objects.get(pk=booked.pk), visit) == ("checked_in", "arrived")
    assert not visit.is_retired
    taken_back(nurse, note)
    steps.undo(ground.reception, appointment=Appointment.objects.get(pk=booked.pk))
    visit.refresh_from_db()
    assert visit.is_retired


def test_until_it_begins_the_visit_is_given_on_with_the_appointment(ground, booked, monday):
    visit, other = came(ground, booked), DoctorFactory(hospital=ground.here)
    SessionFactory(hospital=ground.here, bookable=other.as_resource, clinic=ground.clinic)
    steps.reassign(ground.reception, appointment=booked, to=other.as_resource)
    visit.refresh_from_db()
    assert visit.attending == other


def test_a_note_on_the_appointment_leaves_the_visit_with_whoever_has_it(ground, booked, monday):
    visit, other = came(ground, booked), DoctorFactory(hospital=ground.here)
    visit.attending = other
    outpatients.change(ground.reception, visit=visit)
    booked.note = "Brings a friend"
    appointments.change(ground.reception, appointment=booked)
    visit.refresh_from_db()
    assert visit.attending == other


def test_whoever_begins_keeps_the_visit_until_that_is_taken_back(ground, booked, monday):
    visit, other = came(ground, booked), DoctorFactory(hospital=ground.here)
    outpatients.start(ground.reception, visit=visit, attending=other)
    visit.refresh_from_db()
    assert visit.attending == other
    outpatients.undo(ground.reception, visit=visit)
    assert visit.attending == ground.doctor


def test_an_appointment_that_was_somebody_elses_takes_its_visit_to_them(ground, booked, monday):
    visit, other = came(ground, booked), PatientFactory(at=ground.here)
    nurse = actor("nurse", ground.here)
    note = note_in(nurse, visit)
    booked.patient = other
    with pytest.raises(RuleError) as refused:
        appointments.change(ground.reception, appointment=booked)
    assert code_of(refused) == "in_use"
    taken_back(nurse, note)
    booked = Appointment.objects.get(pk=booked.pk)
    booked.patient = other
    appointments.change(ground.reception, appointment=booked)
    visit.refresh_from_db()
    assert visit.is_retired
    assert visits.of(booked).patient == other


def test_who_walks_in_has_a_visit_from_the_start(ground):
    with on_monday("09:00"):
        appointment = steps.walk_in(ground.reception, appointment=ground.plan("09:00"))
        visit = visits.of(appointment)
        assert (visit.status, visit.patient) == ("arrived", appointment.patient)
        appointments.retire(ground.reception, appointment=appointment, reason="Wrong patient")
    visit.refresh_from_db()
    assert visit.is_retired


def test_a_visit_comes_back_to_where_its_appointment_is(ground, booked, monday):
    chief, doctor = actor("administrator", ground.here), actor("doctor", ground.here)
    visit = came(ground, booked)
    outpatients.retire(doctor, visit=visit, reason="Nobody came")
    steps.undo(ground.reception, appointment=booked)
    with pytest.raises(RuleError) as refused:
        outpatients.restore(chief, visit=visit)
    assert code_of(refused) == "wrong_step"
    other = came(ground, booked)
    with pytest.raises(RuleError) as refused:
        outpatients.restore(chief, visit=visit)
    assert code_of(refused) == "restore_conflict"
    steps.start(ground.reception, appointment=booked)
    outpatients.retire(doctor, visit=other, reason="Entered twice")
    outpatients.restore(chief, visit=OutPatient.objects.get(pk=visit.pk))
    assert both(booked, visit) == ("in_progress", "in_progress")
