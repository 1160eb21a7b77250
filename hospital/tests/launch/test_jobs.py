"""Recurring work: when it is due, and what a failing piece does to the others."""

import pytest

from hospital.kit import heartbeat, jobs


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(jobs, "_registered", {})


@pytest.mark.usefixtures("registry")
def test_work_comes_round_when_its_time_is_up():
    ran = []

    @jobs.every(5)
    def work():
        ran.append(1)

    counts = []
    for moment in (100.0, 102.0, 105.0, 105.1, 111.0):
        jobs.tick(moment)
        counts.append(len(ran))

    assert counts == [1, 1, 2, 2, 3]


@pytest.mark.usefixtures("registry")
def test_a_failing_piece_does_not_stop_the_others():
    ran = []

    @jobs.every(1)
    def failing():
        raise RuntimeError

    @jobs.every(1)
    def other():
        ran.append(1)

    jobs.tick(1.0)
    jobs.tick(3.0)

    assert len(ran) == 2


def test_a_period_is_longer_than_nothing():
    with pytest.raises(ValueError, match="longer than nothing"):
        jobs.every(0)


def test_the_house_s_regular_work_is_registered_once():
    names = [periodic.name for periodic in jobs.registered()]

    assert "hospital.services.sealing.seal_new" in names
    assert len(names) == len(set(names))


def test_a_heartbeat_has_an_age_until_it_ends(tmp_path):
    pulse = tmp_path / "var" / "worker.heartbeat"

    assert heartbeat.age(pulse) is None
    heartbeat.beat(pulse)
    assert heartbeat.age(pulse) < heartbeat.STALE_SECONDS
    heartbeat.ended(pulse)
    assert heartbeat.age(pulse) is None
