"""Every icon that a page names is there: a wrong name breaks the page, and only when it is drawn."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from lucide.templatetags.lucide import lucide

ROOT = Path(settings.BASE_DIR)
WRITTEN = re.compile(r"""\bicon(?:=|\s|\|default:)"([a-z0-9-]+)\"""")
NAMES = sorted(
    {name for path in (ROOT / "templates").rglob("*.html") for name in WRITTEN.findall(path.read_text())}
)  # fmt: skip


def test_the_icons_are_found_where_they_are_written():
    assert len(NAMES) > 30
    assert {"plus", "inbox", "funnel-x"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_named_icon_exists(name):
    assert "<svg" in lucide(name, size=18)
