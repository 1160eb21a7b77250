"""The audit in the admin."""

import pytest

from hospital.kit import audit
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, UserFactory, actor, signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/hospital/auditevent/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def auditor(client, place):
    signed_in(client, "auditor", place)
    return client


@pytest.fixture
def event(place):
    person = actor("nurse", place, user=UserFactory(full_name="Elif Kaya"))
    audit.happened(person, "hospital.test.act")
    return AuditEvent.objects.get(act="hospital.test.act")


def test_an_auditor_reads_who_did_what_and_that_is_booked(auditor, event):
    page = auditor.get(LIST).content.decode()
    assert "Elif Kaya" in page
    assert "hospital.test.act" in page
    assert AuditEvent.objects.filter(act="hospital.audit.list").count() == 1


def test_an_event_cannot_be_changed_added_or_deleted(auditor, event):
    url = f"{LIST}{event.pk}/"
    page = auditor.get(f"{url}change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    for answer in (
        auditor.post(f"{url}change/", {"act": "x"}),
        auditor.post(f"{url}delete/", {"post": "yes"}),
        auditor.get(f"{LIST}add/"),
    ):
        assert answer.status_code == 403
    assert auditor.get(f"{url}history/").status_code == 404


def test_another_hospitals_events_are_not_there(auditor, event):
    audit.happened(actor("nurse", HospitalFactory()), "hospital.other.act")
    theirs = AuditEvent.objects.get(act="hospital.other.act")
    assert "hospital.other.act" not in auditor.get(LIST).content.decode()
    assert auditor.get(f"{LIST}{theirs.pk}/change/").status_code == 404


@pytest.mark.parametrize(
    "query", ["?outcome=denied", "?door=api", "?resource=hospital.ward", "?q=nobody"]
)
def test_filters_narrow_the_list(auditor, event, query):
    assert event in auditor.get(LIST).context["cl"].result_list
    assert event not in auditor.get(LIST + query).context["cl"].result_list


def test_an_event_is_found_by_an_id(auditor, event):
    found = auditor.get(LIST, {"q": str(event.user_id)}).context["cl"].result_list
    assert list(found) == [event]


@pytest.mark.parametrize("role", ["administrator", "operator"])
def test_nobody_else_reads_it(client, place, event, role):
    signed_in(client, role, place)
    assert (
        client.get(LIST).status_code == client.get(f"{LIST}{event.pk}/change/").status_code == 403
    )
