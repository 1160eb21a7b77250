"""Version 1 only grows: what was once in the schema stays in it."""

import copy
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from hospital.kit.api.schema import document

MADE = json.loads(document())


def taken_away(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a program written for `old` would miss in `new`, or be newly asked for."""
    return [*_operations(old["paths"], new["paths"]), *_schemas(old, new)]


def _operations(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for path, methods in old.items():
        for method, before in methods.items():
            after = new.get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if after is None:
                yield where
                continue
            names = {each["name"]: each for each in after.get("parameters", [])}
            asked = {each["name"] for each in before.get("parameters", []) if each.get("required")}
            gone = {each["name"] for each in before.get("parameters", [])} - set(names)
            yield from (f"{where}: parameter {name}" for name in sorted(gone))
            needed = {name for name, each in names.items() if each.get("required")}
            yield from (f"{where}: now needs {name}" for name in sorted(needed - asked))
            statuses = set(before["responses"]) - set(after["responses"])
            yield from (f"{where}: status {status}" for status in sorted(statuses))


def _schemas(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, before in old["components"]["schemas"].items():
        after = new["components"]["schemas"].get(name)
        if after is None:
            yield name
            continue
        gone = set(before.get("properties", {})) - set(after.get("properties", {}))
        yield from (f"{name}.{field}" for field in sorted(gone))
        words = set(before.get("enum", [])) - set(after.get("enum", []))
        yield from (f"{name}: the word {word}" for word in sorted(words))
        is_sent = name.endswith("Request")
        was, now = set(before.get("required", [])), set(after.get("required", []))
        changed = now - was if is_sent else was - now
        said = "now needs" if is_sent else "no longer always has"
        yield from (f"{name} {said} {field}" for field in sorted(changed))


def landed() -> dict[str, Any]:
    """The schema as last committed; this one where there is no history to ask."""
    shown = subprocess.run(
        ["git", "show", "HEAD:docs/openapi.json"],
        cwd=settings.BASE_DIR, capture_output=True, check=False,
    )  # fmt: skip
    return json.loads(shown.stdout) if shown.returncode == 0 else MADE


def test_nothing_that_landed_has_been_taken_away():
    assert taken_away(landed(), MADE) == []


def drop_path(made):
    del made["paths"]["/api/v1/wards"]


def drop_method(made):
    del made["paths"]["/api/v1/wards/{id}"]["delete"]


def drop_parameter(made):
    made["paths"]["/api/v1/wards"]["get"]["parameters"].pop()


def need_parameter(made):
    made["paths"]["/api/v1/wards"]["get"]["parameters"][0]["required"] = True


def drop_status(made):
    del made["paths"]["/api/v1/wards"]["post"]["responses"]["422"]


def drop_field(made):
    del made["components"]["schemas"]["Ward"]["properties"]["floor"]


def need_field(made):
    made["components"]["schemas"]["WardRequest"]["required"].append("floor")


def forget_field(made):
    made["components"]["schemas"]["Ward"]["required"].remove("name")


def drop_word(made):
    made["components"]["schemas"]["SexEnum"]["enum"].remove("other")


def drop_schema(made):
    del made["components"]["schemas"]["Me"]


@pytest.mark.parametrize(
    "take",
    [drop_path, drop_method, drop_parameter, need_parameter, drop_status, drop_field, need_field,
     forget_field, drop_word, drop_schema],
)  # fmt: skip
def test_whatever_is_taken_away_is_noticed(take):
    less = copy.deepcopy(MADE)
    take(less)
    assert taken_away(MADE, less) != []


def test_what_is_added_is_no_loss():
    more = copy.deepcopy(MADE)
    more["paths"]["/api/v1/wings"] = more["paths"]["/api/v1/wards"]
    more["components"]["schemas"]["Ward"]["properties"]["colour"] = {"type": "string"}
    assert taken_away(MADE, more) == []
