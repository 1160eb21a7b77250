"""The bed board, and what is done with beds from there."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import BedPeriod
from records.tests.encounter_factories import BedPeriodFactory, InPatientFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
BOARD = reverse("records:inpatient-board")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here(db):
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here, name="Cardiology")


@pytest.fixture
def nurse(client, here):
    signed_in(client, "nurse", here)
    return client


def bed_in(ward, label="1", **facts):
    return BedFactory(
        ward=ward, hospital=ward.hospital, label=label, created_at=clock.now() - 90 * HOUR, **facts
    )


def text_of(answer):
    return " ".join(answer.content.decode().replace("\u2011", "-").split())


def states(answer):
    return [bed["state"] for ward in answer.context["wards"] for bed in ward["beds"]]


def test_the_board_tells_who_lies_where_and_what_the_other_beds_are_for(nurse, here, ward):
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel", sex="male")
    stay = InPatientFactory(bed=bed_in(ward), patient=patient, expected_end_on="2026-03-09")
    BedPeriodFactory(bed=bed_in(ward, "2"), kind="closed", reason="Repair")
    BedPeriodFactory(bed=bed_in(ward, "3"), kind="cleaning")
    bed_in(ward, "4")
    InPatientFactory(ward=ward)

    shown = nurse.get(BOARD)

    text = text_of(shown)
    assert states(shown) == ["occupied", "closed", "cleaning", "free"]
    assert "OKORO, Daniel" in text
    assert reverse("records:inpatient-detail", args=[stay.pk]) in text
    assert "<b>1 Free</b>" in text
    assert "1 Occupied · 0 Reserved · 1 To be cleaned · 1 Closed · 1 Waiting for a bed" in text
    assert "was to leave 09-Mar-2026" in text
    assert "Repair" in text
    assert AuditPatient.objects.filter(patient_id=patient.pk).exists()


def test_for_whom_a_bed_is_kept_is_told_and_the_look_is_on_record(nurse, here, ward):
    stay = InPatientFactory(hospital=here, status="planned")
    BedPeriodFactory(
        bed=bed_in(ward), kind="reserved", encounter=stay, starts_at=clock.now() - HOUR,
        ends_at=clock.now() + HOUR,
    )  # fmt: skip

    assert stay.patient.display_name in text_of(nurse.get(BOARD))
    # A look at one patient alone stands in the event itself.
    assert AuditEvent.objects.filter(reason="board", patient_id=stay.patient_id).exists()


def test_one_ward_and_the_list(nurse, ward, here):
    other = WardFactory(hospital=here, name="Surgery")
    bed_in(ward)
    InPatientFactory(bed=bed_in(other))

    shown = nurse.get(BOARD, {"ward": ward.pk, "view": "list"})

    assert states(shown) == ["free"]
    assert "<table" in text_of(shown)


def test_an_earlier_moment_is_told_as_it_is_known_today(nurse, ward):
    bed = bed_in(ward)
    BedPeriodFactory(
        bed=bed, kind="closed", starts_at=clock.now() - 5 * HOUR, ends_at=clock.now() - 2 * HOUR
    )
    bed.__class__.objects.filter(pk=bed.pk).update(created_at=clock.now() - 90 * HOUR)
    then = (clock.now() - 3 * HOUR).astimezone(ward.hospital.zone)

    shown = nurse.get(BOARD, {"at": then.isoformat()})
    again = nurse.get(BOARD, {"at_day": f"{then:%d-%b-%Y}", "at_time": f"{then:%H:%M}"})

    assert states(shown) == states(again) == ["closed"]
    assert "known today about that moment" in text_of(shown)
    assert "every 15s" not in text_of(shown)
    assert "Admit here" not in text_of(shown)
    assert states(nurse.get(BOARD)) == ["free"]


def test_a_moment_to_come_is_refused(nurse, ward):
    shown = nurse.get(BOARD, {"at_day": "+2", "at_time": "9"})
    assert "This time is still to come." in text_of(shown)


def test_the_page_asks_again_and_gets_an_answer_only_when_a_bed_has_changed(nurse, ward):
    bed = bed_in(ward)
    asked = nurse.get(BOARD).context["urls"]["live"]
    assert nurse.get(asked).status_code == 204

    BedPeriodFactory(bed=bed, kind="cleaning", starts_at=clock.now())

    answer = nurse.get(asked)
    assert answer.status_code == 200
    assert "<html" not in text_of(answer)
    assert states(answer) == ["cleaning"]


def test_many_beds_take_no_more_queries_than_few(nurse, here, ward):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert nurse.get(BOARD).status_code == 200
        return len(found)

    for number in range(3):
        InPatientFactory(bed=bed_in(ward, str(number)))
    queries()
    few = queries()
    for number in range(3, 30):
        InPatientFactory(bed=bed_in(ward, str(number)))
    assert queries() == few


@pytest.mark.parametrize(
    ("kind", "word"), [("cleaning", "clean"), ("closed", "reopen"), ("reserved", "release")]
)
def test_one_press_makes_a_bed_free(nurse, ward, kind, word):
    bed, ends = bed_in(ward), clock.now() + HOUR if kind == "reserved" else None
    BedPeriodFactory(bed=bed, kind=kind, starts_at=clock.now() - HOUR, ends_at=ends)
    url = reverse(f"records:bedperiod-{word}", args=[bed.pk])

    done = send(nurse, form_on(nurse.get(BOARD), action=url), url)

    assert (done.status_code, done["Location"]) == (302, BOARD)
    assert states(nurse.get(BOARD)) == ["free"]
    late = send(nurse, {"action": url, "data": form_on(nurse.get(
        reverse("records:bedperiod-close", args=[bed.pk])))["data"]}, url)  # fmt: skip
    assert late.status_code == 302


def test_a_bed_is_closed_for_a_reason_and_kept_for_a_while(nurse, ward):
    one, other = bed_in(ward), bed_in(ward, "2")
    fill(nurse, reverse("records:bedperiod-close", args=[one.pk]), why="Repair")
    period = BedPeriod.objects.get(bed=one)
    assert (period.kind, period.reason) == ("closed", "Repair")

    url = reverse("records:bedperiod-reserve", args=[other.pk])
    refused = fill(nurse, url, until_day="+5", until_time="6")
    assert refused.status_code == 400
    assert "at most 48 hours" in text_of(refused)
    send(nurse, form_on(refused), url, until_day="+1", until_time="6")
    assert BedPeriod.objects.get(bed=other).kind == "reserved"


def test_a_used_bed_is_not_closed_and_who_is_there_is_told(nurse, ward):
    bed = bed_in(ward)
    stay = InPatientFactory(bed=bed)
    refused = fill(nurse, reverse("records:bedperiod-close", args=[bed.pk]), why="Repair")
    assert refused.status_code == 409
    assert stay.patient.display_name in text_of(refused)


def test_who_may_not_gets_nothing(client, here, ward):
    bed = bed_in(ward)
    signed_in(client, "lab", here)
    assert client.get(BOARD).status_code == 403
    signed_in(client, "cashier", here)
    shown = text_of(client.get(BOARD))
    assert "Admit here" not in shown
    assert client.get(reverse("records:bedperiod-close", args=[bed.pk])).status_code == 403
    signed_in(client, "nurse", HospitalFactory())
    assert client.get(reverse("records:bedperiod-close", args=[bed.pk])).status_code == 404
