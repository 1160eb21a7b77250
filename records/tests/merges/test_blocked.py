"""What forbids a merge says what it is and which, and leads there."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from hospital.tests.factories import HospitalFactory, api, signed_in
from records.services import merge_plans
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import AllergyFactory, AllergyStatementFactory, AppointmentFactory

from .ground import Desk, edit, fresh

pytestmark = pytest.mark.django_db
START = dt.datetime(2027, 5, 3, 6, tzinfo=dt.UTC)


@pytest.fixture
def desk():
    return Desk(HospitalFactory(time_zone="Europe/Berlin"))


def page(desk, survivor, merged, role="receptionist"):
    client = Client()
    signed_in(client, role, desk.here)
    return client.get(
        f"{reverse('records:merge-create', args=[survivor.pk])}?with={merged.pk}"
    ).text


def link(name, row, words):
    return f'<a href="{reverse(f"records:{name}-detail", args=[row.pk])}"><bdi>{escape(words)}</bdi></a>'


def stays(desk, survivor, merged, **ended):
    starts = [START, START + dt.timedelta(hours=1)]
    return [
        InPatientFactory(patient=chart, hospital=desk.here, starts_at=at, **ended)
        for chart, at in zip((survivor, merged), starts, strict=True)
    ]


def test_stays_tell_their_number_and_time_and_lead_to_their_page(desk):
    survivor, merged = desk.chart(), desk.chart()
    open_stays = stays(desk, survivor, merged)
    shown = page(desk, survivor, merged)
    for row, at in zip(open_stays, ("08:00", "09:00"), strict=True):
        assert link("inpatient", row, f"Stay {row.number}, since 03-May-2027 {at}") in shown


def test_stays_that_are_over_tell_until_when(desk):
    survivor, merged = desk.chart(), desk.chart()
    end = START + dt.timedelta(days=1)
    [one, _] = stays(desk, survivor, merged, status="finished", disposition="home", ends_at=end)
    words = f"Stay {one.number}, 03-May-2027 08:00 to 04-May-2027 08:00"
    assert link("inpatient", one, words) in page(desk, survivor, merged)


def test_appointments_tell_when(desk):
    survivor, merged = desk.chart(), desk.chart()
    rows = [
        AppointmentFactory(patient=chart, hospital=desk.here, starts_at=START,
                           ends_at=START + dt.timedelta(hours=1))
        for chart in (survivor, merged)
    ]  # fmt: skip
    shown = page(desk, survivor, merged)
    for row in rows:
        assert link("appointment", row, "Appointment, 03-May-2027 08:00") in shown


def test_entries_tell_when_they_were_recorded_to_who_may_read_them_alone(desk):
    survivor, merged = desk.chart(), desk.chart()
    row = AllergyFactory(patient=survivor, created_at=START)
    AllergyStatementFactory(patient=merged, created_at=START)
    other = AllergyFactory(patient=desk.chart(), created_at=START, substance=row.substance)
    same = merge_plans.of(desk.administrator, survivor, other.patient).forbidden
    none = merge_plans.of(desk.administrator, survivor, merged).forbidden
    told = [each.label for refusal in [*same, *none] for each in refusal.links]
    assert [words.partition(",")[0] for words in told] == ["Allergy", "No known allergies"]
    assert all("3-May-2027" in words for words in told)
    hidden = merge_plans.of(desk.reception, survivor, other.patient).forbidden
    assert [each.label for each in hidden[0].links] == ["Allergy"]


def test_nobody_is_led_to_an_entry_that_they_may_not_read(desk):
    survivor, merged = desk.chart(), desk.chart()
    row = AllergyFactory(patient=merged)
    AllergyFactory(patient=survivor, substance=row.substance)
    shown = page(desk, survivor, merged)
    assert "<li><bdi>Allergy</bdi></li>" in shown
    assert str(row.pk) not in shown
    scopes = ["records.merge:read", "records.merge:write", "records.patient:read"]
    body = {"survivor_id": str(survivor.pk), "merged_id": str(merged.pk), "reason": "Twice"}
    refused = api("receptionist", desk.here, scopes=scopes).post("/api/v1/merges", body)
    [told] = refused.json()["links"]
    assert (refused.status_code, told["label"], told["href"]) == (409, "Allergy", None)
    assert "Location" not in refused


def test_charts_are_told_by_what_becomes_of_them(desk):
    survivor, merged = desk.chart(), desk.chart()
    edit(merged, is_deceased=True)
    shown = page(desk, survivor, fresh(merged))
    assert link("patient", survivor, "The chart that stays") in shown
    assert link("patient", merged, "The chart that goes into it") in shown


def test_the_api_tells_the_same_and_leads_to_the_stay(desk):
    survivor, merged = desk.chart(), desk.chart()
    [one, _] = stays(desk, survivor, merged)
    scopes = [
        "records.merge:read",
        "records.merge:write",
        "records.patient:read",
        "records.inpatient:read",
    ]
    body = {"survivor_id": str(survivor.pk), "merged_id": str(merged.pk), "reason": "Twice"}
    refused = api("receptionist", desk.here, scopes=scopes).post("/api/v1/merges", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "merge_stays")
    told = {each["href"]: each["label"] for each in refused.json()["links"]}
    assert told[f"/api/v1/inpatients/{one.pk}"].startswith(f"Stay {one.number}, since ")


def test_more_of_them_cost_no_more_queries(desk):
    def asked(count):
        survivor, merged = desk.chart(), desk.chart()
        for number in range(count):
            AllergyFactory(patient=survivor, substance=f"S{number}")
            AllergyFactory(patient=merged, substance=f"S{number}")
        with CaptureQueriesContext(connection) as found:
            plan = merge_plans.of(desk.administrator, survivor, merged)
        assert len(plan.forbidden[0].links) == count
        return len(found)

    assert asked(1) == asked(9)
