"""What the board said at an earlier time: by what was recorded then, not by what is known today."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock, facts
from hospital.models import AuditEvent, Bed
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor, api, signed_in
from records.models import InPatient
from records.services import bed_board, bed_keeping, inpatient_undo, inpatients
from records.tests.appointments.ground import it_is
from records.tests.factories import PatientFactory

from .program import BOARD, codes_of

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
PAGE = reverse("records:inpatient-board")


def at(hour, minute=0):
    return DAY.replace(hour=hour, minute=minute)


def later(**length):
    """Long after: nobody remembers."""
    return it_is(DAY + dt.timedelta(days=300, **length))


class Scene:
    """A ward with two beds, 1 and 2; Ana came into the first one at eight."""

    def __init__(self):
        with it_is(DAY - dt.timedelta(days=9)):
            self.here = HospitalFactory(time_zone="UTC")
            self.ward = WardFactory(hospital=self.here, name="Cardiology")
            self.beds = [
                BedFactory(ward=self.ward, hospital=self.here, label=str(n)) for n in (1, 2)
            ]
            self.ana = PatientFactory(at=self.here, family_name="Okoro", sex="female")
        self.nurse = actor("nurse", self.here)
        with it_is(at(8)):
            self.stay = InPatient(hospital=self.here, patient=self.ana)
            inpatients.admit(self.nurse, stay=self.stay, bed=self.beds[0])

    def board(self, moment=None, known_at=None):
        """Label of a bed, or "waits" -> state, and whether who lies there is on leave."""
        with later():
            [board] = bed_board.at(self.nurse, moment, known_at=known_at)
        return {
            place.bed.label if place.bed else "waits": place.state + "!" * place.is_on_leave
            for place in (*board.places, *board.waiting)
        }

    def enter_in_error(self, when):
        doctor = actor("doctor", self.here)
        with it_is(when):
            stay = InPatient.objects.get(pk=self.stay.pk)
            inpatients.retire(doctor, stay=stay, reason="Wrong")

    def census(self, moment, known_at=None):
        with later():
            return bed_board.census(self.nurse, [moment], known_at=known_at).get(self.ward.pk)


@pytest.fixture
def scene(db):
    return Scene()


@pytest.fixture
def moved_late(scene):
    """At 15:00 somebody enters that Ana was moved to the other bed at 12:30."""
    with it_is(at(15)):
        inpatients.transfer(scene.nurse, stay=scene.stay, bed=scene.beds[1], at=at(12, 30))
    return scene


def test_a_transfer_entered_late_was_not_known_before(moved_late):
    before, after = {"1": "occupied", "2": "free"}, {"1": "cleaning", "2": "occupied"}

    assert moved_late.board(at(13), known_at=at(14)) == before
    assert moved_late.board(at(13), known_at=at(16)) == after
    assert moved_late.board(at(13)) == after
    assert moved_late.board(at(12), known_at=at(16)) == before


def test_without_a_moment_it_is_the_board_as_it_stood_then(moved_late):
    assert moved_late.board(known_at=at(14)) == moved_late.board(at(14), known_at=at(14))


def test_what_was_entered_at_a_moment_was_known_at_that_moment(moved_late):
    assert moved_late.board(at(13), known_at=at(15))["2"] == "occupied"


def test_a_patient_entered_late_was_unknown_until_then(scene):
    stay = InPatient(hospital=scene.here, patient=PatientFactory(at=scene.here))
    with it_is(at(12)):
        inpatients.admit(scene.nurse, stay=stay, ward=scene.ward, at=at(9))

    assert "waits" not in scene.board(at(10), known_at=at(11))
    assert scene.board(at(10), known_at=at(12))["waits"] == "occupied"
    assert scene.census(at(10), at(11)) == [{"occupied": 1, "waiting": 0, "on_leave": 0}]
    assert scene.census(at(10), at(12)) == [{"occupied": 1, "waiting": 1, "on_leave": 0}]


def test_what_was_undone_stood_on_the_board_until_then(moved_late):
    with it_is(at(17)):
        inpatient_undo.undo(moved_late.nurse, stay=InPatient.objects.get(pk=moved_late.stay.pk))

    assert moved_late.board(at(13)) == {"1": "occupied", "2": "free"}
    assert moved_late.board(at(13), known_at=at(16)) == {"1": "cleaning", "2": "occupied"}


def test_a_stay_entered_in_error_lay_there_for_who_looked_before(scene):
    scene.enter_in_error(at(10))

    assert scene.board(at(9)) == {"1": "free", "2": "free"}
    assert scene.board(at(9), known_at=at(9))["1"] == "occupied"
    assert scene.census(at(9)) is None
    assert scene.census(at(9), at(9)) == [{"occupied": 1, "waiting": 0, "on_leave": 0}]


def test_a_leave_entered_late_was_not_known_before(scene):
    with it_is(at(12)):
        inpatients.leave(scene.nurse, stay=InPatient.objects.get(pk=scene.stay.pk), at=at(10))

    assert [scene.board(at(11), known_at=known)["1"] for known in (at(11), at(12))] == [
        "occupied",
        "occupied!",
    ]


def test_a_stay_is_told_as_it_was_known_and_the_patient_by_the_name_of_today(scene):
    with it_is(at(10)):
        stay = InPatient.objects.get(pk=scene.stay.pk)
        stay.needs_isolation, stay.expected_end_on = True, dt.date(2027, 3, 4)
        inpatients.change(scene.nurse, stay=stay)
    type(scene.ana).objects.filter(pk=scene.ana.pk).update(family_name="Adeyemi")

    with later():
        told = [
            bed_board.at(scene.nurse, at(9), known_at=known)[0].places[0].period.encounter
            for known in (at(9), at(11))
        ]

    assert [row.needs_isolation for row in told] == [False, True]
    assert [row.expected_end_on for row in told] == [None, dt.date(2027, 3, 4)]
    assert {row.patient.family_name for row in told} == {"Adeyemi"}


def test_a_bed_and_a_ward_stand_as_they_were_known(scene):
    chief = actor("administrator", scene.here)
    with it_is(at(9)):
        extra = bed_keeping.put_up(scene.nurse, ward=scene.ward)
    with it_is(at(11)):
        bed = Bed.objects.get(pk=scene.beds[1].pk)
        bed.label = "2B"
        facts.change(chief, bed)
        bed_keeping.take_away(scene.nurse, bed=Bed.objects.get(pk=extra.pk))

    assert scene.board(at(8), known_at=at(8)) == {"1": "occupied", "2": "free"}
    assert scene.board(at(10), known_at=at(10)) == {"1": "occupied", "2": "free", "X1": "free"}
    assert scene.board(at(10), known_at=at(12)) == {"1": "occupied", "2B": "free", "X1": "free"}
    assert scene.board(at(12), known_at=at(12)) == {"1": "occupied", "2B": "free"}

    scene.enter_in_error(at(13))
    with it_is(at(14)):
        for row in Bed.objects.live().filter(ward=scene.ward):
            facts.retire(chief, row, reason="Sold")
        facts.retire(chief, scene.ward, reason="Closed")
    assert scene.board(at(8), known_at=at(8)) == {"1": "occupied", "2": "free"}


@pytest.mark.parametrize(
    ("moment", "known_at", "code"),
    [
        (9, 8, "known_before_moment"),
        (9, 24 * 301, "time_to_come"),
        (None, 24 * 301, "time_to_come"),
    ],
)
def test_nobody_knew_it_before_it_was_nor_knows_it_already(scene, moment, known_at, code):
    known = DAY + dt.timedelta(hours=known_at)

    with pytest.raises(ValidationError) as refused:
        scene.board(moment and at(moment), known_at=known)

    assert refused.value.error_dict["known_at"][0].code == code


def test_it_asks_as_often_for_many_beds_as_for_few(scene):
    def asked():
        with later(), CaptureQueriesContext(connection) as queries:
            [board] = bed_board.at(scene.nurse, at(9), known_at=at(9))
        return len(queries), board.number("occupied")

    def fill(number):
        for _ in range(number):
            with it_is(at(8)):
                bed = BedFactory(ward=scene.ward, hospital=scene.here)
                stay = InPatient(hospital=scene.here, patient=PatientFactory(at=scene.here))
                inpatients.admit(scene.nurse, stay=stay, bed=bed)

    fill(2)
    few = asked()
    fill(12)
    assert (few, asked()) == ((5, 3), (5, 15))


# ---- the doors


def test_the_page_says_in_plain_words_which_of_the_two_it_uses(moved_late, client):
    def shown(**asked):
        answer = client.get(PAGE, asked)
        text = " ".join(answer.content.decode().split())
        return text, [bed["state"] for ward in answer.context["wards"] for bed in ward["beds"]]

    with later():
        signed_in(client, "nurse", moved_late.here)
        boxes = {"at_day": "1-Mar-2027", "at_time": "13:00"}
        text, states = shown(**boxes)
        assert "This is what is known today about that moment" in text
        assert states == ["cleaning", "occupied"]
        text, states = shown(**boxes, known_at_day="1-Mar-2027", known_at_time="14:00")
        assert "The beds as of 01-Mar-2027 13:00, as it was known at 01-Mar-2027 14:00." in text
        assert "what was entered late or put right later is not in it" in text
        assert states == ["occupied", "free"]
        assert "every 15s" not in text
        assert "Admit here" not in text
        again = shown(at=at(13).isoformat(), known_at=at(14).isoformat())
        assert again[1] == states
        alone = shown(known_at=at(14).isoformat())
        assert "The beds as of 01-Mar-2027 14:00, as it was known at 01-Mar-2027 14:00." in alone[0]
    seen = AuditEvent.objects.filter(reason="board", patient_id=moved_late.ana.pk)
    assert seen.count() == 4


@pytest.mark.parametrize(
    ("known_at", "sentence"),
    [
        (at(12), "Nobody could know it yet at that time."),
        (at(0) + dt.timedelta(days=400), "still to come"),
    ],
)
def test_a_time_of_knowing_that_makes_no_sense_is_refused_on_the_page(
    moved_late, client, known_at, sentence
):
    with later():
        signed_in(client, "nurse", moved_late.here)
        asked = {"at": at(13).isoformat(), "known_at": known_at.isoformat()}
        assert sentence in client.get(PAGE, asked).content.decode()


def test_before_there_was_a_ward_nobody_is_told_to_add_one(scene, client):
    with later():
        signed_in(client, "nurse", scene.here)
        known_at = DAY - dt.timedelta(days=10)
        text = client.get(PAGE, {"known_at": known_at.isoformat()}).content.decode()
    assert "There was no ward then." in text
    assert "An administrator adds wards" not in text


def test_a_program_asks_what_was_known(moved_late):
    with later():
        client = api("integrator", moved_late.here)

    def asked(**asked_):
        with later():
            return client.get(BOARD, {name: value.isoformat() for name, value in asked_.items()})

    told = asked(as_of=at(13), known_at=at(14)).json()
    assert (told["as_of"], told["known_at"]) == (
        "2027-03-01T13:00:00+00:00",
        "2027-03-01T14:00:00+00:00",
    )
    assert [bed["state"] for bed in told["wards"][0]["beds"]] == ["occupied", "free"]
    today = asked(as_of=at(13)).json()
    assert (today["known_at"], today["wards"][0]["beds"][0]["state"]) == (None, "cleaning")
    assert asked(known_at=at(14)).json()["as_of"] == "2027-03-01T14:00:00+00:00"
    for known_at, code in (
        (at(12), "known_before_moment"),
        (clock.now().replace(year=2030), "time_to_come"),
    ):
        refused = asked(as_of=at(13), known_at=known_at)
        assert (refused.status_code, codes_of(refused, "known_at")) == (400, [code])
