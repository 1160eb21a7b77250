"""Files about a large import are written outside of any transaction, and each look is on record before it leaves."""

import pytest
from django.db import connection

from hospital.models import AuditEvent, AuditPatient
from hospital.services import import_files, import_results
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import signed_in
from hospital.tests.filling import form_on, send
from records.models import Patient
from records.tests.imports.files import brought_in, person, table

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS = {"act": "records.patient.list", "reason": "rows of a file"}


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


@pytest.fixture
def url(boss, monkeypatch):
    monkeypatch.setattr(import_results, "BATCH", 2)
    rows = [person(n, **({"dob": "never"} if n == 2 else {})) for n in range(5)]
    return f"/imports/{brought_in(boss, table(*rows)).pk}/"


@pytest.fixture
def seen(monkeypatch):
    """At each writing to a file: whether a transaction was open, and how many looks were on record."""
    found = []
    real = import_files.opened

    def opened(*args):
        sheet = real(*args)
        write = sheet.write

        def watched(lines):
            lines = list(lines)
            found.append((connection.in_atomic_block, AuditEvent.objects.filter(**LOOKS).count()))
            write(lines)

        sheet.write = watched
        return sheet

    monkeypatch.setattr(import_files, "opened", opened)
    return found


def handed_out(desk, url, act):
    return send(desk, form_on(desk.get(url), action=f"/{act}/"), url)


def test_each_batch_of_a_result_commits_its_look_and_no_transaction_spans_the_writing(
    desk, url, seen
):
    lines = rows_of(content_of(handed_out(desk, url, "result")), "csv")
    assert [line[1] for line in lines[1:]] == ["New", "New", "Broken", "New", "New"]
    assert seen == [(False, 1), (False, 2), (False, 3)]
    looks = AuditEvent.objects.filter(**LOOKS).values_list("pk", flat=True)
    several = AuditPatient.objects.filter(event_id__in=looks).values_list("patient_id", flat=True)
    alone = AuditEvent.objects.filter(**LOOKS).values_list("patient_id", flat=True)
    assert {*several, *alone} - {None} == set(Patient.objects.values_list("pk", flat=True))
    assert AuditEvent.objects.filter(reason="5 results").count() == 1


def test_nor_that_of_the_rows_that_are_not_in(desk, url, seen):
    assert len(rows_of(content_of(handed_out(desk, url, "left")), "csv")) == 2
    assert seen == [(False, 0)]
    assert AuditEvent.objects.filter(reason="1 rows").count() == 1


@pytest.mark.parametrize("act", ["left", "result"])
def test_what_cannot_be_booked_does_not_leave(desk, url, act, monkeypatch):
    shown = desk.get(url)

    def failing(*args, **facts):
        raise OSError("the disk is full")

    monkeypatch.setattr("hospital.kit.audit.happened", failing)
    desk.raise_request_exception = False
    answer = send(desk, form_on(shown, action=f"/{act}/"), url)
    assert answer.status_code == 500
    assert "Content-Disposition" not in answer
