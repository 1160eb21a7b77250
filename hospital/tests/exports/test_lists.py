"""A list's file holds exactly the list: its rows, its filters, its order; only for who may have it, and on record."""

import hashlib
import re
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.kit import clock, exports, policy, spreadsheets
from hospital.kit.actors import Actor
from hospital.kit.topics import declared
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.submitting import new_token
from hospital.models import AuditEvent, Job, Ward
from hospital.tests import factories
from hospital.tests.factories import (
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    UserFactory,
    WardFactory,
    signed_in,
)
from hospital.tests.filling import form_on, send

from .files import content_of, rows_of

pytestmark = pytest.mark.django_db
LIST, FILE = "/wards/", "/wards/export/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def nurse(client, place):
    client.user = signed_in(client, "nurse", place)
    return client


def exported(client, query="", form="csv", page=LIST):
    """What the button on the list with this query gives."""
    return send(client, form_on(client.get(page + query), action="/export/"), page, format=form)


def lines(client, query="", form="csv", page=LIST):
    answer = exported(client, query, form, page)
    assert answer.status_code == 200, answer.content.decode()
    return rows_of(content_of(answer), form)


def test_the_file_tells_what_the_list_and_the_page_tell(nurse, place):
    department = DepartmentFactory(hospital=place, name="Heart")
    WardFactory(department=department, code="W1", name="Ward 1", floor="2", phone="+4930123456")
    answer = exported(nurse)
    assert rows_of(content_of(answer), "csv") == [
        ["Name", "Code", "Department", "Floor", "Phone"],
        ["Ward 1", "W1", "Heart", "2", "+49 30 123456"],
    ]
    assert lines(nurse, form="xlsx") == rows_of(content_of(answer), "csv")


def test_it_is_a_file_to_keep_that_no_cache_keeps(nurse, place):
    WardFactory(hospital=place)
    for form, kind in {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxml"}.items():
        answer = exported(nurse, form=form)
        name = f"wards-{clock.now().astimezone(place.zone):%Y-%m-%d}.{form}"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Content-Type"].startswith(kind)
        assert "no-store" in answer["Cache-Control"]


def shown(client, query, page=LIST):
    """The ids of all pages of the list, in order."""
    found, address = [], query
    while True:
        listing = client.get(page + address).context["listing"]
        found += [str(row.record) for row in listing.rows]
        if not (address := listing.next_url):
            return found


@settings(max_examples=12)
@given(data=st.data())
def test_a_file_has_exactly_the_rows_of_all_pages_in_their_order(data):
    """Drawn lists: any number of wards, any filters, any order; and twice as many rows as a page has."""
    hospital = HospitalFactory()
    departments = DepartmentFactory.create_batch(2, hospital=hospital)
    names = st.text("aA1 2ÄäÖß=é-'", min_size=1, max_size=4).filter(lambda text: text.strip())
    wards = st.lists(st.tuples(names, st.booleans(), st.booleans()), min_size=0, max_size=8)
    many = data.draw(wards, "wards") * data.draw(st.sampled_from([1, 1, 13]), "times")
    for name, which, is_retired in many:
        retired = {"retired_at": clock.now()} if is_retired else {}
        WardFactory(department=departments[which], name=name.strip(), **retired)
    WardFactory()
    client = Client()
    signed_in(client, "administrator", hospital)
    order = data.draw(st.sampled_from(["", "name", "-name", "department", "-code", "x"]), "order")
    query = [
        f"order={order}",
        *(["retired=on"] if data.draw(st.booleans(), "with retired") else []),
        *([f"department={departments[0].pk}"] if data.draw(st.booleans(), "of one") else []),
    ]
    address = f"?{'&'.join(query)}"
    with patch.object(exports, "BATCH", data.draw(st.sampled_from([1, 7, 500]), "batch")):
        heads, *rows = lines(client, address)
    assert [row[0] for row in rows] == shown(client, address)
    codes = dict(Ward.objects.values_list("code", "name"))
    assert all(codes[row[heads.index("Code")]] == row[0] for row in rows)


def test_the_property_sees_a_file_in_another_order(nurse, place, monkeypatch):
    """The control: a file that forgets the order is not the list."""
    for name in "bca":
        WardFactory(hospital=place, name=name)
    table = exports.Table

    def careless(columns, batches, number, asked):
        backwards = lambda size: (rows[::-1] for rows in batches(size))  # noqa: E731
        return table(columns, backwards, number, asked)

    monkeypatch.setattr("hospital.kit.web.plain_exports.Table", careless)
    assert [row[0] for row in lines(nurse)[1:]] != shown(nurse, "")


def test_a_file_with_retired_rows_says_which_they_are(client, place):
    signed_in(client, "administrator", place)
    WardFactory(hospital=place, name="A")
    gone = clock.now()
    WardFactory(hospital=place, name="B", retired_at=gone)
    heads, first, second = lines(client, "?retired=on")
    assert heads[-1] == "Retired"
    assert first[-1] == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", second[-1])


def test_who_may_not_see_retired_rows_does_not_get_them_by_asking(nurse, place):
    WardFactory(hospital=place, retired_at=clock.now())
    token = form_on(nurse.get(LIST), action="/export/")["data"]
    answer = nurse.post(f"{FILE}?retired=on", {**token, "format": "csv"})
    assert len(rows_of(content_of(answer), "csv")) == 1


def test_each_export_is_on_record_with_its_count_and_the_files_own_digest(nurse, place):
    department = DepartmentFactory(hospital=place)
    WardFactory.create_batch(3, department=department)
    answer = exported(nurse, f"?department={department.pk}")
    event = AuditEvent.objects.get(act="hospital.ward.export")
    digest = exports.digest_of({"department": str(department.pk)})
    assert event.reason == f"csv, 3 rows, filters {digest}"
    assert event.digest == hashlib.sha256(answer.content).hexdigest()
    assert (event.user_id, event.outcome, event.door) == (nurse.user.pk, "ok", "web")


def test_a_failing_audit_gives_no_file(nurse, place, monkeypatch):
    WardFactory(hospital=place)
    form = form_on(nurse.get(LIST), action="/export/")

    def fails(*facts, **more):
        raise OSError("audit is down")

    monkeypatch.setattr("hospital.kit.audit.happened", fails)
    with pytest.raises(OSError, match="audit is down"):
        send(nurse, form, LIST, format="csv")


def test_other_hospitals_rows_are_never_in_it(nurse, place):
    WardFactory(name="Theirs")
    WardFactory(hospital=place, name="Ours")
    assert [row[0] for row in lines(nurse)[1:]] == ["Ours"]


def test_a_form_opened_at_another_hospital_exports_nothing(client, place):
    there = HospitalFactory()
    user = signed_in(client, "nurse", place)
    factories.employ("nurse", there, user=user)
    form = form_on(client.get(LIST), action="/export/")
    session = client.session
    session["hospital_id"] = str(there.pk)
    session.save()
    answer = send(client, form, LIST, format="csv")
    assert (answer.status_code, answer.context["problem"].code) == (409, "other_hospital")
    assert not AuditEvent.objects.filter(act="hospital.ward.export").exists()


@pytest.mark.parametrize(
    "wrong", [{"form_token": ""}, {"form_token": "x"}, {"format": "pdf"}, {"format": None}]
)
def test_a_form_that_is_not_ours_exports_nothing(nurse, place, wrong):
    WardFactory(hospital=place)
    form = form_on(nurse.get(LIST), action="/export/")
    answer = send(nurse, form, LIST, **{"format": "csv", **wrong})
    assert answer.status_code in {400, 403}
    assert not AuditEvent.objects.filter(act="hospital.ward.export", outcome="ok").exists()


def test_it_is_asked_for_by_post_and_against_forgery(place):
    client = Client(enforce_csrf_checks=True)
    user = signed_in(client, "nurse", place)
    here = Actor(user_id=user.pk, name="", hospital_id=place.pk)
    assert client.get(FILE).status_code == 405
    assert client.post(FILE, {"format": "csv", "form_token": new_token(here)}).status_code == 403
    assert not AuditEvent.objects.filter(act="hospital.ward.export").exists()


def test_to_whom_the_policy_gives_no_export_there_is_no_button(nurse, place, monkeypatch):
    WardFactory(hospital=place)
    monkeypatch.setitem(policy._rules, "hospital.ward.export", [])
    assert "/export/" not in nurse.get(LIST).content.decode()
    answer = nurse.post(FILE, {"format": "csv"})
    assert answer.status_code == 403
    assert AuditEvent.objects.filter(act="hospital.ward.export", outcome="denied").exists()


def test_a_list_is_exported_exactly_when_the_policy_has_a_rule_for_it():
    pages = declared("hospital.web", RecordPages)
    known = {each.topic for each in pages if policy.is_declared(f"{each.model.resource}.export")}
    assert {f"hospital.{topic}" for topic in known} == {
        name for name in exports._sources if name.startswith("hospital.")
    }
    assert known == {
        "hospitals",
        "departments",
        "wards",
        "clinics",
        "beds",
        "doctors",
        "users",
        "resources",
    }
    assert not [
        rule
        for name in exports._sources
        if name.startswith("hospital.")
        for rule in policy._rules[exports.permission_of(exports.source(name))]
        if rule.second_person
    ], "a list at once has no second person to ask"
    assert {each.topic for each in pages} - known == {"memberships"}


def test_more_rows_than_a_workbook_holds_are_refused_and_csv_is_not(
    nurse, place, settings, monkeypatch
):
    settings.EXPORT_AT_ONCE = 1
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", {"xlsx": 2})
    WardFactory.create_batch(3, hospital=place)
    answer = exported(nurse, form="xlsx")
    assert (answer.status_code, answer.context["problem"].code) == (409, "too_many_rows")
    assert not Job.objects.exists()
    assert exported(nurse, form="csv").status_code == 302


def test_a_doctors_clinics_and_account_are_in_the_file(client, place):
    signed_in(client, "administrator", place)
    heart, lung = (ClinicFactory(hospital=place, name=name) for name in ("Heart", "Lung"))
    user = factories.employ("doctor", place, user=UserFactory(full_name="Elif Kaya"))
    DoctorFactory(hospital=place, clinics=[lung, heart], user=user, family_name="Kaya")
    heads, row = lines(client, page="/doctors/")
    told = dict(zip(heads, row, strict=True))
    assert (told["Clinics"], told["Account"]) == ("Heart, Lung", "Elif Kaya")


def test_a_long_list_becomes_a_job_and_two_clicks_make_one(nurse, place, settings):
    settings.EXPORT_AT_ONCE = 2
    WardFactory.create_batch(3, hospital=place)
    form = form_on(nurse.get(f"{LIST}?order=-name"), action="/export/")
    first, second = (send(nurse, form, LIST, format="xlsx") for _ in range(2))
    job = Job.objects.get()
    assert first["Location"] == second["Location"] == reverse("hospital:job-detail", args=[job.pk])
    assert job.arguments == {
        "source": "hospital.wards", "asked": {"order": "-name"}, "form": "xlsx",
    }  # fmt: skip
    assert (job.user_id, job.hospital_id, job.state) == (nurse.user.pk, place.pk, "waiting")
    another = form_on(nurse.get(LIST), action="/export/")
    send(nurse, another, LIST, format="xlsx")
    assert Job.objects.count() == 2, "another click on another page is another job"
