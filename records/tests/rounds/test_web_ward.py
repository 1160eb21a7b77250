"""A ward at a glance: on its own page, and where nurses start."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, signed_in
from hospital.tests.filling import form_on, send
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import BedPeriod, Leave
from records.tests.encounter_factories import (
    BedPeriodFactory,
    DoctorFactory,
    InPatientFactory,
    ObservationFactory,
    TreatmentFactory,
)
from records.tests.factories import AllergyFactory, PatientFactory

pytestmark = pytest.mark.django_db
WARD = reverse("records:inpatient-ward")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here, name="Cardiology")


@pytest.fixture
def nurse(client, here):
    signed_in(client, "nurse", here)
    return client


def bed_in(ward, label="1"):
    return BedFactory(ward=ward, hospital=ward.hospital, label=label)


def lying(ward, label="1", **facts):
    facts = {"starts_at": clock.now() - 2 * DAY, **facts}
    return InPatientFactory(bed=bed_in(ward, label), **facts)


def measured(stay, key="pulse", value="72", hours_ago=1, **facts):
    vital = vitals.BY_KEY[key]
    return ObservationFactory(
        hospital=stay.hospital, patient=stay.patient, encounter=stay, code_system=LOINC_SYSTEM,
        code=vital.code, name=str(vital.name), unit=vital.unit, value=Decimal(value),
        taken_at=clock.now() - hours_ago * HOUR, **facts,
    )  # fmt: skip


def text_of(answer):
    page = re.sub(r"<[^>]+>", " ", answer.content.decode().partition('id="main"')[2])
    return " ".join(page.replace("\xa0", " ").replace("&nbsp;", " ").replace("\u2011", "-").split())


def test_each_patient_has_a_row_in_the_order_of_the_beds(nurse, here, ward):
    lying(ward, "10", patient=PatientFactory(at=here, family_name="Zweig", given_names="Ada"))
    first = lying(
        ward, "2", needs_isolation=True, expected_end_on=clock.today() + 2 * DAY,
        patient=PatientFactory(
            at=here, family_name="Okoro", given_names="Daniel", sex="male", birth_date="1972-01-01"
        ),
    )  # fmt: skip
    waits = InPatientFactory(ward=ward, starts_at=clock.now())

    shown = nurse.get(WARD, {"ward": ward.pk})

    assert [row["bed"] for row in shown.context["patients"]] == ["2", "10", ""]
    text = text_of(shown)
    years = clock.today().year - 1972
    assert f"2 OKORO, Daniel ◈ Isolation {years}y Male · day 3 · leaves" in text
    assert f"Waits for a bed {waits.patient.display_name}" in text
    assert "In the ward 3" in text
    assert "Waiting for a bed 1" in text
    page = shown.content.decode()
    assert reverse("records:inpatient-detail", args=[first.pk]) in page
    new = reverse("records:observation-create", args=[first.patient_id])
    assert f"{new}?encounter={first.pk}" in page
    assert reverse("records:bedperiod-ward-list", args=[ward.pk]) in page


def test_the_last_vital_signs_stand_with_their_time_and_their_mark(nurse, ward):
    stay = lying(ward)
    measured(stay, "pulse", "130", interpretation="H")
    measured(stay, "systolic", "145", interpretation="H")
    measured(stay, "diastolic", "30", interpretation="LL")
    measured(stay, "temperature", "36.8", hours_ago=6)
    lying(ward, "2")

    shown = nurse.get(WARD, {"ward": ward.pk})

    text = text_of(shown)
    newest, older = (
        f"{(clock.now() - n * HOUR).astimezone(ward.hospital.zone):%H:%M}" for n in (1, 6)
    )
    assert "↑⇊ BP 145/30 High, Critically low · ↑ Pulse 130 High · Temp 36.8 °C (" in text
    assert f"{older})" in text
    assert f"{newest} · Record vitals" in text
    assert "Not yet · Record vitals" in text


def test_who_is_on_leave_and_what_a_patient_does_not_bear_is_marked(nurse, here, ward):
    stay = lying(ward, status="on_leave")
    back = clock.now() + 3 * HOUR
    Leave.objects.create(
        hospital=here, encounter=stay, starts_at=clock.now() - HOUR, expected_back_at=back
    )
    AllergyFactory(patient=stay.patient, substance="Penicillin", criticality="high")
    lying(ward, "2")

    text = text_of(nurse.get(WARD, {"ward": ward.pk}))

    assert "On leave until" in text
    assert f"{back.astimezone(here.zone):%H:%M}" in text
    assert "⚠ Allergies: Penicillin" in text
    assert text.count("allergies not recorded") == 1


def test_who_leaves_today_stands_with_what_is_missing(nurse, ward):
    today, late = clock.today(), clock.today() - DAY
    missing = lying(ward, "1", expected_end_on=today)
    TreatmentFactory(encounter=missing)
    ready = lying(
        ward, "2", expected_end_on=late, summary="Well.",
        attending=DoctorFactory(hospital=ward.hospital),
    )  # fmt: skip
    lying(ward, "3", expected_end_on=today + DAY)
    shown = nurse.get(WARD, {"ward": ward.pk})
    leaving = shown.context["leaving"]
    assert [(row["id"], row["lacks"]) for row in leaving] == [
        (missing.pk, "attending doctor, discharge summary, 1 planned treatment"), (ready.pk, ""),
    ]  # fmt: skip
    assert reverse("records:inpatient-discharge", args=[ready.pk]) in shown.content.decode()
    assert "leaves tomorrow" in text_of(shown)


def test_expected_are_beds_that_are_kept_and_who_comes_today_without_one(nurse, here, ward):
    kept = InPatientFactory(hospital=here, status="planned", starts_at=clock.now())
    held = {"kind": "reserved", "starts_at": clock.now() - HOUR, "ends_at": clock.now() + HOUR}
    BedPeriodFactory(bed=bed_in(ward, "1"), encounter=kept, **held)
    BedPeriodFactory(bed=bed_in(ward, "2"), reason="From the emergency department", **held)
    comes = InPatientFactory(
        hospital=here, status="planned", starts_at=clock.now(), complaint="Angiography"
    )
    shown = nurse.get(WARD, {"ward": ward.pk})
    assert [row["who"] for row in shown.context["expected"]] == [
        kept.patient.display_name, "", comes.patient.display_name,
    ]  # fmt: skip
    text = text_of(shown)
    assert "From the emergency department kept until" in text
    assert "no bed kept" in text
    assert {kept.patient_id, comes.patient_id} == seen()


def seen():
    """Of whom a look is on record."""
    found = set(AuditPatient.objects.values_list("patient_id", flat=True))
    looks = AuditEvent.objects.filter(act="records.inpatient.list")
    return (found | set(looks.values_list("patient_id", flat=True))) - {None}


def test_every_patient_shown_is_on_record_as_looked_at(nurse, ward):
    stays = [lying(ward, str(number)) for number in range(3)]
    other = lying(WardFactory(hospital=ward.hospital))
    nurse.get(WARD, {"ward": ward.pk})
    assert seen() == {stay.patient_id for stay in stays}
    assert other.patient_id not in seen()


def test_one_press_cleans_a_bed_and_comes_back_to_the_start(nurse, ward):
    bed = bed_in(ward)
    BedPeriodFactory(bed=bed, kind="cleaning", starts_at=clock.now() - HOUR)
    url = reverse("records:bedperiod-clean", args=[bed.pk])
    start = nurse.get("/")
    assert "To be cleaned 1" in text_of(start)

    done = send(nurse, form_on(start, action=url), url)

    assert (done.status_code, done["Location"]) == (302, f"/?ward={ward.pk}")
    assert "Free 1" in text_of(nurse.get("/"))
    assert BedPeriod.objects.get(bed=bed).ends_at is not None


def test_a_nurse_starts_at_the_only_ward_and_with_several_at_the_one_chosen_last(nurse, here, ward):
    stay = lying(ward)
    assert stay.patient.display_name in text_of(nurse.get("/"))
    other = WardFactory(hospital=here, name="West")
    bed_in(other, "7")

    choice = nurse.get("/")
    assert stay.patient.display_name not in text_of(choice)
    assert "Choose your ward" in text_of(choice)
    assert "1 bed" in text_of(choice)

    assert "Nobody is in this ward." in text_of(nurse.get("/", {"ward": other.pk}))
    assert "Nobody is in this ward." in text_of(nurse.get("/"))
    nurse.get(WARD, {"ward": ward.pk})
    assert stay.patient.display_name in text_of(nurse.get("/"))
    assert "Choose your ward" in text_of(nurse.get("/", {"ward": ""}))
    assert "Choose your ward" in text_of(nurse.get("/"))


def test_a_ward_of_another_hospital_is_nobodys_choice(nurse, here, ward):
    there = WardFactory()
    stay = lying(there)
    WardFactory(hospital=here)
    for path in ("/", WARD):
        assert stay.patient.display_name not in text_of(nurse.get(path, {"ward": there.pk}))
    for wrong in (there.pk, "nonsense"):
        asked = nurse.get(reverse("records:inpatient-ward-live"), {"ward": wrong})
        assert (asked.status_code, asked.content) == (204, b"")


def test_the_page_asks_again_and_gets_an_answer_only_when_something_shown_has_changed(nurse, ward):
    stay = lying(ward)
    asked = nurse.get(WARD, {"ward": ward.pk}).context["live_url"]
    assert nurse.get(asked).status_code == 204
    booked = AuditEvent.objects.count()
    assert nurse.get(asked).status_code == 204
    assert AuditEvent.objects.count() == booked

    measured(stay, "pulse", "130")

    answer = nurse.get(asked)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Pulse&nbsp;130" in answer.content.decode()
    assert nurse.get(answer.context["live_url"]).status_code == 204


def test_asking_again_is_no_sign_of_a_person_and_chooses_no_ward(nurse, here, ward):
    WardFactory(hospital=here)
    session = nurse.session
    session["seen_at"] = clock.now().timestamp() - 300
    session.save()
    assert nurse.get(reverse("records:inpatient-ward-live"), {"ward": ward.pk}).status_code == 200
    assert nurse.session["seen_at"] == session["seen_at"]
    assert "ward" not in nurse.session


@pytest.mark.parametrize("path", ["/", WARD])
def test_30_patients_take_no_more_queries_than_3(nurse, ward, path):
    def fill(numbers):
        for number in numbers:
            stay = lying(ward, str(number), expected_end_on=clock.today())
            measured(stay, "pulse", "72")
            measured(stay, "systolic", "128")
            AllergyFactory(patient=stay.patient)
            TreatmentFactory(encounter=stay)
            BedPeriodFactory(bed=bed_in(ward, f"C{number}"), kind="cleaning")
            InPatientFactory(hospital=ward.hospital, status="planned", starts_at=clock.now())

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert nurse.get(path, {"ward": ward.pk}).status_code == 200
        return len(found)

    fill(range(3))
    queries()
    few = queries()
    fill(range(3, 30))
    assert queries() == few


def test_reception_is_told_who_lies_where_but_nothing_clinical(here, ward):
    stay = lying(ward, expected_end_on=clock.today())
    measured(stay, "pulse", "130", interpretation="H")
    AllergyFactory(patient=stay.patient, substance="Penicillin")
    desk = Client()
    signed_in(desk, "receptionist", here)
    text = text_of(desk.get(WARD, {"ward": ward.pk}))
    assert stay.patient.display_name in text
    for hidden in ("Pulse", "Vital signs", "Record vitals", "Penicillin", "allergies"):
        assert hidden not in text
    assert "ward-now" not in desk.get("/").content.decode()


def test_a_cashier_may_do_nothing_there_and_the_laboratory_sees_nothing(here, ward):
    bed = bed_in(ward)
    BedPeriodFactory(bed=bed, kind="cleaning")
    lying(ward, "2", expected_end_on=clock.today())
    till, lab = Client(), Client()
    signed_in(till, "cashier", here)
    page = till.get(WARD, {"ward": ward.pk}).content.decode()
    assert "Leaving today" in page
    for act in ("bedperiod-clean", "inpatient-discharge"):
        assert reverse(f"records:{act}", args=[bed.pk]).rsplit("/", 2)[1] not in re.findall(
            r'(?:href|action)="[^"]*/(\w+)/"', page
        )
    assert "Missing" not in page
    signed_in(lab, "lab", here)
    assert lab.get(WARD).status_code == 403
    assert lab.get(reverse("records:inpatient-ward-live")).status_code == 403
