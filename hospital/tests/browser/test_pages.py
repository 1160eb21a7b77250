"""Every page that a role can click its way to is fine: see faults.py and the fixture ``watched``."""

from collections import deque
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import resolve

from hospital.kit import clock
from hospital.tests.browser.faults import faults_of
from hospital.tests.factories import ROLES, DepartmentFactory, HospitalFactory, WardFactory
from records.tests.factories import (
    AllergyFactory,
    ContactFactory,
    IdentifierFactory,
    MedicalHistoryFactory,
    PatientFactory,
    register,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(400),
]

# People with a desk of their own; a platform's client has none.
STAFF = [role for role in ROLES if role != "integrator"]
# Between them they see every page in its fullest form, and what is everybody's is judged once.
THOROUGHLY = {"receptionist", "nurse", "administrator", "operator"}
OF_EVERYBODY = ("/styleguide/", "/account")


@pytest.fixture
def here():
    """A hospital at work: more patients than fit on a page, wards, somebody who died."""
    hospital = HospitalFactory(name="St Brigid's", city="Berlin")
    ward = WardFactory(department=DepartmentFactory(hospital=hospital, name="Cardiology"))
    WardFactory(department=ward.department)
    for number in range(52):
        PatientFactory(at=hospital, phone=f"+4917055501{number:02}", sex="female")
    patient = PatientFactory(
        at=hospital, family_name="Aaronson", is_deceased=True, address_line="Kantstraße 12",
        city="Berlin", postal_code="10625", country="DE", phone="+491705550142",
    )  # fmt: skip
    IdentifierFactory(patient=patient)
    ContactFactory(patient=patient)
    register(patient, HospitalFactory(name="St Columba's"))
    AllergyFactory(patient=patient, substance="Penicillin", criticality="high", onset="1998")
    AllergyFactory(
        patient=patient, substance="Latex", retired_at=clock.now(), retired_reason="Entered twice"
    )
    MedicalHistoryFactory(patient=patient, description="Asthma", clinical_status="active")
    return hospital


@pytest.mark.parametrize("role", STAFF)
def test_every_page_within_reach_is_fine(enter, here, role, count):
    page = enter(role, here)
    seen: set[Any] = set()
    waiting = deque(["/", "/styleguide/", "/account/"])
    found = []
    while waiting:
        path = waiting.popleft()
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
            continue
        found += faults_of(page, thorough=_is_for(role, path))
        for href in page.locator("a[href]").evaluate_all("links => links.map(link => link.href)"):
            target = _within(href, page.url)
            if target and (kind := _kind(target)) not in seen:
                seen.add(kind)
                waiting.append(target)
    count("pages looked at in a browser", len(seen))
    assert len(seen) > 8
    assert not found, "\n".join(found)


def _is_for(role: str, path: str) -> bool:
    """Whether this role's walk judges the page thoroughly."""
    return role == "receptionist" or (role in THOROUGHLY and not path.startswith(OF_EVERYBODY))


def _within(href: str, here: str) -> str | None:
    """The path and query of a link to a page of ours, without its fragment.

    With one filter at most, and none in the admin: every two of them together say nothing new.
    """
    link = urlsplit(href)
    is_documentation = link.path.startswith(("/docs", "/redoc", "/api/"))
    most = 0 if link.path.startswith("/admin/") else 1
    if link.netloc != urlsplit(here).netloc or is_documentation:
        return None
    if len(parse_qsl(link.query)) > most:
        return None
    return f"{link.path}?{link.query}" if link.query else link.path


def _kind(path: str) -> Any:
    """What tells one page from another of the same making: its view, and which filter is on."""
    link = urlsplit(path)
    return resolve(link.path).view_name, frozenset(name for name, _ in parse_qsl(link.query))
