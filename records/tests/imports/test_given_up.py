"""Charts of an import that was undone have no number that anybody is shown, on no page and in no file or answer."""

import io

import pytest
from django.http import QueryDict

from hospital.models import ImportRow
from hospital.services import import_results
from hospital.tests.exports.files import rows_of
from hospital.tests.factories import api, signed_in
from records.models import Patient
from records.tests.imports.files import brought_in, checked, person, table, undone
from records.web.patient_exports import PatientList

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(boss):
    return undone(boss, brought_in(boss, table(person(1, mrn="K1"), person(2, dob="never"))))


@pytest.fixture
def chart(batch):
    found = Patient.objects.get()
    assert found.mrn.startswith("~")
    return found


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


def text(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_no_page_shows_a_number_that_was_given_up(boss, desk, chart):
    again = checked(boss, table(person(1), person(1)))
    ImportRow.objects.filter(batch=again, number=3).update(object_id=chart.pk, like_row=None)
    name = f'<a href="/patients/{chart.pk}/"><bdi>{chart.display_name}</bdi></a>'
    assert name in text(desk, f"/imports/{again.pk}/")
    paths = [f"/patients/{chart.pk}/", f"/patients/{chart.pk}/history/", "/patients/?retired=on"]
    for path in [*paths, "/admin/records/patient/", f"/admin/records/patient/{chart.pk}/change/"]:
        shown = text(desk, path)
        assert chart.mrn not in shown, path
        assert chart.family_name.upper() in shown.upper() or "admin" in path, path


def test_no_file_has_it_and_no_name_stands_in_its_place(boss, batch, chart):
    file = io.BytesIO()
    import_results.write(boss, batch=batch, file=file)
    assert [row[:3] for row in rows_of(file.getvalue(), "csv")[1:]] == [
        ["2", "Undone", ""], ["3", "Broken", ""],
    ]  # fmt: skip
    exported = PatientList().table(boss, QueryDict("retired=on"))
    [row] = [exported.line(each) for rows in exported.batches(10) for each in rows]
    assert row[:2] == ["", chart.family_name]


def test_the_api_gives_an_empty_number(here, chart):
    client = api("administrator", here)
    [row] = client.get("/api/v1/patients?include_retired=true").json()["results"]
    assert (row["id"], row["mrn"]) == (str(chart.pk), "")
    one = client.get(f"/api/v1/patients/{chart.pk}?include_retired=true").json()
    assert one["mrn"] == "", one
