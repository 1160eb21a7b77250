"""The style sheets and scripts stay small, and colours stay in one file."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from lightningcss import process_stylesheet

STATIC = Path(settings.BASE_DIR) / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))


def _compressed(texts: list[str]) -> int:
    return len(gzip.compress("".join(texts).encode(), 9))


def test_all_style_sheets_together_are_served_in_at_most_8_kb() -> None:
    """As they leave (hospital.kit.storage): without comments and spaces, compressed."""
    assert 0 < _compressed([process_stylesheet(path.read_text()) for path in SHEETS]) <= 8 * 1024


def test_all_scripts_together_are_at_most_6_kb() -> None:
    assert 0 < _compressed([path.read_text() for path in SCRIPTS]) <= 6 * 1024


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_sheet_has_no_colour_of_its_own_and_no_physical_side(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    if path.name != "tokens.css":
        assert not re.search(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)|rgba?\(|hsla?\(", text)
    assert not re.search(
        r"(margin|padding|border)-(left|right)|text-align: (left|right)|float: (left|right)", text
    )
    assert text.count("\n") <= 200


def test_every_component_sheet_is_imported() -> None:
    named = set(re.findall(r'@import url\("([^"]+)"\)', (STATIC / "css/app.css").read_text()))
    there = {str(path.relative_to(STATIC / "css")) for path in SHEETS} - {"app.css", "admin.css"}
    assert named == there


def test_every_behaviour_is_loaded_by_the_entry_script() -> None:
    """The two scripts of the API's own pages have their own way in."""
    named = set(re.findall(r'import\("\./([a-z]+\.js)"\)', (STATIC / "js/app.js").read_text()))
    assert named == {path.name for path in SCRIPTS} - {"app.js", "swagger.js", "redoc.js"}
