"""Likely duplicates on the web: the list, two charts side by side, the decision and the next two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock, partialdates
from hospital.models import AuditEvent, AuditPatient, Job
from hospital.tests.factories import HospitalFactory, actor, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import DuplicatePair
from records.services import duplicates, merges
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.encounter_factories import OutPatientFactory
from records.tests.factories import ContactFactory, IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db
LIST = reverse("records:duplicatepair-list")


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def desk(client, here):
    signed_in(client, "receptionist", here)
    return client


@pytest.fixture
def pair(here):
    one = PatientFactory(
        at=here, family_name="Okoro", given_names="Daniel", birth_date="1988-03-14", sex="male",
        phone="+491705550142", city="Berlin",
    )  # fmt: skip
    other = PatientFactory(
        at=here, family_name="Okoro", given_names="Danjel", birth_date="1988-03-14", city="Bonn"
    )
    return DuplicatePairFactory(charts=[one, other])


def at(pair, page="detail"):
    return reverse(f"records:duplicatepair-{page}", args=[pair.pk])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_list_shows_both_with_what_agrees_the_likest_first_and_the_look_is_booked(
    desk, here, pair
):
    likest = DuplicatePairFactory(at=here, score=300)
    DuplicatePairFactory()
    shown = desk.get(LIST)
    assert [row["url"] for row in shown.context["rows"]] == [at(likest), at(pair)]
    age = f"{partialdates.age_on('1988-03-14', clock.today())}y"
    for words in ("OKORO, Daniel", "OKORO, Danjel", pair.first.mrn, "Same birth date", age):
        assert words in text_of(shown)
    event = AuditEvent.objects.get(act="records.duplicatepair.list")
    looked_at = set(AuditPatient.objects.filter(event=event).values_list("patient_id", flat=True))
    assert looked_at == {*pair.patient_ids, *likest.patient_ids}


def marks(answer):
    return {str(row["label"]): row["mark"] for row in answer.context["rows"]}


def test_two_charts_stand_side_by_side_with_what_differs_marked_in_a_word(desk, here, pair):
    IdentifierFactory(patient=pair.first, value="C01X00T47")
    ContactFactory(patient=pair.second, name="Ifeoma")
    OutPatientFactory(hospital=here, patient=pair.first)
    shown = desk.get(at(pair))
    found = marks(shown)
    assert (found["Family name"], found["Given names"], found["City"]) == (
        "same",
        "differs",
        "differs",
    )
    assert (found["Sex"], found["Phone"], found["Passport"]) == ("", "", "")
    rows = {
        str(row["label"]): [each["value"] for each in row["values"]]
        for row in shown.context["rows"]
    }
    assert rows["Visits"] == ["1", "0"]
    assert rows["Last here"][1] == "Never"
    assert "C01X00T47" not in text_of(shown)
    for words in ("Differs", "Ifeoma", reverse("records:patient-detail", args=[pair.second_id])):
        assert words in text_of(shown)
    event = AuditEvent.objects.get(act="records.duplicatepair.read")
    looked_at = AuditPatient.objects.filter(event=event).values_list("patient_id", flat=True)
    assert (set(looked_at), event.object_id) == (set(pair.patient_ids), pair.pk)


def test_a_postal_code_of_the_one_and_a_city_of_the_other_do_not_differ(desk, here):
    pair = DuplicatePairFactory(
        charts=[
            PatientFactory(at=here, city="Berlin", postal_code=""),
            PatientFactory(at=here, city="", postal_code="10115"),
        ]
    )
    found = marks(desk.get(at(pair)))
    assert (found["City"], found["Postal code"]) == ("", "")


@pytest.mark.parametrize(
    ("family", "given", "is_same"),
    [
        (("Şahinoğlu", "Sahinoglu"), ("Hans-Peter", "Hanspeter"), True),
        (("D'Alessandro", "Dalessandro"), ("Xiao Ming", "XIAOMING"), True),
        (("Meyer", "Maier"), ("Ann", "Anna"), False),
    ],
)
def test_a_name_spelt_otherwise_is_the_same(desk, here, family, given, is_same):
    charts = [
        PatientFactory(at=here, family_name=names[0], given_names=names[1])
        for names in zip(family, given, strict=True)
    ]
    pair = DuplicatePairFactory(charts=charts)
    word = "same" if is_same else "differs"
    shown = desk.get(at(pair))
    merge = desk.get(shown.context["urls"]["merge"]).context["facts"]
    for found in (marks(shown), {str(row["label"]): row["mark"] for row in merge}):
        assert (found["Family name"], found["Given names"]) == (word, word)


def test_each_kind_of_number_is_compared_by_itself(desk, pair):
    for chart, other in ((pair.first, "rec-3"), (pair.second, "rec-1")):
        IdentifierFactory(patient=chart, kind="insurance", value="4711-0815")
        IdentifierFactory(patient=chart, kind="other", value=other)
    IdentifierFactory(patient=pair.second, kind="other", value="file-8")
    found = marks(desk.get(at(pair)))
    assert (found["Insurance number"], found["Other"]) == ("same", "differs")


def test_one_press_tells_them_apart_and_leads_to_the_next_two(desk, here, pair):
    after = DuplicatePairFactory(at=here, score=150)
    form = form_on(desk.get(at(pair)), action=at(pair, "different"))
    answers = [send(desk, form, at(pair), reason="Twin") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [at(after)] * 2
    page = desk.get(at(after))
    assert "The two before are not the same" in text_of(page)
    assert f'<a href="{at(pair)}">Back to those two</a>' in page.text
    assert pair.first.family_name not in "".join(map(str, page.context["messages"]))
    pair.refresh_from_db()
    assert (pair.status, pair.reason, pair.version) == ("different", "Twin", 2)


def test_after_the_last_two_comes_the_list(desk, pair):
    form = form_on(desk.get(at(pair)), action=at(pair, "different"))
    assert send(desk, form, at(pair), reason="Twin")["Location"] == LIST
    assert "Nobody seems to have two charts." in text_of(desk.get(LIST))


def test_another_reason_is_asked_for_in_words(desk, pair):
    page = desk.get(at(pair, "different"))
    form = form_on(page)
    assert page.context["form"]["reason"].value() == "other"
    assert page.text.count(" autofocus") == 1
    refused = send(desk, form, at(pair, "different"), reason="other", other="")
    assert refused.status_code == 400
    send(desk, form_on(refused), at(pair, "different"), reason="other", other="Father and son")
    pair.refresh_from_db()
    assert pair.reason == "Father and son"


def test_it_is_found_among_the_decided_with_who_and_why_and_taken_back(desk, here, pair):
    somebody = actor("receptionist", here)
    duplicates.different(somebody, pair=pair, reason="Twin")
    shown = desk.get(f"{LIST}?status=different")
    assert [row["decided_by"] for row in shown.context["rows"]] == [somebody.name]
    form = form_on(desk.get(at(pair)), action=at(pair, "undo"))
    assert send(desk, form, at(pair))["Location"] == at(pair)
    pair.refresh_from_db()
    assert pair.is_open
    assert desk.get(f"{LIST}?status=different").context["rows"] == []
    assert len(desk.get(f"{LIST}?status=all").context["rows"]) == 1


def test_of_who_decided_elsewhere_no_name_is_told(desk, here, pair):
    duplicates.different(actor("receptionist", here), pair=pair, reason="Twin")
    stranger = actor("receptionist", HospitalFactory())
    DuplicatePair.objects.update(decided_by=stranger.user_id)
    for address in (at(pair), f"{LIST}?status=all"):
        shown = text_of(desk.get(address))
        assert ("Somebody elsewhere" in shown, stranger.name in shown) == (True, False)


def test_who_was_second_is_told_and_sees_the_two_as_they_stand(desk, here, pair):
    form = form_on(desk.get(at(pair)), action=at(pair, "different"))
    DuplicatePairFactory(at=here)
    duplicates.different(actor("receptionist", here), pair=pair, reason="Twin")
    assert send(desk, form, at(pair), reason="Relatives of the same name")["Location"] == at(pair)
    assert "Somebody else was working on this too" in text_of(desk.get(at(pair)))
    assert DuplicatePair.objects.get(pk=pair.pk).reason == "Twin"


def test_look_now_starts_a_job_that_can_be_watched(desk):
    answer = send(desk, form_on(desk.get(LIST), action=reverse("records:duplicatepair-look")), LIST)
    job = Job.objects.get()
    assert answer["Location"] == reverse("hospital:job-detail", args=[job.pk])
    shown = text_of(desk.get(answer["Location"]))
    assert ("Looking for duplicates" in shown, "Export" in shown) == (True, False)


def test_what_another_hospital_compares_is_not_there(desk, here):
    theirs = DuplicatePairFactory()
    half = DuplicatePairFactory(charts=[PatientFactory(at=here), PatientFactory()])
    for pair in (theirs, half):
        for page in ("detail", "different"):
            assert desk.get(at(pair, page)).status_code == 404
    assert desk.get(LIST).context["rows"] == []


def test_a_long_list_is_paged(desk, here):
    made = [DuplicatePairFactory(at=here, score=500 - number).pk for number in range(32)]
    first = desk.get(LIST)
    second = desk.get(first.context["next_url"])
    shown = [row["url"] for page in (first, second) for row in page.context["rows"]]
    assert shown == [reverse("records:duplicatepair-detail", args=[pk]) for pk in made]
    assert desk.get(f"{LIST}?cursor=nonsense").status_code == 200


def test_the_start_page_says_how_many_wait(desk, here, pair, client):
    assert "Likely duplicates" in text_of(desk.get("/"))
    DuplicatePair.objects.update(status="different", decided_at=clock.now())
    assert "Likely duplicates" not in text_of(desk.get("/"))


def test_an_administrator_sees_them_masked_and_decides_nothing(client, here, pair):
    signed_in(client, "administrator", here)
    shown = text_of(client.get(at(pair)))
    assert ("OKORO" in shown, "+49 170 5550142" in shown) == (True, False)
    assert at(pair, "different") not in shown
    assert client.get(at(pair, "different")).status_code == 403


@pytest.mark.parametrize("status", ["", "?status=all"])
def test_thirty_take_as_many_queries_as_three(desk, here, status):
    def queries(number):
        for _ in range(number):
            DuplicatePairFactory(at=here)
        desk.get(LIST + status)
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIST + status)
        return len(captured)

    assert queries(3) == queries(27)


def test_who_proposes_to_merge_them_goes_on_to_the_next_two_and_they_wait_no_more(desk, here, pair):
    after = DuplicatePairFactory(at=here, score=pair.score - 5)
    offered = desk.get(at(pair)).context["urls"]["merge"]
    answer = fill(desk, offered, reason="Registered twice")
    assert answer.url == at(after)
    page = desk.get(at(after))
    assert "It is proposed to merge the two before." in text_of(page)
    assert f'<a href="{at(pair)}">Back to those two</a>' in page.text
    assert [row["url"] for row in desk.get(LIST).context["rows"]] == [at(after)]
    assert [row["url"] for row in desk.get(LIST, {"status": "all"}).context["rows"]][:1] == [
        at(pair)
    ]
    assert duplicates.following(actor("receptionist", here), after) is None


def test_two_whose_merge_waits_cannot_be_told_apart_and_lead_to_it(desk, here, pair):
    reception, administrator = actor("receptionist", here), actor("administrator", here)
    event = merges.propose(reception, survivor=pair.first, merged=pair.second, reason="Twice")
    page = desk.get(at(pair))
    merge = reverse("records:merge-detail", args=[event.pk])
    assert (page.context["may_decide"], merge in page.text, "Twice" in page.text) == (
        False,
        True,
        True,
    )
    merges.approve(administrator, event=event)
    event.refresh_from_db()
    merges.undo(administrator, event=event, reason="They are two persons")
    page = desk.get(at(pair))
    assert page.context["may_decide"]
    assert "They are two persons" in page.text


def test_who_keeps_the_other_chart_instead_still_goes_on_to_the_next_two(desk, here, pair):
    after = DuplicatePairFactory(at=here, score=pair.score - 5)
    turned = desk.get(desk.get(at(pair)).context["urls"]["merge"]).context["turned_url"]
    assert fill(desk, turned, reason="Registered twice").url == at(after)
