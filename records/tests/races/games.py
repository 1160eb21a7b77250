"""Small races for one thing each: four processes in step want what only some of them can have.

A game is a class: ``arrange`` makes a round's rows before the race, ``act`` is what each side does in it, ``judge``
looks at what was answered and stored. Everything here runs in processes of its own.
"""

import datetime as dt
from typing import Any

from hospital.kit import clock
from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.kit.facts import retire
from hospital.kit.racing import line_up
from hospital.models import Doctor, Hospital, Resource
from hospital.services.identity import command_actor
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory
from records.models import Absence, Appointment, Booking, Hold, Patient
from records.services import appointments, holds, schedules
from records.tests.factories import PatientFactory, SessionFactory

SIDES = 4
MINUTES = 20
DONE = "done"
# By game: of each round the hospital, and what ``Round`` knows of it.
Told = dict[str, list[tuple[Any, dict[str, Any]]]]


class Round:
    """One round: its hospital, its doctors, and a day a week ahead on which all of them see people from nine."""

    def __init__(self, hospital_id: Any, **facts: Any):
        self.hospital_id, self.facts = hospital_id, facts

    @classmethod
    def begin(cls, *, doctors: int = 1, **hours: Any) -> "Round":
        hospital = HospitalFactory(time_zone="UTC")
        clinic = ClinicFactory(hospital=hospital)
        found = []
        for _ in range(doctors):
            doctor = DoctorFactory(hospital=hospital)
            SessionFactory(
                hospital=hospital, clinic=clinic, bookable=doctor.as_resource,
                weekday=f"{cls.day():%a}".lower(), **hours,
            )  # fmt: skip
            found.append(doctor.pk)
        return cls(hospital.pk, clinic=clinic.pk, doctors=found)

    @staticmethod
    def day() -> dt.date:
        return clock.now().date() + dt.timedelta(days=7)

    @property
    def reception(self) -> Any:
        return command_actor(self.hospital_id, "receptionist")

    def at(self, number: int) -> dict[str, dt.datetime]:
        """The ``number``-th slot of the day."""
        nine = dt.datetime.combine(self.day(), dt.time(9), dt.UTC)
        begins = nine + number * dt.timedelta(minutes=MINUTES)
        return {"starts_at": begins, "ends_at": begins + dt.timedelta(minutes=MINUTES)}

    def where(self, number: int, doctor: int = 0) -> dict[str, Any]:
        return {
            "hospital_id": self.hospital_id, "clinic_id": self.facts["clinic"],
            "doctor_id": self.facts["doctors"][doctor], **self.at(number),
        }  # fmt: skip

    def plan(self, number: int, doctor: int = 0, **facts: Any) -> Appointment:
        whose = facts if "patient" in facts else {"caller_name": "Caller", **facts}
        return Appointment(**self.where(number, doctor), **whose)

    def book(self, number: int, **options: Any) -> Appointment:
        return appointments.book(self.reception, appointment=self.plan(number), **options)

    def standing(self) -> Any:
        return Appointment.objects.live().filter(hospital=self.hospital_id)

    def bookings(self) -> int:
        return Booking.objects.standing().filter(hospital=self.hospital_id).count()


class Game:
    """Of the four sides ``winners`` get what they want; the others are told ``refusals``."""

    winners = 1
    refusals = frozenset({"time_conflict"})
    hours: dict[str, Any] = {}
    doctors = 1
    reason = ""

    def arrange(self) -> Round:
        return Round.begin(doctors=self.doctors, **self.hours)

    def wish(self, round_: Round, side: int) -> Appointment:
        """What this side wants to book."""
        return round_.plan(0)

    def act(self, round_: Round, side: int) -> Any:
        return appointments.book(
            round_.reception, appointment=self.wish(round_, side), overbook_reason=self.reason
        )

    def judge(self, round_: Round, answers: list[str]) -> None:
        assert answers.count(DONE) == self.winners, answers
        assert set(answers) <= {DONE, *self.refusals}, answers
        assert round_.bookings() == round_.standing().count() == self.winners


class OnePatient(Game):
    """The same patient is wanted by four doctors at the same time."""

    doctors = SIDES

    def arrange(self):
        round_ = super().arrange()
        here = Hospital.objects.get(pk=round_.hospital_id)
        round_.facts["patient"] = PatientFactory(at=here).pk
        return round_

    def wish(self, round_, side):
        return round_.plan(0, side, patient=Patient.objects.get(pk=round_.facts["patient"]))


class Capacity(Game):
    """Hours without slots have two places, whatever time of them is wanted."""

    winners = 2
    hours = {"slot_minutes": None, "capacity": 2}

    def wish(self, round_, side):
        return round_.plan(side)


class OnTop(Game):
    """The hours are booked, and one may be booked on top."""

    winners = 2
    hours = {"overbook_limit": 1}
    reason = "Urgent"

    def arrange(self):
        round_ = super().arrange()
        round_.book(0)
        return round_

    def judge(self, round_, answers):
        super().judge(round_, [DONE, *answers])


class HoldOrBook(Game):
    """Two keep a time for a caller while two others book it."""

    def act(self, round_, side):
        if side % 2:
            return round_.book(0)
        return holds.keep(round_.reception, hold=Hold(**round_.where(0)))

    def judge(self, round_, answers):
        assert answers.count(DONE) == round_.bookings() == 1, answers


class OneHold(Game):
    """A time that is kept is used up by one booking; the others are told that it is over."""

    refusals = frozenset({"time_conflict", "hold_over"})

    def arrange(self):
        round_ = super().arrange()
        round_.facts["hold"] = holds.keep(round_.reception, hold=Hold(**round_.where(0))).pk
        return round_

    def act(self, round_, side):
        return round_.book(0, hold=Hold.objects.get(pk=round_.facts["hold"]))


class Chase(Game):
    """Four appointments are moved to the one time that is free: one goes there, the others stay."""

    def arrange(self):
        round_ = super().arrange()
        round_.facts["booked"] = [round_.book(number).pk for number in range(SIDES)]
        return round_

    def target(self, side: int) -> int:
        return SIDES

    def act(self, round_, side):
        row = Appointment.objects.get(pk=round_.facts["booked"][side])
        for name, value in round_.at(self.target(side)).items():
            setattr(row, name, value)
        return appointments.change(round_.reception, appointment=row)

    def judge(self, round_, answers):
        assert answers.count(DONE) == self.winners, answers
        assert set(answers) <= {DONE, *self.refusals}, answers
        starts = set(round_.standing().values_list("starts_at", flat=True))
        assert len(starts) == round_.bookings() == SIDES


class Swap(Chase):
    """Each of four is moved to where the next one is: nobody can go, nobody is lost, and nothing locks up."""

    winners = 0

    def target(self, side):
        return (side + 1) % SIDES


class Away(Game):
    """A doctor reports sick while three are being booked: each is refused, or stands on the list to move."""

    def act(self, round_, side):
        if side:
            return round_.book(side)
        doctor = Resource.objects.get(doctor=round_.facts["doctors"][0])
        begins, ends = round_.at(0)["starts_at"], round_.at(9)["starts_at"]
        absence = Absence(
            hospital_id=round_.hospital_id, bookable=doctor, starts_at=begins, ends_at=ends
        )
        boss = command_actor(round_.hospital_id, "administrator")
        return schedules.save(boss, absence, accepts_affected=True)

    def judge(self, round_, answers):
        assert answers[0] == DONE, answers
        booked = round_.standing()
        assert set(booked.values_list("attention", flat=True)) <= {"absence"}
        assert answers.count(DONE) == 1 + booked.count() == 1 + round_.bookings()


class Leave(Game):
    """A doctor leaves for good while three want the same doctor to come beside another: either the doctor stays
    for who was first, or comes to nobody.
    """

    doctors = 2
    refusals = frozenset({"in_use", "invalid_input", "time_conflict"})

    def act(self, round_, side):
        doctor = Doctor.objects.get(pk=round_.facts["doctors"][1])
        if side:
            return round_.book(0, resources=[doctor.as_resource])
        return retire(command_actor(round_.hospital_id, "administrator"), doctor, reason="Left")

    def judge(self, round_, answers):
        assert answers.count(DONE) == 1, answers
        assert set(answers) <= {DONE, *self.refusals}, answers
        assert round_.standing().count() == (0 if answers[0] == DONE else 1)


class CallOff(Game):
    """Two call an appointment off while two others move it: it is off, gives its time back, and no step is lost."""

    def arrange(self):
        round_ = super().arrange()
        round_.facts["booked"] = round_.book(0).pk
        return round_

    def act(self, round_, side):
        row = Appointment.objects.get(pk=round_.facts["booked"])
        if side % 2:
            return appointments.cancel(round_.reception, appointment=row, reason="Called")
        for name, value in round_.at(1 + side).items():
            setattr(row, name, value)
        return appointments.change(round_.reception, appointment=row)

    def judge(self, round_, answers):
        row = round_.standing().get()
        kept = list(row.history.order_by("version").values_list("version", flat=True))
        assert kept == list(range(1, row.version + 1))
        assert answers.count(DONE) == row.version - 1, answers
        assert sum(answers[side] == DONE for side in (1, 3)) == 1, answers
        assert set(answers) <= {DONE, "appointment_over", "stale"}, answers
        assert row.status == "cancelled"
        assert round_.bookings() == 0


Games = dict[str, Game]
GAMES: Games = {
    game.__name__: game()
    for game in (
        OnePatient, Capacity, OnTop, HoldOrBook, OneHold, Chase, Swap, Away, Leave, CallOff,
    )
}  # fmt: skip


# ---- what the processes run


def arrange(names: list[str], rounds: int, among: Games = GAMES) -> Told:
    """Make the rows of so many rounds of each game; returns what each ``Round`` is made of."""
    return {name: [_arranged(among[name]) for _ in range(rounds)] for name in names}


def _arranged(game: Game) -> tuple[Any, dict[str, Any]]:
    round_ = in_transaction(game.arrange)
    return round_.hospital_id, round_.facts


def play(side: int, told: Told, among: Games = GAMES) -> dict[str, list[str]]:
    """Every game's rounds, each begun together with the other sides: what came of each."""
    answers: dict[str, list[str]] = {}
    for name, rounds in told.items():
        answers[name] = []
        for hospital_id, known in rounds:
            round_ = Round(hospital_id, **known)
            line_up()
            answers[name].append(outcome(lambda r=round_, n=name: among[n].act(r, side)))
    return answers


def outcome(work: Any) -> str:
    """ "done", or the code of the refusal; what is no refusal ends the race."""
    try:
        in_transaction(work)
    except Exception as exc:
        if (problem := problem_of(exc)) is None:
            raise
        return problem.code
    return DONE


def judge(told: Told, answers: list[dict[str, list[str]]], among: Games = GAMES) -> list[str]:
    """Look at every round of every game: what is wrong with it."""
    found = []
    for name, rounds in told.items():
        for number, (hospital_id, known) in enumerate(rounds):
            given = [side[name][number] for side in answers]
            try:
                among[name].judge(Round(hospital_id, **known), given)
            except AssertionError as exc:
                found.append(f"{name}: {exc}")
    return found
