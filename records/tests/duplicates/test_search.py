"""Looking through a hospital's charts for those that may be of one person: each two once, whatever stops it."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import clock
from hospital.models import AuditEvent, Job
from hospital.services import jobs
from hospital.tests.factories import HospitalFactory, actor
from records.models import DuplicatePair, DuplicateSearch, Patient
from records.services import duplicate_search, duplicates, patients
from records.tests.factories import PatientFactory, register

pytestmark = pytest.mark.django_db
S = DuplicatePair.Status
NAMES = ["Nowak Jan", "Okafor Ngozi", "Kowalski Piotr", "Ferreira Luísa"]


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def desk(here):
    return actor("receptionist", here)


def twice(hospital, name):
    """Somebody with two charts."""
    family, given = name.split()
    return [
        PatientFactory(
            at=hospital, family_name=family[:end], given_names=given, birth_date="1951-11-27"
        )
        for end in (None, -1)
    ]


def later(seconds=60):
    return time_machine.travel(clock.now() + dt.timedelta(seconds=seconds), tick=False)


def ticked():
    with later():
        return duplicate_search.look_at_changed()


def pairs():
    return {(pair.first_id, pair.second_id) for pair in DuplicatePair.objects.open()}


def pair_of(charts):
    return tuple(sorted(chart.pk for chart in charts))


def test_the_worker_finds_who_has_two_charts_and_says_what_agrees(here):
    charts = twice(here, "Nowak Jan")
    PatientFactory(at=here, family_name="Bergman", birth_date="1915-08-29")
    assert ticked() == 3
    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.second_id) == pair_of(charts)
    assert (pair.status, pair.version, pair.agrees) == (S.OPEN, 1, ["similar_name", "birth_date"])
    assert pair.score >= 135
    event = AuditEvent.objects.get(act="records.duplicatepair.look")
    assert (event.hospital_id, event.actor_kind, event.patient_id) == (
        here.pk,
        "system",
        pair.first_id,
    )
    assert [row.patient_id for row in event.patients.all()] == [pair.second_id]


def test_what_has_just_changed_is_looked_at_a_little_later(here):
    twice(here, "Nowak Jan")
    assert duplicate_search.look_at_changed() == 0
    assert ticked() == 2


def test_when_nothing_has_changed_it_takes_one_query(here):
    twice(here, "Nowak Jan")
    ticked()
    with later(120), CaptureQueriesContext(connection) as seen:
        assert duplicate_search.look_at_changed() == 0
    assert len(seen) == 1


def test_a_change_is_looked_at_again_and_who_is_not_alike_any_more_is_dropped(here, desk):
    one, _other = twice(here, "Nowak Jan")
    ticked()
    change(desk, one, family_name="Bergman", birth_date="1915-08-29")
    assert ticked() == 1
    pair = DuplicatePair.objects.get()
    assert (pair.is_retired, pair.retired_reason) == (True, "Not alike any more")
    change(desk, one, family_name="Nowak", birth_date="1951-11-27")
    ticked()
    assert pairs() == {(pair.first_id, pair.second_id)}
    assert DuplicatePair.objects.count() == 1


def change(desk, patient, **facts):
    patient = Patient.objects.visible_to(desk).get(pk=patient.pk)
    for name, value in facts.items():
        setattr(patient, name, value)
    patients.update(desk, patient=patient)


def test_what_was_decided_is_never_asked_again(here, desk):
    one, _other = twice(here, "Nowak Jan")
    ticked()
    pair = DuplicatePair.objects.get()
    duplicates.different(desk, pair=pair, reason="Twin")
    for name in ("Nowack", "Bergman", "Nowak"):
        change(desk, one, family_name=name)
        assert ticked() == 1
    pair.refresh_from_db()
    assert (pair.status, pair.is_retired, pair.version) == (S.DIFFERENT, False, 2)


def test_found_again_it_stays_as_it_was(here, desk):
    twice(here, "Nowak Jan")
    ticked()
    with later(120):
        run(duplicate_search.look(desk))
    assert DuplicatePair.objects.get().version == 1


def run(job):
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def test_who_presses_the_button_has_all_charts_looked_at(here, desk):
    expected = {pair_of(twice(here, name)) for name in NAMES}
    with later():
        job = run(duplicate_search.look(desk))
    assert (job.state, job.done, job.total) == (Job.State.DONE, 8, 8)
    assert job.message == "8 charts have been looked at"
    assert pairs() == expected
    assert DuplicateSearch.objects.get().ended_at


class Died(BaseException):
    """The worker was killed."""


def test_stopped_in_the_middle_and_taken_up_again_every_two_are_found_once(here, desk, monkeypatch):
    expected = {pair_of(twice(here, name)) for name in NAMES}
    monkeypatch.setattr(duplicate_search, "PART", 3)
    monkeypatch.setattr(duplicate_search.part, "__kwdefaults__", {"most": 3})
    looked_at, compared = [], duplicate_search._compared

    def dies_once(somebody, ids):
        looked_at.extend(ids)
        if len(looked_at) == 6:
            raise Died
        return compared(somebody, ids)

    monkeypatch.setattr(duplicate_search, "_compared", dies_once)
    with later():
        job = duplicate_search.look(desk)
        with pytest.raises(Died):
            run(job)
    job.refresh_from_db()
    assert (job.state, DuplicateSearch.objects.get().steps) == (Job.State.RUNNING, 1)
    with later(300):
        assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    assert (pairs(), DuplicatePair.objects.count()) == (expected, 4)
    assert len(looked_at) == 8 + 3, "the part it died in is done again, and no other"


def test_what_two_workers_do_at_once_counts_once(here, desk, monkeypatch):
    twice(here, "Nowak Jan")
    compared = duplicate_search._compared

    def overtaken(somebody, ids):
        monkeypatch.setattr(duplicate_search, "_compared", compared)
        duplicate_search.part(somebody)
        return compared(somebody, ids)

    monkeypatch.setattr(duplicate_search, "_compared", overtaken)
    with later():
        duplicate_search.part(desk)
    assert (DuplicatePair.objects.get().version, DuplicateSearch.objects.get().steps) == (1, 1)


def test_a_round_that_was_stopped_goes_on_where_it_was_and_one_that_ended_begins_again(here, desk):
    twice(here, "Nowak Jan")
    with later():
        duplicate_search.part(desk, most=1)
        duplicate_search.look(desk)
        assert duplicate_search.remaining(desk) == 1
        duplicate_search.part(desk)
        assert duplicate_search.remaining(desk) == 0
        duplicate_search.look(desk)
        assert duplicate_search.remaining(desk) == 2
    assert Job.objects.count() == 1, "whoever presses twice has one"


def test_two_charts_are_compared_where_both_are_known(here):
    there = HospitalFactory()
    one, other = twice(here, "Nowak Jan")
    twice(there, "Okafor Ngozi")[0].registrations.update(retired_at=clock.now())
    stranger = PatientFactory(
        at=there, family_name="Nowak", given_names="Jan", birth_date="1951-11-27"
    )
    ticked()
    assert pairs() == {pair_of([one, other])}
    register(stranger, here)
    ticked()
    assert len(pairs()) == 3
    seen = {
        pair.pk
        for place in (here, there)
        for pair in DuplicatePair.objects.visible_to(actor("receptionist", place))
    }
    assert len(seen) == 3
    assert not DuplicatePair.objects.visible_to(actor("receptionist", there)).exists()


def test_the_worker_takes_as_many_queries_for_parts_without_pairs_however_many_charts_changed(here):
    """Three for each chart that is compared, and the same few around them."""

    def queries(number):
        for at in range(number):
            PatientFactory(at=here, family_name=f"N{at}x{number}", birth_date="")
        with later(), CaptureQueriesContext(connection) as seen:
            assert duplicate_search.look_at_changed() == number
        return len(seen)

    queries(1)
    assert queries(9) - queries(3) <= 3 * 6
