"""What is found by its module: nothing is left out, and parents come before their parts."""

import sys
from pathlib import Path

import pytest

import hospital.admin
from hospital.api.wards import WardViewSet
from hospital.kit import topics
from hospital.kit.api import links
from hospital.kit.api.routers import Router
from hospital.kit.api.viewsets import ReadViewSet
from hospital.kit.web.plain import RecordPages, entries_of
from hospital.web.wards import WardPages


@pytest.mark.parametrize(
    ("package", "base"), [("hospital.api", ReadViewSet), ("hospital.web", RecordPages)]
)
def test_what_names_a_topic_is_found_once_with_parents_first(package, base):
    found = [each.topic for each in topics.declared(package, base)]
    assert len(found) == len(set(found))
    assert [name for name in found if name in {"hospitals", "departments", "wards"}] == [
        "hospitals",
        "departments",
        "wards",
    ]


def test_every_module_of_the_admin_is_loaded():
    files = Path(hospital.admin.__file__).parent.glob("[!_]*.py")
    names = {f"hospital.admin.{file.stem}" for file in files}
    assert "hospital.admin.wards" in names
    assert names <= sys.modules.keys()


def test_further_names_lead_to_the_same_and_links_name_the_first(monkeypatch):
    monkeypatch.setattr(WardViewSet, "also", ("stations",))
    names = {url.name for url in Router("hospital.api").urls}
    assert {"wards-list", "stations-list", "stations-detail"} <= names
    assert links.address("hospital.ward", "1") == "/api/v1/wards/1"


def test_pages_without_an_icon_have_no_line_in_the_rail(monkeypatch):
    assert WardPages.entry() in entries_of("hospital.web")
    monkeypatch.setattr(WardPages, "icon", "")
    assert "hospital:ward-list" not in {entry.url_name for entry in entries_of("hospital.web")}
