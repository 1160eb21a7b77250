"""Two pharmacists set prices for the same days at once: one of them does, the other is told."""

import datetime as dt
import time
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection

from hospital.kit import guards
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Busy, StaleError
from hospital.kit.racing import line_up
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import Medication, MedicationPrice
from records.services import catalogues
from records.tests.factories import MedicationFactory

from .harness import once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 10
PROCESSES = 4
GUARD = "medication_price_no_overlap"


def prepare(is_guarded):
    if not is_guarded:
        guards.drop(connection, [GUARD])
    assert guards.missing(connection) == ([] if is_guarded else [GUARD])
    hospital = HospitalFactory()
    return hospital.pk, [MedicationFactory(hospital=hospital).pk for _ in range(ROUNDS)]


def price(place, **facts):
    """Each process wants other days, all of which have some in common."""
    first = dt.date(2026, 1, 1) + dt.timedelta(place)
    return MedicationPrice(amount=place + 1, valid_from=first, **facts)


def set_price(place, hospital_id, entries):
    """By the service, as every door does; returns what came of each: "" for done, or what was told."""
    pharmacist = command_actor(hospital_id, "pharmacist")
    answers = []
    for pk in entries:
        medication = Medication.objects.get(pk=pk)
        line_up()
        try:
            in_transaction(
                lambda medication=medication: catalogues.update(
                    pharmacist, entry=medication, prices=[price(place)]
                )
            )
            answers.append("")
        except StaleError:
            answers.append("stale")
    return answers


def add_beside_the_service(place, entries):
    """Look, find no price, and add one: right for who is alone."""
    answers = []
    for pk in entries:
        is_free = not MedicationPrice.objects.filter(medication=pk).exists()
        line_up()
        answers.append(add(place, pk))
        assert is_free
        line_up()
    return answers


def add(place, pk):
    """Until it is in or the guard refuses it: without the service's lock PostgreSQL's guard may
    deadlock, more often than is tried again by itself, and then asks to be asked again.

    Not at once: whoever comes back while another one is still waiting is waited for again, and so on for ever.
    """
    while True:
        with suppress(Busy):
            try:
                in_transaction(price(place, medication_id=pk).save)
            except IntegrityError as refusal:
                if GUARD not in str(refusal):
                    raise
                return "overlap"
            return ""
        time.sleep(0.1 * (place + 1))


def standing(entries):
    return [MedicationPrice.objects.live().filter(medication=pk).count() for pk in entries]


def test_one_list_of_prices_wins_and_the_others_are_told(race, count):
    hospital_id, entries = once(race, prepare, True)
    answers = race(set_price, [(place, hospital_id, entries) for place in range(PROCESSES)])
    for round_ in zip(*answers, strict=True):
        assert sorted(round_) == ["", *["stale"] * (PROCESSES - 1)]
    assert once(race, standing, entries) == [1] * ROUNDS
    count("lists of prices written by four at once", ROUNDS)


@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_database_lets_one_price_through_and_without_its_guard_all(race, is_guarded):
    _hospital_id, entries = once(race, prepare, is_guarded)
    answers = race(add_beside_the_service, [(place, entries) for place in range(PROCESSES)])
    winners = 1 if is_guarded else PROCESSES
    assert [round_.count("") for round_ in zip(*answers, strict=True)] == [winners] * ROUNDS
    assert once(race, standing, entries) == [winners] * ROUNDS


@pytest.fixture(autouse=True)
def guard_is_back(transactional_db):
    """The control leaves a shared PostgreSQL database without its guard."""
    yield
    if connection.vendor == "postgresql":
        MedicationPrice.objects.all().delete()
        guards.reinstall(connection)
