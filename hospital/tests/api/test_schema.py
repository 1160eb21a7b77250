"""The OpenAPI document: complete, committed, never less than before, and true."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
import time_machine
from django.conf import settings
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from hypothesis import HealthCheck
from hypothesis import settings as examples
from openapi_spec_validator import validate
from rest_framework.serializers import ListSerializer
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.schema import document
from hospital.kit.testing import kept
from hospital.tests import factories
from hospital.tests.access.walking import viewsets
from hospital.tests.api.callers import caller
from hospital.tests.rows import row_of
from records.tests.factories import SessionFactory

COMMITTED = Path(settings.BASE_DIR) / "docs/openapi.json"
MADE = json.loads(document())
VIEWSETS = viewsets()
MAKING = [topic for topic, viewset in VIEWSETS.items() if hasattr(viewset, "create")]
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(made=MADE):
    """Every (path, method, operation)."""
    return [
        (path, method, operation)
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def is_list(response):
    """Whether several records are answered, which have no one address."""
    schema = response["content"]["application/json"]["schema"]
    return "results" in schema.get("properties", {})


def test_the_document_is_valid_openapi_3_1():
    assert MADE["openapi"].startswith("3.1")
    validate(MADE)


def test_the_committed_document_is_the_one_that_is_served():
    assert json.loads(COMMITTED.read_text()) == MADE, (
        "docs/openapi.json is old: manage.py spectacular --format openapi-json --file docs/openapi.json"
    )


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_operation_says_all_it_may_answer(path, method, operation):
    said = set(operation["responses"])
    assert {"401", "429", "503"} <= said
    assert operation["security"] == [{"token": []}]
    assert operation["description"]
    names = {each["name"] for each in operation.get("parameters", [])}
    if method == "post":
        assert {"400", "413", "415"} <= said
        assert "Idempotency-Key" in names
    if method in ("put", "patch"):
        assert {"404", "409", "412", "415", "428"} <= said
        assert "If-Match" in names
    if method == "delete":
        assert {"204", "404", "409", "412"} <= said
        assert "X-Reason" in names
    if "201" in said and not is_list(operation["responses"]["201"]):
        assert {"Location", "ETag"} <= set(operation["responses"]["201"]["headers"])
    for status, response in operation["responses"].items():
        assert "$ref" in response or status in ("200", "201", "204"), status


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_example_fits_its_own_schema(path, method, operation):
    bodies = [operation.get("requestBody", {})]
    bodies += [
        operation["responses"][status]
        for status in ("200", "201")
        if status in operation["responses"]
    ]
    for body in bodies:
        for media in body.get("content", {}).values():
            if "example" in media:
                schema = {**media["schema"], "components": MADE["components"]}
                jsonschema_rs.validator_for(schema).validate(media["example"])


def test_examples_are_given_wherever_there_is_a_body():
    without = [
        (path, method)
        for path, method, operation in operations()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if "example" not in media
    ]
    assert without == []


def with_references(row, part, here):
    """A row of a nested list whose ids are of records that there are."""
    named = {name: each for name, each in part._declared_fields.items() if name in row}
    found = {
        name: str(row_of(each.model, here).pk)
        for name, each in named.items()
        if isinstance(each, ReferenceField)
    }
    return {**row, **found}


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(MAKING))
@time_machine.travel("2026-03-14T08:26:53Z", tick=False)  # the day on which the examples were made
def test_what_the_documentation_shows_can_be_sent(path):
    here = factories.HospitalFactory()
    client = factories.api("operator") if path == "hospitals" else caller(path, here)
    media = MADE["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]
    body, rows = dict(media["example"]), {}
    for name, field in VIEWSETS[path].serializer_class._declared_fields.items():
        if name in body and isinstance(field, ReferenceField):
            rows[name] = row_of(field.model, here)
            body[name] = str(rows[name].pk)
        if name in body and isinstance(field, ListSerializer):
            body[name] = [with_references(row, field.child, here) for row in body[name]]
    if {"doctor_id", "clinic_id"} <= rows.keys():
        bookable = rows["doctor_id"].as_resource
        SessionFactory(hospital=here, bookable=bookable, clinic=rows["clinic_id"])
    made = client.post(f"/api/v1/{path}", body)
    assert made.status_code == 201, made.content
    shown = MADE["paths"][f"/api/v1/{path}/{{id}}"]["get"]["responses"]["200"]["content"]
    example = shown["application/json"]["example"]
    assert set(example) == set(client.get(made["Location"]).json())


@pytest.fixture(scope="module")
def one_connection():
    """A request by WSGI ends by closing its connection, and with it the test's transaction: not here."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, one_connection):
    """A hospital with one of everything, and tokens for it."""
    with kept(django_db_blocker):
        here = factories.HospitalFactory()
        client = factories.api("integrator", here)
        rows = {
            name: row_of(viewset.model, here)
            for topic, viewset in VIEWSETS.items()
            for name in (topic, *viewset.also)
        }
        yield {"token": {"Authorization": f"Bearer {client.token.secret}"}, **rows}


@pytest.fixture
def place(filled, db):
    return filled


COUNTS: Counter[str] = Counter()
NAMES = {
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
    "allow_header_conformance", "negative_data_rejection",
}  # fmt: skip
schemathesis.checks.load_all_checks()
FOUND = {check.__name__: check for check in schemathesis.checks.CHECKS.get_all()}
# Whether wrong data was refused is asked of the request as it was generated only.
CHECKS = {
    False: [FOUND[name] for name in NAMES],
    True: [FOUND[name] for name in NAMES if name != "negative_data_rejection"],
}


@pytest.fixture(scope="module", autouse=True)
def counted():
    """Says at the end what was answered, so that no failure cannot mean no case."""
    yield
    if COUNTS:
        sys.stdout.write(f"answers: {dict(sorted(COUNTS.items()))}\n")
        assert any(status.startswith("2") for status in COUNTS)


def chosen() -> SchemathesisConfig:
    """Every boundary of every field, and generated requests. In CI, where the generated ones are the same each time,
    the boundaries are tried on PostgreSQL, which refuses all that SQLite refuses and more, and the others on SQLite.
    """
    config = SchemathesisConfig()
    if os.environ.get("CI"):
        is_sqlite = connection.vendor == "sqlite"
        config.projects.default.phases.coverage.enabled = not is_sqlite
        config.projects.default.phases.fuzzing.enabled = is_sqlite
    return config


schema = schemathesis.openapi.from_wsgi("/api/schema", WSGIHandler(), config=chosen())


@pytest.mark.slow
@pytest.mark.timeout(900)
@schema.parametrize()
@examples(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered_as_documented(case, place):
    """No server error and no undocumented answer, as generated and on records that exist."""
    tag = case.operation.tags[0]
    for is_real in _ways(case):
        if is_real:
            place[tag].refresh_from_db()
            case.path_parameters["id"] = str(place[tag].pk)
            case.headers.setdefault("If-Match", f'"{place[tag].version}"')
        response = case.call(headers=place["token"])
        COUNTS[f"{response.status_code}"] += 1
        case.validate_response(response, checks=CHECKS[is_real or not _is_sent_whole(case)])


def _ways(case):
    """Whether it is sent as generated, about a record that exists, or both. What tries the boundaries of something else
    than the address says nothing of a record that is not there.
    """
    if "id" not in case.path_parameters:
        return (False,)
    told = case.meta.phase.data if case.meta else None
    if isinstance(told, CoveragePhaseData):
        return (told.parameter_location != ParameterLocation.PATH,)
    return (False, True)


def _is_sent_whole(case):
    """Whether all that is wrong with a request reaches the server: an empty list of values is no parameter."""
    return all(value != [] for value in (case.query or {}).values())
