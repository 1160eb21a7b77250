"""Saying no to a merge asks why, and whoever proposed it reads that."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hospital.models import AuditEvent
from hospital.tests.factories import api, signed_in
from hospital.tests.filling import form_on, send
from records.models import MergeEvent
from records.services import merges
from records.tests.duplicate_factories import DuplicatePairFactory
from records.web.merge_reasons import REFUSE

from .ground import Desk, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def event(desk):
    return desk.propose(desk.chart(), desk.chart())


@pytest.fixture
def office(client, desk):
    signed_in(client, "administrator", desk.here)
    return client


def at(event, page):
    return reverse(f"records:merge-{page}", args=[event.pk])


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "reason_required"), ("x" * 201, "reason_too_long")]
)
def test_no_refusal_without_a_reason(desk, event, reason, code):
    with pytest.raises(ValidationError) as refused:
        desk.refuse(event, reason=reason)
    assert refused.value.error_dict["reason"][0].code == code
    assert fresh(event).status == "proposed"


def test_the_reason_is_kept_and_on_record(desk, event):
    desk.refuse(event, reason=" Father and son ")
    assert (fresh(event).status, fresh(event).refuse_reason) == ("refused", "Father and son")
    booked = AuditEvent.objects.get(act="records.merge.approve")
    assert booked.reason == "Father and son"
    assert "refuse_reason" in booked.changed
    assert event.history.first().refuse_reason == "Father and son"


@pytest.mark.parametrize("picked", REFUSE)
def test_one_press_refuses_for_a_usual_reason(office, event, picked):
    form = form_on(office.get(at(event, "detail")), action=at(event, "refuse"))
    assert send(office, form, at(event, "refuse"), reason=str(picked)).url == at(event, "detail")
    assert fresh(event).refuse_reason == str(picked)


def test_another_reason_is_asked_for_in_words(office, event):
    assert at(event, "refuse") in office.get(at(event, "detail")).text
    page = office.get(at(event, "refuse"))
    assert page.context["form"]["reason"].value() == "other"
    assert page.text.count(" autofocus") == 1
    refused = send(office, form_on(page), at(event, "refuse"), reason="other", other="")
    assert " autofocus" not in refused.text  # the summary of what is wrong is read first
    assert (refused.status_code, fresh(event).status) == (400, "proposed")
    send(office, form_on(refused), at(event, "refuse"), reason="other", other="Father and son")
    assert fresh(event).refuse_reason == "Father and son"


def test_nothing_is_refused_by_a_press_without_a_reason(office, event):
    form = form_on(office.get(at(event, "detail")), action=at(event, "refuse"))
    assert send(office, form, at(event, "refuse")).status_code == 400
    assert fresh(event).status == "proposed"


def test_what_is_decided_leads_back_to_its_page(desk, office, event):
    form = form_on(office.get(at(event, "refuse")))
    merges.approve(desk.administrator, event=event)
    assert office.get(at(event, "refuse")).url == at(event, "detail")
    send(office, form, at(event, "refuse"), reason=str(REFUSE[0]))
    assert (fresh(event).status, fresh(event).refuse_reason) == ("merged", "")


def test_who_proposed_it_reads_the_reason_on_its_page_and_on_that_of_the_two(desk, client):
    pair = DuplicatePairFactory(at=desk.here)
    event = desk.propose(pair.first, pair.second)
    signed_in(client, "receptionist", desk.here)
    pages = [at(event, "detail"), reverse("records:duplicatepair-detail", args=[pair.pk])]
    desk.refuse(event, reason="Father and son")
    for page in pages:
        assert "<bdi>Father and son</bdi>" in client.get(page).text


def test_the_api_asks_for_a_reason_and_tells_it(desk, event):
    scopes = ["records.merge:read", "records.merge:write", "records.patient:read"]
    client = api("administrator", desk.here, scopes=scopes)
    url = f"/api/v1/merges/{event.pk}"
    refused = client.post(f"{url}/refuse", {})
    assert (refused.status_code, fresh(event).status) == (400, "proposed")
    assert refused.json()["errors"]["reason"]
    assert client.get(url).json()["refuse_reason"] == ""
    told = client.post(f"{url}/refuse", {"reason": "Two persons"}).json()
    assert (told["status"], told["refuse_reason"]) == ("refused", "Two persons")


def test_the_admin_shows_the_reason(desk, office, event):
    desk.refuse(event, reason="Father and son")
    page = office.get(reverse("admin:records_mergeevent_change", args=[event.pk]))
    assert "Father and son" in page.content.decode()
    assert MergeEvent.objects.get().status == "refused"
