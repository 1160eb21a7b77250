"""What is special about beds: labels within a ward, rows of beds at once, who may change what."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.errors import Denied, NotVisible, RuleError, errors_of
from hospital.models import AuditEvent, Bed
from hospital.services import beds
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def head(ward):
    return actor("administrator", ward.hospital)


def labels(ward):
    return list(Bed.objects.live().filter(ward=ward).values_list("label", flat=True))


def code_of(refused, name):
    return errors_of(refused.value)[name][0][0]


def test_a_label_is_given_once_in_a_ward_and_again_in_another(ward, head):
    BedFactory(ward=ward, label="1")
    other = WardFactory(department=ward.department)
    facts.create(head, Bed(hospital=ward.hospital, ward=other, label="1"))
    with pytest.raises(ValidationError) as refused:
        facts.create(head, Bed(hospital=ward.hospital, ward=ward, label="1"))
    assert code_of(refused, "label") == "label_taken"


def test_a_retired_beds_label_may_be_used_again_and_then_it_cannot_come_back(ward, head):
    old = BedFactory(ward=ward, label="1")
    facts.retire(head, old, reason="Broken")
    facts.create(head, Bed(hospital=ward.hospital, ward=ward, label="1"))
    with pytest.raises(RuleError) as refused:
        facts.restore(head, old)
    assert refused.value.code == "restore_conflict"


def test_a_ward_with_a_bed_cannot_be_retired_before_the_bed(ward, head):
    bed = BedFactory(ward=ward)
    with pytest.raises(RuleError) as refused:
        facts.retire(head, ward, reason="Closed")
    assert (refused.value.code, refused.value.links) == ("in_use", (bed.as_link(),))
    facts.retire(head, bed, reason="Closed")
    facts.retire(head, ward, reason="Closed")


def test_beds_are_in_the_order_in_which_people_count_also_after_a_change(ward, head):
    for label in ("10", "2", "1"):
        BedFactory(ward=ward, label=label)
    assert labels(ward) == ["1", "2", "10"]
    first = Bed.objects.get(label="1")
    first.label = "11"
    facts.change(head, first)
    assert labels(ward) == ["2", "10", "11"]
    assert first.history.first().sort_key == first.sort_key
    assert AuditEvent.objects.get(act="hospital.bed.update").changed == ["label"]


# ---- a row of beds


def test_a_row_of_beds_is_added_and_each_is_booked(ward, head):
    made = beds.add_many(head, ward=ward, prefix=" A", first=9, last=11)
    assert labels(ward) == [bed.label for bed in made] == ["A9", "A10", "A11"]
    events = AuditEvent.objects.filter(act="hospital.bed.create")
    assert {event.object_id for event in events} == {bed.pk for bed in made}
    assert Bed.history.count() == 3


def test_a_row_with_a_taken_label_names_it_and_adds_nothing(ward, head):
    taken = [BedFactory(ward=ward, label=label) for label in ("3", "10")]
    BedFactory(ward=WardFactory(department=ward.department), label="4")
    with pytest.raises(RuleError) as refused:
        beds.add_many(head, ward=ward, first=1, last=12)
    assert refused.value.code == "labels_taken"
    assert "3, 10." in refused.value.detail
    assert refused.value.links == tuple(bed.as_link() for bed in taken)
    assert labels(ward) == ["3", "10"]


def test_a_retired_beds_label_is_free_for_a_row(ward, head):
    facts.retire(head, BedFactory(ward=ward, label="2"), reason="Broken")
    beds.add_many(head, ward=ward, first=1, last=3)
    assert labels(ward) == ["1", "2", "3"]


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-1, 3), (1, 101), (9990, 10000)])
def test_a_row_has_1_to_100_numbers(ward, head, first, last):
    with pytest.raises(ValidationError) as refused:
        beds.add_many(head, ward=ward, first=first, last=last)
    assert code_of(refused, "last") == "bed_range"
    assert labels(ward) == []


@pytest.mark.parametrize(("prefix", "code"), [("x" * 19, "max_length"), ("A\x00", "nul_character")])
def test_what_is_wrong_with_a_label_is_told_of_the_prefix(ward, head, prefix, code):
    with pytest.raises(ValidationError) as refused:
        beds.add_many(head, ward=ward, prefix=prefix, first=9, last=10)
    assert code_of(refused, "prefix") == code
    assert labels(ward) == []


def test_no_bed_is_added_to_a_retired_ward(ward, head):
    facts.retire(head, ward, reason="Closed")
    with pytest.raises(ValidationError) as refused:
        beds.add_many(head, ward=ward, first=1, last=3)
    assert code_of(refused, "ward") == "retired_choice"


def test_nobody_adds_beds_at_another_hospital_and_a_nurse_adds_none(ward, head):
    with pytest.raises(NotVisible):
        beds.add_many(actor("administrator", HospitalFactory()), ward=ward, first=1, last=3)
    with pytest.raises(Denied):
        beds.add_many(actor("nurse", ward.hospital), ward=ward, first=1, last=3)


# ---- who may change what


@pytest.mark.parametrize("role", ["nurse", "receptionist"])
def test_nurses_and_reception_say_whom_a_bed_is_for_and_nothing_else(ward, role):
    bed, somebody = BedFactory(ward=ward, label="1"), actor(role, ward.hospital)
    bed.sex_policy, bed.is_isolation = "female", True
    facts.change(somebody, bed)
    for name, value in (("label", "2"), ("kind", "cot")):
        changed = Bed.objects.get(pk=bed.pk)
        setattr(changed, name, value)
        with pytest.raises(Denied) as refused:
            facts.change(somebody, changed)
        assert refused.value.names == (name,)
