"""What a merge needs, what forbids it, and what it leaves behind."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hospital.kit import clock
from hospital.kit.errors import Denied, Moved, NotVisible, RuleError, StaleError, problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import Appointment, MedicalHistory, MergeEvent, Patient, Registration
from records.services import alike, alike_many, charts, finding, matching, merges, patients
from records.tests.encounter_factories import DiagnosisFactory, EncounterFactory, InPatientFactory
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    AppointmentFactory,
    ContactFactory,
    IdentifierFactory,
    MedicalHistoryFactory,
    MergeFactory,
    register,
)

from .ground import Desk, edit, fresh, hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def code_of(act):
    with pytest.raises((RuleError, ValidationError)) as refused:
        act()
    problem = problem_of(refused.value)
    return next((code for rows in problem.errors.values() for code, _ in rows), problem.code)


def test_everything_goes_to_the_chart_that_stays_and_the_old_one_leads_there(desk):
    survivor, merged = desk.chart(phone=""), desk.chart(phone="+491705550140", city="Berlin")
    row = MedicalHistoryFactory(patient=merged, hospital=desk.here)
    event = desk.merge(survivor, merged)
    assert fresh(row).patient_id == survivor.pk
    assert row.history.first().history_change_reason == "records.merge.approve"
    assert (fresh(survivor).phone, fresh(survivor).city) == ("+491705550140", "Berlin")
    assert fresh(merged).merged_into_id == survivor.pk
    booked = AuditEvent.objects.filter(act="records.merge.approve")
    assert {each.object_id for each in booked} == {survivor.pk, merged.pk, event.pk}
    assert merged.family_name not in str([(each.changed, each.reason) for each in booked])
    with pytest.raises(Moved) as led:
        charts.one(desk.reception, merged.pk)
    assert led.value.links[0].id == survivor.pk
    stranger = actor("receptionist", HospitalFactory())
    with pytest.raises(NotVisible):
        charts.one(stranger, merged.pk)


def test_who_stays_is_found_by_the_old_name_mrn_and_number_until_it_is_undone(desk):
    survivor, merged = desk.chart(family_name="Alt"), desk.chart(family_name="Neumann")
    passport = IdentifierFactory(patient=merged, hospital=desk.here).value
    typed = ["Neumann", merged.mrn, passport]

    def found():
        return [finding.exactly(desk.reception, words).patient_ids for words in typed]

    assert found() == [[merged.pk]] * 3
    event = desk.merge(survivor, merged)
    assert found() == [[survivor.pk]] * 3
    edit_name(desk, survivor)
    assert found() == [[survivor.pk]] * 3
    desk.undo(event)
    assert found() == [[merged.pk]] * 3


def edit_name(desk, patient):
    chart = charts.one(desk.reception, patient.pk)
    chart.given_names = "Eva"
    patients.update(desk.reception, patient=chart)


def test_registrations_move_but_where_both_are_registered(desk):
    elsewhere = HospitalFactory()
    survivor, merged = desk.chart(), desk.chart()
    register(merged, elsewhere)
    desk.merge(survivor, merged)
    assert set(survivor.registrations.live().values_list("hospital", flat=True)) == {
        desk.here.pk, elsewhere.pk,
    }  # fmt: skip
    left = merged.registrations.get()
    assert (left.hospital, left.is_retired) == (desk.here, True)
    assert charts.one(actor("receptionist", elsewhere), survivor.pk)
    with pytest.raises(Moved):
        patients.restore(desk.administrator, patient=fresh(merged))


def test_nobody_approves_what_they_proposed(desk):
    event = desk.propose(desk.chart(), desk.chart())
    both = actor("administrator", desk.here)
    MergeEvent.objects.filter(pk=event.pk).update(proposed_by=both.user_id)
    with pytest.raises(Denied):
        merges.approve(both, event=fresh(event))
    with pytest.raises(IntegrityError), transaction.atomic():
        MergeEvent.objects.filter(pk=event.pk).update(
            status="merged", decided_by=both.user_id, decided_at=dt.datetime.now(dt.UTC)
        )
    with pytest.raises(Denied):
        merges.approve(desk.reception, event=fresh(event))
    with pytest.raises(Denied):
        merges.propose(desk.administrator, survivor=desk.chart(), merged=desk.chart(), reason="x")


def test_a_proposal_is_decided_once_and_only_a_merge_is_undone(desk):
    event = desk.propose(desk.chart(), desk.chart())
    with pytest.raises(StaleError):
        desk.refuse(event, expected_version=9)
    desk.refuse(event)
    assert not fresh(event.merged).merged_into_id
    assert code_of(lambda: merges.approve(desk.administrator, event=event)) == "merge_step"
    assert code_of(lambda: desk.refuse(event)) == "merge_step"
    assert code_of(lambda: desk.undo(event)) == "merge_step"
    again = desk.merge(event.survivor, event.merged)
    assert code_of(lambda: desk.undo(again, reason=" ")) == "reason_required"
    desk.undo(again)
    assert code_of(lambda: desk.undo(again)) == "merge_step"
    assert desk.merge(event.survivor, event.merged)


def test_neither_itself_nor_a_chain_nor_a_circle(desk):
    one, two, three = desk.chart(), desk.chart(), desk.chart()
    assert code_of(lambda: desk.propose(one, one)) == "merge_itself"
    waiting = MergeFactory(hospital=desk.here, survivor=two, merged=one)
    assert code_of(lambda: desk.propose(three, one)) == "merge_open"
    # Two that cannot both be done are not proposed any more; a database may have some from before.
    crossing = MergeFactory(hospital=desk.here, survivor=three, merged=two)
    merges.approve(desk.administrator, event=crossing)
    assert code_of(lambda: merges.approve(desk.administrator, event=waiting)) == "patient_merged"
    desk.refuse(waiting)
    for survivor, merged in ((two, three), (one, three)):
        expected = "patient_merged" if survivor == two else "merge_chain"
        assert code_of(lambda s=survivor, m=merged: desk.propose(s, m)) == expected
    for wrong in ({"merged_into": one}, {"merged_into": two, "retired_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=one.pk).update(**wrong)
    for into, chart in ((two, one), (one, three)):
        with pytest.raises(IntegrityError, match="patient_merged_once"), transaction.atomic():
            Patient.objects.filter(pk=chart.pk).update(merged_into=into, retired_at=clock.now())


def test_no_two_wait_of_which_only_one_could_be_approved(desk):
    one, two, three, four = (desk.chart() for _ in range(4))
    waiting = desk.propose(two, one)
    for survivor, merged, code in (
        (one, two, "merge_open"),  # the same two, the other way round
        (three, two, "merge_waiting"),  # what is to take one up would go itself
        (one, three, "merge_waiting"),  # what is to go would take one up
    ):
        with pytest.raises(RuleError) as refused:
            desk.propose(survivor, merged)
        assert (refused.value.code, refused.value.links) == (code, (waiting.as_link(),))
    assert [desk.propose(two, chart).status for chart in (three, four)] == ["proposed"] * 2
    desk.refuse(waiting)
    assert desk.propose(one, desk.chart()).status == "proposed"


def _open_stays(desk, one, other):
    InPatientFactory(patient=one, hospital=desk.here)
    InPatientFactory(patient=other, hospital=HospitalFactory())


def _stays_at_once(desk, one, other):
    ended = {"status": "finished", "disposition": "home", "ends_at": hour() + dt.timedelta(days=1)}
    InPatientFactory(patient=one, hospital=desk.here, **ended)
    InPatientFactory(patient=other, hospital=desk.here)


def _appointments(desk, one, other):
    AppointmentFactory(patient=one, hospital=desk.here)
    AppointmentFactory(patient=other, hospital=HospitalFactory())


def _same_allergy(desk, one, other):
    AllergyFactory(patient=one, substance="Nuts")
    AllergyFactory(patient=other, substance="nuts")


def _allergy_and_none(desk, one, other):
    AllergyFactory(patient=one)
    AllergyStatementFactory(patient=other)


def _died(desk, one, other):
    edit(other, is_deceased=True)


def _retired_there(desk, one, other):
    there = HospitalFactory()
    register(other, there)
    edit(register(one, there), retired_at=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    ("arrange", "code"),
    [
        (_open_stays, "merge_stays"),
        (_stays_at_once, "merge_stays"),
        (_appointments, "merge_appointments"),
        (_same_allergy, "merge_allergies"),
        (_allergy_and_none, "merge_no_allergies"),
        (_died, "merge_deceased"),
        (_retired_there, "merge_registration"),
    ],
)
def test_what_contradicts_is_put_right_first(desk, arrange, code):
    survivor, merged = desk.chart(), desk.chart()
    event = desk.propose(survivor, merged)
    arrange(desk, survivor, merged)
    before = Appointment.objects.count(), fresh(survivor).version
    with pytest.raises(RuleError) as refused:
        merges.approve(desk.administrator, event=event)
    assert refused.value.code == code
    here = {each.id for each in refused.value.links}
    assert not here & set(Registration.objects.values_list("pk", flat=True))
    assert (Appointment.objects.count(), fresh(survivor).version) == before


WHOLE = {"address_line": "Kantstraße 12", "postal_code": "10625", "city": "Berlin", "country": "DE"}


@pytest.mark.parametrize(
    ("knows", "becomes"),
    [
        ({}, WHOLE),
        ({"city": "berlin"}, {**WHOLE, "city": "berlin"}),
        ({"postal_code": "10625", "country": "DE"}, WHOLE),
        ({"city": "Bonn"}, {"city": "Bonn"}),  # another address, of which a part is known
        ({"city": "Berlin", "postal_code": "10115"}, {"city": "Berlin", "postal_code": "10115"}),
    ],
)
def test_what_is_missing_in_an_address_is_taken_over_where_nothing_contradicts(
    desk, knows, becomes
):
    nothing = dict.fromkeys(WHOLE, "")
    survivor, merged = desk.chart(**nothing | knows), desk.chart(**WHOLE)
    event = desk.merge(survivor, merged)
    now = fresh(survivor)
    assert {name: getattr(now, name) for name in WHOLE} == nothing | becomes
    desk.undo(event)
    before = fresh(survivor)
    assert {name: getattr(before, name) for name in WHOLE} == nothing | knows


def test_dates_that_do_not_fit_each_other_are_not_taken_over(desk):
    died = {"is_deceased": True, "deceased_on": "1950"}
    survivor = desk.chart(birth_date="", **died)
    merged = desk.chart(birth_date="1960", is_deceased=True, phone="+491705550140")
    desk.merge(survivor, merged)
    assert (fresh(survivor).birth_date, fresh(survivor).phone) == ("", "+491705550140")


def test_what_is_written_in_a_visit_goes_back_with_it_and_the_rest_stays(desk):
    survivor, merged = desk.chart(), desk.chart()
    visit = EncounterFactory(patient=merged, hospital=desk.here)
    contact = ContactFactory(patient=merged)
    event = desk.merge(survivor, merged)
    within = DiagnosisFactory(patient=survivor, hospital=desk.here, encounter=visit)
    beside = MedicalHistoryFactory(patient=survivor, hospital=desk.here)
    edit(contact, name="Eva")
    desk.undo(event)
    assert (fresh(within).patient_id, fresh(visit).patient_id) == (merged.pk, merged.pk)
    assert MedicalHistory.objects.get(pk=beside.pk).patient_id == survivor.pk
    assert (fresh(contact).patient_id, fresh(contact).name) == (merged.pk, "Eva")


def test_a_hospital_keeps_who_stays_when_it_has_worked_with_them(desk):
    elsewhere = HospitalFactory()
    survivor, merged = desk.chart(), desk.chart()
    register(merged, elsewhere)
    event = desk.merge(survivor, merged)
    MedicalHistoryFactory(patient=survivor, hospital=elsewhere)
    desk.undo(event)
    there = actor("receptionist", elsewhere)
    assert charts.one(there, survivor.pk)
    assert charts.one(there, merged.pk)


def test_who_is_registered_again_under_the_former_name_is_recognised(desk):
    survivor = desk.chart(family_name="Eisvogel", given_names="Klara", birth_date="1960-01-02")
    former = {"family_name": "Kornblum", "given_names": "Klara", "birth_date": "1960-01-02"}
    event = desk.merge(survivor, desk.chart(**former))
    [likely] = matching.likely_here(desk.reception, Patient(**former))
    assert likely.patient.pk == survivor.pk
    assert likely.agrees == ["former_name", "birth_date"]
    person = alike.facts_of(Patient(**former))
    like = alike_many.like_words([person])
    [found] = alike_many.charts(desk.reception, [person], like)
    assert alike_many.likest(person, found).patient_id == survivor.pk
    desk.undo(event)
    assert [each.agrees for each in matching.likely_here(desk.reception, Patient(**former))] == [
        ["name", "birth_date"]
    ]
