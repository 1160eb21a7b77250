"""docs/api.md says what is so: every code, every status, every address; and its quick start works."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from hospital.kit import codes
from hospital.kit.api.answers import REASONS
from hospital.kit.api.schema import document
from hospital.tests import factories
from records.tests.factories import SessionFactory

PAGE = (Path(settings.BASE_DIR) / "docs/api.md").read_text("utf-8")


def rows(heading):
    """The cells of the table under a heading."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_code_is_told_with_its_status_and_sentence():
    told = {tuple(row) for row in rows("Codes")}
    there = {(f"`{code.code}`", str(code.status), str(code.sentence)) for code in codes.every()}
    missing = "\n".join(f"| {' | '.join(row)} |" for row in sorted(there - told))
    assert told - there == set(), "docs/api.md tells of codes that are not there"
    assert missing == "", f"add to the table of codes in docs/api.md:\n{missing}"


def test_the_codes_are_in_order():
    told = [row[0].strip("`") for row in rows("Codes")]
    assert told == sorted(told)


def test_every_status_is_told():
    told = {int(row[0]) for row in rows("Answers")}
    assert told == {200, 201, 204, 308, 500, *REASONS}


def test_every_status_has_an_example_that_speaks_as_the_api_does():
    text = (Path(settings.BASE_DIR) / "docs/api-answers.md").read_text("utf-8")
    examples = re.findall(r"^### (\d+): .+?```http\n(.+?)```$", text, re.MULTILINE | re.DOTALL)
    assert {int(status) for status, _ in examples} == {200, 201, 204, 308, 500, *REASONS}
    known = {code.code: code for code in codes.every()}
    for status, example in examples:
        head, _, answer = example.partition(f"\n\n{status}\n")
        assert re.match(r"(GET|POST|PUT|PATCH|DELETE) /api/", head), status
        body = answer[answer.find("{") :] if "{" in answer else ""
        if int(status) >= 400:
            problem = json.loads(body)
            code = known[problem["code"]]
            words = re.escape(re.sub(r"%\(\w+\)s", "\0", str(code.sentence))).replace("\0", ".+")
            assert (problem["status"], code.status) == (int(status), int(status))
            assert re.fullmatch(words, problem["detail"]), status


def test_every_address_is_told_with_its_methods():
    addresses = [row for row in rows("Resources") if row[0].startswith("`/")]
    told = {row[0].strip("`"): set(row[2].split()) for row in addresses}
    there = {
        path.removeprefix("/api/v1"): {method.upper() for method in methods}
        for path, methods in json.loads(document())["paths"].items()
    }
    assert told == there


def test_every_parameter_of_lists_is_told():
    from hospital.kit.api.parameters import OF_LISTS

    told = {re.match(r"`(\w+)", row[0]).group(1) for row in rows("Lists")}
    assert told == set(OF_LISTS)


SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def pasted(script, live_server, folder, token):
    """The answers, in JSON, to what stands in a block of the page, and all that was printed."""
    assert shutil.which("curl"), "the quick start needs curl"
    (folder / "var").mkdir()
    told = {"url": live_server.url + "/", "tokens": {"platform": "none", "NORTH": token}}
    (folder / "var/demo.json").write_text(json.dumps(told))
    done = subprocess.run(
        ["bash", "-e"],
        input=script,
        cwd=folder,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return answers, done.stdout.rstrip()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_quick_start_works_when_pasted(live_server, tmp_path):
    token = factories.api("integrator", factories.HospitalFactory(code="NORTH")).token.secret
    answers, printed = pasted(SHELL[0], live_server, tmp_path, token)
    who, made, found, changed, listed = answers
    assert who["hospital"]["code"] == "NORTH"
    assert (made["family_name"], made["version"]) == ("Müller", 1)
    assert [row["id"] for row in found["results"]] == [made["id"]]
    assert (changed["city"], changed["version"]) == ("Berlin", 2)
    assert listed["count"] == 1
    assert printed.endswith("answered 204")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_morning_with_appointments_works_when_pasted(live_server, tmp_path):
    here = factories.HospitalFactory(code="NORTH")
    SessionFactory(hospital=here)
    token = factories.api("integrator", here).token.secret
    first_lines = SHELL[0].partition("api $URL/api/v1/me")[0]
    (morning,) = (block for block in SHELL if "/availability" in block)
    answers, _ = pasted(first_lines + morning, live_server, tmp_path, token)
    free, hold, booked, again, clash, moved, cancelled = answers
    time, later = (free["results"][number]["starts_at"] for number in (0, 1))
    assert hold["starts_at"] == booked["starts_at"] == time
    assert again == booked
    assert [each["code"] for each in clash["conflicts"]] == ["doctor_busy"]
    assert (moved["starts_at"], moved["version"]) == (later, 2)
    assert (cancelled["id"], cancelled["status"]) == (booked["id"], "cancelled")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_morning_with_a_visit_works_when_pasted(live_server, tmp_path):
    here = factories.HospitalFactory(code="NORTH")
    factories.ClinicFactory(hospital=here)
    factories.DoctorFactory(hospital=here)
    token = factories.api("integrator", here).token.secret
    first_lines = SHELL[0].partition("api $URL/api/v1/me")[0]
    helpers = "\n".join(
        re.search(rf"^{name}\(\).*?\}}$", PAGE, re.MULTILINE | re.DOTALL)[0]
        for name in ("value", "ago", "somebody")
    )
    (morning,) = (block for block in SHELL if "/observations/batch" in block)
    answers, _ = pasted(first_lines + helpers + "\n" + morning, live_server, tmp_path, token)
    visit, signs, slip, seen, diagnosis, left, all_of_hers = answers
    assert (visit["status"], seen["status"], left["status"]) == (
        "arrived",
        "in_progress",
        "finished",
    )
    assert [row["interpretation"] for row in signs["results"]] == ["N", "H"]
    assert slip["code"] == "value_unlikely"
    assert (diagnosis["is_main"], diagnosis["code_display"]) == (
        True, "Acute tonsillitis, unspecified",
    )  # fmt: skip
    assert [row["id"] for row in all_of_hers["results"]] == [visit["id"]]
