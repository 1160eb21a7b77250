"""Numbers that people see."""

from random import Random

import pytest
from django.db import connection, transaction
from django.db.migrations.writer import OperationWriter
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import series
from hospital.kit.racing import line_up
from hospital.kit.series import SkippingSeries, gap_free, skipping
from hospital.tests.kitapp.models import Numbered

PROCESSES = 8
EACH = 25


def make(operation: SkippingSeries) -> None:
    with connection.schema_editor() as editor:
        operation.database_forwards("kitapp", editor, None, None)


def unmake(operation: SkippingSeries) -> None:
    with connection.schema_editor() as editor:
        operation.database_backwards("kitapp", editor, None, None)


@pytest.fixture
def ticket_series(transactional_db):
    make(SkippingSeries("trial_ticket"))
    yield
    unmake(SkippingSeries("trial_ticket"))


@pytest.mark.django_db
def test_a_gap_free_series_counts_from_one_each_by_itself():
    assert [gap_free("invoice:a") for _ in range(3)] == [1, 2, 3]
    assert gap_free("invoice:b") == 1
    assert gap_free("invoice:a") == 4


@pytest.mark.django_db
def test_a_rollback_gives_a_gap_free_number_back():
    gap_free("invoice")
    with pytest.raises(KeyError), transaction.atomic():
        raise KeyError(gap_free("invoice"))

    assert gap_free("invoice") == 2


@pytest.mark.django_db(transaction=True)
def test_a_gap_free_number_is_only_given_inside_a_transaction():
    with pytest.raises(TransactionManagementError):
        gap_free("invoice")
    with transaction.atomic():
        assert gap_free("invoice") == 1


def test_a_skipping_series_counts_from_one_without_a_transaction(ticket_series):
    assert [skipping("trial_ticket") for _ in range(3)] == [1, 2, 3]


def test_a_rollback_never_leads_to_the_same_number_twice(ticket_series):
    kept = [skipping("trial_ticket")]
    with pytest.raises(KeyError), transaction.atomic():
        raise KeyError(skipping("trial_ticket"))
    kept += [skipping("trial_ticket"), skipping("trial_ticket")]

    assert kept == sorted(set(kept))


def test_making_a_series_again_goes_on_where_it_was(ticket_series):
    assert skipping("trial_ticket") == 1
    make(SkippingSeries("trial_ticket"))

    assert skipping("trial_ticket") == 2


def test_the_operation_survives_the_migration_file():
    text, imports = OperationWriter(SkippingSeries("mrn"), indentation=0).serialize()

    assert imports == {"import hospital.kit.series"}
    assert (
        text.replace("\n", "").replace(" ", "")
        == "hospital.kit.series.SkippingSeries(name='mrn',),"
    )


@pytest.mark.parametrize("name", ["", "MRN", "a b", 'a"b', "1a", "a" * 60])
def test_a_series_has_a_plain_name(name):
    with pytest.raises(ValueError, match="Not a name"):
        SkippingSeries(name)
    with pytest.raises(ValueError, match="Not a name"):
        skipping(name)


@given(st.integers(min_value=0, max_value=10**15), st.randoms(use_true_random=False))
def test_a_check_digit_finds_every_wrong_digit_and_every_swap_of_neighbours(number, random: Random):
    whole = series.with_check_digit(number)
    assert series.is_valid(whole)

    place = random.randrange(len(whole))
    other = random.choice([digit for digit in "0123456789" if digit != whole[place]])
    assert not series.is_valid(whole[:place] + other + whole[place + 1 :])
    for left in range(len(whole) - 1):
        swapped = whole[:left] + whole[left + 1] + whole[left] + whole[left + 2 :]
        assert swapped == whole or not series.is_valid(swapped)


@pytest.mark.parametrize("text", ["", "0", "12a4", "１０００００１", " 572 ", "-5724"])
def test_what_is_no_number_has_no_valid_check_digit(text):
    assert not series.is_valid(text)


def test_the_check_digit_is_damms():
    assert series.with_check_digit(572) == "5724"
    assert series.with_check_digit("1000001") == "1000001" + series.with_check_digit("1000001")[-1]


def take_gap_free(seed: int) -> int:
    """Some of the transactions fail, after the number was given."""
    random, kept = Random(seed), 0
    line_up()
    while kept < EACH:
        try:
            with transaction.atomic():
                Numbered.objects.create(series="race", number=gap_free("race"))
                if random.random() < 0.2:
                    raise KeyError
            kept += 1
        except KeyError:
            continue
    return kept


def take_skipping(seed: int) -> int:
    line_up()
    for _ in range(EACH):
        with transaction.atomic():
            Numbered.objects.create(series="race", number=skipping("trial_race"))
    return EACH


def take_naively(seed: int) -> int:
    """The way of count() + 1 and max() + 1."""
    for _ in range(EACH):
        last = Numbered.objects.aggregate(last=Max("number"))["last"] or 0
        line_up()
        Numbered.objects.create(series="race", number=last + 1)
        line_up()
    return EACH


def prepare() -> None:
    make(SkippingSeries("trial_race"))


def numbers() -> list[int]:
    unmake(SkippingSeries("trial_race"))
    return sorted(Numbered.objects.filter(series="race").values_list("number", flat=True))


@pytest.mark.race
@pytest.mark.parametrize("worker", [take_gap_free, take_skipping, take_naively])
def test_eight_processes_get_every_number_once_and_naively_they_do_not(race, worker):
    race(prepare, [()])
    kept = race(worker, [(seed,) for seed in range(PROCESSES)])
    [given_out] = race(numbers, [()])

    assert sum(kept) == len(given_out) == PROCESSES * EACH
    if worker is take_naively:
        assert len(set(given_out)) == EACH
    elif worker is take_skipping:
        assert len(set(given_out)) == PROCESSES * EACH
    else:
        assert given_out == list(range(1, PROCESSES * EACH + 1))
