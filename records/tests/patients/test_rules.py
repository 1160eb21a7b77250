"""What a chart may say, who may change it, and what becomes of it when a hospital lets go of it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.kit import clock, phones
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError, problem_of
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, actor
from records.models import Patient, PatientContact, PatientIdentifier, SearchKey
from records.services import finding, matching, patients
from records.tests.factories import (
    IdentifierFactory,
    PatientFactory,
    register,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory(country="DE")


@pytest.fixture
def reception(here):
    with phones.activated("DE"):
        yield actor("receptionist", here)


@pytest.fixture
def chart(here):
    return PatientFactory(at=here, family_name="Müller", given_names="Ana", birth_date="1988-03-14")


def passport(value="C01X 77", **facts):
    return PatientIdentifier(**{"kind": "passport", "value": value} | facts)


def seen(who, chart):
    return Patient.objects.visible_to(who).get(pk=chart.pk)


def code_of(refusal):
    problem = problem_of(refusal.value)
    return next((code for rows in problem.errors.values() for code, _ in rows), problem.code)


def test_an_mrn_is_checked_unique_and_never_given_again(reception):
    from hospital.kit import series

    made = [patients.register(reception, patient=Patient(family_name="A")) for _ in range(5)]
    numbers = [chart.mrn for chart in made]
    assert len(set(numbers)) == 5
    assert {len(number) for number in numbers} == {8}
    assert all(series.is_valid(number) for number in numbers)
    patients.retire(reception, patient=made[0], reason="Twice")
    assert patients.register(reception, patient=Patient(family_name="B")).mrn not in numbers


def test_somebody_whose_name_is_not_known_can_be_registered(reception):
    chart = patients.register(reception, patient=Patient(is_unidentified=True, sex="male"))
    assert chart.display_name == "Name not known"
    with pytest.raises(ValidationError) as refusal:
        patients.register(reception, patient=Patient(sex="male"))
    assert code_of(refusal) == "name_required"


@settings(max_examples=80)
@given(st.dates(min_value=clock.today().replace(year=1850, month=1, day=1), max_value=clock.today()),
       st.sampled_from([4, 7, 10]))  # fmt: skip
def test_a_birth_date_is_kept_as_far_as_it_is_known_and_found_by_it(reception, day, length):
    text = day.isoformat()[:length]
    chart = patients.register(reception, patient=Patient(family_name="Born", birth_date=text))
    assert Patient.objects.get(pk=chart.pk).birth_date == text
    assert chart.pk in finding.find(reception, f"born {text}", limit=100).patient_ids


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("030 23125 001", "+493023125001"),
        ("+44 20 7946 0018", "+442079460018"),
        ("0049 171 3920055", "+491713920055"),
    ],
)
def test_a_phone_is_kept_in_e164_and_found_as_people_type_it(reception, typed, kept):
    chart = patients.register(reception, patient=Patient(family_name="Caller", phone=typed))
    assert chart.phone == kept
    for text in (typed, kept, kept.removeprefix("+")):
        assert finding.find(reception, text).patient_ids == [chart.pk], text


def test_one_person_s_number_is_refused_here_with_the_way_and_elsewhere_without_a_name(here, chart):
    IdentifierFactory(patient=chart, value="C01X77")
    for hospital, code, links in (
        (here, "identifier_known", [chart.pk]),
        (HospitalFactory(), "known_elsewhere", []),
    ):
        desk = actor("receptionist", hospital)
        with pytest.raises(RuleError) as refusal:
            patients.register(
                desk, patient=Patient(family_name="X"), identifiers=[passport("c01 x-77")]
            )
        assert refusal.value.code == code
        assert [link.id for link in refusal.value.links] == links
        assert "Müller" not in refusal.value.detail
    assert Patient.objects.count() == 1


def test_an_insurance_number_may_be_a_family_s(reception):
    for name in ("Ana", "Ben"):
        numbers = [passport("77", kind="insurance", system="AOK")]
        patients.register(reception, patient=Patient(family_name=name), identifiers=numbers)
    assert PatientIdentifier.objects.count() == 2


def test_a_given_list_replaces_and_what_is_gone_is_retired_not_destroyed(reception, chart):
    IdentifierFactory(patient=chart, value="OLD1")
    current = seen(reception, chart)
    patients.update(reception, patient=current, identifiers=[passport("NEW1")], expected_version=1)
    assert [row.value for row in chart.identifiers.live()] == ["NEW1"]
    assert [row.value for row in chart.identifiers.retired()] == ["OLD1"]
    assert current.version == 2, "the chart's version moves with its parts"
    assert finding.find(reception, "NEW1").patient_ids == [chart.pk]
    assert finding.find(reception, "OLD1").patient_ids == []


def test_the_same_list_again_changes_nothing(reception, chart):
    contact = {"name": "Ben", "relationship": "spouse", "phone": "+493023125002"}
    patients.update(reception, patient=seen(reception, chart), contacts=[PatientContact(**contact)])
    events = AuditEvent.objects.count()
    same = seen(reception, chart)
    patients.update(reception, patient=same, contacts=[PatientContact(**contact)] * 2)
    assert (same.version, AuditEvent.objects.count()) == (2, events)
    assert chart.contacts.count() == 1


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"contacts": [PatientContact(name="Ben")]}, "contact_unreachable"),
        ({"contacts": [PatientContact(name="", phone="+493023125002")]}, "required"),
        ({"identifiers": [passport("--")]}, "identifier_empty"),
        ({"identifiers": [passport("", kind="national_id")]}, "required"),
        ({"identifiers": [passport("C1", kind="unheard")]}, "invalid_choice"),
    ],
)
def test_a_broken_part_breaks_the_whole_and_nothing_is_written(reception, chart, part, code):
    current = seen(reception, chart)
    current.city = "Köln"
    with pytest.raises(ValidationError) as refusal:
        patients.update(reception, patient=current, **part)
    assert code_of(refusal) == code
    assert Patient.objects.get(pk=chart.pk).city == ""
    assert not AuditEvent.objects.exists()


def test_a_stale_change_is_refused_also_when_only_a_list_differs(reception, chart):
    stale = seen(reception, chart)
    patients.update(reception, patient=seen(reception, chart), identifiers=[passport("NEW1")])
    with pytest.raises(StaleError):
        patients.update(reception, patient=stale, identifiers=[passport("NEW2")])
    with pytest.raises(StaleError):
        patients.update(
            reception, patient=seen(reception, chart), identifiers=[], expected_version=1
        )
    assert [row.value for row in chart.identifiers.live()] == ["NEW1"]


def test_a_renamed_patient_is_found_by_the_new_name_at_every_hospital(reception, chart):
    there = HospitalFactory()
    register(chart, there)
    current = seen(reception, chart)
    current.family_name = "Šarić"
    patients.update(reception, patient=current)
    for desk in (reception, actor("receptionist", there)):
        assert finding.find(desk, "saric").patient_ids == [chart.pk]
        assert finding.find(desk, "muller").patient_ids == []
        assert seen(desk, chart).sort_key == "saric ana"


def test_a_hospital_that_lets_go_of_a_patient_loses_only_its_own_registration(reception, chart):
    there = HospitalFactory()
    register(chart, there)
    other = actor("receptionist", there)
    patients.retire(reception, patient=seen(reception, chart), reason="Registered twice")
    assert not Patient.objects.visible_to(reception).live().exists()
    assert finding.find(reception, "muller").patient_ids == []
    assert list(Patient.objects.visible_to(other).live()) == [chart]
    assert finding.find(other, "muller").patient_ids == [chart.pk]
    assert not Patient.objects.get(pk=chart.pk).is_retired
    patients.retire(other, patient=seen(other, chart), reason="Moved away")
    assert Patient.objects.get(pk=chart.pk).is_retired, "nobody knows the patient any more"
    assert not SearchKey.objects.exists()


def test_only_an_administrator_brings_a_patient_back(here, reception, chart):
    patients.retire(reception, patient=seen(reception, chart), reason="Registered twice")
    with pytest.raises(Denied):
        patients.restore(reception, patient=seen(reception, chart))
    administrator = actor("administrator", here)
    patients.restore(administrator, patient=seen(administrator, chart))
    assert finding.find(reception, "muller").patient_ids == [chart.pk]
    with pytest.raises(RuleError) as refusal:
        patients.restore(administrator, patient=seen(administrator, chart))
    assert refusal.value.code == "not_retired"


def test_a_retired_patient_cannot_be_changed_or_retired_again(reception, chart):
    patients.retire(reception, patient=seen(reception, chart), reason="Registered twice")
    current = seen(reception, chart)
    current.city = "Köln"
    for refused in (
        lambda: patients.update(reception, patient=current),
        lambda: patients.retire(reception, patient=current, reason="Again"),
    ):
        with pytest.raises(RuleError) as refusal:
            refused()
        assert refusal.value.code == "retired"


def test_strangers_are_told_nothing(chart):
    stranger = actor("receptionist", HospitalFactory())
    chart.city = "Köln"
    for refused in (
        lambda: patients.update(stranger, patient=chart),
        lambda: patients.retire(stranger, patient=chart, reason="x"),
    ):
        with pytest.raises((NotVisible, RuleError)) as refusal:
            refused()
        assert problem_of(refusal.value).status == 404
    assert not AuditEvent.objects.exists()


def test_a_nurse_writes_contact_facts_and_nothing_else(here, chart):
    nurse = actor("nurse", here)
    current = seen(nurse, chart)
    current.city = "Köln"
    patients.update(nurse, patient=current)
    current.family_name = "Maier"
    with pytest.raises(Denied) as refusal:
        patients.update(nurse, patient=current)
    assert refusal.value.names == ("family_name",)
    assert Patient.objects.get(pk=chart.pk).family_name == "Müller"


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [
        ({"identifier": "c01-x77"}, True),
        ({"name": "Müller Ana", "birth_date": "1988-03-14"}, True),
        ({"name": "ana muller", "birth_date": "1988-03-14"}, True),
        ({"name": "Müller", "birth_date": "1988-03-14"}, False),
        ({"name": "Müller Ana", "birth_date": "1988"}, False),
        ({"name": "Müller Ana"}, False),
        ({"identifier": "C01X7"}, False),
        ({"birth_date": "1988-03-14"}, False),
        ({}, False),
    ],
)
def test_a_stranger_is_recognised_on_two_exact_facts_only_and_by_little(chart, asked, is_shown):
    IdentifierFactory(patient=chart, value="C01X77")
    desk = actor("receptionist", HospitalFactory())
    found = matching.elsewhere(desk, **asked)
    assert bool(found) == is_shown
    if found:
        assert (found[0].name, found[0].birth_year) == ("MÜLLER, Ana", "1988")
        assert str(chart.pk) not in found[0].match
        assert not hasattr(found[0], "pk")


def test_registering_a_stranger_here_asks_why_and_stands_in_the_audit(chart):
    IdentifierFactory(patient=chart, value="C01X77")
    desk = actor("receptionist", HospitalFactory())
    match = matching.elsewhere(desk, identifier="C01X77")[0].match
    with pytest.raises(ValidationError) as refusal:
        patients.register_here(desk, match=match, reason=" ")
    assert code_of(refusal) == "reason_required"
    patients.register_here(desk, match=match, reason="Referred to us")
    assert seen(desk, chart).here_hospital_id == desk.hospital_id
    event = AuditEvent.objects.get(act="records.patient.register_here", version__isnull=False)
    assert (event.reason, event.patient_id) == ("Referred to us", chart.pk)
    with pytest.raises(RuleError) as again:
        patients.register_here(desk, match=match, reason="Referred to us")
    assert again.value.code == "already_registered"


def test_a_match_opens_nothing_for_another_hospital_nor_for_a_forger(chart):
    IdentifierFactory(patient=chart, value="C01X77")
    desk = actor("receptionist", HospitalFactory())
    match = matching.elsewhere(desk, identifier="C01X77")[0].match
    thief = actor("receptionist", HospitalFactory())
    for who, token in ((thief, match), (desk, match[:-2]), (desk, ""), (desk, str(chart.pk))):
        with pytest.raises(ValidationError) as refusal:
            patients.register_here(who, match=token, reason="x")
        assert code_of(refusal) == "match_invalid"
    assert chart.registrations.count() == 1


@pytest.mark.django_db
def test_one_number_in_two_spellings_is_one():
    desk = actor("receptionist", HospitalFactory())
    numbers = [PatientIdentifier(kind="passport", value=value) for value in ("ZW1", "zw-1", "ZW2")]
    patient = patients.register(desk, patient=Patient(family_name="Weber"), identifiers=numbers)
    assert sorted(row.value_key for row in patient.identifiers.live()) == ["ZW1", "ZW2"]
    again = [PatientIdentifier(kind="passport", value=value) for value in ("z.w.1", "ZW 2", "ZW2")]
    patients.update(desk, patient=patient, identifiers=again)
    assert sorted(row.value_key for row in patient.identifiers.live()) == ["ZW1", "ZW2"]
