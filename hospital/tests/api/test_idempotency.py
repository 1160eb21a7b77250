"""Idempotency-Key: one effect, however often a POST is sent."""

import pytest

from hospital.models import AuditEvent, Department, IdempotencyKey
from hospital.tests import factories

pytestmark = pytest.mark.django_db
NEW = {"code": "AA", "name": "A"}
KEY = {"Idempotency-Key": "load-7"}


def post(client, body=NEW, path="/api/v1/departments", **headers):
    return client.post(path, body, headers={**KEY, **headers})


def test_a_repeated_post_has_one_effect_and_the_same_answer(client):
    first, second = post(client), post(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first["Location"] == second["Location"]
    assert "Idempotent-Replay" not in first
    assert second["Idempotent-Replay"] == "true"
    assert Department.objects.count() == 1
    assert AuditEvent.objects.filter(act="hospital.department.create").count() == 1


def test_the_order_of_the_fields_makes_no_other_request(client):
    post(client)
    again = post(client, dict(reversed(NEW.items())), path="/api/v1/departments/")
    assert again["Idempotent-Replay"] == "true"


def test_the_same_key_for_something_else_is_a_mismatch(client, here):
    first = post(client)
    for body, path in (
        ({**NEW, "name": "B"}, "/api/v1/departments"),
        (NEW, "/api/v1/hospitals"),
        ({}, f"{first['Location']}/restore"),
    ):
        answer = post(client, body, path)
        if answer.status_code != 403:
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert Department.objects.count() == 1


def test_a_refused_request_leaves_its_key_free(client):
    assert post(client, {**NEW, "name": ""}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert post(client).status_code == 201


def test_a_key_belongs_to_one_token(client, here):
    assert post(client).status_code == 201
    other = factories.api("integrator", here)
    assert post(other, {**NEW, "code": "BB"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "a b", "schlüssel"])
def test_a_key_that_is_none_is_refused(client, key):
    answer = client.post("/api/v1/departments", NEW, HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert not Department.objects.exists()


def test_a_replay_shows_the_record_as_it_is_now(client):
    made = post(client)
    client.patch(made["Location"], {"name": "Later", "version": 1})
    replay = post(client)
    assert (replay.json()["name"], replay["ETag"]) == ("Later", '"2"')
    assert replay.json()["id"] == made.json()["id"]
    client.delete(made["Location"], headers={"X-Reason": "x"})
    assert post(client).json()["id"] == made.json()["id"]


def test_an_act_is_done_once_too(client, here):
    made = post(client)
    client.delete(made["Location"], headers={"X-Reason": "x"})
    act = f"{made['Location']}/restore"
    key = {"Idempotency-Key": "restore-1"}
    first, second = (client.post(act, {}, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert second["Idempotent-Replay"] == "true"
    assert client.post(act, {}).status_code == 409
