"""Treatments by their services: what is refused with which code, and that nothing is changed then."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import clock, facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, actor
from records.models import OutPatient, Treatment, TreatmentConsumable, TreatmentMedication
from records.services import outpatients, treatments
from records.tests.encounter_factories import EncounterFactory, TreatmentFactory
from records.tests.factories import (
    ConsumableFactory,
    MedicationFactory,
    PatientFactory,
    ProcedureFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MODELS = (Treatment, TreatmentMedication, TreatmentConsumable)


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def doctor(here):
    return actor("doctor", here)


@pytest.fixture
def visit(here):
    """Since yesterday at noon."""
    return EncounterFactory(hospital=here, starts_at=NOW - 24 * HOUR)


@pytest.fixture
def treatment(visit):
    return TreatmentFactory(encounter=visit)


def new(here, visit, **said):
    """A treatment about to be planned."""
    said = {"encounter": visit, "patient": visit and visit.patient, **said}
    said.setdefault("procedure", ProcedureFactory(hospital=here))
    said.setdefault("doctor", DoctorFactory(hospital=here))
    return Treatment(hospital=here, **said)


def gives(medication, quantity="1"):
    return TreatmentMedication(medication=medication, quantity=quantity)


def uses(consumable, quantity="1"):
    return TreatmentConsumable(consumable=consumable, quantity=quantity)


def state():
    return [sorted(model.objects.values_list("pk", "version")) for model in MODELS]


def refusal(act, *args, **kwargs):
    """(status, field, code) of the one thing that is wrong; nothing may be written, nothing booked."""
    before, booked = state(), AuditEvent.objects.count()
    with pytest.raises(Exception) as refused:  # noqa: PT011 (whatever a door translates)
        in_transaction(lambda: act(*args, **kwargs))
    problem = problem_of(refused.value)
    assert problem is not None, refused.value
    assert (state(), AuditEvent.objects.count()) == (before, booked)
    if not problem.errors:
        return problem.status, "", problem.code
    [(name, [(code, _)])] = problem.errors.items()
    return problem.status, name, code


# ---- planning


def test_it_is_planned_with_what_goes_into_it_each_in_the_unit_of_its_entry(doctor, here, visit):
    tablets, gloves = MedicationFactory(hospital=here), ConsumableFactory(hospital=here)
    made = treatments.plan(
        doctor, treatment=new(here, visit),
        medications=[gives(tablets, "2.5")], consumables=[uses(gloves, "4")],
    )  # fmt: skip
    assert (made.status, made.patient, made.done_at) == ("planned", visit.patient, None)
    [given], [used] = made.medications.live(), made.consumables.live()
    assert (given.quantity, given.unit) == (Decimal("2.5"), tablets.unit)
    assert (used.quantity, used.unit) == (Decimal(4), gloves.unit)
    event = AuditEvent.objects.get(act="records.treatment.create", object_id=made.pk)
    assert event.patient_id == visit.patient_id
    assert {"procedure", "medications", "consumables"} <= set(event.changed)


def test_whose_it_is_follows_from_the_encounter(doctor, here, visit):
    made = treatments.plan(doctor, treatment=new(here, visit, patient=None))
    assert made.patient == visit.patient


@pytest.mark.parametrize(
    ("quantity", "code"),
    [("0", "quantity_positive"), ("-1", "quantity_positive"), ("0.0001", "quantity_decimals"),
     ("much", "quantity_invalid"), ("1" * 16, "quantity_too_large")],
)  # fmt: skip
def test_a_quantity_is_a_number_of_thousandths_above_zero(doctor, here, visit, quantity, code):
    rows = [
        gives(MedicationFactory(hospital=here)),
        gives(MedicationFactory(hospital=here), quantity),
    ]
    found = refusal(treatments.plan, doctor, treatment=new(here, visit), medications=rows)
    assert found == (400, "medications", code)


def test_what_is_listed_twice_is_refused_and_never_counted_once(doctor, here, visit, treatment):
    tablets, gloves = MedicationFactory(hospital=here), ConsumableFactory(hospital=here)
    twice = [gives(tablets), gives(tablets, "2")]
    found = refusal(treatments.plan, doctor, treatment=new(here, visit), medications=twice)
    assert found == (400, "medications", "listed_twice")
    equal = [uses(gloves), uses(gloves)]
    found = refusal(treatments.change, doctor, treatment=treatment, consumables=equal)
    assert found == (400, "consumables", "listed_twice")


def test_a_retired_entry_of_a_catalogue_is_not_chosen(doctor, here, visit, treatment):
    administrator, tablets = actor("administrator", here), MedicationFactory(hospital=here)
    procedure = ProcedureFactory(hospital=here)
    for entry in (tablets, procedure):
        facts.retire(administrator, entry, reason="Gone")
    found = refusal(
        treatments.plan, doctor, treatment=new(here, visit), medications=[gives(tablets)]
    )
    assert found == (400, "medications", "retired_choice")
    found = refusal(treatments.plan, doctor, treatment=new(here, visit, procedure=procedure))
    assert found == (400, "procedure", "retired_choice")


def test_nothing_of_another_hospital_goes_into_it(doctor, here, visit):
    for name, factory in (("procedure", ProcedureFactory), ("doctor", DoctorFactory)):
        status, _, code = refusal(
            treatments.plan, doctor, treatment=new(here, visit, **{name: factory()})
        )
        assert (status, code) == (400, "other_tenant"), name
    rows = [gives(MedicationFactory())]
    found = refusal(treatments.plan, doctor, treatment=new(here, visit), medications=rows)
    assert found == (400, "medications", "other_tenant")


def test_it_is_in_a_visit_or_a_stay_of_the_same_patient_that_was_not_called_off(
    doctor, here, visit
):
    nowhere = new(here, None, patient=visit.patient)
    assert refusal(treatments.plan, doctor, treatment=nowhere) == (
        400,
        "encounter",
        "encounter_required",
    )
    somebody = new(here, visit, patient=PatientFactory(at=here))
    assert refusal(treatments.plan, doctor, treatment=somebody)[1:] == (
        "encounter",
        "other_patient",
    )
    off = EncounterFactory(hospital=here, status="cancelled", cancel_reason="No time")
    found = refusal(treatments.plan, doctor, treatment=new(here, off))
    assert found[1:] == ("encounter", "encounter_cancelled")


def test_who_may_not_treat_is_refused(here, visit, treatment):
    for role in ("receptionist", "cashier", "administrator", "auditor"):
        who = actor(role, here)
        assert refusal(treatments.plan, who, treatment=new(here, visit))[0] == 403
        assert refusal(treatments.perform, who, treatment=treatment)[0] == 403
        assert refusal(treatments.cancel, who, treatment=treatment, reason="x")[0] == 403


def test_another_hospitals_is_not_there(treatment):
    stranger = actor("doctor", HospitalFactory())
    for act, more in (
        (treatments.perform, {}), (treatments.cancel, {"reason": "x"}), (treatments.change, {}),
    ):  # fmt: skip
        assert refusal(act, stranger, treatment=treatment, **more)[::2] == (404, "not_found")


# ---- performing


@pytest.mark.parametrize("late", [dt.timedelta(0), HOUR, 24 * HOUR])
def test_it_is_performed_now_or_was_as_far_as_the_visit_goes_back(doctor, treatment, late):
    done = treatments.perform(doctor, treatment=treatment, at=NOW - late)
    assert (done.status, done.done_at, done.version) == ("done", NOW - late, 2)


def test_not_before_the_patient_was_there_nor_later_than_now(doctor, here, treatment):
    early = NOW - 24 * HOUR - dt.timedelta(seconds=1)
    assert refusal(treatments.perform, doctor, treatment=treatment, at=early) == (
        409,
        "",
        "before_encounter",
    )
    found = refusal(treatments.perform, doctor, treatment=treatment, at=NOW + HOUR)
    assert found == (400, "at", "time_to_come")
    long_stay = EncounterFactory(hospital=here, starts_at=NOW - 1000 * HOUR)
    old = TreatmentFactory(encounter=long_stay)
    assert refusal(treatments.perform, doctor, treatment=old, at=NOW - 73 * HOUR) == (
        400,
        "at",
        "too_late",
    )
    assert treatments.perform(doctor, treatment=old, at=NOW - 72 * HOUR).status == "done"


def test_nothing_is_done_in_a_visit_that_was_called_off(doctor, visit, treatment):
    outpatients.cancel(doctor, visit=OutPatient.objects.get(pk=visit.pk), reason="Left")
    found = refusal(treatments.perform, doctor, treatment=treatment)
    assert found == (409, "", "encounter_cancelled")
    assert Treatment.objects.get().is_planned


def test_consent_that_was_refused_forbids_it_until_it_is_given(doctor, treatment):
    treatment.consent = "refused"
    treatments.change(doctor, treatment=treatment)
    assert refusal(treatments.perform, doctor, treatment=treatment) == (409, "", "consent_refused")
    treatment.consent, treatment.consent_note = "given", "After all"
    treatments.change(doctor, treatment=treatment)
    assert treatments.perform(doctor, treatment=treatment).status == "done"


def test_each_step_is_taken_once_and_from_planned_alone(doctor, treatment):
    treatments.perform(doctor, treatment=treatment)
    assert refusal(treatments.perform, doctor, treatment=treatment) == (409, "", "treatment_step")
    found = refusal(treatments.cancel, doctor, treatment=treatment, reason="x")
    assert found == (409, "", "treatment_step")


def test_a_stale_act_is_refused(doctor, treatment):
    treatment.note = "Left"
    treatments.change(doctor, treatment=treatment)
    for act, more in ((treatments.perform, {}), (treatments.cancel, {"reason": "x"})):
        found = refusal(act, doctor, treatment=treatment, expected_version=1, **more)
        assert found == (412, "", "stale")


def test_what_was_entered_in_error_is_neither_done_nor_changed(doctor, here, treatment):
    facts.retire(doctor, treatment, reason="Wrong patient")
    for act in (treatments.perform, treatments.change):
        assert refusal(act, doctor, treatment=treatment)[0] == 409
    back = facts.restore(actor("administrator", here), treatment)
    assert treatments.perform(doctor, treatment=back).status == "done"


# ---- once it is done


def test_what_it_says_is_fixed_once_it_is_done_and_only_notes_are_added(doctor, here, treatment):
    tablets = MedicationFactory(hospital=here)
    treatments.change(doctor, treatment=treatment, medications=[gives(tablets)])
    treatments.perform(doctor, treatment=treatment)
    for name, value in {
        "procedure": ProcedureFactory(hospital=here), "doctor": DoctorFactory(hospital=here),
        "consent": "given", "planned_for": NOW,
    }.items():  # fmt: skip
        changed = Treatment.objects.get()
        setattr(changed, name, value)
        found = refusal(treatments.change, doctor, treatment=changed)
        assert found == (409, "", "treatment_fixed"), name
    for lists in ({"medications": []}, {"medications": [gives(tablets, "2")]},
                  {"consumables": [uses(ConsumableFactory(hospital=here))]}):  # fmt: skip
        fresh = Treatment.objects.get()
        assert refusal(treatments.change, doctor, treatment=fresh, **lists)[2] == "treatment_fixed"
    noted = Treatment.objects.get()
    noted.note, noted.consent_note = "No complications", "By word of mouth"
    same = [gives(tablets)]
    assert treatments.change(doctor, treatment=noted, medications=same).note == "No complications"


def test_it_is_taken_back_within_three_days(doctor, treatment, monkeypatch):
    treatments.perform(doctor, treatment=treatment, at=NOW - HOUR)
    monkeypatch.setattr(clock, "now", lambda: NOW + 72 * HOUR)
    assert refusal(treatments.undo, doctor, treatment=treatment) == (409, "", "undo_too_late")
    monkeypatch.setattr(clock, "now", lambda: NOW + 71 * HOUR)
    again = treatments.undo(doctor, treatment=treatment)
    assert (again.status, again.done_at) == ("planned", None)
    assert refusal(treatments.undo, doctor, treatment=treatment) == (409, "", "nothing_to_undo")


# ---- cancelling


def test_a_reason_is_needed_to_cancel_it_and_it_can_be_planned_again(doctor, treatment):
    assert refusal(treatments.cancel, doctor, treatment=treatment, reason=" ")[1] == "reason"
    off = treatments.cancel(doctor, treatment=treatment, reason="Feels better")
    assert (off.status, off.cancel_reason) == ("cancelled", "Feels better")
    event = AuditEvent.objects.get(act="records.treatment.cancel", outcome="ok")
    assert event.reason == "Feels better"
    again = treatments.undo(doctor, treatment=treatment)
    assert (again.status, again.cancel_reason) == ("planned", "")


# ---- the lists


def test_a_list_that_is_given_replaces_the_list_and_one_that_is_not_stays(doctor, here, treatment):
    one, two = MedicationFactory(hospital=here), MedicationFactory(hospital=here)
    gloves = ConsumableFactory(hospital=here)
    lists = {"medications": [gives(one), gives(two)], "consumables": [uses(gloves)]}
    treatments.change(doctor, treatment=treatment, **lists)
    stays = treatment.medications.live().get(medication=one)
    treatments.change(doctor, treatment=treatment, medications=[gives(one)])
    assert [row.pk for row in treatment.medications.live()] == [stays.pk]
    assert treatment.consumables.live().count() == 1
    before = state()
    treatments.change(doctor, treatment=treatment, medications=[gives(one, "1.000")])
    assert state() == before, "an equal list is no change"
    treatments.change(doctor, treatment=treatment, medications=[], consumables=[])
    assert not treatment.medications.live()
    assert not treatment.consumables.live()
    assert TreatmentMedication.objects.count() == 2, "retired, never deleted"


def test_the_unit_of_a_standing_use_stays_when_the_entrys_changes(doctor, here, treatment):
    gloves = ConsumableFactory(hospital=here, unit="piece")
    treatments.change(doctor, treatment=treatment, consumables=[uses(gloves)])
    type(gloves).objects.filter(pk=gloves.pk).update(unit="pair")
    gloves.refresh_from_db()
    treatments.change(doctor, treatment=treatment, consumables=[uses(gloves)])
    assert treatment.consumables.live().get().unit == "piece"
    treatments.change(doctor, treatment=treatment, consumables=[uses(gloves, "2")])
    assert treatment.consumables.live().get().unit == "pair"


def test_a_standing_use_of_an_entry_retired_meanwhile_may_stay(doctor, here, treatment):
    tablets = MedicationFactory(hospital=here)
    treatments.change(doctor, treatment=treatment, medications=[gives(tablets)])
    facts.retire(actor("administrator", here), tablets, reason="Sold out")
    treatment.note = "Left knee"
    assert treatments.change(doctor, treatment=treatment).note == "Left knee"
    other = gives(MedicationFactory(hospital=here))
    treatments.change(doctor, treatment=treatment, medications=[gives(tablets), other])
    assert treatment.medications.live().count() == 2


# ---- the database


@pytest.mark.parametrize(
    "broken",
    [{"status": "done"}, {"done_at": NOW}, {"status": "cancelled"}, {"encounter": None}],
    ids=str,
)
def test_the_database_itself_refuses_what_cannot_be(treatment, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Treatment.objects.filter(pk=treatment.pk).update(**broken)


def test_the_database_itself_refuses_what_is_listed_twice_or_of_another_hospital(here, treatment):
    tablets = MedicationFactory(hospital=here)
    row = {"hospital": here, "treatment": treatment, "quantity": "1", "unit": "tablet"}
    TreatmentMedication.objects.create(**row, medication=tablets)
    for medication in (tablets, MedicationFactory()):
        with pytest.raises(IntegrityError), transaction.atomic():
            TreatmentMedication.objects.create(**row, medication=medication)


def test_an_encounter_with_a_treatment_is_no_error(doctor, here, treatment):
    with pytest.raises(Exception) as refused:  # noqa: PT011
        facts.refuse_in_use(treatment.encounter)
    assert problem_of(refused.value).code == "in_use"


def test_facts_of_the_model_are_refused_as_validation(doctor, here, visit):
    broken = new(here, visit, consent="perhaps")
    with pytest.raises(ValidationError) as refused:
        treatments.plan(doctor, treatment=broken)
    assert list(refused.value.error_dict) == ["consent"]
