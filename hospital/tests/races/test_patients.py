"""Two desks, one person: numbers, registrations and search keys stay right whoever is faster."""

import pytest

from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.kit.racing import line_up
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import Patient, PatientIdentifier, Registration
from records.services import finding, matching, patients
from records.tests.factories import PatientFactory

from .harness import flat, once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
PROCESSES = 4
ROUNDS = 15
# Of whom nobody is like another.
FAMILIES = [
    "Okoro", "Lindqvist", "Haddad", "Petrova", "Nakamura", "Bianchi", "Dlamini", "Wojcik", "Fernandes", "Yildiz",
    "Schubert", "Mbeki", "Castellanos", "Thorsteinn", "Quispe",
]  # fmt: skip


def hospitals():
    return [HospitalFactory().pk for _ in range(PROCESSES)]


def register_passports(hospital_id, is_naive):
    """Everybody registers a patient with the same passport, round after round."""
    reception = command_actor(hospital_id, "receptionist")
    answers = []
    for number in range(ROUNDS):
        value = f"C01X{number:04}"
        line_up()
        if is_naive:
            answers.append(_register_naively(hospital_id, value))
            continue
        # A fresh chart for every try, as a door would make it.
        answers.append(_code_of(lambda value=value: _register(reception, value)))
    return answers


def _register(reception, value):
    passport = PatientIdentifier(kind="passport", value=value)
    patients.register(reception, patient=Patient(family_name="Müller"), identifiers=[passport])


def _register_naively(hospital_id, value):
    """Look whether the number is known, then write: here for a kind that no constraint watches."""
    is_known = PatientIdentifier.objects.filter(kind="other", value=value).exists()
    line_up()
    if not is_known:
        chart = PatientFactory(at=_hospital(hospital_id))
        PatientIdentifier.objects.create(
            patient=chart, hospital_id=hospital_id, kind="other", value=value, value_key=value
        )
    return "known" if is_known else ""


def _hospital(pk):
    return HospitalFactory._meta.model.objects.get(pk=pk)


def _code_of(act):
    try:
        in_transaction(act)
    except Exception as exc:  # noqa: BLE001  (told to the test)
        problem = problem_of(exc)
        return problem.code if problem else f"{type(exc).__name__}: {exc}"
    return ""


def holders(kind):
    rows = PatientIdentifier.objects.filter(kind=kind)
    return rows.count(), rows.values("value").distinct().count(), Patient.objects.count()


def test_one_passport_belongs_to_one_patient_whoever_registers_first(race, count):
    places = once(race, hospitals)
    answers = race(register_passports, [(pk, False) for pk in places])
    assert once(race, holders, "passport") == (ROUNDS, ROUNDS, ROUNDS)
    assert flat(answers).count("") == ROUNDS
    assert set(flat(answers)) <= {"", "known_elsewhere", "identifier_taken"}
    count("passports registered by four desks at once", ROUNDS)


def test_the_naive_way_gives_one_number_to_several_patients(race):
    places = once(race, hospitals)
    race(register_passports, [(pk, True) for pk in places])
    rows, values, _ = once(race, holders, "other")
    assert rows > values


def register_persons(hospital_id, is_naive):
    """Everybody registers the same new person, of whom nobody was shown, round after round."""
    reception = command_actor(hospital_id, "receptionist")
    answers = []
    for number in range(ROUNDS):
        family, born = FAMILIES[number], f"{1931 + 4 * number}-0{1 + number % 9}-{10 + number}"
        told = {"family_name": family, "given_names": "Ada", "birth_date": born}
        line_up()
        is_known = bool(is_naive and matching.likely_here(reception, Patient(**told)))
        line_up()
        if is_known:
            answers.append("likely_unseen")
            continue
        answers.append(_code_of(lambda told=told: patients.register(
            reception, patient=Patient(**told), seen=None if is_naive else []
        )))  # fmt: skip
    return answers


def charts():
    return Patient.objects.count()


def test_one_person_registered_by_several_desks_at_once_has_one_chart(race, count):
    (place, *_others) = once(race, hospitals)
    answers = race(register_persons, [(place, False)] * PROCESSES)
    assert once(race, charts) == flat(answers).count("") == ROUNDS
    assert set(flat(answers)) == {"", "likely_unseen"}
    count("persons registered by four desks at once", ROUNDS)


def test_who_looks_first_and_registers_then_makes_several_charts_of_one_person(race):
    (place, *_others) = once(race, hospitals)
    race(register_persons, [(place, True)] * PROCESSES)
    assert once(race, charts) > ROUNDS


def known_patients():
    """A hospital with patients, and a second one that is about to register them."""
    here, there = HospitalFactory(), HospitalFactory()
    charts = [PatientFactory(at=here, family_name="Oldname").pk for _ in range(ROUNDS)]
    stranger = command_actor(there.pk, "receptionist")
    matches = [matching._minimal(stranger, Patient.objects.get(pk=pk)).match for pk in charts]
    return here.pk, there.pk, charts, matches


def rename(hospital_id, charts):
    reception = command_actor(hospital_id, "receptionist")
    answers = []
    for pk in charts:
        chart = Patient.objects.get(pk=pk)
        chart.family_name = "Newname"
        line_up()
        answers.append(_code_of(lambda chart=chart: patients.update(reception, patient=chart)))
    return answers


def register_here(hospital_id, matches):
    reception = command_actor(hospital_id, "receptionist")
    answers = []
    for match in matches:
        line_up()
        answers.append(
            _code_of(
                lambda match=match: patients.register_here(reception, match=match, reason="Here")
            )
        )
    return answers


def found_by_name(hospital_id, name):
    reception = command_actor(hospital_id, "receptionist")
    return len(finding.find(reception, name, limit=100).patient_ids)


def sort_keys():
    return sorted(set(Registration.objects.values_list("sort_key", flat=True)))


def test_a_patient_renamed_while_registered_elsewhere_is_found_by_the_new_name_everywhere(race):
    here, there, charts, matches = once(race, known_patients)
    renamed, registered = race(_both, [("rename", here, charts), ("register", there, matches)])
    assert set(renamed) == set(registered) == {""}
    for hospital_id in (here, there):
        assert once(race, found_by_name, hospital_id, "newname") == ROUNDS
        assert once(race, found_by_name, hospital_id, "oldname") == 0
    assert [key.partition(" ")[0] for key in once(race, sort_keys)] == ["newname"]


def _both(which, hospital_id, rows):
    return (rename if which == "rename" else register_here)(hospital_id, rows)


def registrations():
    return Registration.objects.count(), Registration.objects.values(
        "patient", "hospital"
    ).distinct().count()


def test_a_patient_is_registered_here_once_however_many_desks_do_it(race):
    _, there, _, matches = once(race, known_patients)
    answers = race(register_here, [(there, matches)] * PROCESSES)
    assert flat(answers).count("") == ROUNDS
    assert set(flat(answers)) == {"", "already_registered"}
    assert once(race, registrations) == (2 * ROUNDS, 2 * ROUNDS)


def retire(hospital_id, charts):
    reception = command_actor(hospital_id, "receptionist")
    answers = []
    for pk in charts:
        chart = Patient.objects.get(pk=pk)
        line_up()
        answers.append(
            _code_of(lambda chart=chart: patients.retire(reception, patient=chart, reason="Twice"))
        )
    return answers


def _retire_or_register(which, hospital_id, rows):
    return (retire if which == "retire" else register_here)(hospital_id, rows)


def lost_charts():
    """Charts that are retired although a hospital knows them, or live although none does."""
    live = Registration.objects.live().values("patient_id")
    return (
        Patient.objects.filter(retired_at__isnull=False, pk__in=live).count(),
        Patient.objects.filter(retired_at__isnull=True).exclude(pk__in=live).count(),
    )


def test_a_chart_retired_while_registered_elsewhere_is_never_half_gone(race):
    here, there, charts, matches = once(race, known_patients)
    retired, registered = race(
        _retire_or_register, [("retire", here, charts), ("register", there, matches)]
    )
    assert set(retired) == {""}
    assert set(registered) <= {"", "invalid_input"}
    assert once(race, lost_charts) == (0, 0)
