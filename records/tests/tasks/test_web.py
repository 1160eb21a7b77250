"""Tasks on the web: on the page of the stay, in the list, as a number on the bed board."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient
from hospital.tests.factories import (
    BedFactory,
    HospitalFactory,
    WardFactory,
    actor,
    signed_in,
)
from hospital.tests.filling import form_on, send
from records.models import InPatient, Task
from records.services import inpatients
from records.tests.encounter_factories import InPatientFactory, TaskFactory
from records.tests.factories import PatientFactory
from records.web import task_rows

pytestmark = pytest.mark.django_db
LIST = reverse("records:task-list")
BOARD = reverse("records:inpatient-board")
SAID = "Check whether they have left; if so, discharge them."


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


@pytest.fixture
def task(here, ward):
    patient = PatientFactory(at=here, family_name="Okoro", given_names="Daniel")
    return TaskFactory(encounter=InPatientFactory(patient=patient, ward=ward))


def page_of(task):
    return reverse("records:inpatient-detail", args=[task.encounter_id])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def complete_url(task):
    return reverse("records:task-complete", args=[task.pk])


def test_the_stays_page_says_what_to_do_and_one_press_settles_it(nurse, task):
    shown = nurse.get(page_of(task))
    assert SAID in text_of(shown)
    form = form_on(shown, action=complete_url(task))
    first, second = (send(nurse, form, page_of(task)) for _ in range(2))
    assert [answer["Location"] for answer in (first, second)] == [page_of(task)] * 2
    after = text_of(nurse.get(page_of(task)))
    assert ("Settled." in after, SAID in after) == (True, False)
    task.refresh_from_db()
    assert (task.status, task.version) == ("completed", 2)


def test_the_list_names_the_patient_and_the_place_and_the_look_is_on_record(nurse, task):
    shown = nurse.get(LIST)
    for words in ("OKORO, Daniel", "Cardiology, waits for a bed", SAID):
        assert words in text_of(shown)
    assert page_of(task) in text_of(shown)
    event = AuditEvent.objects.get(act="records.task.list")
    assert (event.patient_id, event.hospital_id) == (task.encounter.patient_id, task.hospital_id)


def test_settled_from_the_list_it_leaves_the_list_and_is_found_among_the_past(nurse, task, ward):
    address = f"{LIST}?ward={ward.pk}"
    answer = send(nurse, form_on(nurse.get(address), action=complete_url(task)), address)
    assert answer["Location"] == address
    assert nurse.get(LIST).context["rows"] == []
    shown = nurse.get(f"{LIST}?past=on")
    assert [row["status_words"] for row in shown.context["rows"]] == ["Settled"]
    assert [chip["url"] for chip in shown.context["form"].chips] == [LIST]


def test_who_pressed_second_is_told_that_it_was_settled(nurse, task):
    form = form_on(nurse.get(page_of(task)), action=complete_url(task))
    Task.objects.get(pk=task.pk).save()
    send(nurse, form, page_of(task))
    assert "Somebody else was working on this too" in text_of(nurse.get(page_of(task)))
    assert Task.objects.open().count() == 1


def test_the_list_is_of_one_ward_when_that_is_asked(nurse, here, task, ward):
    other = TaskFactory(encounter=InPatientFactory(ward=WardFactory(hospital=here)))
    TaskFactory()
    assert [row["id"] for row in nurse.get(LIST).context["rows"]] == [task.pk, other.pk]
    rows = nurse.get(f"{LIST}?ward={ward.pk}").context["rows"]
    assert [row["id"] for row in rows] == [task.pk]
    assert [row["id"] for row in nurse.get(f"{LIST}?ward=x").context["rows"]] == [task.pk, other.pk]


def test_a_long_list_is_paged(nurse, here):
    made = [TaskFactory(hospital=here).pk for _ in range(task_rows.SHOWN + 2)]
    first = nurse.get(LIST)
    assert [row["id"] for row in first.context["rows"]] == made[: task_rows.SHOWN]
    second = nurse.get(first.context["next_url"])
    assert [row["id"] for row in second.context["rows"]] == made[task_rows.SHOWN :]
    assert second.context["first_url"] == LIST
    assert nurse.get(f"{LIST}?cursor=nonsense").status_code == 200


def test_a_list_without_tasks_says_what_will_stand_there(nurse):
    assert "Nothing has to be seen to." in text_of(nurse.get(LIST))


def test_the_board_counts_the_open_tasks_of_each_ward(nurse, here, ward, task):
    bed = BedFactory(hospital=here, ward=ward)
    TaskFactory(encounter=InPatientFactory(bed=bed))
    TaskFactory(encounter=InPatientFactory(ward=ward), status="cancelled")
    shown = nurse.get(BOARD)
    assert f'href="{LIST}?ward={ward.pk}">2 tasks</a>' in text_of(shown)
    assert nurse.get(shown.context["urls"]["live"]).status_code == 204
    Task.objects.filter(pk=task.pk).update(status="completed", completed_at=clock.now())
    live = nurse.get(shown.context["urls"]["live"])
    assert (live.status_code, ">1 task</a>" in text_of(live)) == (200, True)


def test_the_lines_of_one_ward_are_ready_for_other_pages(here, ward, task, nurse):
    TaskFactory(encounter=InPatientFactory(ward=WardFactory(hospital=here)))
    assert [row["id"] for row in task_rows.of_ward(actor("nurse", here), ward)] == [task.pk]
    assert task_rows.of_ward(actor("receptionist", here), ward) == []


def test_reception_sees_neither_tasks_nor_how_many(client, here, task):
    signed_in(client, "receptionist", here)
    assert client.get(LIST).status_code == 403
    assert SAID not in text_of(client.get(page_of(task)))
    board = text_of(client.get(BOARD))
    assert ("OKORO" in board, "1 task" in board) == (True, False)


def test_an_administrator_reads_and_settles_nothing(client, here, task):
    signed_in(client, "administrator", here)
    shown = client.get(LIST)
    assert (SAID in text_of(shown), complete_url(task) in text_of(shown)) == (True, False)


def test_what_is_over_is_not_on_the_stays_page(nurse, task, here):
    stay = InPatient.objects.get(pk=task.encounter_id)
    inpatients.discharge(
        actor("doctor", here), stay=stay, disposition="home", override_reason="Asked"
    )
    assert Task.objects.get().status == "cancelled"
    assert SAID not in text_of(nurse.get(page_of(task)))


@pytest.mark.parametrize("address", [LIST, f"{LIST}?past=on", BOARD])
def test_thirty_take_as_many_queries_as_three(nurse, here, ward, address):
    def queries(number):
        for _ in range(number):
            TaskFactory(encounter=InPatientFactory(bed=BedFactory(hospital=here, ward=ward)))
        nurse.get(address)
        with CaptureQueriesContext(connection) as captured:
            nurse.get(address)
        return len(captured)

    assert queries(3) == queries(27)
    assert AuditPatient.objects.exists()
