"""Wards on the web."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts
from hospital.models import AuditEvent, Ward
from hospital.tests.factories import (
    DepartmentFactory,
    HospitalFactory,
    UserFactory,
    WardFactory,
    actor,
    signed_in,
)
from hospital.tests.filling import fill, form_on, lasting, send

pytestmark = pytest.mark.django_db

LIST = "/wards/"


@pytest.fixture
def place():
    return HospitalFactory(code="BRIGID")


@pytest.fixture
def ward(place):
    return WardFactory(hospital=place, code="W1", name="Ward 1", floor="2")


@pytest.fixture
def admin(client, place):
    signed_in(client, "administrator", place)
    return client


def at(ward, page="detail"):
    return reverse(f"hospital:ward-{page}", args=[ward.pk])


def test_a_ward_is_added_and_shown(admin, place):
    department = DepartmentFactory(hospital=place)
    answer = fill(admin, "/wards/new/", department=str(department.pk), code="W7", name="Ward 7")
    ward = Ward.objects.get(code="W7")
    assert (answer.status_code, answer["Location"]) == (302, at(ward))
    assert ward.hospital == place
    event = AuditEvent.objects.get(act="hospital.ward.create")
    assert (event.object_id, event.door, event.outcome) == (ward.pk, "web", "ok")
    assert "Ward 7" in admin.get(at(ward)).content.decode()


def test_a_form_sent_twice_adds_one_ward(admin, place):
    form = form_on(admin.get("/wards/new/"))
    typed = {
        "department": str(DepartmentFactory(hospital=place).pk),
        "code": "W7",
        "name": "Ward 7",
    }
    first, second = (send(admin, form, "/wards/new/", **typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Ward.objects.filter(code="W7").count() == 1


def test_what_is_wrong_stands_beside_its_field_and_keeps_the_text(admin, ward):
    answer = fill(admin, "/wards/new/", department=str(ward.department_id), code="W1", name="Other")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert answer.context["form"].errors.as_data()["code"][0].code == "code_taken"
    assert 'value="Other"' in page
    assert "<title>Error:" in page
    assert Ward.objects.count() == 1


def test_another_hospitals_department_cannot_be_chosen(admin, place):
    answer = fill(
        admin, "/wards/new/", department=str(DepartmentFactory().pk), code="W7", name="Ward 7"
    )
    assert answer.context["form"].errors.as_data()["department"][0].code == "invalid_choice"
    assert not Ward.objects.exists()


def test_a_stale_edit_shows_theirs_and_yours_and_keeps_both(admin, place, ward):
    form = form_on(admin.get(at(ward, "edit")))
    theirs = Ward.objects.get(pk=ward.pk)
    theirs.floor, theirs.phone = "3", "+4930123456"
    facts.change(actor("administrator", place, user=UserFactory(full_name="Elif Kaya")), theirs)

    answer = send(admin, form, at(ward, "edit"), floor="9", name="Ward One")
    page = answer.content.decode()
    assert answer.status_code == 412
    told = {row.name: (row.theirs, row.yours) for row in answer.context["differences"]}
    assert told == {
        "floor": ("3", "9"),
        "name": ("Ward 1", "Ward One"),
        "phone": ("+49 30 123456", ""),
    }
    assert "Elif Kaya" in page

    choice = form_on(answer, having="keep_floor")
    answer = send(admin, choice, at(ward, "edit"), keep_floor="theirs", keep_phone="theirs")
    ward.refresh_from_db()
    assert answer.status_code == 302
    assert (ward.floor, ward.name, ward.phone, ward.version) == ("3", "Ward One", "+4930123456", 3)


def test_theirs_may_be_kept_of_a_reference_too(admin, place, ward):
    form = form_on(admin.get(at(ward, "edit")))
    elsewhere, mine = (DepartmentFactory(hospital=place) for _ in range(2))
    theirs = Ward.objects.get(pk=ward.pk)
    theirs.department = elsewhere
    facts.change(actor("administrator", place), theirs)
    answer = send(admin, form, at(ward, "edit"), department=str(mine.pk), floor="9")
    choice = form_on(answer, having="keep_department")
    send(admin, choice, at(ward, "edit"), keep_department="theirs")
    ward.refresh_from_db()
    assert (ward.department, ward.floor) == (elsewhere, "9")


def test_an_edit_that_does_not_say_its_version_is_stale(admin, ward):
    answer = fill(admin, at(ward, "edit"), version=None, floor="9")
    ward.refresh_from_db()
    assert (answer.status_code, ward.floor) == (412, "2")


def test_retiring_asks_a_reason(admin, ward):
    answer = fill(admin, at(ward, "retire"), having="version")
    ward.refresh_from_db()
    assert answer.status_code == 400
    assert answer.context["form"].errors.as_data()["reason"][0].code == "reason_required"
    assert not ward.is_retired


def test_a_retired_ward_leaves_the_list_and_comes_back(admin, ward):
    fill(admin, at(ward, "retire"), reason="other", other="moved out")
    ward.refresh_from_db()
    assert (ward.is_retired, ward.retired_reason) == (True, "moved out")
    assert not admin.get(LIST).context["listing"].rows
    assert [row.record for row in admin.get(LIST, {"retired": "on"}).context["listing"].rows] == [
        ward
    ]
    page = admin.get(at(ward))
    assert "moved out" in page.content.decode()
    send(admin, form_on(page, action="restore"), at(ward))
    ward.refresh_from_db()
    assert not ward.is_retired


def test_a_ward_whose_code_was_taken_meanwhile_cannot_come_back(admin, ward):
    fill(admin, at(ward, "retire"), reason="Closed")
    WardFactory(department=ward.department, code="W1")
    answer = send(admin, form_on(admin.get(at(ward)), action="restore"), at(ward))
    ward.refresh_from_db()
    assert answer.status_code == 409
    assert answer.context["problem"].code == "restore_conflict"
    assert ward.is_retired


def test_a_retired_ward_cannot_be_edited(admin, ward):
    fill(admin, at(ward, "retire"), reason="Closed")
    answer = admin.get(at(ward, "edit"))
    assert (answer.status_code, answer.context["problem"].code) == (409, "retired")


def test_the_page_tells_what_happened_in_plain_words(admin, place, ward):
    person = actor("administrator", place, user=UserFactory(full_name="Elif Kaya"))
    theirs = Ward.objects.get(pk=ward.pk)
    theirs.floor = "5"
    facts.change(person, theirs)
    entry = admin.get(at(ward)).context["entries"][0]
    assert (entry["who"], entry["what"]) == ("Elif Kaya", "changed one field")
    assert entry["changes"] == [{"label": "Floor", "old": "2", "new": "5"}]


def test_the_list_is_filtered_by_department_and_sorted(admin, place):
    first, second = (DepartmentFactory(hospital=place) for _ in range(2))
    for number in range(3):
        WardFactory(department=first, name=f"A{number}")
    WardFactory(department=second, name="B0")
    shown = admin.get(LIST, {"department": first.pk, "order": "-name"}).context["listing"]
    assert [row.first for row in shown.rows] == ["A2", "A1", "A0"]
    assert [column["sort"] for column in shown.columns][:2] == ["descending", None]
    assert shown.chips == [{"label": f"Department: {first}", "url": "?order=-name"}]


def test_another_hospitals_department_filters_nothing(admin, ward):
    shown = admin.get(LIST, {"department": WardFactory().department_id}).context["listing"]
    assert [row.record for row in shown.rows] == [ward]


def test_the_list_goes_on_after_fifty(admin, ward):
    for number in range(54):
        WardFactory(department=ward.department, name=f"Ward {number:03}")
    first = admin.get(LIST).context["listing"]
    second = admin.get(LIST + first.next_url).context["listing"]
    assert (first.count, len(first.rows), len(second.rows)) == (55, 50, 5)
    assert not second.next_url
    assert admin.get(LIST, {"cursor": "nonsense"}).context["listing"].rows == first.rows


def test_the_next_ward_is_begun_where_the_last_one_was_made(admin, ward):
    answer = fill(
        admin, "/wards/new/", department=str(ward.department_id), code="NEXT", name="Next",
        another="1",
    )  # fmt: skip
    assert answer["Location"] == f"/wards/new/?department={ward.department_id}"
    page = admin.get(answer["Location"])
    assert page.context["form"]["department"].value() == str(ward.department_id)
    assert "Added: Next" in page.content.decode()
    focused = [
        name
        for name, field in page.context["form"].fields.items()
        if "autofocus" in field.widget.attrs
    ]
    assert focused == ["code"]
    assert "autofocus" not in admin.get(at(ward, "edit")).content.decode()
    assert 'name="another"' not in admin.get(at(ward, "edit")).content.decode()


def test_to_htmx_the_list_is_its_region_alone(admin, ward):
    page = admin.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "Ward 1" in page
    assert "<main" not in page


@pytest.mark.parametrize(
    "role", ["receptionist", "doctor", "nurse", "pharmacist", "lab", "cashier", "auditor"]
)
def test_staff_look_and_administrators_change(client, place, ward, role):
    signed_in(client, role, place)
    assert client.get(at(ward)).status_code == client.get(LIST).status_code == 200
    assert "Edit" not in client.get(at(ward)).content.decode()
    for page in ("edit", "retire"):
        assert client.get(at(ward, page)).status_code == 403
    assert client.post(at(ward, "restore")).status_code == 403
    assert client.get("/wards/new/").status_code == 403
    denied = AuditEvent.objects.filter(outcome="denied").values_list("act", flat=True)
    assert set(denied) == {
        f"hospital.ward.{act}" for act in ("update", "retire", "restore", "create")
    }


def test_another_hospitals_ward_is_as_if_it_never_was(admin):
    stranger, nobody = WardFactory(), WardFactory.build()
    for page in ("detail", "edit", "retire"):
        theirs, never = admin.get(at(stranger, page)), admin.get(at(nobody, page))
        assert theirs.status_code == never.status_code == 404
        assert lasting(theirs) == lasting(never)
    assert admin.post(at(stranger, "restore")).status_code == 404
    assert str(stranger.pk) not in admin.get(LIST).content.decode()


def test_somebody_who_is_not_signed_in_signs_in_and_comes_back(client, ward):
    answer = client.get(at(ward))
    assert answer["Location"] == f"/accounts/login/?next={at(ward)}"


def test_the_list_costs_the_same_for_3_and_for_30(admin, place, django_assert_num_queries):
    department = DepartmentFactory(hospital=place)
    WardFactory.create_batch(3, department=department)
    admin.get(LIST)
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    WardFactory.create_batch(27, department=department)
    with django_assert_num_queries(len(few)):
        assert len(admin.get(LIST).context["listing"].rows) == 30
