"""What one hospital can read, on every door, says nothing of the stay in the other."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from hospital.kit import policy
from hospital.models import AuditEvent
from hospital.tests.access.test_walk_api import operations
from hospital.tests.access.test_walk_api import path_of as path_of_operation
from hospital.tests.factories import api, signed_in
from records.models import Task
from records.services import tasks

from .ground import Side, ago, known_at

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT = (
    "/static/", "/accounts/", "/styleguide/", "/session/", "/docs", "/redoc", "/api/", "/admin/logout/",
)  # fmt: skip
BOTH_WAYS = pytest.mark.parametrize(("mine", "theirs"), [(0, 1), (1, 0)])


@pytest.fixture
def sides():
    """A patient lies in both; the one ward has settled its task. A second patient has left the one again."""
    one, two = Side("Alpha"), Side("Omega")
    for is_left in (False, True):
        patient = known_at(one, two)
        stay = one.admit(patient, at=ago(5))
        two.admit(patient)
        if is_left:
            one.discharge(stay)
    tasks.complete(one.nurse, task=Task.objects.open().get(hospital=one.here))
    return one, two


def reached(client, *begin):
    """(address, text) of the pages that one can click to, one of each kind besides those to begin with."""
    waiting, seen = deque(begin), set()
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        yield path, text
        for found in LINK.findall(text):
            link = found.replace("&amp;", "&")
            if link.startswith(LEFT_OUT):
                continue
            kind = resolve(urlsplit(link).path).view_name
            if kind not in seen:
                seen.add(kind)
                waiting.append(link)


def told_of(other, pages):
    return [(path, word) for path, text in pages for word in other.words if word in text]


@BOTH_WAYS
def test_no_page_that_a_nurse_can_click_to_tells_of_the_other(sides, mine, theirs, count):
    here, client = sides[mine].here, Client()
    signed_in(client, "nurse", here)
    stays = Task.objects.filter(hospital=here).values_list("encounter", flat=True)
    pages = list(reached(client, "/", "/tasks/?past=on", *(f"/inpatients/{pk}/" for pk in stays)))
    assert told_of(sides[theirs], pages) == []
    assert any("Settled" in text for _path, text in pages)
    count("pages read for words of another hospital", len(pages))


@BOTH_WAYS
@pytest.mark.parametrize(("role", "topics"), [
    ("administrator", ["records/task", "records/inpatient"]), ("auditor", ["hospital/auditevent"]),
])  # fmt: skip
def test_no_address_of_the_administration_tells_of_the_other(sides, role, topics, mine, theirs):
    client = Client()
    signed_in(client, role, sides[mine].here)
    pages = []
    for topic in topics:
        pages.append((topic, client.get(f"/admin/{topic}/").content.decode()))
        rows = re.findall(rf'href="(/admin/{topic}/[0-9a-f-]+/)change/', pages[-1][1])
        assert rows, topic
        deeper = [f"{row}{page}/" for row in set(rows) for page in ("change", "history")]
        pages += [(path, client.get(path).content.decode()) for path in deeper]
    assert told_of(sides[theirs], pages) == []


@BOTH_WAYS
def test_no_answer_of_the_api_tells_of_the_other(sides, mine, theirs):
    here = sides[mine].here
    program = api("integrator", here)
    addresses = {
        path_of_operation(route, None)
        for route, method, _ in operations()
        if method == "GET" and not route.has_row
    }
    addresses |= {f"/api/v1/tasks/{row.pk}" for row in Task.objects.filter(hospital=here)}
    answers = [(address, program.get(address)) for address in sorted(addresses)]
    task = Task.objects.filter(hospital=here).order_by("id").last()
    settled = program.post(f"/api/v1/tasks/{task.pk}/complete", {})
    answers.append(("complete", settled))
    assert sum(answer.status_code == 200 for _address, answer in answers) > 20
    assert (
        told_of(sides[theirs], [(path, answer.content.decode()) for path, answer in answers]) == []
    )


@BOTH_WAYS
def test_the_audit_of_each_hospital_names_nobody_of_the_other(sides, mine, theirs):
    events = AuditEvent.objects.filter(hospital_id=sides[mine].here.pk)
    assert events.filter(actor_kind="system", resource="records.task").exists()
    told = repr(list(events.values_list()))
    assert [word for word in sides[theirs].words if word in told] == []


def test_tasks_are_in_no_exported_file():
    assert not policy.is_declared("records.task.export")
