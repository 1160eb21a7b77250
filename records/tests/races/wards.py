"""Races for beds: a crowd that comes and moves, two nurses at the last free bed, two who change places while a third is
moved, a stay called off while a bed is kept for it; and the same crowd as it is done elsewhere.

Every function here runs in processes of its own (``hospital.kit.racing``).
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, connection

from hospital.kit import clock, facts, guards
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Busy
from hospital.kit.racing import line_up
from hospital.models import Bed, Hospital, Ward
from hospital.services.identity import command_actor
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory
from hospital.tests.races.harness import flat, in_threads
from records.models import BedPeriod, InPatient, Patient
from records.services import bed_keeping, inpatients
from records.services.bed_places import BedConflict
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import PatientFactory

from .games import DONE, outcome
from .ward_told import Answer, Found, Round, Wing

GUARD = "bed_period_one_use"
HOUR = dt.timedelta(hours=1)


def arrange(beds: int, patients: int) -> Wing:
    """Beds in two wards by turns."""
    hospital = HospitalFactory()
    wards = [WardFactory(hospital=hospital) for _ in range(2)]
    rows = [BedFactory(hospital=hospital, ward=wards[number % 2]) for number in range(beds)]
    people = [PatientFactory(at=hospital) for _ in range(patients)]
    return Wing(hospital.pk, *([row.pk for row in kind] for kind in (wards, rows, people)))


def lain_in(wing: Wing) -> list[Any]:
    """The patients of ``wing`` lie in its first beds since an hour: their stays."""
    hospital = Hospital.objects.get(pk=wing.hospital_id)
    beds, people = Bed.objects.in_bulk(wing.beds), Patient.objects.in_bulk(wing.patients)
    return [
        InPatientFactory(
            hospital=hospital, bed=beds[bed], patient=people[patient],
            starts_at=clock.now() - HOUR,
        ).pk
        for bed, patient in zip(wing.beds, wing.patients, strict=False)
    ]  # fmt: skip


def expected(wing: Wing, patient: Any) -> Any:
    """A stay that is planned."""
    hospital, person = Hospital.objects.get(pk=wing.hospital_id), Patient.objects.get(pk=patient)
    return InPatientFactory(hospital=hospital, patient=person, status="planned").pk


def nurse_of(wing: Wing) -> Any:
    return command_actor(wing.hospital_id, "nurse")


# ---- the crowd


def crowd(first: int, threads: int, tries: int, wing: Wing) -> list[Answer]:
    """Clients want bed after bed, half of them the same one at a time, each for a patient shared with a neighbour."""

    def work(number: int) -> list[Answer]:
        return Client(wing, first + number).run(tries)

    line_up()
    return flat(in_threads(work, threads))


class Client:
    """A nurse's screen: takes a patient in, moves the patient on, and has a bed cleaned."""

    def __init__(self, wing: Wing, number: int):
        self.wing, self.number, self.nurse = wing, number, nurse_of(wing)
        # Two clients have the same patient: one of them takes in whom the other moves.
        self.patient = wing.patients[number // 2]

    def run(self, tries: int) -> list[Answer]:
        found = []
        for at in range(tries):
            # In each round one half wants one bed, and the other half the next.
            place = 2 * at + self.number // 2 % 2
            bed = Bed.objects.get(pk=self.wing.beds[place % len(self.wing.beds)])
            stays = InPatient.objects.under_way().filter(patient=self.patient)
            stay = stays.filter(hospital=self.wing.hospital_id).first()
            if stay is None:
                found.append(self.ask("admit", partial(self.admit, bed)))
            else:
                move = partial(inpatients.transfer, self.nurse, stay=stay, bed=bed)
                found.append(self.ask("transfer", move))
            if at % 4 == self.number % 4:
                old = Bed.objects.get(pk=self.wing.beds[(place - 2) % len(self.wing.beds)])
                found.append(self.ask("clean", partial(bed_keeping.cleaned, self.nurse, bed=old)))
        return found

    def admit(self, bed: Bed) -> Any:
        row = InPatient(hospital_id=self.wing.hospital_id, patient_id=self.patient)
        return inpatients.admit(self.nurse, stay=row, bed=bed)

    def ask(self, word: str, work: Callable[[], Any]) -> Answer:
        free = []

        def watched() -> None:
            try:
                work()
            except BedConflict as conflict:
                free.append(conflict)
                raise

        told = outcome(watched)
        # The offers are looked for as a door does it, with all locks gone.
        return Answer(word, told, len(free[-1].more["free_beds"]) if free else -1)


# ---- what is stored at the end


def stored(wing: Wing) -> Found:
    """Looked at by plain eyes, without the guards' help."""
    rows = BedPeriod.objects.live().filter(hospital=wing.hospital_id)
    facts = rows.values_list(
        "bed", "encounter", "encounter__patient", "starts_at", "ends_at", "kind", named=True
    )
    periods = list(facts)
    lying = [row for row in periods if row.kind == "occupied"]
    stays = InPatient.objects.live().filter(hospital=wing.hospital_id)
    used = {row.bed for row in periods if row.ends_at is None}
    return Found(
        meeting([row for row in periods if row.bed], "bed"),
        meeting(lying, "encounter__patient"),
        sum(not is_followed(row, periods) for row in lying),
        sum(
            sum(row.encounter == stay and row.ends_at is None for row in lying) != 1
            for stay in stays.under_way().values_list("pk", flat=True)
        ),
        dict(Counter(row.kind for row in periods)),
        len(set(wing.beds) - used),
    )


def meeting(rows: list[Any], name: str) -> int:
    """How many share a moment with one that began before them, of the same ``name``."""
    found = 0
    for value in {getattr(row, name) for row in rows}:
        mine = sorted(
            (row for row in rows if getattr(row, name) == value), key=lambda row: row.starts_at
        )
        found += sum(
            one.ends_at is None or one.ends_at > other.starts_at for one, other in pairwise(mine)
        )
    return found


def is_followed(row: Any, rows: list[Any]) -> bool:
    """A bed that was left is used on from that moment: to be cleaned, or by whom somebody changed places with."""
    if row.ends_at is None or row.bed is None:
        return True
    after = [each for each in rows if each.bed == row.bed and each.starts_at == row.ends_at]
    return [each.kind in ("cleaning", "occupied") for each in after] == [True]


# ---- two or three at a time


def rounds(kind: str, number: int) -> list[Round]:
    """Arrange so many rounds of the races below."""
    return [in_transaction(partial(ARRANGED[kind])) for _ in range(number)]


def _last_bed() -> Round:
    return Round(arrange(beds=1, patients=2), [])


def _neighbours() -> Round:
    """Two lie beside a free bed."""
    wing = arrange(beds=3, patients=2)
    return Round(wing, lain_in(wing))


def _expected() -> Round:
    """Somebody is to come, and a bed is free."""
    wing = arrange(beds=1, patients=1)
    return Round(wing, [expected(wing, wing.patients[0])])


ARRANGED = {"last bed": _last_bed, "neighbours": _neighbours, "expected": _expected}


def take_last(side: int, told: list[Round]) -> list[str]:
    """Each nurse takes somebody in, in the bed that is free."""
    return played(told, lambda round_: partial(take_in, round_.wing, side))


def take_in(wing: Wing, side: int) -> Any:
    row = InPatient(hospital_id=wing.hospital_id, patient_id=wing.patients[side])
    return inpatients.admit(nurse_of(wing), stay=row, bed=Bed.objects.get(pk=wing.beds[0]))


def put_up_extra(side: int, told: list[Round]) -> list[str]:
    """Each nurse takes somebody in, in an extra bed of the same ward."""
    return played(told, lambda round_: partial(take_in_extra, round_.wing, side))


def take_in_extra(wing: Wing, side: int) -> Any:
    row = InPatient(hospital_id=wing.hospital_id, patient_id=wing.patients[side])
    ward = Ward.objects.get(pk=wing.wards[0])
    return inpatients.admit(nurse_of(wing), stay=row, ward=ward, extra="bed")


def look_then_put_up(side: int, told: list[Round]) -> list[str]:
    """As it is done elsewhere: each looks which label is free, then each takes it."""

    def act(round_: Round) -> Callable[[], Any]:
        ward = Ward.objects.get(pk=round_.wing.wards[0])
        label = f"X{Bed.objects.filter(ward=ward, is_extra=True).count() + 1}"
        bed = Bed(hospital_id=ward.hospital_id, ward=ward, label=label, is_extra=True)
        return partial(facts.save, bed)

    return played(told, act)


def extra_in(told: list[Round]) -> list[list[str]]:
    """The labels of the extra beds of each round."""
    rows = [Bed.objects.filter(ward=round_.wing.wards[0], is_extra=True) for round_ in told]
    return [sorted(row.values_list("label", flat=True)) for row in rows]


def change_places(side: int, told: list[Round]) -> list[str]:
    """Two swap the same two patients, each beginning with another one; a third moves one of them."""
    return played(told, lambda round_: partial(swap_or_move, round_, side))


def swap_or_move(round_: Round, side: int) -> Any:
    stays = [InPatient.objects.get(pk=pk) for pk in round_.stays]
    if side == 2:
        free = Bed.objects.get(pk=round_.wing.beds[2])
        return inpatients.transfer(nurse_of(round_.wing), stay=stays[0], bed=free)
    return inpatients.swap(nurse_of(round_.wing), stay=stays[side], other=stays[1 - side])


def call_off_or_keep(side: int, told: list[Round]) -> list[str]:
    """One calls a stay off, the other keeps a bed for it; both have looked at it before."""

    def act(round_: Round) -> Callable[[], Any]:
        stay = InPatient.objects.get(pk=round_.stays[0])
        if side == 0:
            return partial(inpatients.cancel, nurse_of(round_.wing), stay=stay, reason="Got better")
        bed, until = Bed.objects.get(pk=round_.wing.beds[0]), clock.now() + HOUR
        return partial(bed_keeping.reserve, nurse_of(round_.wing), bed=bed, until=until, stay=stay)

    return played(told, act)


def played(told: list[Round], prepare: Callable[[Round], Callable[[], Any]]) -> list[str]:
    """Every round is begun together with the other sides: what came of each."""
    answers = []
    for round_ in told:
        work = prepare(round_)
        line_up()
        answers.append(outcome(work))
    return answers


def found_in(told: list[Round]) -> list[Found]:
    return [stored(round_.wing) for round_ in told]


# ---- as it is done elsewhere


def guarded(is_guarded: bool, beds: int, sides: int) -> Round:
    """For each side and bed a stay; those for every other bed wait in the ward by now."""
    if not is_guarded:
        guards.drop(connection, [GUARD])
    assert guards.missing(connection) == ([] if is_guarded else [GUARD])
    wing = arrange(beds, sides)
    return Round(wing, [side_stays(wing, pk) for pk in wing.patients])


def side_stays(wing: Wing, patient: Any) -> list[Any]:
    found = []
    for number, bed in enumerate(Bed.objects.in_bulk(wing.beds).values()):
        stay = expected(wing, patient)
        found.append((bed.pk, stay))
        if number % 2:
            waits(bed, stay)
    return found


def waits(bed: Bed, stay: Any) -> None:
    BedPeriod(
        hospital_id=bed.hospital_id, ward_id=bed.ward_id, kind="occupied", encounter_id=stay,
        starts_at=clock.now() - 2 * HOUR,
    ).save()  # fmt: skip


def look_then_lie(side: int, told: Round) -> list[str]:
    """Everybody looks whether a bed is free, then everybody takes it: who comes, and who is moved there."""
    answers = []
    for pk, stay in told.stays[side]:
        bed = Bed.objects.get(pk=pk)
        is_free = not BedPeriod.objects.meeting(clock.now()).filter(bed=bed).exists()
        line_up()
        answers.append(lie(stay, bed) if is_free else "taken")
        line_up()
    return answers


def lie(stay: Any, bed: Bed) -> str:
    """Until it is in or the guard refuses it: without the service's lock PostgreSQL's guard may deadlock, more
    often than is tried again by itself, and then asks to be asked again."""
    while True:
        with suppress(Busy):
            try:
                in_transaction(partial(write, stay, bed))
            except IntegrityError as refusal:
                if GUARD not in str(refusal):
                    raise
                return "refused"
            return DONE


def write(stay: Any, bed: Bed) -> None:
    at = clock.now()
    BedPeriod.objects.filter(encounter=stay, ends_at=None).update(ends_at=at)
    BedPeriod(
        hospital_id=bed.hospital_id, ward_id=bed.ward_id, bed=bed, kind="occupied",
        encounter_id=stay, starts_at=at,
    ).save()  # fmt: skip


def lying_in(told: Round) -> list[int]:
    """How many lie in each bed."""
    rows = Counter(BedPeriod.objects.filter(bed__in=told.wing.beds).values_list("bed", flat=True))
    return [rows[pk] for pk in told.wing.beds]
