"""What stays keep to, by their services: coming in, moving, going home for a while."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import clock, series
from hospital.kit.errors import RuleError, problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor
from records.models import BedPeriod, InPatient
from records.services import bed_board, bed_keeping, bed_places, inpatients
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import PatientFactory

from .ground import HOUR, beds, code_of, states

pytestmark = pytest.mark.django_db


def test_whoever_is_admitted_lies_in_the_bed_and_all_of_it_is_on_record(admit, nurse, ward):
    [bed] = beds(ward, 1)

    stay = admit(bed, complaint="Chest pain")

    assert (stay.status, stay.kind) == ("in_progress", "inpatient")
    assert bed_places.current(stay).bed == bed
    assert states(nurse) == ["occupied"]
    told = set(AuditEvent.objects.values_list("act", flat=True))
    assert "records.inpatient.create" in told
    assert stay.history.count() == 1


def test_a_number_is_never_given_twice_and_has_its_check_digit(admit):
    one, two = admit(), admit()

    assert one.number != two.number
    assert series.is_valid(one.number)


def test_a_bed_in_which_somebody_lies_is_refused_with_the_stay_and_the_free_beds(admit, ward):
    taken, free = beds(ward, 2)
    there = admit(taken)

    with pytest.raises(RuleError) as refused:
        admit(taken)

    assert code_of(refused) == "bed_taken"
    assert [link.id for link in refused.value.links] == [there.pk]
    assert [bed["bed_id"] for bed in refused.value.more["free_beds"]] == [free.pk]


def test_the_database_keeps_two_patients_out_of_one_bed(admit, ward):
    [bed] = beds(ward, 1)
    admit(bed)
    other = InPatientFactory(hospital=ward.hospital, status="planned")

    with pytest.raises(IntegrityError, match="bed_period_one_use"), transaction.atomic():
        BedPeriod.objects.create(
            hospital=ward.hospital, ward=ward, bed=bed, kind="occupied", encounter=other,
            starts_at=clock.now() - HOUR,
        )  # fmt: skip


def test_a_patient_has_one_stay_at_a_time_in_a_hospital(admit, here, ward):
    one = admit()

    with pytest.raises(ValidationError) as refused:
        admit(patient=one.patient)

    assert problem_of(refused.value).code == "stay_open"


def test_a_stay_elsewhere_stops_nobody(admit):
    stay, there = admit(), HospitalFactory()
    PatientFactory._meta.model.registrations.rel.related_model.objects.create(
        patient=stay.patient, hospital=there, sort_key="x"
    )

    other = InPatient(hospital=there, patient=stay.patient)
    inpatients.admit(actor("nurse", there), stay=other, ward=WardFactory(hospital=there))

    assert InPatient.objects.under_way().filter(patient=stay.patient).count() == 2


def test_who_has_died_is_not_admitted(admit, here):
    gone = PatientFactory(at=here, is_deceased=True)

    with pytest.raises(RuleError) as refused:
        admit(patient=gone)

    assert code_of(refused) == "patient_deceased"


@pytest.mark.parametrize(
    ("policy", "isolation", "sex", "needs", "refused"),
    [
        ("male", False, "female", False, True),
        ("male", False, "male", False, False),
        ("male", False, "other", False, False),
        ("any", False, "female", True, True),
        ("any", True, "female", True, False),
    ],
)
def test_a_bed_is_for_whom_it_is_unless_somebody_says_why(
    admit, ward, policy, isolation, sex, needs, refused
):
    bed = BedFactory(ward=ward, hospital=ward.hospital, sex_policy=policy, is_isolation=isolation)

    if refused:
        with pytest.raises(RuleError) as refusal:
            admit(bed, sex=sex, needs_isolation=needs)
        assert code_of(refusal) == "bed_unsuitable"
    stay = admit(bed, sex=sex, needs_isolation=needs, reason="No other bed" if refused else "")

    assert bed_places.current(stay).reason == ("No other bed" if refused else "")


def test_a_transfer_leaves_a_bed_to_be_cleaned_and_then_free(admit, nurse, ward):
    one, two = beds(ward, 2)
    stay = admit(one, at=clock.now() - HOUR)

    inpatients.transfer(nurse, stay=stay, bed=two)
    assert states(nurse) == ["cleaning", "occupied"]
    bed_keeping.cleaned(nurse, bed=one)

    assert states(nurse) == ["free", "occupied"]


def test_a_transfer_two_hours_late_is_so_on_every_board(admit, nurse, ward):
    one, two = beds(ward, 2)
    now = clock.now()
    stay = admit(one, at=now - 5 * HOUR)

    inpatients.transfer(nurse, stay=stay, bed=two, at=now - 2 * HOUR)

    def lying(at):
        return [p.state for b in bed_board.at(nurse, at) for p in b.places]

    BedFactory._meta.model.objects.update(created_at=now - 9 * HOUR)
    assert lying(now - 3 * HOUR) == ["occupied", "free"]
    assert lying(now - 2 * HOUR) == ["cleaning", "occupied"]


def test_what_came_before_is_not_overtaken_by_a_late_entry(admit, nurse, ward):
    one, two = beds(ward, 2)
    stay = admit(one, at=clock.now() - HOUR)

    with pytest.raises(RuleError) as refused:
        inpatients.transfer(nurse, stay=stay, bed=two, at=clock.now() - 2 * HOUR)

    assert code_of(refused) == "already_changed_since"


@pytest.mark.parametrize(("hours", "code"), [(-73, "too_late"), (1, "time_to_come")])
def test_nothing_is_entered_for_a_time_too_long_ago_or_to_come(admit, hours, code):
    with pytest.raises(ValidationError) as refused:
        admit(at=clock.now() + hours * HOUR)

    assert refused.value.error_dict["at"][0].code == code


def test_two_patients_change_places(admit, nurse, ward):
    one, two = beds(ward, 2)
    anna, bela = admit(one, at=clock.now() - HOUR), admit(two, at=clock.now() - HOUR)

    inpatients.swap(nurse, stay=anna, other=bela)

    assert [bed_places.current(stay).bed for stay in (anna, bela)] == [two, one]
    assert states(nurse) == ["occupied", "occupied"]


def test_a_bed_is_kept_over_a_leave(admit, nurse, ward):
    [bed] = beds(ward, 1)
    stay = admit(bed, at=clock.now() - 3 * HOUR)

    inpatients.leave(nurse, stay=stay, at=clock.now() - 2 * HOUR)
    [board] = bed_board.at(nurse)
    assert board.places[0].is_on_leave
    assert bed_board.census(nurse, [clock.now()])[ward.pk] == [
        {"occupied": 1, "waiting": 0, "on_leave": 1}
    ]
    with pytest.raises(RuleError):
        inpatients.leave(nurse, stay=stay)
    inpatients.come_back(nurse, stay=stay)

    assert stay.status == "in_progress"
    assert not bed_board.at(nurse)[0].places[0].is_on_leave


def test_whose_stay_it_is_and_when_it_began_is_not_changed(admit, here, nurse):
    stay = admit(at=clock.now() - HOUR)
    for name, value in (("patient", PatientFactory(at=here)), ("starts_at", clock.now())):
        changed = InPatient.objects.get(pk=stay.pk)
        setattr(changed, name, value)
        with pytest.raises(ValidationError) as refused:
            inpatients.change(nurse, stay=changed)
        assert refused.value.error_dict[name][0].code == "read_only"
