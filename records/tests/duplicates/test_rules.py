"""Two charts are told apart once, for good, until it is taken back; each hospital decides on what it sees."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import clock
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import DuplicatePair, Patient
from records.services import duplicates, matching, merges
from records.tests.duplicate_factories import DuplicatePairFactory
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
S = DuplicatePair.Status


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def desk(here):
    return actor("receptionist", here)


@pytest.fixture
def pair(here):
    return DuplicatePairFactory(at=here)


def test_it_says_who_decided_when_and_why_and_is_on_record_for_both(desk, pair):
    duplicates.different(desk, pair=pair, reason=" Twin ")
    pair.refresh_from_db()
    assert (pair.status, pair.reason, pair.decided_by) == (S.DIFFERENT, "Twin", desk.user_id)
    assert pair.decided_at
    event = AuditEvent.objects.get(act="records.duplicatepair.different")
    about = {event.patient_id, *event.patients.values_list("patient_id", flat=True)}
    assert (about, event.reason) == (set(pair.patient_ids), "Twin")
    assert [row.status for row in pair.history.order_by("version")] == ["open", "different"]


def test_while_a_merge_of_the_two_waits_nobody_tells_them_apart(here, desk, pair):
    event = merges.propose(desk, survivor=pair.second, merged=pair.first, reason="Twice")
    with pytest.raises(RuleError) as refused:
        duplicates.different(desk, pair=pair, reason="Twin")
    assert (refused.value.code, refused.value.links) == ("pair_proposed", (event.as_link(),))
    merges.refuse(actor("administrator", here), event=event, reason="Two persons")
    duplicates.different(desk, pair=pair, reason="Twin")


def test_who_was_told_apart_is_not_proposed_to_be_merged_until_that_is_taken_back(desk, pair):
    duplicates.different(desk, pair=pair, reason="Twin")
    with pytest.raises(RuleError) as refused:
        merges.propose(desk, survivor=pair.second, merged=pair.first, reason="Twice")
    assert (refused.value.code, refused.value.links) == ("merge_told_apart", (pair.as_link(),))
    duplicates.undo(desk, pair=pair)
    merges.propose(desk, survivor=pair.second, merged=pair.first, reason="Twice")


def test_it_is_taken_back(desk, pair):
    duplicates.different(desk, pair=pair, reason="Twin")
    duplicates.undo(desk, pair=pair)
    pair.refresh_from_db()
    assert (pair.is_open, pair.reason, pair.decided_by, pair.decided_at) == (True, "", None, None)


@pytest.mark.parametrize(
    ("act", "more", "code"),
    [
        (duplicates.different, {"reason": "Twin"}, "pair_decided"),
        (duplicates.undo, {}, "pair_open"),
    ],
)
def test_what_is_so_already_is_refused(desk, pair, act, more, code):
    if act is duplicates.different:
        act(desk, pair=pair, **more)
    version = pair.version
    with pytest.raises(RuleError) as refused:
        act(desk, pair=DuplicatePair.objects.get(), **more)
    assert (refused.value.code, DuplicatePair.objects.get().version) == (code, version)


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "reason_required"), ("x" * 201, "reason_too_long")]
)
def test_without_a_reason_nothing_is_decided(desk, pair, reason, code):
    with pytest.raises(ValidationError) as refused:
        duplicates.different(desk, pair=pair, reason=reason)
    assert refused.value.error_dict["reason"][0].code == code
    assert DuplicatePair.objects.get().is_open


def test_who_saw_it_before_somebody_else_decided_is_told(desk, pair):
    seen = DuplicatePair.objects.get()
    duplicates.different(desk, pair=pair, reason="Twin")
    with pytest.raises(StaleError):
        duplicates.different(desk, pair=seen, reason="Checked", expected_version=seen.version)
    assert DuplicatePair.objects.get().reason == "Twin"


def test_an_administrator_looks_and_does_not_decide(here, pair):
    with pytest.raises(Denied):
        duplicates.different(actor("administrator", here), pair=pair, reason="Twin")
    assert DuplicatePair.objects.get().is_open


def test_where_one_of_them_is_not_known_or_no_more_nobody_sees_or_decides(here, desk, pair):
    with pytest.raises(NotVisible):
        duplicates.different(actor("receptionist", HospitalFactory()), pair=pair, reason="Twin")
    pair.first.registrations.update(retired_at=clock.now())
    assert not DuplicatePair.objects.visible_to(desk).exists()
    with pytest.raises(NotVisible):
        duplicates.different(desk, pair=pair, reason="Twin")


def test_the_next_is_the_likest_of_those_that_follow_and_after_the_last_comes_the_first(here, desk):
    low, high, middle = (DuplicatePairFactory(at=here, score=score) for score in (150, 250, 200))
    DuplicatePairFactory(at=here, score=180, status=S.DIFFERENT, decided_at=clock.now())
    DuplicatePairFactory(score=190)
    assert [duplicates.following(desk, each) for each in (high, middle, low)] == [middle, low, high]
    DuplicatePair.objects.exclude(pk=low.pk).update(retired_at=clock.now())
    assert duplicates.following(desk, low) is None


def test_who_was_told_apart_is_not_offered_for_a_stored_chart_again(here, desk):
    told = {"family_name": "Nowak", "given_names": "Jan", "birth_date": "1951-11-27"}
    one, other = (PatientFactory(at=here, **told) for _ in range(2))
    pair = DuplicatePairFactory(charts=[one, other])
    assert [each.patient for each in matching.likely_here(desk, one)] == [other]
    duplicates.different(desk, pair=pair, reason="Relatives")
    assert matching.likely_here(desk, one) == matching.likely_here(desk, other) == []
    new = Patient(**told)
    assert {each.patient for each in matching.likely_here(desk, new)} == {one, other}
