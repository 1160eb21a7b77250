"""Merges on every door: proposed, looked at, approved, undone; and where the old id leads."""

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from hospital.kit import policy
from hospital.models import AuditPatient
from hospital.tests.factories import HospitalFactory, api, signed_in
from hospital.tests.filling import form_on, send
from records.models import MergeEvent
from records.search import find
from records.services import duplicates, merges
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import AllergyFactory, MedicalHistoryFactory, MergeFactory

from .ground import Desk, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def browser(role, hospital):
    client = Client()
    signed_in(client, role, hospital)
    return client


def post(client, url, *, on="", **typed):
    """Send the form that leads to this address, as the page offers it."""
    return send(client, form_on(client.get(on or url), action=url if on else ""), url, **typed)


def test_proposed_at_the_desk_approved_by_an_administrator_and_undone(desk):
    survivor, merged = desk.chart(family_name="Stay"), desk.chart(family_name="Gone", city="Bonn")
    MedicalHistoryFactory(patient=merged, hospital=desk.here)
    reception, administrator = (browser(r, desk.here) for r in ("receptionist", "administrator"))
    at = reverse("records:merge-create", args=[survivor.pk])
    assert at in reception.get(reverse("records:patient-detail", args=[survivor.pk])).text
    led = reception.post(at, {"who": merged.mrn})
    assert led.url.startswith(f"{at}?search=")
    assert merged.mrn not in led.url
    assert f"{at}?with={merged.pk}" in reception.get(led.url).text
    stranger = browser("receptionist", desk.here)  # another person: not their search
    assert merged.mrn not in stranger.get(led.url).text
    page = reception.get(f"{at}?with={merged.pk}")
    assert {"GONE", "Bonn"} & set(page.text.replace("<", " ").replace(">", " ").split())
    sent = post(reception, f"{at}?with={merged.pk}", reason="Registered twice")
    event = MergeEvent.objects.get()
    detail = reverse("records:merge-detail", args=[event.pk])
    assert (sent.status_code, sent.url) == (302, detail)
    assert "Approve" not in reception.get(detail).text
    listed = administrator.get(reverse("records:merge-list")).text
    assert detail in listed
    for chart in (
        survivor,
        merged,
    ):  # each by itself: a name from right to left pulls no number before it
        assert f"<bdi>{chart.display_name}</bdi> · <bdi>{chart.mrn}</bdi>" in listed
    assert reverse("records:merge-list") in administrator.get("/").text
    approve = reverse("records:merge-approve", args=[event.pk])
    assert post(administrator, approve, on=detail).url == detail
    assert fresh(merged).merged_into_id == survivor.pk
    assert "Merged by" in reception.get(detail).text
    history = reception.get(reverse("records:patient-history", args=[survivor.pk])).text
    assert "merged two charts of one person" in history
    undo = reverse("records:merge-undo", args=[event.pk])
    assert post(administrator, undo, reason="They are two persons").url == detail
    assert not fresh(merged).merged_into_id
    page = administrator.get(detail).text
    for chart in (survivor, merged):
        assert f'href="{reverse("records:patient-detail", args=[chart.pk])}"' in page


@pytest.mark.parametrize("role", ["receptionist", "administrator", "auditor"])
def test_two_that_stay_two_are_likely_duplicates_again_until_somebody_says_they_are_not(desk, role):
    survivor, merged = desk.chart(family_name="Weber"), desk.chart(family_name="Weber")
    pair = DuplicatePairFactory(charts=[survivor, merged])
    compare = reverse("records:duplicatepair-detail", args=[pair.pk])
    refused = desk.propose(merged, survivor)
    merges.refuse(desk.administrator, event=refused, reason="Not certain")
    event = desk.propose(survivor, merged)
    merges.approve(desk.administrator, event=event)
    pages = [reverse("records:merge-detail", args=[each.pk]) for each in (event, refused)]
    visitor = browser(role, desk.here)

    def leads_there():
        return [compare in visitor.get(page).text for page in pages]

    assert leads_there() == [False, False]
    merges.undo(desk.administrator, event=event, reason="They are two persons")
    assert leads_there() == [True, True]
    duplicates.different(desk.reception, pair=pair, reason="Twin")
    assert leads_there() == [False, False]


def test_who_decides_sees_what_differs_under_the_mask_and_goes_on_to_the_next(desk):
    streets = ["Kantstraße 12", "Kantstraße 12", "Turmstraße 12"]
    facts = {"family_name": "Weber", "given_names": "Eva", "birth_date": "1988", "phone": ""}
    stays, same, other = (desk.chart(address_line=street, **facts) for street in streets)
    first, second = desk.propose(stays, same), desk.propose(stays, other)
    administrator, reception = (browser(r, desk.here) for r in ("administrator", "receptionist"))
    at, following = (reverse("records:merge-detail", args=[event.pk]) for event in (first, second))
    page, after = administrator.get(at).text, administrator.get(following).text
    assert "Kantstraße" not in page
    assert ("Differs" in page, "Differs" in after) == (False, True)
    assert following in page
    assert "Next one" not in after
    assert "Next one" not in reception.get(at).text


def test_merging_asks_for_a_password_shown_just_now(desk):
    event = desk.propose(desk.chart(), desk.chart())
    client = browser("administrator", desk.here)
    detail = reverse("records:merge-detail", args=[event.pk])
    form = form_on(client.get(detail), action=reverse("records:merge-approve", args=[event.pk]))
    with mock.patch.object(policy, "FRESH", timedelta(0)):
        assert send(client, form, detail).status_code == 403
    assert fresh(event).status == "proposed"
    assert send(client, form, detail).status_code == 302
    assert fresh(event).status == "merged"


def test_what_forbids_a_merge_stands_on_the_page_and_nothing_is_offered(desk):
    survivor, merged = desk.chart(), desk.chart()
    for chart in (survivor, merged):
        AllergyFactory(patient=chart, substance="Nuts")
    at = f"{reverse('records:merge-create', args=[survivor.pk])}?with={merged.pk}"
    page = browser("receptionist", desk.here).get(at).text
    assert "Both charts have the same allergy" in page
    assert "Propose the merge" not in page
    assert 'name="reason"' not in page
    assert "Keep the other chart instead" in page


@pytest.mark.parametrize(
    "name", ["patient-detail", "patient-history", "patient-edit", "allergy-list"]
)
def test_the_old_page_leads_to_the_chart_that_stays(desk, name):
    survivor, merged = desk.chart(), desk.chart()
    desk.merge(survivor, merged)
    role = "nurse" if name == "allergy-list" else "receptionist"
    led = browser(role, desk.here).get(reverse(f"records:{name}", args=[merged.pk]), follow=True)
    assert led.redirect_chain == [(reverse("records:patient-detail", args=[survivor.pk]), 302)]
    assert "was merged into this one" in led.content.decode()
    elsewhere = browser(role, HospitalFactory())
    assert elsewhere.get(reverse(f"records:{name}", args=[merged.pk])).status_code == 404


def test_a_form_of_the_old_chart_is_refused_with_the_way_on(desk):
    survivor, merged = desk.chart(), desk.chart()
    client = browser("receptionist", desk.here)
    at = reverse("records:patient-edit", args=[merged.pk])
    form = form_on(client.get(at))
    desk.merge(survivor, merged)
    born = {"birth_date_day": "14", "birth_date_month": "March", "birth_date_year": "1988"}
    typed = {"city": "Bonn", "sex": "female", "contacts-0-name": "Eva Vogel", **born}
    refused = send(client, form, at, **typed)
    assert refused.status_code == 409
    assert "Back" not in refused.text
    facts = {fact["label"]: fact["value"] for fact in refused.context["typed"]}
    told = {
        "City": "Bonn", "Sex": "Female", "Birth date": "14 March 1988", "Contact 1: Name": "Eva Vogel",
    }  # fmt: skip
    assert {label: facts.get(label) for label in told} == told
    for value in told.values():
        assert f"<bdi>{value}</bdi>" in refused.text
    assert facts.keys() <= told.keys() | {"Family name", "Given names", "Contact 1: Relationship"}
    assert reverse("records:patient-detail", args=[survivor.pk]) in refused.content.decode()


@pytest.mark.parametrize("mrn", ["10000207", "OLD-7/B"])
def test_the_old_mrn_in_the_search_box_or_under_the_scanner_is_exact(desk, mrn):
    survivor, merged = desk.chart(), desk.chart(mrn=mrn)
    desk.merge(survivor, merged)
    [hit] = find(desk.reception, mrn.lower(), 8)
    assert (hit.patient_id, hit.is_exact) == (survivor.pk, True)
    led = browser("receptionist", desk.here).get(hit.url, follow=True)
    assert "was merged into this one" in led.content.decode()


def test_the_api_leads_on_who_reads_and_refuses_who_writes(desk):
    survivor, merged = desk.chart(), desk.chart()
    desk.merge(survivor, merged)
    client = api("integrator", desk.here)
    for query in ("", "?include_retired=true"):
        led = client.get(f"/api/v1/patients/{merged.pk}{query}")
        assert (led.status_code, led["Location"]) == (308, f"/api/v1/patients/{survivor.pk}")
    refusals = [
        client.patch(f"/api/v1/patients/{merged.pk}", {"city": "Bonn"}, headers={"If-Match": "*"}),
        client.delete(f"/api/v1/patients/{merged.pk}", headers={"X-Reason": "x"}),
        client.post("/api/v1/histories", {"patient_id": str(merged.pk), "description": "x"}),
    ]  # fmt: skip
    for refused in refusals:
        assert (refused.status_code, refused.json()["code"]) == (409, "patient_merged")
        assert refused.json()["links"][0]["href"] == f"/api/v1/patients/{survivor.pk}"
    stranger = api("integrator", HospitalFactory())
    assert stranger.get(f"/api/v1/patients/{merged.pk}").status_code == 404
    told = client.get("/api/v1/patients?include_retired=true").json()["results"]
    assert {row["id"]: row["merged_into_id"] for row in told}[str(merged.pk)] == str(survivor.pk)


def test_merged_and_undone_by_the_api(desk):
    survivor, merged = desk.chart(), desk.chart()
    body = {"survivor_id": str(survivor.pk), "merged_id": str(merged.pk), "reason": "Twice"}
    scopes = ["records.merge:read", "records.merge:write", "records.patient:read"]
    reception, administrator = (
        api(role, desk.here, scopes=scopes) for role in ("receptionist", "administrator")
    )
    made = reception.post("/api/v1/merges", body)
    assert made.status_code == 201, made.content
    at = made["Location"]
    again = reception.post("/api/v1/merges", body)
    assert (again.status_code, again.json()["code"]) == (409, "merge_open")
    assert again.json()["links"][0]["href"] == at
    turned = {**body, "survivor_id": body["merged_id"], "merged_id": body["survivor_id"]}
    told = reception.post("/api/v1/merges", turned)
    assert (told.status_code, told.json()["code"]) == (409, "merge_open")
    assert told.json()["links"][0]["href"] == at
    assert reception.post(f"{at}/approve", {}).status_code == 403
    assert administrator.post(f"{at}/approve", {}).json()["status"] == "merged"
    undone = administrator.post(f"{at}/undo", {"reason": "Two persons"})
    assert (undone.status_code, undone.json()["status"]) == (200, "undone")
    wrong = {**body, "merged_id": str(survivor.pk)}
    itself = reception.post("/api/v1/merges", wrong).json()
    assert itself["errors"]["merged_id"][0]["code"] == "merge_itself"


def test_the_page_for_the_other_way_round_leads_to_the_one_that_waits(desk):
    survivor, merged = desk.chart(), desk.chart()
    event = desk.propose(survivor, merged)
    client = browser("receptionist", desk.here)
    at = reverse("records:merge-create", args=[merged.pk])
    page = client.get(f"{at}?with={survivor.pk}").text
    assert reverse("records:merge-detail", args=[event.pk]) in page
    assert "Propose the merge" not in page


def test_the_admin_shows_merges_and_leads_on(desk):
    survivor, merged = desk.chart(), desk.chart()
    event = desk.merge(survivor, merged)
    client = browser("administrator", desk.here)
    listed = client.get(reverse("admin:records_mergeevent_changelist")).content.decode()
    assert f"{merged.mrn} → {survivor.mrn}" in listed
    at = reverse("admin:records_mergeevent_change", args=[event.pk])
    assert client.get(at).status_code == 200
    for act in ("records.merge.list", "records.merge.read"):
        seen = AuditPatient.objects.filter(event__act=act).values_list("patient_id", flat=True)
        assert set(seen) == {survivor.pk, merged.pk}, act
    led = client.get(reverse("admin:records_patient_change", args=[merged.pk]))
    assert led.url == reverse("admin:records_patient_change", args=[survivor.pk])


def test_a_list_is_drawn_with_the_same_queries_for_3_and_for_30(
    desk, django_assert_max_num_queries
):
    client = browser("auditor", desk.here)
    MergeFactory.create_batch(3, hospital=desk.here)
    with django_assert_max_num_queries(25):
        client.get(reverse("records:merge-list"))
    MergeFactory.create_batch(12, hospital=desk.here)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("records:merge-list")).content.count(b"/merges/0") >= 12
