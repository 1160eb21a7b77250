"""Wards through the REST door: the pattern of every plain fact."""

import pytest

from hospital.models import AuditEvent, Ward
from hospital.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return factories.HospitalFactory(time_zone="Europe/Berlin")


@pytest.fixture
def client(here):
    return factories.api("integrator", here)


def body_for(department, **facts):
    return {"department_id": str(department.pk), "code": "W1", "name": "Ward 1", **facts}


def test_a_ward_is_made_shown_and_found_again(client, here):
    department = factories.DepartmentFactory(hospital=here)
    made = client.post("/api/v1/wards", body_for(department, floor="2", phone="030 123456"))
    assert made.status_code == 201
    assert made.json()["phone"] == "+4930123456"
    assert made.json()["hospital_id"] == str(here.pk)
    assert made["ETag"] == '"1"'
    assert made["Location"] == f"/api/v1/wards/{made.json()['id']}"
    shown = client.get(made["Location"])
    assert shown.json() == made.json()
    listed = client.get("/api/v1/wards")
    assert listed.json() == {"results": [made.json()], "next": None}
    assert "Link" not in listed
    event = AuditEvent.objects.get(act="hospital.ward.create")
    assert (event.door, event.token_id, event.version) == ("api", client.token.pk, 1)


def test_a_time_is_sent_with_the_hospitals_offset(client, here):
    ward = factories.WardFactory(hospital=here)
    Ward.objects.filter(pk=ward.pk).update(created_at="2026-01-15T12:00:00Z")
    assert (
        client.get(f"/api/v1/wards/{ward.pk}").json()["created_at"] == "2026-01-15T13:00:00+01:00"
    )


def test_a_second_live_ward_with_the_code_is_refused_by_the_constraints_own_code(client, here):
    ward = factories.WardFactory(hospital=here, code="W1")
    answer = client.post("/api/v1/wards", body_for(ward.department))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    found = [error["code"] for errors in answer.json()["errors"].values() for error in errors]
    assert found == ["code_taken"]
    assert Ward.objects.count() == 1


def test_a_department_of_another_hospital_is_no_choice(client):
    elsewhere = factories.DepartmentFactory()
    answer = client.post("/api/v1/wards", body_for(elsewhere))
    assert answer.status_code == 400
    assert answer.json()["errors"]["department_id"][0]["code"] == "invalid_choice"


def test_errors_carry_the_names_of_the_api(client, here):
    answer = client.post("/api/v1/wards", {"code": "lower case", "name": "", "department_id": None})
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert errors["name"][0]["code"] == "required"
    assert errors["department_id"][0]["code"] == "required"


def test_a_body_just_received_may_be_sent_back_unchanged(client, here):
    ward = factories.WardFactory(hospital=here)
    body = client.get(f"/api/v1/wards/{ward.pk}").json()
    answer = client.put(f"/api/v1/wards/{ward.pk}", body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert answer.json() == body
    assert Ward.history.filter(id=ward.pk).count() == 1
    assert not AuditEvent.objects.filter(act="hospital.ward.update").exists()


def test_a_put_without_a_required_field_is_refused_and_the_rest_stays(client, here):
    ward = factories.WardFactory(hospital=here, floor="3")
    body = {"department_id": str(ward.department_id), "code": ward.code, "name": "New"}
    answer = client.put(f"/api/v1/wards/{ward.pk}", body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["floor"]) == ("New", "3")
    del body["name"]
    refused = client.put(f"/api/v1/wards/{ward.pk}", body, headers={"If-Match": '"2"'})
    assert refused.json()["errors"]["name"][0]["code"] == "required"


def test_a_changed_read_only_field_is_named(client, here):
    ward = factories.WardFactory(hospital=here)
    answer = client.patch(
        f"/api/v1/wards/{ward.pk}",
        {"id": str(factories.WardFactory().pk), "name": "New"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 400
    assert answer.json()["errors"]["id"][0]["code"] == "read_only"
    ward.refresh_from_db()
    assert ward.name != "New"


def test_a_change_without_a_version_says_which_header_to_send(client, here):
    ward = factories.WardFactory(hospital=here)
    answer = client.patch(f"/api/v1/wards/{ward.pk}", {"name": "New"})
    assert answer.status_code == 428
    assert 'If-Match: "1"' in answer.json()["detail"]


@pytest.mark.parametrize("by_header", [True, False])
def test_a_stale_change_is_refused_and_told_the_version_there_is(client, here, by_header):
    ward = factories.WardFactory(hospital=here)
    address = f"/api/v1/wards/{ward.pk}"
    assert client.patch(address, {"name": "First", "version": 1}).status_code == 200
    headers = {"If-Match": '"1"'} if by_header else {}
    body = {"name": "Second"} | ({} if by_header else {"version": 1})
    answer = client.patch(address, body, headers=headers)
    assert answer.status_code == 412
    assert answer.json()["code"] == "stale"
    assert answer.json()["current_version"] == 2
    assert answer["ETag"] == '"2"'
    assert client.get(address).json()["name"] == "First"


def test_a_forced_change_overwrites_and_is_booked_as_forced(client, here):
    ward = factories.WardFactory(hospital=here)
    old = client.get(f"/api/v1/wards/{ward.pk}").json()
    client.patch(f"/api/v1/wards/{ward.pk}", {"name": "First", "version": 1})
    answer = client.put(
        f"/api/v1/wards/{ward.pk}", {**old, "name": "Mine"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["version"]) == ("Mine", 3)
    assert AuditEvent.objects.filter(act="hospital.ward.update", forced=True).count() == 1


def test_a_delete_without_a_reason_keeps_that_none_was_given(client, here):
    ward = factories.WardFactory(hospital=here)
    assert client.delete(f"/api/v1/wards/{ward.pk}").status_code == 204
    ward.refresh_from_db()
    assert ward.retired_reason == "no reason given"


def test_a_deleted_ward_is_gone_until_restored(client, here):
    ward = factories.WardFactory(hospital=here)
    address = f"/api/v1/wards/{ward.pk}"
    refused = client.delete(address, headers={"X-Reason": " "})
    assert refused.status_code == 400
    assert refused.json()["errors"]["X-Reason"][0]["code"] == "reason_required"
    assert client.delete(address, headers={"X-Reason": "merged with W2"}).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address, headers={"X-Reason": "again"}).status_code == 404
    assert client.get("/api/v1/wards").json()["results"] == []
    kept = client.get("/api/v1/wards?include_retired=true").json()["results"]
    assert [row["id"] for row in kept] == [str(ward.pk)]
    assert kept[0]["retired_at"] is not None
    back = client.post(f"{address}/restore")
    assert back.status_code == 200
    assert back.json()["retired_at"] is None
    assert client.get(address).status_code == 200


def test_a_retired_wards_code_is_free_and_the_old_one_cannot_come_back_over_it(client, here):
    ward = factories.WardFactory(hospital=here, code="W1")
    client.delete(f"/api/v1/wards/{ward.pk}", headers={"X-Reason": "rebuilt"})
    assert client.post("/api/v1/wards", body_for(ward.department)).status_code == 201
    answer = client.post(f"/api/v1/wards/{ward.pk}/restore")
    assert answer.status_code == 409
    assert answer.json()["code"] == "restore_conflict"


def test_another_hospitals_ward_is_answered_like_one_that_never_was(client, here):
    theirs = factories.WardFactory()
    never = "0198c0de-0000-7000-8000-000000000000"
    for send in (
        lambda pk: client.get(f"/api/v1/wards/{pk}"),
        lambda pk: client.patch(f"/api/v1/wards/{pk}", {"name": "X", "version": 1}),
        lambda pk: client.delete(f"/api/v1/wards/{pk}", headers={"X-Reason": "x"}),
        lambda pk: client.post(f"/api/v1/wards/{pk}/restore"),
    ):
        hidden, missing = send(theirs.pk), send(never)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert str(theirs.pk) not in str(client.get("/api/v1/wards").content)


def test_a_role_that_may_only_read_is_told_the_missing_permission(here):
    ward = factories.WardFactory(hospital=here)
    nurse = factories.api("nurse", here, scopes=["hospital.ward:read", "hospital.ward:write"])
    assert nurse.get(f"/api/v1/wards/{ward.pk}").status_code == 200
    answer = nurse.patch(f"/api/v1/wards/{ward.pk}", {"name": "X", "version": 1})
    assert answer.status_code == 403
    assert "hospital.ward.update" in answer.json()["detail"]
    denied = AuditEvent.objects.get(outcome="denied")
    assert (denied.act, denied.reason) == ("hospital.ward.update", "forbidden")


def test_a_token_without_the_scope_is_refused(here):
    reader = factories.api("integrator", here, scopes=["hospital.ward:read"])
    assert reader.get("/api/v1/wards").status_code == 200
    assert reader.get("/api/v1/departments").status_code == 403
    ward = factories.WardFactory(hospital=here)
    assert reader.patch(f"/api/v1/wards/{ward.pk}", {"version": 1}).status_code == 403


def test_wards_are_filtered_by_department_and_code(client, here):
    one, two = factories.WardFactory(hospital=here), factories.WardFactory(hospital=here)
    found = client.get(f"/api/v1/wards?department_id={one.department_id}").json()["results"]
    assert [row["id"] for row in found] == [str(one.pk)]
    found = client.get(f"/api/v1/wards?code={two.code}").json()["results"]
    assert [row["id"] for row in found] == [str(two.pk)]
    wrong = client.get("/api/v1/wards?department_id=7")
    assert wrong.status_code == 400
    assert list(wrong.json()["errors"]) == ["department_id"]


def test_an_external_id_finds_the_ward_and_belongs_to_one(client, here):
    department = factories.DepartmentFactory(hospital=here)
    made = client.post("/api/v1/wards", body_for(department, external_id="HIS-7"))
    assert made.json()["external_ids"] == [{"source_id": str(client.user.pk), "value": "HIS-7"}]
    found = client.get("/api/v1/wards?external_id=HIS-7").json()["results"]
    assert [row["id"] for row in found] == [made.json()["id"]]
    assert client.get("/api/v1/wards?external_id=HIS-8").json()["results"] == []
    again = client.post("/api/v1/wards", body_for(department, code="W2", external_id="HIS-7"))
    assert again.status_code == 409
    assert again["Location"] == made["Location"]
    assert Ward.objects.count() == 1
    same = client.patch(made["Location"], {"version": 1, "external_id": "HIS-7"})
    assert same.status_code == 200
