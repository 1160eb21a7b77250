"""What the server sets: sent with another value, it is refused on every record, also by a write that is forced."""

import pytest

from hospital.tests import factories
from hospital.tests.access.walking import viewsets
from hospital.tests.api.callers import caller
from hospital.tests.rows import row_of

pytestmark = pytest.mark.django_db
VIEWSETS = viewsets()
CHANGED = sorted(path for path, viewset in VIEWSETS.items() if hasattr(viewset, "partial_update"))
SEEN = ['"{version}"', "*"]


@pytest.fixture
def here():
    return factories.HospitalFactory()


@pytest.mark.parametrize("path", CHANGED)
def test_another_value_of_what_the_server_sets_is_never_passed_over(here, path):
    client, row = caller(path, here), row_of(VIEWSETS[path].model, here)
    address = f"/api/v1/{path}/{row.pk}"
    shown = client.get(address).json()
    fields = VIEWSETS[path].serializer_class().fields
    fixed = [name for name in shown if name in fields and fields[name].read_only]
    assert fixed
    for name in fixed:
        for seen in SEEN:
            headers = {"If-Match": seen.format(version=shown["version"])}
            answer = client.patch(address, {name: "x"}, headers=headers)
            told = answer.json()
            codes = [error["code"] for error in told.get("errors", {}).get(name, [])]
            assert (answer.status_code, codes) == (400, ["read_only"]), (name, seen)
    assert client.get(address).json() == shown


@pytest.mark.parametrize("path", CHANGED)
def test_a_whole_record_that_is_forced_may_have_old_marks_but_no_other_status(here, path):
    client, row = caller(path, here), row_of(VIEWSETS[path].model, here)
    address, forced = f"/api/v1/{path}/{row.pk}", {"If-Match": "*"}
    shown = client.get(address).json()
    old = shown | {"version": 0, "updated_at": "2001-01-01T00:00:00+00:00"}
    assert client.put(address, old, headers=forced).status_code == 200
    if "status" in shown:
        assert client.put(address, old | {"status": "x"}, headers=forced).status_code == 400
