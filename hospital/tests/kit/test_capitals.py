"""Family names in capitals."""

import pytest

from hospital.kit.capitals import in_capitals


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Okoro", "OKORO"), ("van Dijk", "VAN DIJK"), ("Weißenberger", "WEIẞENBERGER"), ("Müller", "MÜLLER"),
        ("ბერიძე", "ბერიძე"), ("Шевченко", "ШЕВЧЕНКО"), ("李", "李"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_written_as_its_language_does(name, shown):
    assert in_capitals(name) == shown
