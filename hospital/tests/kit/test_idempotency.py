"""Exactly once: one key, one effect, whatever is sent again."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from hospital.kit import clock, idempotency
from hospital.kit.errors import RuleError
from hospital.models import IdempotencyKey

pytestmark = pytest.mark.django_db
ME = uuid.uuid4()
PRINT = idempotency.fingerprint("POST", "/patients", b"{}")


def test_the_first_claim_is_new_and_the_next_finds_its_answer():
    first = idempotency.claim(ME, "key-1", PRINT)
    assert first.is_new
    made = uuid.uuid4()
    first.answer(status=201, resource="records.patient", object_id=made)
    again = idempotency.claim(ME, "key-1", PRINT)
    assert not again.is_new
    assert (again.row.status, again.row.resource, again.row.object_id) == (
        201,
        "records.patient",
        made,
    )


def test_the_same_key_for_another_request_is_refused_and_names_what_it_made():
    made = uuid.uuid4()
    idempotency.claim(ME, "key-1", PRINT).answer(status=201, resource="x.y", object_id=made)
    with pytest.raises(RuleError) as refusal:
        idempotency.claim(ME, "key-1", idempotency.fingerprint("POST", "/patients", b"{ }"))
    assert refusal.value.code == "idempotency_mismatch"
    assert refusal.value.links[0].id == made


def test_a_key_is_its_owners_alone():
    assert idempotency.claim(ME, "key-1", PRINT).is_new
    assert idempotency.claim(uuid.uuid4(), "key-1", PRINT).is_new


def test_a_refused_act_leaves_its_key_free():
    def refused():
        idempotency.claim(ME, "key-1", PRINT)
        raise RuleError("retired")

    with pytest.raises(RuleError), transaction.atomic():
        refused()
    assert idempotency.claim(ME, "key-1", PRINT).is_new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc"), ("ab", "c")),
        (("a", ""), ("a",)),
        (("POST", "/a", b"{}"), ("POST", "/b", b"{}")),
        ((b"1",), (b"2",)),
    ],
)
def test_different_requests_have_different_prints(one, other):
    assert idempotency.fingerprint(*one) != idempotency.fingerprint(*other)
    assert idempotency.fingerprint(*one) == idempotency.fingerprint(*one)


def test_keys_are_kept_seven_days_and_then_forgotten():
    with time_machine.travel(clock.now() - timedelta(days=7, minutes=1), tick=False):
        idempotency.claim(ME, "old", PRINT)
    with time_machine.travel(clock.now() - timedelta(days=6, hours=23), tick=False):
        idempotency.claim(ME, "young", PRINT)
    assert idempotency.forget_old() == 1
    assert not idempotency.claim(ME, "young", PRINT).is_new
    assert idempotency.claim(ME, "old", PRINT).is_new


def test_no_body_is_kept():
    claim = idempotency.claim(ME, "key-1", idempotency.fingerprint(b'{"family_name": "Zyx"}'))
    claim.answer(status=201, resource="records.patient", object_id=uuid.uuid4())
    assert "Zyx" not in str(IdempotencyKey.objects.values().get())
