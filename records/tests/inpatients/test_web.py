"""Stays on the web: taken in, moved, sent on leave, discharged, by the forms that the pages show."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import (
    BedFactory,
    DoctorFactory,
    HospitalFactory,
    WardFactory,
    signed_in,
)
from hospital.tests.filling import fill, form_on, send
from records.models import BedPeriod, InPatient
from records.services import bed_places
from records.tests.encounter_factories import InPatientFactory, TreatmentFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
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


def page(name, *args):
    return reverse(f"records:inpatient-{name}", args=args)


def bed_in(ward, label="1", **facts):
    return BedFactory(ward=ward, hospital=ward.hospital, label=label, **facts)


def stay_in(bed, **facts):
    facts.setdefault("starts_at", clock.now() - 5 * HOUR)
    return InPatientFactory(bed=bed, **facts)


def text_of(answer):
    return answer.content.decode()


def lies_in(stay):
    return bed_places.current(InPatient.objects.get(pk=stay.pk)).bed


# ---- taking in


def test_a_patient_is_found_by_words_and_the_chosen_bed_goes_along(nurse, here, ward):
    bed = bed_in(ward)
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")

    found = fill(nurse, f"{page('find')}?bed={bed.pk}", having="who", who="okoro")

    to = f"{page('create', patient.pk)}?bed={bed.pk}"
    assert "OKORO, Daniel" in text_of(found)
    assert to in text_of(found)
    assert f'value="bed:{bed.pk}" selected' in text_of(nurse.get(to))


def test_a_patient_is_taken_into_a_bed_and_a_double_click_takes_in_one(nurse, here, ward):
    bed, patient = bed_in(ward), PatientFactory(at=here)
    url = page("create", patient.pk)
    form = form_on(nurse.get(url))

    typed = {"place": f"bed:{bed.pk}", "complaint": "Chest pain", "how": "admit"}
    answers = [send(nurse, form, url, **typed) for _ in range(2)]

    stay = InPatient.objects.get()
    assert [answer["Location"] for answer in answers] == [page("detail", stay.pk)] * 2
    assert (lies_in(stay), stay.complaint, stay.status) == (bed, "Chest pain", "in_progress")


def test_who_has_no_bed_waits_in_the_ward_entered_late(nurse, here, ward):
    patient = PatientFactory(at=here)
    came = (clock.now() - 3 * HOUR).astimezone(here.zone)

    done = fill(
        nurse, page("create", patient.pk), place=f"ward:{ward.pk}",
        at_day=f"{came:%d-%b-%Y}", at_time=f"{came:%H:%M}", how="admit",
    )  # fmt: skip

    stay = InPatient.objects.get()
    assert done.status_code == 302
    assert lies_in(stay) is None
    assert stay.starts_at == came.replace(second=0, microsecond=0)


def test_a_planned_stay_says_when_and_is_taken_in_later(nurse, here, ward):
    bed, patient = bed_in(ward), PatientFactory(at=here)
    url = page("create", patient.pk)

    refused = fill(nurse, url, how="plan")
    assert refused.status_code == 400
    assert "Say when the patient is expected." in text_of(refused)
    send(nurse, form_on(refused), url, how="plan", at_day="+1", at_time="10")
    stay = InPatient.objects.get()
    assert stay.status == "planned"
    assert "Admit…" in text_of(nurse.get(page("detail", stay.pk)))

    fill(nurse, page("admit", stay.pk), place=f"bed:{bed.pk}")
    assert lies_in(stay) == bed


def test_a_taken_bed_tells_who_is_there_and_beds_that_one_press_takes(nurse, here, ward):
    taken, free, patient = bed_in(ward), bed_in(ward, "2"), PatientFactory(at=here)
    there = stay_in(taken)
    url = page("create", patient.pk)

    refused = fill(nurse, url, place=f"bed:{taken.pk}", complaint="Fever", how="admit")

    text = text_of(refused)
    assert refused.status_code == 409
    assert there.patient.display_name in text
    assert page("detail", there.pk) in text
    assert 'value="Fever"' in text
    assert f'name="take_bed" value="bed:{free.pk}"' in text
    send(nurse, form_on(refused), url, take_bed=f"bed:{free.pk}")
    assert lies_in(InPatient.objects.get(patient=patient)) == free


def test_a_bed_for_others_is_given_for_a_reason(nurse, here, ward):
    bed, patient = bed_in(ward, sex_policy="male"), PatientFactory(at=here, sex="female")
    url, typed = page("create", patient.pk), {"place": f"bed:{bed.pk}", "how": "admit"}

    refused = fill(nurse, url, **typed)
    assert refused.status_code == 409
    assert "Why it has to be this bed" in text_of(refused)

    send(nurse, form_on(refused), url, **typed, why="No other bed is free")
    assert BedPeriod.objects.get(bed=bed).reason == "No other bed is free"


def test_who_is_in_already_is_told_with_the_stay(nurse, ward):
    stay = stay_in(bed_in(ward))

    url = page("create", stay.patient_id)

    assert page("detail", stay.pk) in text_of(nurse.get(url))
    assert fill(nurse, url, place=f"ward:{ward.pk}", how="admit").status_code == 409


def test_nowhere_is_no_place(nurse, here):
    answer = fill(nurse, page("create", PatientFactory(at=here).pk), how="admit")
    assert answer.status_code == 400
    assert "Choose a bed, or a ward" in text_of(answer)


# ---- acts


def test_a_transfer_and_its_undo(nurse, ward):
    one, other = bed_in(ward), bed_in(ward, "2")
    stay = stay_in(one)

    fill(nurse, page("transfer", stay.pk), place=f"bed:{other.pk}")
    assert lies_in(stay) == other
    assert "Cardiology, Bed 1" in text_of(nurse.get(page("detail", stay.pk)))

    fill_press(nurse, stay, "undo")
    assert lies_in(stay) == one


def test_an_undo_into_a_used_bed_tells_who_is_there(nurse, ward):
    one, other = bed_in(ward), bed_in(ward, "2")
    stay = stay_in(one)
    fill(nurse, page("transfer", stay.pk), place=f"bed:{other.pk}")
    BedPeriod.objects.filter(bed=one, kind="cleaning").update(ends_at=clock.now())
    there = stay_in(one, starts_at=clock.now())

    refused = fill_press(nurse, stay, "undo")

    assert refused.status_code == 409
    assert there.patient.display_name in text_of(refused)


def test_two_change_places(nurse, ward):
    one, other = bed_in(ward), bed_in(ward, "2")
    stays = [stay_in(one), stay_in(other)]

    fill(nurse, page("swap", stays[0].pk), with_stay=str(stays[1].pk))

    assert [lies_in(stay) for stay in stays] == [other, one]


def test_the_history_tells_from_which_place_to_which(nurse, ward):
    """With a minute between the acts, as there is at a desk."""
    stay, other = stay_in(bed_in(ward, "1")), stay_in(bed_in(ward, "3"))
    with time_machine.travel(clock.now(), tick=False) as now:
        fill(nurse, page("transfer", stay.pk), place=f"bed:{bed_in(ward, '2').pk}")
        now.shift(HOUR / 60)
        fill_press(nurse, stay, "undo")
        now.shift(HOUR / 60)
        fill(nurse, page("swap", stay.pk), with_stay=str(other.pk))
    told = [
        [(change["label"], change["old"], change["new"]) for change in entry["changes"]]
        for entry in nurse.get(page("detail", stay.pk)).context["entries"]
    ]
    one, two, three = (f"Cardiology, Bed {label}" for label in "123")
    assert told[:3] == [[("Place", one, three)], [("Place", two, one)], [("Place", one, two)]]


def test_leave_and_back(nurse, ward):
    stay = stay_in(bed_in(ward))
    fill(nurse, page("leave", stay.pk), expected_back_at_day="+1", expected_back_at_time="18")
    assert "expected back" in text_of(nurse.get(page("detail", stay.pk)))
    InPatient.objects.get(pk=stay.pk).leaves.update(starts_at=clock.now() - HOUR)

    fill_press(nurse, stay, "back")

    stay.refresh_from_db()
    assert stay.status == "in_progress"
    assert not stay.leaves.filter(ends_at=None).exists()


def test_a_discharge_lists_what_is_missing_and_leads_there(nurse, ward, here):
    bed = bed_in(ward)
    stay, url = stay_in(bed), None
    url = page("discharge", stay.pk)
    shown = text_of(nurse.get(url))
    assert f"{page('edit', stay.pk)}#id_attending" in shown
    assert f"{page('edit', stay.pk)}#id_summary" in shown
    assert "Why the patient leaves all the same" not in shown
    assert fill(nurse, url, disposition="home").status_code == 409

    doctor = DoctorFactory(hospital=here)
    fill(nurse, page("edit", stay.pk), attending=str(doctor.pk), summary="Well again.")
    done = fill(nurse, url, disposition="home")

    assert done.status_code == 302
    stay.refresh_from_db()
    assert (stay.status, stay.disposition) == ("finished", "home")
    assert BedPeriod.objects.at(clock.now()).get(bed=bed).kind == "cleaning"


def test_planned_treatments_stand_on_the_list_and_lead_to_where_they_are_done(client, nurse, ward):
    stay = stay_in(bed_in(ward), attending=DoctorFactory(hospital=ward.hospital), summary="Well.")
    one = TreatmentFactory(encounter=stay, hospital=ward.hospital)
    url, its_page = page("discharge", stay.pk), reverse("records:treatment-detail", args=[one.pk])

    assert f'href="{its_page}">1 planned treatment<' in text_of(nurse.get(url))
    assert fill(nurse, url, disposition="home").status_code == 409
    TreatmentFactory(encounter=stay, hospital=ward.hospital)
    all_of_them = reverse("records:treatment-list", args=[stay.patient_id])
    assert f'href="{all_of_them}">2 planned treatments<' in text_of(nurse.get(url))
    signed_in(client, "receptionist", ward.hospital)
    shown = text_of(client.get(url))
    assert "<span>2 planned treatments</span>" in shown
    assert all_of_them not in shown


def test_a_doctor_lets_go_all_the_same_for_a_reason(client, ward, here):
    signed_in(client, "doctor", here)
    stay = stay_in(bed_in(ward))

    fill(client, page("discharge", stay.pk), disposition="aadvice", why="The summary follows")

    stay.refresh_from_db()
    assert stay.status == "finished"
    assert AuditEvent.objects.filter(
        act="records.inpatient.discharge", reason="The summary follows"
    ).exists()


def test_a_planned_stay_is_cancelled_and_one_in_error_comes_back(client, here, ward):
    signed_in(client, "receptionist", here)
    planned = InPatientFactory(hospital=here, status="planned")
    fill(client, page("cancel", planned.pk), reason="The patient is ill")
    planned.refresh_from_db()
    assert (planned.status, planned.cancel_reason) == ("cancelled", "The patient is ill")

    stay = stay_in(bed_in(ward))
    fill(client, page("retire", stay.pk), reason="Wrong patient")
    signed_in(client, "administrator", here)
    fill_press(client, stay, "restore")
    stay.refresh_from_db()
    assert not stay.is_retired


def test_an_act_that_makes_no_sense_any_more_says_so(nurse, here):
    planned = InPatientFactory(hospital=here, status="planned")
    assert nurse.get(page("discharge", planned.pk)).status_code == 409


def test_who_may_not_gets_nothing(client, nurse, here, ward):
    elsewhere = InPatientFactory(hospital=HospitalFactory())
    assert nurse.get(page("detail", elsewhere.pk)).status_code == 404
    stay = stay_in(bed_in(ward))
    signed_in(client, "cashier", here)
    assert client.get(page("detail", stay.pk)).status_code == 200
    assert client.get(page("transfer", stay.pk)).status_code == 403
    assert client.get(page("create", stay.patient_id)).status_code == 403


# ---- of a patient


def test_the_stays_of_a_patient_tell_where_the_patient_is(nurse, ward):
    stay = stay_in(bed_in(ward))
    text = text_of(nurse.get(page("of-patient", stay.patient_id)))
    assert "Cardiology, Bed 1" in text
    assert page("create", stay.patient_id) not in text
    assert page("of-patient", stay.patient_id) in text_of(
        nurse.get(reverse("records:patient-detail", args=[stay.patient_id]))
    )


def fill_press(client, stay, word):
    """Press the button of the stay's page."""
    url = page(word, stay.pk)
    return send(client, form_on(client.get(page("detail", stay.pk)), action=url), url)
