"""What the audit booked of a row is what its history holds, and a doctored history is named."""

import pytest
from django.core.management import call_command
from django.db import connection

from hospital.kit import audit, facts, guards
from hospital.models import ApiToken, AuditEvent, AuditSeal, Department, Ward
from hospital.services import sealing, verifying
from hospital.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    """A ward that was made, changed and retired by an administrator."""
    here = factories.HospitalFactory()
    boss = factories.actor("administrator", here)
    department = facts.create(boss, Department(hospital=here, code="CARD", name="Cardiology"))
    made = facts.create(boss, Ward(hospital=here, department=department, code="W1", name="One"))
    made.floor = "2"
    facts.change(boss, made)
    facts.retire(boss, made, reason="closed")
    return made


def test_an_honest_past_is_told_as_whole(ward, capsys):
    sealing.seal_new()
    call_command("verify_audit")
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_doctored_version_is_named(ward, version):
    ward.history.filter(version=version).update(floor="9")
    assert list(verifying.doctored()) == [
        ("hospital.ward", ward.pk, version, "changed"),
    ]


def test_a_version_taken_out_of_the_history_is_named(ward, capsys):
    ward.history.filter(version=2).delete()
    assert list(verifying.doctored()) == [("hospital.ward", ward.pk, 2, "missing")]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    assert f"{ward.pk}: version 2 is missing" in capsys.readouterr().out


def test_what_the_history_leaves_out_is_no_part_of_the_digest():
    token = factories.TokenFactory.build()
    before = audit.digest(token)
    token.last_used_at = token.expires_at
    assert {"last_used_at"} <= ApiToken.UNTRACKED
    assert audit.digest(token) == before


def test_a_column_added_later_and_empty_leaves_every_hash_as_it_was():
    row = {"code": "W1", "beds": 0}
    later = row | {"note": "", "closed_at": None, "is_open": False, "tags": []}
    assert audit.hash_of(row) == audit.hash_of(later)
    for changed in (row | {"beds": 1}, row | {"note": "x"}, {"code": "W1"}):
        assert audit.hash_of(row) != audit.hash_of(changed)


def test_the_latest_seals_can_be_looked_at_alone(ward):
    sealing.seal_new()
    newest = AuditSeal.objects.order_by("-sequence").first()
    with guards.lifted(connection):
        AuditEvent.objects.filter(pk=AuditSeal.objects.get(sequence=1).event_id).update(reason="x")
    assert sealing.first_broken() == 1
    assert sealing.first_broken(latest=newest.sequence - 1) is None
