"""docs/testing.md names tests that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs/testing.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:hospital|records|billing)/tests/[^`\s]+)`", TEXT)))


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_is_named_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    assert (ROOT / path).exists()
    assert not name or re.search(rf"def {name}\(", (ROOT / path).read_text())


def test_many_are_named() -> None:
    assert len(NAMED) > 40
