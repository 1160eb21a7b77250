"""Where doctors start: their visits, appointments, in-patients and what is to be done today."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import (
    BedFactory,
    DoctorFactory,
    HospitalFactory,
    WardFactory,
    signed_in,
)
from records.tests.encounter_factories import (
    InPatientFactory,
    ObservationFactory,
    OutPatientFactory,
    TreatmentFactory,
)
from records.tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
LIVE = reverse("records:encounter-live")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def me(client, here):
    return DoctorFactory(hospital=here, user=signed_in(client, "doctor", here))


@pytest.fixture
def other(here):
    return DoctorFactory(hospital=here)


def start(client):
    page = re.sub(r"<[^>]+>", " ", client.get("/").content.decode().partition('id="main"')[2])
    return " ".join(page.replace("\xa0", " ").replace("&nbsp;", " ").split())


def name(row):
    return row.patient.display_name


def test_the_visits_of_the_doctor_that_wait_or_are_under_way(client, here, me, other):
    waits = OutPatientFactory(
        hospital=here, attending=me, starts_at=clock.now() - HOUR, complaint="Cough"
    )
    seen = OutPatientFactory(
        hospital=here, attending=me, starts_at=clock.now() - 3 * HOUR, status="in_progress",
        seen_at=clock.now() - 2 * HOUR, kind="emergency",
    )  # fmt: skip
    over = OutPatientFactory(
        hospital=here, attending=me, status="finished", ends_at=clock.now(), patient__sex="male"
    )
    others = OutPatientFactory(hospital=here, attending=other)

    text = start(client)

    assert text.index(name(seen)) < text.index(name(waits))
    assert "Emergency" in text
    assert "Cough" in text
    assert name(over) not in text
    assert name(others) not in text


def test_an_appointment_whose_visit_is_shown_is_not_shown_twice(client, here, me):
    noon = clock.now().astimezone(here.zone).replace(hour=12, minute=0)
    came, comes = (
        AppointmentFactory(hospital=here, doctor=me, starts_at=noon + n * HOUR) for n in (0, 1)
    )
    came.status, came.checked_in_at = "checked_in", clock.now()
    came.save()
    visit = OutPatientFactory(
        hospital=here, attending=me, appointment=came, patient=came.patient, clinic=came.clinic
    )
    page = client.get("/").content.decode()
    assert reverse("records:outpatient-detail", args=[visit.pk]) in page
    assert f"/appointments/{came.pk}/" not in page
    assert f"/appointments/{comes.pk}/" in page
    assert page.count("Your appointments today") == 1


def test_in_patients_stand_with_bed_signs_and_for_who_leaves_soon_what_is_missing(
    client, here, me, other
):
    ward = WardFactory(hospital=here, name="Cardiology")
    facts = {"attending": me, "starts_at": clock.now() - 2 * DAY}
    today, tomorrow, later = (
        InPatientFactory(
            bed=BedFactory(ward=ward, hospital=here, label=str(5 + days)),
            expected_end_on=clock.today() + days * DAY, **facts,
        )
        for days in (0, 1, 2)
    )  # fmt: skip
    others = InPatientFactory(bed=BedFactory(ward=ward, hospital=here), attending=other)
    ObservationFactory(
        hospital=here, patient=today.patient, value=Decimal(131), interpretation="HH",
        taken_at=clock.now() - HOUR,
    )  # fmt: skip

    text = start(client)

    rows = [text.partition(name(each))[2] for each in (today, tomorrow, later)]
    assert rows[0].startswith(" Cardiology, Bed 5 · ")
    assert "day 3 · leaves today" in rows[0]
    assert "⇈ Pulse 131 Critically high" in rows[0]
    assert rows[0].count("missing: discharge summary") == 2
    assert rows[2].count("missing: discharge summary") == 0
    assert name(others) not in text


def test_to_be_done_today_is_what_is_planned_by_midnight_and_not_done_yet(client, here, me, other):
    midnight = (clock.now().astimezone(here.zone) + DAY).replace(hour=0, minute=0, second=0)
    facts = {"hospital": here, "doctor": me}
    late = TreatmentFactory(**facts, planned_for=clock.now() - 2 * DAY)
    today = TreatmentFactory(**facts, planned_for=midnight - dt.timedelta(minutes=1))
    TreatmentFactory(**facts, planned_for=midnight + dt.timedelta(minutes=1))
    TreatmentFactory(**facts)  # nobody has said when
    TreatmentFactory(**facts, planned_for=clock.now(), status="done", done_at=clock.now())
    TreatmentFactory(hospital=here, doctor=other, planned_for=clock.now())
    page = client.get("/").content.decode()
    assert re.findall(r"/treatments/([0-9a-f-]{36})/", page) == [str(late.pk), str(today.pk)]


def test_every_patient_shown_is_on_record_as_looked_at(client, here, me):
    rows = [
        OutPatientFactory(hospital=here, attending=me),
        InPatientFactory(hospital=here, attending=me),
        TreatmentFactory(hospital=here, doctor=me, planned_for=clock.now()),
    ]
    client.get("/")
    looks = AuditEvent.objects.filter(reason="home").values_list("act", "patient_id")
    assert set(looks) == {
        ("records.outpatient.list", rows[0].patient_id),
        ("records.inpatient.list", rows[1].patient_id),
        ("records.treatment.list", rows[2].patient_id),
    }


def test_a_doctor_without_an_entry_is_told_so_and_has_the_lists_of_the_hospital(client, here):
    signed_in(client, "doctor", here)
    appointment = AppointmentFactory(hospital=here, starts_at=clock.now())
    page = client.get("/").content.decode()
    assert "Your account belongs to no doctor’s entry" in page
    assert f"/appointments/{appointment.pk}/" in page
    assert reverse("records:inpatient-board") in page.partition('id="main"')[2]
    assert client.get(LIVE).status_code == 204


def test_who_is_no_doctor_has_no_doctors_day(client, here):
    OutPatientFactory(hospital=here)
    signed_in(client, "receptionist", here)
    assert "Your visits" not in client.get("/").content.decode()
    assert client.get(LIVE).status_code == 204


def test_a_doctor_who_is_a_nurse_too_has_both(client, here):
    ward = WardFactory(hospital=here, name="Cardiology")
    DoctorFactory(hospital=here, user=signed_in(client, "doctor nurse", here))
    text = start(client)
    assert text.index("Your visits") < text.index(ward.name)


def test_the_page_asks_again_and_gets_an_answer_only_when_something_shown_has_changed(
    client, here, me
):
    visit = OutPatientFactory(hospital=here, attending=me)
    [asked] = re.findall(r'hx-get="([^"]+)"', client.get("/").content.decode())
    assert client.get(asked).status_code == 204
    visit.__class__.objects.filter(pk=visit.pk).update(complaint="Worse")
    answer = client.get(asked)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Worse" in answer.content.decode()
    assert AuditPatient.objects.count() == 0  # one patient stands in the event itself
    assert AuditEvent.objects.filter(patient_id=visit.patient_id, reason="home").count() == 2


def test_30_of_each_take_no_more_queries_than_3(client, here, me):
    ward = WardFactory(hospital=here)

    def fill(numbers):
        for number in numbers:
            stay = InPatientFactory(
                bed=BedFactory(ward=ward, hospital=here, label=str(number)), attending=me,
                expected_end_on=clock.today(), starts_at=clock.now() - DAY,
            )  # fmt: skip
            ObservationFactory(hospital=here, patient=stay.patient, taken_at=clock.now())
            OutPatientFactory(hospital=here, attending=me)
            TreatmentFactory(hospital=here, doctor=me, planned_for=clock.now())

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/").status_code == 200
        return len(found)

    fill(range(3))
    queries()
    few = queries()
    fill(range(3, 30))
    assert queries() == few
    assert "and 10 more" in start(client)
