"""Everything that can be done with the beds of two wards, in any order and each done twice: by the product and by
the model beside this file. ``test_machine.py`` runs it.
"""

import copy
import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hospital.kit import facts
from hospital.kit.errors import Denied, RuleError, errors_of
from hospital.models import Bed
from hospital.tests.factories import BedFactory, DoctorFactory, HospitalFactory, WardFactory, actor
from records.models import InPatient
from records.services import bed_keeping, inpatient_undo, inpatients
from records.tests.appointments.ground import it_is
from records.tests.factories import PatientFactory

from .model import HOUR, IN, Model, Refused, Stay

BEGIN = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
LONG_BEFORE = BEGIN - dt.timedelta(days=30)
BEDS = {"A1": "A", "A2": "A", "A3": "A", "B1": "B"}
WOMEN_ONLY = {"A3"}
PATIENTS = {"Ana": "female", "Ben": "male", "Eva": "female", "Kim": "other"}
DEAD = {"Old": "female"}
# A bed, or a ward to wait in.
WHERE = st.sampled_from(["A1", "A1", "A2", "A2", "A3", "B1", "A", "B"])
BED = st.sampled_from(list(BEDS))
PICK = st.integers(0, 20)
REASON = st.sampled_from(["", "", "No other bed"])
# When it happened: now, just after the stay's last step, at the moment of some step before, or hours ago.
AT = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.none(),
    st.just(("after", 1)),
    st.just(("after", 0)),
    st.tuples(st.just("step"), st.integers(1, 8)),
    st.tuples(st.just("ago"), st.sampled_from([2, 7, 30, 71, 73, -1])),
)
# What is done with a stay, and at which status it mostly can be.
WORDS = {
    "admit planned": ("planned",), "cancel": ("planned",), "transfer": IN, "leave": IN[:1],
    "come back": IN[1:], "discharge": IN, "undo": (*IN, "finished"), "write": (*IN, "planned"),
    "swap": IN, "retire": (*IN, "finished"), "restore": (),
}  # fmt: skip
OFTEN = [*WORDS, "transfer", "transfer", "leave", "come back", "discharge", "undo", "undo", "swap"]
LATER = st.sampled_from([0, 0, 0, 20, 90, 5 * HOUR, 5 * HOUR, 30 * HOUR])
STEP = {
    "word": st.sampled_from(OFTEN), "pick": PICK, "other": PICK, "where": WHERE, "at": AT,
    "reason": REASON, "is_likely": st.sampled_from([True, True, True, False]),
    "role": st.sampled_from(["doctor", "doctor", "nurse"]), "passed": LATER,
}  # fmt: skip
KEEPING = [*["clean"] * 5, *["close", "reopen", "reserve"] * 2, "release", "sell"]


def moment(number):
    return None if number is None else BEGIN + dt.timedelta(minutes=number)


def codes_of(refused):
    """Every code that a door would tell."""
    if isinstance(refused, ValidationError):
        return {code for told in errors_of(refused).values() for code, _text in told}
    return {"forbidden"} if isinstance(refused, Denied) else {refused.code}


def can_take(stay, word):
    """Whether the step mostly can be done with the stay."""
    is_gone = stay.gone is not None
    return is_gone if word == "restore" else not is_gone and stay.status in WORDS[word]


class Place:
    """The same hospital for every run; what happens in one is rolled back at its end."""

    def __init__(self):
        with it_is(LONG_BEFORE):
            self.here = here = HospitalFactory()
            self.wards = {name: WardFactory(hospital=here) for name in sorted({*BEDS.values()})}
            self.doctor = DoctorFactory(hospital=here)
            self.beds = {
                name: BedFactory(
                    hospital=here, ward=self.wards[ward],
                    sex_policy="female" if name in WOMEN_ONLY else "any",
                )
                for name, ward in BEDS.items()
            }  # fmt: skip
            self.patients = {
                name: PatientFactory(at=here, sex=sex, is_deceased=name in DEAD)
                for name, sex in (PATIENTS | DEAD).items()
            }
        with it_is(BEGIN):
            roles = ("nurse", "doctor", "administrator")
            self.actors = {role: actor(role, here) for role in roles}
        self.bed_names = {row.pk: name for name, row in self.beds.items()}
        self.ward_names = {row.pk: name for name, row in self.wards.items()}


class Wards(RuleBasedStateMachine):
    """Some days in two wards."""

    place: Place
    walked = 0

    def __init__(self):
        super().__init__()
        self.step = transaction.atomic()
        self.step.__enter__()
        men = {name for name, sex in PATIENTS.items() if sex == "male"}
        self.model = Model(BEDS, WOMEN_ONLY, men, set(DEAD))
        self.ids, self.keys, self.seen = {}, {}, {}
        self.moments = [0]
        self.was_known = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.step.__exit__(None, None, None)

    # ---- doing everything twice

    def both(self, ours, theirs):
        """Do it with the product and with the model, a minute later; both must answer alike."""
        self.model.now += 1
        self.moments.append(self.model.now)
        trial, answer, refusal, said = copy.deepcopy(self.model), None, set(), set()
        try:
            theirs(trial)
        except Refused as exc:
            refusal = exc.codes
        try:
            with it_is(moment(self.model.now)):
                answer = ours()
        except (RuleError, ValidationError, Denied) as exc:
            said = codes_of(exc)
        is_agreed = said & refusal if said else not refusal
        assert is_agreed, f"the model: {refusal}, the product: {said}, in {self.model}"
        if not refusal:
            self.model = trial
        Wards.walked += 1
        return answer

    def row(self, key):
        return InPatient.objects.get(pk=self.ids[key])

    def where(self, name):
        """For the model, and for the product."""
        if name in BEDS:
            return (BEDS[name], name), {"bed": Bed.objects.get(pk=self.place.beds[name].pk)}
        return (name, None), {"ward": self.place.wards[name]}

    def when(self, at, key=None):
        """The minute meant by ``at``, as it will be once the act's own minute has passed."""
        if at is None:
            return None
        word, number = at
        if word == "ago":
            return self.model.now + 1 - number * HOUR
        if word == "step":
            return self.moments[-min(number, len(self.moments))]
        lain = self.model.of_stay(key) if key else []
        steps = [row.start for row in lain] + [
            each for row in self.model.leaves_of(key or 0) for each in (row.start, row.end)
        ]
        return max((each for each in steps if each is not None), default=self.model.now) + number

    def new(self, patient, is_ready, start=0, status="in_progress"):
        key = len(self.ids) + 1
        told = {"summary": "Better", "attending": self.place.doctor} if is_ready else {}
        row = InPatient(
            hospital=self.place.here, patient=self.place.patients[patient],
            starts_at=moment(start), **told,
        )  # fmt: skip
        stay = Stay(key, patient, start, status, has_summary=is_ready, has_attending=is_ready)
        return row, stay

    def known(self, row, key):
        if row:
            self.ids[key], self.keys[row.pk] = row.pk, key

    def likely(self, where, pick, is_likely):
        """A free bed instead of one that is used."""
        board = self.model.board(self.model.now)
        free = [bed for bed in BEDS if board[bed][0] == "free" and bed not in self.model.sold]
        is_used = where in BEDS and where not in free
        return free[pick % len(free)] if is_likely and is_used and free else where

    # ---- the acts

    @rule(
        patient=st.sampled_from([*PATIENTS, *PATIENTS, *DEAD]), where=WHERE, at=AT, reason=REASON,
        is_ready=st.booleans(), is_planned=st.sampled_from([False, False, True]), pick=PICK,
        is_likely=st.sampled_from([True, True, True, False]),
    )  # fmt: skip
    def come(self, patient, where, at, reason, is_ready, is_planned, pick, is_likely):
        where = self.likely(where, pick, is_likely)
        nurse = self.place.actors["nurse"]
        if is_planned:
            row, stay = self.new(patient, is_ready, self.model.now + HOUR, "planned")
            made = self.both(lambda: inpatients.plan(nurse, stay=row), lambda m: m.plan(stay))
        else:
            row, stay = self.new(patient, is_ready)
            (ward, bed), given = self.where(where)
            when = self.when(at)
            made = self.both(
                lambda: inpatients.admit(nurse, stay=row, at=moment(when), reason=reason, **given),
                lambda m: m.admit(copy.copy(stay), ward, bed, when, reason),
            )
        self.known(made, stay.key)

    @precondition(lambda self: self.model.stays)
    @rule(drawn=st.fixed_dictionaries(STEP))
    def take_a_step(self, drawn):
        self.do(**drawn)

    @precondition(lambda self: len(self.model.stays) > 1)
    @rule(drawn=st.fixed_dictionaries(STEP))
    def take_one_more(self, drawn):
        """It is what mostly happens."""
        self.do(**drawn)

    def do(self, word, pick, other, where, at, reason, is_likely, role, passed):
        """With one of the stays, after a while; mostly with one that can take it."""
        self.model.now += passed
        stays, where = list(self.model.stays.values()), self.likely(where, pick, is_likely)
        fit = {each: [s for s in stays if can_take(s, each)] for each in OFTEN}
        if is_likely and not fit[word]:
            able = [each for each in OFTEN if fit[each]]
            word = able[pick % len(able)] if able else word
        stays = (fit[word] if is_likely else []) or stays
        key = stays[pick % len(stays)].key
        row, nurse = self.row(key), self.place.actors["nurse"]
        when = self.when(at, key)
        told = {"stay": row, "at": moment(when)}
        if word in ("transfer", "admit planned"):
            act = inpatients.transfer if word == "transfer" else inpatients.admit_planned
            to, given = self.where(where)
            name = word.replace(" ", "_")
            self.both(
                lambda: act(nurse, reason=reason, **told, **given),
                lambda m: getattr(m, name)(key, *to, when, reason),
            )
        elif word in ("leave", "come back"):
            act = inpatients.leave if word == "leave" else inpatients.come_back
            name = word.replace(" ", "_")
            self.both(lambda: act(nurse, **told), lambda m: getattr(m, name)(key, when))
        elif word == "swap":
            self.change_places(key, stays[other % len(stays)].key, told, when, reason)
        elif word == "discharge":
            self.let_go(key, told, when, role, reason)
        elif word == "write":
            self.write(key, has_summary=pick % 2 == 0, has_attending=other % 2 == 0)
        else:
            self.take_back(word, key, row)

    def change_places(self, key, other, told, when, reason):
        if key != other:
            nurse, second = self.place.actors["nurse"], self.row(other)
            self.both(
                lambda: inpatients.swap(nurse, other=second, reason=reason, **told),
                lambda m: m.swap(key, other, when, reason),
            )

    def let_go(self, key, told, when, role, override):
        self.both(
            lambda: inpatients.discharge(
                self.place.actors[role], disposition="home", override_reason=override, **told
            ),
            lambda m: m.discharge(key, when, role, override),
        )

    def write(self, key, **told):
        """The summary and the attending doctor, or neither any more."""
        stay = self.model.stays[key]
        if stay.gone is None:
            row = self.row(key)
            row.summary = "Better" if told["has_summary"] else ""
            row.attending = self.place.doctor if told["has_attending"] else None
            doctor = self.place.actors["doctor"]
            self.both(
                lambda: inpatients.change(doctor, stay=row),
                lambda m: vars(m.stays[key]).update(told),
            )

    def take_back(self, word, key, row):
        actors = self.place.actors
        ours = {
            "undo": lambda: inpatient_undo.undo(actors["nurse"], stay=row),
            "cancel": lambda: inpatients.cancel(actors["nurse"], stay=row, reason="Better"),
            "retire": lambda: inpatients.retire(actors["doctor"], stay=row, reason="Wrong"),
            "restore": lambda: inpatients.restore(actors["administrator"], stay=row),
        }[word]
        self.both(ours, lambda m: getattr(m, word)(key))

    @rule(
        word=st.sampled_from(KEEPING), bed=BED, at=AT, pick=PICK, passed=LATER,
        until=st.sampled_from([None, 1, 3, 20, 48, 49, -1]),
        is_likely=st.sampled_from([True, True, True, False]),
    )  # fmt: skip
    def keep_a_bed(self, word, bed, at, pick, passed, until, is_likely):
        self.model.now += passed
        kind = {"clean": "cleaning", "reopen": "closed", "release": "reserved"}.get(word, "free")
        board = self.model.board(self.model.now)
        likely = [name for name in BEDS if board[name][0] == kind]
        bed = likely[pick % len(likely)] if likely and is_likely else bed
        ends = None if until is None else self.model.now + 1 + until * HOUR
        row = Bed.objects.get(pk=self.place.beds[bed].pk)
        nurse = self.place.actors["nurse"]
        when = None if word == "release" else self.when(at)
        told = {"bed": row, "at": moment(when)}
        if word == "reserve":
            planned = [s.key for s in self.model.stays.values() if s.status == "planned"]
            keys = [*planned, *planned, *self.model.stays, None]
            key, ends = keys[pick % len(keys)], ends or self.model.now + 2 * HOUR
            stay = self.row(key) if key else None
            self.both(
                lambda: bed_keeping.reserve(nurse, bed=row, until=moment(ends), stay=stay),
                lambda m: m.reserve(bed, ends, key),
            )
        elif word == "close":
            self.both(
                lambda: bed_keeping.close(nurse, ends_at=moment(ends), **told),
                lambda m: m.close(bed, when, ends),
            )
        elif word == "release":
            self.both(
                lambda: bed_keeping.release(nurse, bed=row),
                lambda m: m.end(bed, "reserved", None),
            )
        elif word == "sell":
            self.sell(bed, row)
        else:
            act = bed_keeping.cleaned if word == "clean" else bed_keeping.reopen
            self.both(lambda: act(nurse, **told), lambda m: m.end(bed, kind, when))

    def sell(self, bed, row):
        """A bed is given up for good, or bought back."""
        chief = self.place.actors["administrator"]
        if bed in self.model.sold:
            self.both(lambda: facts.restore(chief, row), lambda m: m.sold.remove(bed))
        else:
            self.both(lambda: facts.retire(chief, row, reason="Sold"), lambda m: m.sell(bed))


def minutes(at):
    """The contrary of ``moment``."""
    return None if at is None else int((at - BEGIN).total_seconds() // 60)
