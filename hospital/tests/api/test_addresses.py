"""Addresses of the API: old ones, wrong ones, and the documentation."""

import pytest

from hospital.kit.api.errors import described
from hospital.tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing", "/api/v1/", "/api/v1", "/api/v1/wards/1/2/3", "/api/v1//wards",
        "/api/v1/wards/1.%0A2", "/api/v1/%0Awards", "/api/v1/wards/%F3%A5.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_none_is_a_problem_too(client, path, method):
    answer = getattr(client, method)(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_nothing_here_and_nothing_visible_are_the_same_bytes(client):
    hidden = client.get(f"/api/v1/wards/{factories.WardFactory().pk}")
    assert client.get("/api/v1/nothing").content == hidden.content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/api/patients", "/api/v1/patients"),
        ("/api/patients/", "/api/v1/patients/"),
        ("/api/wards/7?count=true", "/api/v1/wards/7?count=true"),
        ("/api/", "/api/v1/"),
        ("/api//evil.example", "/api/v1//evil.example"),
        ("/api/a%0D%0AX-Evil:1", "/api/v1/a%0D%0AX-Evil:1"),
        ("/api/50%25%3F", "/api/v1/50%25%3F"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_without_a_version_leads_to_the_first_one(client, old, new, method):
    answer = getattr(client, method)(old)
    assert (answer.status_code, answer["Location"]) == (308, new)


def test_a_post_without_a_version_arrives_with_its_body(client):
    made = client.post("/api/departments", {"code": "AA", "name": "A"}, follow=True)
    assert made.status_code == 201


@pytest.mark.parametrize(
    "path", ["/api/schema", "/api/schema/", "/docs", "/docs/", "/redoc", "/redoc/"]
)
def test_the_documentation_is_open_to_everybody(client, path):
    client.credentials()
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_documentation_loads_from_this_server_alone(client, path):
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "http" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    text = answer.content.decode()
    assert "//" not in text.replace("<!doctype html>", "").split("<body>")[1]
    assert "https:" not in text
    assert "style=" not in text


def test_the_relaxed_policy_ends_with_the_documentation(client):
    assert "'unsafe-inline'" not in client.get("/api/schema")["Content-Security-Policy"]


def test_an_exception_nobody_knows_is_our_fault():
    assert described(ValueError("x")) is None
