"""What is true of every request, whatever the resource."""

from io import BytesIO

import orjson
import pytest

from hospital.kit.api import parsers, throttling
from hospital.kit.throttling import Buckets
from hospital.models import AuditEvent, Department
from hospital.tests import factories

pytestmark = pytest.mark.django_db
NEW = {"code": "AA", "name": "A"}


def raw(client, method, path, body, content_type="application/json", **headers):
    return client.generic(method, path, body, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"code": NaN}',
        b"\xff",
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(client, body):
    answer = raw(client, "POST", "/api/v1/departments", body or b" ")
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


def test_a_nul_character_is_refused_wherever_it_stands(client):
    answer = raw(client, "POST", "/api/v1/departments", b'{"code": "AA", "name": "a\\u0000b"}')
    assert answer.json()["errors"]["name"][0]["code"] == "nul_character"
    answer = raw(client, "POST", "/api/v1/patients", b'{"contacts": [{"name": "a\\u0000b"}]}')
    assert answer.json()["errors"]["contacts.0.name"][0]["code"] == "nul_character"
    answer = raw(client, "POST", "/api/v1/departments", b'{"a\\u0000": 1}')
    assert answer.status_code == 400


def test_a_body_over_a_megabyte_is_refused_unread(client):
    answer = raw(client, "POST", "/api/v1/departments", b" " * (parsers.LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("body", "status"), [(orjson.dumps(NEW), 201), (b" " * 2_000_000, 413)])
def test_a_body_in_chunks_is_read_whole_and_bounded_too(client, body, status):
    answer = client.generic(
        "POST",
        "/api/v1/departments",
        content_type="application/json",
        CONTENT_TYPE="application/json",
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": BytesIO(body), "wsgi.input_terminated": True},
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    "kind",
    [
        "application/xml",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ],
)
def test_another_kind_of_body_is_refused(client, kind):
    answer = raw(client, "POST", "/api/v1/departments", orjson.dumps(NEW), kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert not Department.objects.exists()


def test_an_unknown_field_is_told_the_nearest(client):
    answer = client.post("/api/v1/departments", {**NEW, "descripton": "x"})
    assert answer.status_code == 400
    error = answer.json()["errors"]["descripton"][0]
    assert error["code"] == "unknown_field"
    assert "description" in error["detail"]


@pytest.mark.parametrize("value", [7, True, ["A"], {"a": 1}])
def test_only_text_is_taken_for_text(client, value):
    answer = client.post("/api/v1/departments", {**NEW, "name": value})
    assert answer.json()["errors"]["name"][0]["code"] == "invalid"


@pytest.mark.parametrize("path", ["/api/v1/departments", "/api/v1/departments/"])
def test_the_final_slash_is_optional(client, path):
    made = client.post(path, NEW)
    assert made.status_code == 201
    assert client.get(f"{path.rstrip('/')}/{made.json()['id']}/").status_code == 200
    assert client.get(path).status_code == 200


def test_a_method_that_is_not_there_lists_those_that_are(client):
    answer = client.delete("/api/v1/departments")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}


def test_head_and_options_answer(client, here):
    pk = factories.DepartmentFactory(hospital=here).pk
    head = client.head(f"/api/v1/departments/{pk}")
    assert (head.status_code, head["ETag"], head.content) == (200, '"1"', b"")
    options = client.options(f"/api/v1/departments/{pk}")
    assert options.status_code == 204
    assert "PATCH" in options["Allow"]


def test_what_the_caller_has_is_not_sent_again(client, here):
    address = f"/api/v1/departments/{factories.DepartmentFactory(hospital=here).pk}"
    assert client.get(address, headers={"If-None-Match": '"1"'}).status_code == 304
    client.patch(address, {"name": "New", "version": 1})
    fresh = client.get(address, headers={"If-None-Match": '"1"'})
    assert (fresh.status_code, fresh["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("pk", ["x", "1", "00000000-0000-0000-0000-00000000000", "a" * 36, "%00"])
def test_an_id_that_is_none_is_not_found(client, pk):
    answer = client.get(f"/api/v1/departments/{pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("sent", ['"1", "7"', 'W/"1"', '"0", W/"1"'])
def test_if_match_may_name_several_versions(client, here, sent):
    address = f"/api/v1/departments/{factories.DepartmentFactory(hospital=here).pk}"
    assert client.patch(address, {"name": "New"}, headers={"If-Match": sent}).status_code == 200


@pytest.mark.parametrize("sent", ["1", "nonsense", '"1', '"1" "2"', "{}"])
def test_an_if_match_without_quotes_is_told_how_to_write_it(client, here, sent):
    address = f"/api/v1/departments/{factories.DepartmentFactory(hospital=here).pk}"
    answer = client.patch(address, {"name": "New"}, headers={"If-Match": sent})
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_invalid")


@pytest.mark.parametrize("sent", ['"x"', '"2"', 'W/"7", "8"', '""'])
def test_an_if_match_that_names_no_current_version_is_stale(client, here, sent):
    address = f"/api/v1/departments/{factories.DepartmentFactory(hospital=here).pk}"
    assert client.patch(address, {"name": "New"}, headers={"If-Match": sent}).status_code == 412


@pytest.mark.parametrize("version", ["1", 0, -1, True, 1.0, None, 10**30])
def test_a_version_in_the_body_is_a_number(client, here, version):
    address = f"/api/v1/departments/{factories.DepartmentFactory(hospital=here).pk}"
    answer = client.patch(address, {"name": "New", "version": version})
    assert answer.status_code in (400, 412)


def test_an_unexpected_error_is_told_by_its_request_id_alone(quiet, here, monkeypatch):
    def broken(*args, **options):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("hospital.kit.api.viewsets.questions.page", broken)
    answer = quiet.get("/api/v1/departments")
    assert answer.status_code == 500
    assert answer.json()["code"] == "server_error"
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert b"secret" not in answer.content
    assert b"ZeroDivision" not in answer.content


def test_a_database_out_of_reach_is_503_and_shows_nothing(quiet, here, monkeypatch):
    from django.db import OperationalError

    def broken(*args, **options):
        raise OperationalError("connection refused")

    factories.DepartmentFactory(hospital=here)
    monkeypatch.setattr("hospital.kit.api.viewsets.questions.page", broken)
    answer = quiet.get("/api/v1/departments")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer["Retry-After"]


def test_a_look_that_cannot_be_booked_shows_no_data(quiet, here, monkeypatch):
    from django.db import OperationalError

    from records.tests.factories import PatientFactory

    patient = PatientFactory(at=here, family_name="Zebrowski")

    def broken(*args, **options):
        raise OperationalError("disk full")

    monkeypatch.setattr("hospital.kit.audit.insert", broken)
    for path in ("", f"/{patient.pk}"):
        answer = quiet.get(f"/api/v1/patients{path}")
        assert answer.status_code == 503
        assert b"Zebrowski" not in answer.content


def test_a_program_that_has_run_away_is_slowed_down(client, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 3
    monkeypatch.setattr(throttling.TokenThrottle, "_buckets", Buckets())
    statuses = [client.get("/api/v1/wards").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = client.get("/api/v1/wards")
    assert answer.json()["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 21
    other = factories.api("integrator", factories.HospitalFactory())
    assert other.get("/api/v1/wards").status_code == 200


def test_no_answer_is_kept_by_anybody_on_the_way(client):
    for path in ("/api/v1/wards", "/api/v1/me", "/api/v1/wards/x"):
        assert client.get(path)["Cache-Control"] == "no-store"


def test_a_reason_may_be_in_any_script(client, here):
    department = factories.DepartmentFactory(hospital=here)
    reason = "geschlossen: Überflutung 水害"
    answer = client.delete(
        f"/api/v1/departments/{department.pk}", HTTP_X_REASON=reason.encode().decode("latin-1")
    )
    assert answer.status_code == 204
    assert AuditEvent.objects.get(act="hospital.department.retire").reason == reason


def test_a_token_that_may_only_write_is_told_the_id_and_version(here):
    writer = factories.api("integrator", here, scopes=["hospital.department:write"])
    made = writer.post("/api/v1/departments", NEW)
    assert made.status_code == 201
    assert set(made.json()) == {"id", "version"}
    assert writer.get(made["Location"]).status_code == 403
    changed = writer.patch(made["Location"], {"name": "B", "version": 1})
    assert changed.json() == {"id": made.json()["id"], "version": 2}
