"""Wards in the admin. What every record's admin does is tested on them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts
from hospital.kit.errors import errors_of
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

ADD = "/admin/hospital/ward/add/"
LIST = "/admin/hospital/ward/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def ward(place):
    return WardFactory(hospital=place, code="W1", name="Ward 1", floor="2")


@pytest.fixture
def admin(client, place):
    signed_in(client, "administrator", place)
    return client


def at(ward, page="change"):
    return reverse(f"admin:hospital_ward_{page}", args=[ward.pk])


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["adminform"].form.errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def shown(answer):
    return list(answer.context["cl"].result_list)


def test_a_ward_is_added_at_the_own_hospital(admin, place):
    department = DepartmentFactory(hospital=place)
    answer = fill(admin, ADD, department=str(department.pk), code="W7", name="Ward 7")
    ward = Ward.objects.get(code="W7")
    assert (answer.status_code, answer["Location"], ward.hospital) == (302, at(ward), place)
    event = AuditEvent.objects.get(act="hospital.ward.create")
    assert (event.object_id, event.door) == (ward.pk, "admin")


def test_a_form_sent_twice_adds_one_ward(admin, place):
    form = form_on(admin.get(ADD))
    typed = {
        "department": str(DepartmentFactory(hospital=place).pk),
        "code": "W7",
        "name": "Ward 7",
    }
    first, second = (send(admin, form, ADD, **typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Ward.objects.count() == 1


def test_what_is_wrong_has_the_same_code_as_everywhere_and_keeps_the_text(admin, ward):
    answer = fill(admin, ADD, department=str(ward.department_id), code="W1", name="Other")
    assert (answer.status_code, codes(answer, "code")) == (400, ["code_taken"])
    assert 'value="Other"' in answer.content.decode()
    answer = fill(admin, ADD, department=str(DepartmentFactory().pk), code="W2", name="Other")
    assert codes(answer, "department") == ["invalid_choice"]
    assert codes(fill(admin, ADD, code="W2"), "name") == ["required"]
    assert Ward.objects.count() == 1


def test_what_only_the_database_could_see_is_a_form_error_too(admin, place, monkeypatch):
    form = form_on(admin.get(ADD))
    department = DepartmentFactory(hospital=place)
    real = facts.hold_parents

    def hold_and_lose_the_race(record):
        real(record)
        WardFactory(department=department, code="W7")
        monkeypatch.setattr(type(record), "full_clean", lambda *_args, **_options: None)

    monkeypatch.setattr(facts, "hold_parents", hold_and_lose_the_race)
    answer = send(admin, form, ADD, department=str(department.pk), code="W7", name="Ward 7")
    assert (answer.status_code, codes(answer, "code")) == (400, ["code_taken"])
    assert 'value="Ward 7"' in answer.content.decode()


def test_a_stale_edit_shows_theirs_and_yours_and_the_choice_is_saved(admin, place, ward):
    form = form_on(admin.get(at(ward)))
    theirs = Ward.objects.get(pk=ward.pk)
    theirs.floor = "3"
    facts.change(actor("administrator", place, user=UserFactory(full_name="Elif Kaya")), theirs)

    answer = send(admin, form, at(ward), floor="9", name="Ward One")
    assert answer.status_code == 412
    assert {row.name for row in answer.context["differences"]} == {"floor", "name"}
    assert "Elif Kaya" in answer.content.decode()

    choice = form_on(answer, having="keep_floor")
    answer = send(admin, choice, at(ward), keep_floor="theirs")
    ward.refresh_from_db()
    assert answer.status_code == 302
    assert (ward.floor, ward.name, ward.version) == ("3", "Ward One", 3)


def test_saving_nothing_new_writes_nothing(admin, ward):
    fill(admin, at(ward))
    ward.refresh_from_db()
    assert (ward.version, ward.history.count()) == (1, 1)


def test_a_ward_is_retired_with_a_reason_and_brought_back(admin, ward):
    answer = fill(admin, at(ward, "retire"))
    assert answer.context["form"].errors.as_data()["reason"][0].code == "reason_required"
    fill(admin, at(ward, "retire"), reason="Closed")
    ward.refresh_from_db()
    assert (ward.is_retired, ward.retired_reason) == (True, "Closed")
    assert shown(admin.get(LIST)) == []
    assert shown(admin.get(LIST, {"retired": "only"})) == [ward]
    assert 'name="_save"' not in admin.get(at(ward)).content.decode()
    fill(admin, at(ward, "restore"))
    ward.refresh_from_db()
    assert not ward.is_retired


def test_retiring_twice_by_a_double_click_is_one_act(admin, ward):
    form = form_on(admin.get(at(ward, "retire")))
    first, second = (send(admin, form, at(ward, "retire"), reason="Closed") for _ in range(2))
    assert first["Location"] == second["Location"] == at(ward)
    assert AuditEvent.objects.filter(act="hospital.ward.retire").count() == 1


def test_one_whose_code_was_taken_meanwhile_cannot_come_back(admin, ward):
    fill(admin, at(ward, "retire"), reason="Closed")
    WardFactory(department=ward.department, code="W1")
    answer = fill(admin, at(ward, "restore"))
    assert answer.status_code == 409
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "restore_conflict"
    ward.refresh_from_db()
    assert ward.is_retired


def test_nothing_is_deleted(admin, ward):
    url = reverse("admin:hospital_ward_delete", args=[ward.pk])
    assert admin.get(url).status_code == admin.post(url, {"post": "yes"}).status_code == 403
    admin.post(LIST, {"action": "delete_selected", "_selected_action": [str(ward.pk)]})
    assert Ward.objects.filter(pk=ward.pk).exists()


def test_the_history_is_told_in_plain_words(admin, ward):
    fill(admin, at(ward), floor="5")
    page = admin.get(at(ward, "history"))
    assert page.context["entries"][0]["changes"] == [{"label": "Floor", "old": "2", "new": "5"}]
    assert "changed one field" in page.content.decode()


def test_another_hospitals_ward_is_as_if_it_never_was(admin, ward):
    stranger, nobody = WardFactory(), WardFactory.build()
    for page in ("change", "history", "retire", "restore", "delete"):
        theirs, never = admin.get(at(stranger, page)), admin.get(at(nobody, page))
        assert theirs.status_code == never.status_code == 404
        assert lasting(theirs) == lasting(never)
    assert shown(admin.get(LIST)) == [ward]
    assert admin.get("/admin/hospital/ward/nonsense/change/").status_code == 404


def test_only_departments_of_the_own_hospital_are_offered(admin, place):
    own, other = DepartmentFactory(hospital=place), DepartmentFactory()
    gone = DepartmentFactory(hospital=place, retired_at="2026-01-01T00:00Z")
    page = admin.get(ADD).content.decode()
    assert f"({own.code})" in page
    assert f"({other.code})" not in page
    assert f"({gone.code})" not in page


def test_an_auditor_may_look_but_not_change(client, place, ward):
    signed_in(client, "auditor", place)
    page = client.get(at(ward))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(at(ward), {"name": "X"}).status_code == 403
    assert client.get(ADD).status_code == client.get(at(ward, "retire")).status_code == 403
    denied = AuditEvent.objects.filter(outcome="denied").values_list("act", flat=True)
    assert set(denied) == {f"hospital.ward.{act}" for act in ("create", "update", "retire")}


def test_the_list_costs_the_same_for_3_and_for_30(admin, place, django_assert_num_queries):
    department = DepartmentFactory(hospital=place)
    WardFactory.create_batch(3, department=department)
    admin.get(LIST)
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    WardFactory.create_batch(27, department=department)
    with django_assert_num_queries(len(few)):
        assert len(shown(admin.get(LIST))) == 30
