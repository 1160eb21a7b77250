"""Everything that can be done at the desk of a hospital, in any order and each done twice: by the product and by
the model beside this file. ``test_machine.py`` runs it.
"""

import copy
import datetime as dt
from itertools import combinations

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from hospital.kit.errors import RuleError
from hospital.tests.factories import DoctorFactory, ResourceFactory, actor
from records.models import Absence, Appointment, Booking, Hold, Session
from records.services import appointment_steps as steps
from records.services import appointments, holds, schedules
from records.services.clashes import TimeConflict
from records.tests.factories import PatientFactory, SessionFactory

from .ground import Ground, at, it_is
from .model import TAKING, Hours, Model, Refused, Row, Visit

NINE = at("09:00")
FRIDAY = -3 * 24 * 60
CLOCK = [FRIDAY, FRIDAY + 5, FRIDAY + 10, -600, -30, 10, 50, 90, 130, 200]
PATIENTS = ["Ana", "Ben", "Eva", ""]
WANTED = [
    ("alpha",), ("alpha",), ("beta",), ("beta",), ("alpha", "room"), ("beta", "lab"), ("lab",),
    ("lab",), ("room",),
]  # fmt: skip
FREE = {
    "alpha": Hours(0, 120, on_top=1),
    "beta": Hours(0, 120, capacity=2),
    "lab": Hours(0, 120, capacity=2, on_top=1, has_slots=False),
}
DOCTORS = ("alpha", "beta")
# What is done with a visit, and which visits it mostly is done with.
WORDS = {
    "move": lambda visit: visit.is_taking,
    "cancel": lambda visit: visit.is_taking,
    "miss": lambda visit: visit.is_taking,
    "check in": lambda visit: visit.is_taking,
    "delete": lambda visit: not visit.is_deleted,
    "undo": lambda visit: visit.status != "scheduled" and not visit.is_deleted,
    "restore": lambda visit: visit.is_deleted,
}
PICK = st.integers(0, 20)
SPAN = st.tuples(st.integers(0, 6), st.sampled_from([20, 20, 40])).map(
    lambda span: (span[0] * 20, span[0] * 20 + span[1])
)


def moment(minutes):
    return NINE + dt.timedelta(minutes=minutes)


def minutes(moment):
    return int((moment - NINE).total_seconds() // 60)


FACTS = (
    "pk", "status", "retired_at", "starts_at", "ends_at", "patient_id", "patient_lane",
    "overbook_reason", "attention", "version",
)  # fmt: skip
TAKEN = (
    "appointment_id", "hold_id", "hold__expires_at", "bookable_id", "starts_at", "ends_at", "lane",
    "overbook_seat", "session_id", "session__capacity", "session__overbook_limit",
)  # fmt: skip


class Place:
    """The same hospital for every run; what happens in one is rolled back at its end."""

    def __init__(self):
        self.ground = ground = Ground()
        self.reception, self.chief = ground.reception, actor("administrator", ground.here)
        beta, lab = DoctorFactory(hospital=ground.here), ResourceFactory(hospital=ground.here)
        self.bookables = {
            "alpha": ground.doctor.as_resource,
            "beta": beta.as_resource,
            "lab": lab,
            "room": ResourceFactory(hospital=ground.here),
        }
        self.names = {row.pk: name for name, row in self.bookables.items()}
        self.patients = {name: PatientFactory(at=ground.here) for name in PATIENTS if name}
        ground.hours.delete()
        self.sessions = {name: self.session(name, told).pk for name, told in FREE.items()}

    def session(self, name, told):
        return SessionFactory(
            hospital=self.ground.here, clinic=self.ground.clinic, bookable=self.bookables[name],
            opens_at=moment(told.opens).time(), closes_at=moment(told.closes).time(),
            capacity=told.capacity, overbook_limit=told.on_top,
            slot_minutes=20 if told.has_slots else None,
        )  # fmt: skip


class Desk(RuleBasedStateMachine):
    """A day at the desk."""

    place: Place
    walked = 0

    def __init__(self):
        super().__init__()
        self.step = transaction.atomic()
        self.step.__enter__()
        self.model = Model(hours=copy.deepcopy(FREE), now=FRIDAY)
        self.ids = {}
        self.key = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.step.__exit__(None, None, None)

    # ---- doing everything twice

    def both(self, ours, theirs, visit=None):
        """Do it with the product and with the model; they must agree on whether it can be done."""
        trial = copy.deepcopy(self.model)
        try:
            theirs(trial)
            refusal = None
        except Refused as exc:
            refusal = exc
        answer, said = None, None
        try:
            with it_is(moment(self.model.now)):
                answer = ours()
        except RuleError as exc:
            said = exc
        assert (refusal is None) == (said is None), f"the model: {refusal!r}, the product: {said!r}"
        if refusal is None:
            self.model = trial
        elif visit is not None and isinstance(said, TimeConflict):
            self.check_offers(visit, said.free)
        Desk.walked += 1
        return answer

    def check_offers(self, visit, free):
        """What is offered instead can be had."""
        for time in free:
            start, end = minutes(time.starts_at), minutes(time.ends_at)
            if start < 7 * 24 * 60:
                asked = copy.copy(visit)
                asked.start, asked.end = start, end
                first = next((w for w in visit.resources if w in DOCTORS), visit.resources[0])
                offered = self.place.names[time.resource.pk]  # perhaps somebody else's time
                asked.resources = tuple(offered if w == first else w for w in visit.resources)
                copy.deepcopy(self.model).give(asked, False, False)

    def picked(self, rows, pick):
        return list(rows)[pick % len(rows)]

    def stored(self, key, model=Appointment):
        return model.objects.get(pk=self.ids[key])

    def resources(self, wanted):
        """The doctor among them, and the rest."""
        rows = [self.place.bookables[name] for name in wanted]
        doctors = [row.doctor for row in rows if row.doctor_id]
        return (doctors or [None])[0], [row for row in rows if not row.doctor_id]

    # ---- the acts

    @rule(
        wanted=st.sampled_from(WANTED), span=SPAN, patient=st.sampled_from(PATIENTS),
        extra=st.sampled_from([False, False, True]), share=st.booleans(),
        hold=st.one_of(st.none(), PICK),
    )  # fmt: skip
    def book(self, wanted, span, patient, extra, share, hold):
        hold = (
            self.picked(self.model.holds, hold) if hold is not None and self.model.holds else None
        )
        self.key += 1
        visit = Visit(self.key, wanted, *span, patient)
        doctor, others = self.resources(wanted)
        told = {"patient": self.place.patients[patient]} if patient else {"caller_name": "Caller"}
        row = Appointment(
            hospital=self.place.ground.here, clinic=self.place.ground.clinic, doctor=doctor,
            starts_at=moment(visit.start), ends_at=moment(visit.end), **told,
        )  # fmt: skip
        kept = None if hold is None else self.stored(hold, Hold)

        def ours():
            return appointments.book(
                self.place.reception, appointment=row, resources=others, hold=kept,
                overbook_reason="Urgent" if extra else "", lane_reason="Both" if share else "",
            )  # fmt: skip

        if self.both(ours, lambda m: m.book(visit, extra, share, hold), visit):
            self.ids[self.key] = row.pk

    @precondition(lambda self: self.model.visits)
    @rule(
        pick=PICK, word=st.sampled_from(list(WORDS)), is_likely=st.sampled_from([True, True, False]),
        span=SPAN, extra=st.booleans(),
    )  # fmt: skip
    def take_a_step(self, pick, word, is_likely, span, extra):
        """With one of the visits; mostly with one that can take it."""
        visits = list(self.model.visits.values())
        visit = self.picked([v for v in visits if is_likely and WORDS[word](v)] or visits, pick)
        if word == "move" and (visit.start, visit.end) == span:
            return
        row, reception = self.stored(visit.key), self.place.reception
        ours, theirs = {
            "move": (
                lambda: self.moved(row, span, extra), lambda m: m.move(visit.key, *span, extra)
            ),
            "cancel": (
                lambda: appointments.cancel(reception, appointment=row, reason="Called"),
                lambda m: m.call_off(visit.key, "cancelled"),
            ),
            "miss": (
                lambda: steps.miss(reception, appointment=row),
                lambda m: m.call_off(visit.key, "missed"),
            ),
            "delete": (
                lambda: appointments.retire(reception, appointment=row, reason="Wrong") or row,
                lambda m: m.call_off(visit.key, ""),
            ),
            "check in": (
                lambda: steps.check_in(reception, appointment=row),
                lambda m: m.check_in(visit.key),
            ),
            "undo": (
                lambda: steps.undo(reception, appointment=row), lambda m: m.undo(visit.key)
            ),
            "restore": (
                lambda: appointments.restore(self.place.chief, appointment=row),
                lambda m: m.restore(visit.key),
            ),
        }[word]  # fmt: skip
        self.both(ours, theirs, visit)

    def moved(self, row, span, extra):
        row.starts_at, row.ends_at = moment(span[0]), moment(span[1])
        return appointments.change(
            self.place.reception, appointment=row, overbook_reason="Urgent" if extra else ""
        )

    @rule(wanted=st.sampled_from(WANTED), span=SPAN)
    def hold(self, wanted, span):
        self.key += 1
        doctor, others = self.resources(wanted)
        hold = Hold(
            hospital=self.place.ground.here, clinic=self.place.ground.clinic, doctor=doctor,
            starts_at=moment(span[0]), ends_at=moment(span[1]),
        )  # fmt: skip
        key = self.key
        if self.both(
            lambda: holds.keep(self.place.reception, hold=hold, resources=others),
            lambda m: m.keep(key, wanted, *span),
        ):
            self.ids[key] = hold.pk

    @rule(
        word=st.sampled_from(["away", "back", "hours", "time"]), name=st.sampled_from(list(FREE)),
        span=SPAN, accepts=st.booleans(), pick=PICK,
        other=st.sampled_from([(0, 120, 2), (0, 120, 1), (0, 60, 2), (40, 120, 2)]),
    )  # fmt: skip
    def things_change(self, word, name, span, accepts, pick, other):
        if word == "away":
            self.go_away(name, span, accepts)
        elif word == "back" and self.model.absences:
            self.come_back(self.picked(self.model.absences, pick))
        elif word == "hours":
            self.keep_other_hours(name, *other, accepts)
        elif self.model.now < CLOCK[-1]:
            self.model.now = next(stop for stop in CLOCK if stop > self.model.now)

    def go_away(self, name, span, accepts):
        self.key += 1
        key = self.key
        absence = Absence(
            hospital=self.place.ground.here, bookable=self.place.bookables[name],
            starts_at=moment(span[0]), ends_at=moment(span[1]),
        )  # fmt: skip

        def theirs(model):
            model.absences[key] = (name, *span)
            model.settle(name, accepts)

        if self.both(
            lambda: schedules.save(self.place.chief, absence, accepts_affected=accepts), theirs
        ):
            self.ids[key] = absence.pk

    def come_back(self, key):
        def theirs(model):
            name, *_span = model.absences.pop(key)
            model.settle(name, accepts=True)

        self.both(
            lambda: schedules.retire(
                self.place.chief, self.stored(key, Absence), reason="Back", accepts_affected=True
            ),
            theirs,
        )

    def keep_other_hours(self, name, opens, closes, capacity, accepts):
        session = Session.objects.get(pk=self.place.sessions[name])
        session.opens_at, session.closes_at = moment(opens).time(), moment(closes).time()
        session.capacity = 1 if name == "alpha" else capacity

        def theirs(model):
            told = model.hours[name]
            told.opens, told.closes, told.capacity = opens, closes, session.capacity
            model.settle(name, accepts)

        self.both(
            lambda: schedules.save(self.place.chief, session, accepts_affected=accepts), theirs
        )

    # ---- looking at what is stored

    @invariant()
    def everything_is_as_the_model_says(self):
        rows = {row.pk: row for row in Appointment.objects.values_list(*FACTS, named=True)}
        assert {self.ids[key] for key in self.model.visits} == rows.keys(), "one is lost"
        now = moment(self.model.now)
        for key, visit in self.model.visits.items():
            row = rows[self.ids[key]]
            is_taking = row.status in TAKING and row.retired_at is None
            told = (
                row.status, row.retired_at is not None, minutes(row.starts_at), minutes(row.ends_at),
                row.patient_lane if is_taking else visit.lane, bool(row.overbook_reason),
            )  # fmt: skip
            assert told == (
                visit.status, visit.is_deleted, visit.start, visit.end, visit.lane, visit.is_extra,
            ), visit  # fmt: skip
        stranded = set(Appointment.objects.to_move().values_list("pk", flat=True))
        assert stranded == {self.ids[key] for key in self.model.to_move()}
        versions = {pk: [] for pk in rows}
        kept = Appointment.history.model.objects.order_by("version")
        for pk, version in kept.values_list("id", "version"):
            versions[pk].append(version)
        assert versions == {pk: list(range(1, row.version + 1)) for pk, row in rows.items()}
        self.check_bookings(rows, now)

    def check_bookings(self, rows, now):
        keys = {pk: key for key, pk in self.ids.items()}
        live = list(Booking.objects.live().values_list(*TAKEN, named=True))
        taken = {
            Row(
                keys[row.appointment_id or row.hold_id], self.place.names[row.bookable_id],
                minutes(row.starts_at), minutes(row.ends_at), row.lane, row.overbook_seat,
                row.session_id is None,
            )
            for row in live
            if row.hold_id is None or row.hold__expires_at > now
        }  # fmt: skip
        assert taken == set(self.model.standing())
        visits = [r for r in rows.values() if r.status in TAKING and not r.retired_at]
        refuse_overlaps([r for r in visits if r.patient_id], "patient_id", "patient_lane")
        refuse_overlaps(live, "bookable_id", "lane")
        # Whoever was here already is not asked again when the hours have fewer places.
        to_come = {r.pk for r in visits if not r.attention and r.ends_at > now}
        right = [row for row in live if row.appointment_id in to_come]
        refuse_crowds([row for row in right if row.session_id and not row.overbook_seat])
        assert all(
            row.overbook_seat <= row.session__overbook_limit for row in live if row.session_id
        )


def meet(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def refuse_overlaps(rows, *same):
    for one, other in combinations(rows, 2):
        if all(getattr(one, name) == getattr(other, name) for name in same):
            assert not meet(one, other), f"two at once: {same}"


def refuse_crowds(rows):
    """More at one moment than their session has places."""
    for row in rows:
        at_once = [
            other
            for other in rows
            if other.session_id == row.session_id
            and other.starts_at <= row.starts_at < other.ends_at
        ]
        assert len(at_once) <= row.session__capacity, "more at once than there are places"
