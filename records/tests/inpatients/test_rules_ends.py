"""How stays end, and how what was done is taken back; what is done with empty beds."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import clock, facts
from hospital.kit.errors import Denied, RuleError
from hospital.tests.factories import DoctorFactory, WardFactory, actor
from records.models import InPatient
from records.services import (
    bed_board,
    bed_keeping,
    bed_places,
    discharge_blockers,
    inpatient_undo,
    inpatients,
    treatments,
)
from records.tests.encounter_factories import BedPeriodFactory, TreatmentFactory
from records.tests.factories import PatientFactory

from .ground import HOUR, beds, code_of, discharge, states

pytestmark = pytest.mark.django_db


def test_a_discharge_tells_what_is_missing_and_a_doctor_may_let_go_all_the_same(admit, here, ward):
    [bed] = beds(ward, 1)
    stay, doctor = admit(bed, at=clock.now() - HOUR), actor("doctor", here)

    with pytest.raises(RuleError) as refused:
        inpatients.discharge(doctor, stay=stay, disposition="home")
    assert code_of(refused) == "discharge_blocked"
    with pytest.raises(Denied):
        inpatients.discharge(
            actor("nurse", here), stay=stay, disposition="home", override_reason="Left at once"
        )
    inpatients.discharge(doctor, stay=stay, disposition="home", override_reason="Left at once")

    assert (stay.status, states(doctor)) == ("finished", ["cleaning"])


def test_a_discharge_without_blockers_ends_a_leave_too(admit, here, nurse):
    stay = admit(
        at=clock.now() - 3 * HOUR, attending=DoctorFactory(hospital=here), summary="Better again"
    )
    inpatients.leave(nurse, stay=stay, at=clock.now() - 2 * HOUR)

    inpatients.discharge(nurse, stay=stay, disposition="home")

    assert stay.leaves.get().ends_at == stay.ends_at


def test_a_discharge_is_not_before_the_return_from_a_leave(admit, here, nurse):
    now = clock.now()
    stay = admit(at=now - 9 * HOUR)
    inpatients.leave(nurse, stay=stay, at=now - 8 * HOUR)
    inpatients.come_back(nurse, stay=stay, at=now - 6 * HOUR)

    for hours in (7, 6):
        with pytest.raises(RuleError) as refused:
            discharge(stay, here, at=now - hours * HOUR)
        assert code_of(refused) == "already_changed_since"


def test_a_leave_that_began_with_the_stay_is_taken_back(admit, nurse):
    at = clock.now() - HOUR
    stay = admit(at=at)
    inpatients.leave(nurse, stay=stay, at=at)

    assert inpatient_undo.undo(nurse, stay=stay).status == "in_progress"


def test_two_who_wait_in_one_ward_do_not_change_places(admit, nurse):
    one, two = admit(at=clock.now() - HOUR), admit(at=clock.now() - HOUR)

    with pytest.raises(RuleError) as refused:
        inpatients.swap(nurse, stay=one, other=two)

    assert code_of(refused) == "same_place"


def test_a_bed_kept_for_who_is_on_leave_elsewhere_is_not_on_leave(admit, nurse, ward):
    one, two = beds(ward, 2)
    stay = admit(one, at=clock.now() - HOUR)
    BedPeriodFactory(
        bed=two, kind="reserved", encounter=stay, starts_at=clock.now() - HOUR,
        ends_at=clock.now() + HOUR,
    )  # fmt: skip
    inpatients.leave(nurse, stay=stay)

    assert [place.is_on_leave for place in bed_board.at(nurse)[0].places] == [True, False]


def test_a_planned_treatment_keeps_a_stay_open_until_it_is_done_or_cancelled(admit, here, nurse):
    now = clock.now()
    told = {"attending": DoctorFactory(hospital=here), "summary": "Better"}
    stay = admit(at=now - 5 * HOUR, **told)
    one, two = (TreatmentFactory(encounter=stay, hospital=here) for _ in range(2))
    TreatmentFactory(encounter=stay, hospital=here, status="cancelled", cancel_reason="Better")
    TreatmentFactory(encounter=stay, hospital=here, retired_at=now)
    TreatmentFactory(hospital=here)

    [blocker] = discharge_blockers.of(stay)
    assert (blocker["code"], blocker["label"]) == ("treatments_planned", "2 planned treatments")
    with pytest.raises(RuleError) as refused:
        inpatients.discharge(nurse, stay=stay, disposition="home")
    assert code_of(refused) == "discharge_blocked"

    treatments.perform(nurse, treatment=one)
    treatments.cancel(nurse, treatment=two, reason="Not needed any more")
    assert discharge_blockers.of(stay) == []
    assert inpatients.discharge(nurse, stay=stay, disposition="home").status == "finished"


def test_a_doctor_lets_go_over_a_planned_treatment_for_a_reason(admit, here):
    told = {"attending": DoctorFactory(hospital=here), "summary": "Better"}
    stay = admit(at=clock.now() - HOUR, **told)
    planned = TreatmentFactory(encounter=stay, hospital=here)

    discharge(stay, here)

    planned.refresh_from_db()
    assert (stay.status, planned.status) == ("finished", "planned")


@pytest.mark.parametrize("missing", ["disposition"])
def test_a_discharge_says_where_to(admit, here, missing):
    stay = admit(at=clock.now() - HOUR, attending=DoctorFactory(hospital=here), summary="Better")

    with pytest.raises(ValidationError) as refused:
        inpatients.discharge(actor("doctor", here), stay=stay, disposition="")

    assert missing in refused.value.error_dict


def test_what_was_done_last_is_taken_back_step_by_step(admit, here, nurse, ward):
    one, two = beds(ward, 2)
    now = clock.now()
    stay = admit(one, at=now - 9 * HOUR)
    inpatients.transfer(nurse, stay=stay, bed=two, at=now - 8 * HOUR)
    inpatients.leave(nurse, stay=stay, at=now - 7 * HOUR)
    inpatients.come_back(nurse, stay=stay, at=now - 6 * HOUR)
    discharge(stay, here)

    seen = []
    for _ in range(4):
        inpatient_undo.undo(nurse, stay=stay)
        seen.append((stay.status, bed_places.current(stay).bed))
    with pytest.raises(RuleError) as refused:
        inpatient_undo.undo(nurse, stay=stay)

    assert seen == [
        ("in_progress", two), ("on_leave", two), ("in_progress", two), ("in_progress", one),
    ]  # fmt: skip
    assert code_of(refused) == "nothing_to_undo"
    assert states(nurse) == ["occupied", "free"]


def test_nobody_is_brought_back_into_a_bed_that_is_used_again(admit, here, nurse, ward):
    [bed] = beds(ward, 1)
    stay = admit(bed, at=clock.now() - HOUR)
    discharge(stay, here)
    bed_keeping.cleaned(nurse, bed=bed)
    admit(bed)

    with pytest.raises(RuleError) as refused:
        inpatient_undo.undo(nurse, stay=stay)

    assert code_of(refused) == "bed_taken"


def test_an_error_is_taken_away_with_its_bed_and_an_administrator_brings_it_back(
    admit, here, nurse, ward
):
    [bed] = beds(ward, 1)
    stay = admit(bed, at=clock.now() - HOUR)

    inpatients.retire(actor("doctor", here), stay=stay, reason="Wrong patient")
    assert states(nurse) == ["free"]
    inpatients.restore(actor("administrator", here), stay=stay)
    assert states(nurse) == ["occupied"]

    inpatients.retire(actor("doctor", here), stay=stay, reason="Wrong patient")
    admit(bed)
    with pytest.raises(RuleError) as refused:
        inpatients.restore(actor("administrator", here), stay=stay)
    assert code_of(refused) == "restore_conflict"


def test_a_closed_bed_and_one_to_be_cleaned_take_nobody(admit, nurse, ward):
    one, two = beds(ward, 2)
    bed_keeping.close(nurse, bed=one, reason="Broken rail", at=clock.now() - HOUR)

    with pytest.raises(RuleError):
        admit(one)
    bed_keeping.reopen(nurse, bed=one)
    admit(one)
    with pytest.raises(RuleError) as refused:
        bed_keeping.close(nurse, bed=one)
    assert code_of(refused) == "bed_taken"
    with pytest.raises(RuleError) as refused:
        bed_keeping.cleaned(nurse, bed=two)
    assert code_of(refused) == "bed_not_so"


def test_a_reserved_bed_is_for_whom_it_is_kept(admit, here, nurse, ward):
    [bed] = beds(ward, 1)
    planned = InPatient(
        hospital=here, patient=PatientFactory(at=here), starts_at=clock.now() + HOUR
    )
    inpatients.plan(nurse, stay=planned)
    bed_keeping.reserve(nurse, bed=bed, stay=planned, until=clock.now() + 5 * HOUR)

    with pytest.raises(RuleError) as refused:
        admit(bed)
    assert code_of(refused) == "bed_taken"
    inpatients.admit_planned(nurse, stay=planned, bed=bed)

    assert bed_places.current(planned).bed == bed


def test_a_bed_is_kept_for_at_most_two_days_and_then_free(admit, nurse, ward):
    [bed] = beds(ward, 1)

    with pytest.raises(ValidationError):
        bed_keeping.reserve(nurse, bed=bed, until=clock.now() + 49 * HOUR)
    BedPeriodFactory(
        bed=bed, kind="reserved", starts_at=clock.now() - 2 * HOUR, ends_at=clock.now() - HOUR
    )

    admit(bed)


def test_a_planned_stay_that_is_cancelled_gives_its_bed_back(here, nurse, ward):
    [bed] = beds(ward, 1)
    planned = InPatient(
        hospital=here, patient=PatientFactory(at=here), starts_at=clock.now() + HOUR
    )
    inpatients.plan(nurse, stay=planned)
    bed_keeping.reserve(nurse, bed=bed, stay=planned, until=clock.now() + 5 * HOUR)

    inpatients.cancel(nurse, stay=planned, reason="Got better")

    assert states(nurse) == ["free"]


def test_a_bed_in_use_is_not_retired(admit, here, ward):
    [bed] = beds(ward, 1)
    admit(bed)
    bed.refresh_from_db()

    with pytest.raises(RuleError) as refused:
        facts.retire(actor("administrator", here), bed, reason="Sold")

    assert code_of(refused) == "in_use"


def test_a_bed_that_is_moved_is_shown_with_whoever_lies_in_it(admit, here, nurse, ward):
    [bed] = beds(ward, 1)
    admit(bed)
    bed.refresh_from_db()
    bed.ward = other = WardFactory(hospital=here)

    facts.change(actor("administrator", here), bed)

    [board] = bed_board.at(nurse, wards=[other])
    assert [place.state for place in board.places] == ["occupied"]
