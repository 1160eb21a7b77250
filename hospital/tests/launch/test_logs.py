"""Logs that nobody forges and that keep no patient."""

import json
import logging
import logging.config

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from django.urls import resolve

from hospital.kit import logs, requestlog

CANARY = "Zyxwvuta"


@pytest.fixture
def written(capsys):
    """A logger of ours in production's format, and what it has written so far."""

    def start(**options):
        logging.config.dictConfig(logs.configure(level="INFO", **options))
        return logging.getLogger("hospital.test"), lambda: capsys.readouterr().err

    yield start
    logging.config.dictConfig(logs.configure(level="CRITICAL", as_json=True))


def test_a_line_is_one_json_object(written):
    log, read = written(as_json=True)

    log.warning("something %s", "happened")

    entry = json.loads(read())
    assert entry["event"] == "something happened"
    assert entry["level"] == "warning"


@pytest.mark.parametrize("as_json", [True, False])
def test_control_characters_are_encoded(written, as_json):
    log, read = written(as_json=as_json)

    log.warning("name=%s", "a\r\nERROR forged \x1b[31mred\x9b0m\u2028")

    line = read()
    assert line.count("\n") == 1
    assert not set("\r\x1b\x9b\u2028") & set(line)


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_s_message_is_not_logged(written, as_json):
    log, read = written(as_json=as_json)

    try:
        raise IntegrityError(f"Key (phone)=({CANARY}) already exists.")
    except IntegrityError:
        log.exception("failed")

    line = read()
    assert CANARY not in line
    assert "django.db.utils.IntegrityError" in line
    assert "test_logs.py" in line


def test_a_request_is_logged_without_what_was_searched_for():
    request = RequestFactory().get(f"/patients/?q={CANARY}")
    request.resolver_match = resolve("/patients/")
    assert requestlog.RequestLog.format_request(request) == "GET /patients/"

    request.path, request.resolver_match = f"/{CANARY}", None
    assert CANARY not in requestlog.RequestLog.format_request(request)


def test_a_request_is_logged_without_the_secret_in_its_address():
    request = RequestFactory().get(f"/calendar/{CANARY}.ics")
    request.resolver_match = resolve(request.path)
    assert requestlog.RequestLog.format_request(request) == "GET /calendar/(secret).ics"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies, forwarded, expected):
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}

    requestlog.believe_proxies(meta, proxies)

    assert meta == {"REMOTE_ADDR": expected}


@pytest.mark.parametrize("given", ["short", "has space in it", "x" * 65, "line\nbreak-in-it"])
def test_a_strange_request_id_is_replaced(given):
    assert requestlog.request_id({"HTTP_X_REQUEST_ID": given}, 1) != given


def test_a_request_id_is_believed_from_a_proxy_only():
    meta = {"HTTP_X_REQUEST_ID": "0123456789abcdef"}

    assert requestlog.request_id(meta, 1) == "0123456789abcdef"
    assert requestlog.request_id(meta, 0) != "0123456789abcdef"
