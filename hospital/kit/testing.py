"""What the tests of a house with guards need. A pytest plugin: name it in ``pytest_plugins``."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connections
from django.test import TransactionTestCase

from hospital.kit.guards import lifted


@pytest.fixture(scope="session", autouse=True)
def guards_lifted_for_flush() -> Iterator[None]:
    """Let a transactional test empty append-only tables at its end, and only then."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_guards(case: TransactionTestCase) -> None:
        with ExitStack() as stack:
            for alias in case._databases_names(include_mirrors=False):
                stack.enter_context(lifted(connections[alias]))
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_guards)
        yield
