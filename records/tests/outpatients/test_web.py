"""Visits on the web: come, seen, gone, by the forms and buttons that the pages show."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import OutPatient
from records.tests.encounter_factories import (
    DiagnosisFactory,
    ObservationFactory,
    OutPatientFactory,
)
from records.tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here(db):
    return HospitalFactory()


@pytest.fixture
def nurse(client, here):
    signed_in(client, "nurse", here)
    return client


def page(name, *args):
    return reverse(f"records:outpatient-{name}", args=args)


def visit_at(here, **facts):
    facts.setdefault("starts_at", clock.now() - HOUR)
    return OutPatientFactory(hospital=here, **facts)


def text_of(answer):
    return answer.content.decode()


def press(client, visit, word):
    """Press the button of the visit's page."""
    url = page(word, visit.pk)
    return send(client, form_on(client.get(page("detail", visit.pk)), action=url), url)


def now_and(visit):
    return OutPatient.objects.get(pk=visit.pk)


# ---- coming


def test_who_comes_without_appointment_waits_and_a_double_click_makes_one_visit(client, here):
    signed_in(client, "receptionist", here)
    patient, clinic = PatientFactory(at=here), ClinicFactory(hospital=here)
    url = page("create", patient.pk)
    form = form_on(client.get(url))

    typed = {"clinic": str(clinic.pk), "complaint": "Cough"}
    answers = [send(client, form, url, **typed) for _ in range(2)]

    visit = OutPatient.objects.get()
    assert [answer["Location"] for answer in answers] == [page("detail", visit.pk)] * 2
    assert (visit.kind, visit.status, visit.complaint) == ("outpatient", "arrived", "Cough")
    shown = text_of(client.get(page("of-patient", patient.pk)))
    assert "Cough" in shown
    assert page("detail", visit.pk) in shown


def test_an_emergency_needs_no_clinic_is_entered_late_and_leads_to_a_bed(nurse, here):
    patient = PatientFactory(at=here)
    came = (clock.now() - 3 * HOUR).astimezone(here.zone)

    fill(
        nurse, page("create", patient.pk), kind="emergency", complaint="Chest pain",
        at_day=f"{came:%d-%b-%Y}", at_time=f"{came:%H:%M}",
    )  # fmt: skip

    visit = OutPatient.objects.get()
    assert visit.starts_at == came.replace(second=0, microsecond=0)
    assert reverse("records:inpatient-create", args=[patient.pk]) in text_of(
        nurse.get(page("detail", visit.pk))
    )


def test_an_outpatient_without_a_clinic_is_told_so_with_every_word_kept(nurse, here):
    refused = fill(nurse, page("create", PatientFactory(at=here).pk), complaint="Cough")
    assert refused.status_code == 400
    assert refused.context["form"].errors.as_data()["clinic"][0].code == "clinic_required"
    assert 'value="Cough"' in text_of(refused)
    assert not OutPatient.objects.exists()


# ---- seen, gone


def test_start_finish_and_undo_are_one_press_each(nurse, here):
    visit = visit_at(here)
    assert "Waiting since" in text_of(nurse.get(page("detail", visit.pk)))

    press(nurse, visit, "start")
    assert now_and(visit).status == "in_progress"
    press(nurse, visit, "finish")
    assert "Finished" in text_of(nurse.get(page("detail", visit.pk)))
    press(nurse, visit, "undo")
    press(nurse, visit, "undo")
    assert (now_and(visit).status, now_and(visit).seen_at) == ("arrived", None)


def test_a_doctor_who_starts_a_visit_of_nobody_has_it_and_takes_none_away(client, here):
    user = signed_in(client, "doctor", here)
    mine = DoctorFactory(hospital=here, user_id=user.pk)
    other = DoctorFactory(hospital=here)
    free, taken = visit_at(here), visit_at(here, attending=other)

    for visit in (free, taken):
        press(client, visit, "start")

    assert (now_and(free).attending, now_and(taken).attending) == (mine, other)
    assert f"With {mine} since" in text_of(client.get(page("detail", free.pk)))


def test_who_left_without_being_seen_has_a_reason_from_the_list(nurse, here):
    visit = visit_at(here)
    assert fill(nurse, page("cancel", visit.pk)).status_code == 400
    fill(nurse, page("cancel", visit.pk), reason="Did not want to wait")
    assert now_and(visit).cancel_reason == "Did not want to wait"
    assert nurse.get(page("cancel", visit.pk)).status_code == 409


def test_what_was_entered_in_error_goes_and_an_administrator_brings_it_back(client, here):
    signed_in(client, "receptionist", here)
    visit = visit_at(here)
    fill(client, page("retire", visit.pk), reason="Wrong patient")
    assert client.get(page("detail", visit.pk)).status_code == 404
    signed_in(client, "administrator", here)
    press(client, visit, "restore")
    assert not now_and(visit).is_retired


def test_a_visit_in_which_something_stands_is_no_error(client, here):
    signed_in(client, "doctor", here)
    visit = visit_at(here)
    DiagnosisFactory(hospital=here, patient=visit.patient, encounter=visit)
    refused = fill(client, page("retire", visit.pk), reason="Wrong patient")
    assert refused.status_code == 409
    assert not now_and(visit).is_retired


def test_a_press_on_what_somebody_else_stepped_on_is_told(nurse, here):
    visit = visit_at(here)
    url = page("start", visit.pk)
    form = form_on(nurse.get(page("detail", visit.pk)), action=url)
    OutPatient.objects.filter(pk=visit.pk).update(version=2)
    answer = nurse.get(send(nurse, form, url)["Location"])
    assert "Somebody else was working on this too" in text_of(answer)
    assert now_and(visit).status == "arrived"


# ---- what it says, to whom


def test_notes_are_written_and_read_by_clinicians_alone(client, here):
    visit = visit_at(here)
    signed_in(client, "doctor", here)
    fill(client, page("edit", visit.pk), summary="Zymosis suspected", follow_up="In two weeks")
    assert "Zymosis suspected" in text_of(client.get(page("detail", visit.pk)))

    for role in ("receptionist", "cashier", "administrator"):
        signed_in(client, role, here)
        shown = text_of(client.get(page("detail", visit.pk)))
        assert "Zymosis" not in shown, role
        assert "In two weeks" in shown, role
    signed_in(client, "receptionist", here)
    fill(client, page("edit", visit.pk), complaint="Fever", summary="Overwritten")
    assert (now_and(visit).complaint, now_and(visit).summary) == ("Fever", "Zymosis suspected")


def test_the_page_shows_what_was_measured_and_found_in_it(nurse, here):
    visit = visit_at(here)
    of = {"hospital": here, "patient": visit.patient}
    DiagnosisFactory(**of, encounter=visit, description="Pneumonia", is_main=True)
    DiagnosisFactory(**of, description="Old fracture")
    ObservationFactory(**of, encounter=visit, value="131", interpretation="HH")
    shown = text_of(nurse.get(page("detail", visit.pk)))
    assert "Pneumonia" in shown
    assert "Old fracture" not in shown
    assert "131" in shown
    assert "Critically high" in shown
    assert f"?encounter={visit.pk}" in shown


def test_reception_and_the_till_see_no_cards(client, here):
    visit = visit_at(here)
    ObservationFactory(hospital=here, patient=visit.patient, encounter=visit)
    for role in ("receptionist", "cashier", "administrator"):
        signed_in(client, role, here)
        assert "Pulse" not in text_of(client.get(page("detail", visit.pk))), role


def test_every_look_names_the_patient_in_the_audit(nurse, here):
    visit = visit_at(here)
    for name in ("detail", "edit", "cancel"):
        nurse.get(page(name, visit.pk))
        event = AuditEvent.objects.filter(act="records.outpatient.read").latest("id")
        assert (event.patient_id, event.object_id) == (visit.patient_id, visit.pk)
    nurse.get(page("of-patient", visit.patient_id))
    assert AuditEvent.objects.filter(
        act="records.outpatient.list", patient_id=visit.patient_id
    ).exists()


def test_who_may_not_gets_nothing(client, nurse, here):
    assert nurse.get(page("detail", visit_at(HospitalFactory()).pk)).status_code == 404
    visit = visit_at(here)
    signed_in(client, "cashier", here)
    assert client.get(page("detail", visit.pk)).status_code == 200
    assert client.get(page("edit", visit.pk)).status_code == 403
    assert client.get(page("create", visit.patient_id)).status_code == 403


# ---- with an appointment


def due(here):
    return AppointmentFactory(hospital=here, starts_at=clock.now())


def test_a_nurse_opens_the_visit_of_an_appointment_once(nurse, here):
    row = due(here)
    at, url = reverse("records:appointment-detail", args=[row.pk]), page("come", row.pk)
    shown = nurse.get(at)
    assert reverse("records:appointment-check-in", args=[row.pk]) not in text_of(shown)
    answers = [send(nurse, form_on(shown, action=url), url) for _ in range(2)]
    visit = OutPatient.objects.get(appointment=row)
    assert [answer["Location"] for answer in answers] == [page("detail", visit.pk)] * 2
    row.refresh_from_db()
    assert (row.status, visit.status) == ("checked_in", "arrived")
    assert url not in text_of(nurse.get(at))
    assert nurse.get(url)["Location"] == at


def test_who_was_second_to_open_it_is_told_on_the_appointments_page(nurse, here):
    row = due(here)
    at, url = reverse("records:appointment-detail", args=[row.pk]), page("come", row.pk)
    form = form_on(nurse.get(at), action=url)
    visit_at(here, patient=row.patient, appointment=row)
    answer = send(nurse, form, url)
    assert answer["Location"] == at
    assert "has its visit already" in text_of(nurse.get(at))
    assert OutPatient.objects.count() == 1


def test_the_desk_checks_in_and_who_only_looks_opens_nothing(client, here):
    row = due(here)
    at, url = reverse("records:appointment-detail", args=[row.pk]), page("come", row.pk)
    for role in ("receptionist", "cashier"):
        signed_in(client, role, here)
        assert url not in text_of(client.get(at))
    assert client.post(url).status_code == 403
    assert not OutPatient.objects.exists()


def test_the_appointment_leads_to_its_visit_and_back(client, here):
    signed_in(client, "receptionist", here)
    row = due(here)
    address = reverse("records:appointment-detail", args=[row.pk])
    assert "/outpatients/" not in text_of(client.get(address))

    url = reverse("records:appointment-check-in", args=[row.pk])
    send(client, form_on(client.get(address), action=url), url)

    visit = OutPatient.objects.get(appointment=row)
    on = row.starts_at.astimezone(here.zone)
    day = f"{reverse('records:appointment-list')}?view=list&day={on:%Y-%m-%d}"
    for shown in (address, day):
        assert page("detail", visit.pk) in text_of(client.get(shown))
    assert address in text_of(client.get(page("detail", visit.pk)))


def test_many_visits_are_paged_by_position(nurse, here):
    patient = PatientFactory(at=here)
    for hours in range(23):
        visit_at(here, patient=patient, starts_at=clock.now() - hours * HOUR, status="cancelled",
                 cancel_reason="x")  # fmt: skip
    first = nurse.get(page("of-patient", patient.pk))
    assert len(first.context["rows"]) == 20
    assert len(re.findall(r"<[a-z]", text_of(first))) <= 600
    second = nurse.get(page("of-patient", patient.pk) + first.context["next_url"])
    assert len(second.context["rows"]) == 3
    numbers = {row["number"] for each in (first, second) for row in each.context["rows"]}
    assert len(numbers) == 23
    assert nurse.get(f"{page('of-patient', patient.pk)}?cursor=nonsense").status_code == 200


# ---- what it costs


def cost_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_and_a_page_cost_the_same_for_3_and_for_30(nurse, here):
    visit = visit_at(here)
    costs = []
    for number in (2, 27):
        for _ in range(number):
            visit_at(here, patient=visit.patient)
            ObservationFactory(hospital=here, patient=visit.patient, encounter=visit)
            DiagnosisFactory(hospital=here, patient=visit.patient, encounter=visit)
        costs.append(
            [
                cost_of(nurse, page("of-patient", visit.patient_id)),
                cost_of(nurse, page("detail", visit.pk)),
            ]
        )
    assert costs[0] == costs[1]


def test_a_days_list_costs_the_same_however_many_have_come(client, here):
    signed_in(client, "receptionist", here)
    url, costs = f"{reverse('records:appointment-list')}?view=list", []
    for number in (3, 9):
        for _ in range(number):
            row = AppointmentFactory(
                hospital=here, patient=PatientFactory(at=here), status="checked_in",
                starts_at=clock.now(), ends_at=clock.now() + HOUR, checked_in_at=clock.now(),
            )  # fmt: skip
            visit_at(here, patient=row.patient, appointment=row)
        costs.append(cost_of(client, url))
    assert text_of(client.get(url)).count("/outpatients/") == 12
    assert costs[0] == costs[1]
