"""Two requests of one session at once: neither takes back what the other noted."""

from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Careless

from hospital.kit.sessions import SessionStore

pytestmark = pytest.mark.django_db


def two_requests(store: Any, **begun: Any) -> tuple[Any, Any]:
    """The session of two requests that have both read it."""
    first = store()
    first.update({"user": "elif", **begun})
    first.create()
    first.update({"user": "elif", **begun})
    first.save()
    pair = store(first.session_key), store(first.session_key)
    for each in pair:
        assert each["user"] == "elif"
    return pair


def kept(store: Any, session: Any) -> dict[str, Any]:
    return dict(store(session.session_key).items())


def lock_while_noting(store: Any) -> dict[str, Any]:
    slow, fast = two_requests(store)
    fast["locked_at"] = 7
    fast.save()
    slow["seen_at"] = 5
    slow.save()
    return kept(store, slow)


def test_what_the_other_request_noted_stays() -> None:
    assert lock_while_noting(SessionStore) == {"user": "elif", "locked_at": 7, "seen_at": 5}


def test_djangos_own_store_would_have_lost_it() -> None:
    assert "locked_at" not in lock_while_noting(Careless)


def test_what_the_other_request_took_away_stays_away() -> None:
    slow, fast = two_requests(SessionStore, message="Saved.")
    del fast["message"]
    fast.save()
    slow["seen_at"] = 5
    slow.save()
    assert kept(SessionStore, slow) == {"user": "elif", "seen_at": 5}


def test_what_this_request_took_away_is_gone() -> None:
    slow, fast = two_requests(SessionStore, message="Saved.")
    fast["seen_at"] = 5
    fast.save()
    del slow["message"]
    slow.save()
    slow["again"] = 1
    slow.save()
    assert kept(SessionStore, slow) == {"user": "elif", "seen_at": 5, "again": 1}


def test_a_session_that_was_ended_meanwhile_does_not_come_back() -> None:
    slow, fast = two_requests(SessionStore)
    fast.flush()
    slow["seen_at"] = 5
    with pytest.raises(UpdateError):
        slow.save()
    assert not SessionStore().exists(slow.session_key)


def test_a_new_key_takes_everything_along() -> None:
    session, _ = two_requests(SessionStore)
    before = session.session_key
    session.cycle_key()
    session["seen_at"] = 5
    session.save()
    assert session.session_key != before
    assert kept(SessionStore, session) == {"user": "elif", "seen_at": 5}
