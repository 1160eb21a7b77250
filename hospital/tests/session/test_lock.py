"""A session that lay idle answers to nothing but its password, and loses nothing that was typed."""

from datetime import timedelta
from typing import Any

import pytest

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import (
    PASSWORD,
    DepartmentFactory,
    HospitalFactory,
    employ,
    signed_in,
)
from hospital.tests.filling import form_on, send

pytestmark = pytest.mark.django_db
PROOF = "still_you-password"


@pytest.fixture
def later(monkeypatch: Any) -> Any:
    """``later(minutes=16)`` lets time pass."""
    passed = timedelta()
    real = clock.now

    def let_pass(**time: float) -> None:
        nonlocal passed
        passed += timedelta(**time)
        monkeypatch.setattr(clock, "now", lambda: real() + passed)

    return let_pass


@pytest.fixture
def here() -> Any:
    return HospitalFactory(name="St Brigid's")


def outcomes(act: str) -> list[str]:
    return list(AuditEvent.objects.filter(act=act).order_by("at").values_list("outcome", flat=True))


def test_after_a_quarter_of_an_hour_nothing_is_shown_any_more(client, here, later):
    signed_in(client, "nurse", here)
    ward = DepartmentFactory(hospital=here, name="Cardiology")
    assert client.get("/departments/").status_code == 200
    later(minutes=16)
    for path in ("/departments/", f"/departments/{ward.pk}/", "/", "/account/", "/admin/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Openward-Locked"]) == (403, "yes")
        assert "Cardiology" not in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert outcomes("hospital.session.lock") == ["ok"]


def test_the_password_leads_back_to_the_page_that_was_asked_for(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    later(minutes=16)
    form = form_on(client.get("/departments/?order=-name"), having=PROOF)
    answer = send(client, form, "/session/unlock/", **{PROOF: PASSWORD})
    assert answer["Location"] == "/departments/?order=-name"
    assert client.get("/departments/").status_code == 200
    assert outcomes("hospital.session.unlock") == ["ok"]


def test_it_leads_nowhere_else(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    later(minutes=16)
    elsewhere = {PROOF: PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/session/unlock/", elsewhere)["Location"] == "/"


def test_a_wrong_password_opens_nothing(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    later(minutes=16)
    answer = client.post("/session/unlock/", {PROOF: "wrong horse battery", "next": "/"})
    assert answer.status_code == 403
    assert answer.context["form"].errors
    assert client.get("/").status_code == 403
    assert outcomes("hospital.session.unlock") == ["denied"]


def test_a_form_sent_too_late_is_saved_with_the_password_and_not_before(client, here, later):
    signed_in(client, "administrator", here)
    form = form_on(client.get("/departments/new/"))
    later(minutes=16)
    answer = send(client, form, "/departments/new/", code="CARD", name="Cardiology")
    assert answer.status_code == 403
    assert not here.departments.exists()
    answer = send(client, form_on(answer, having=PROOF), "/departments/new/", **{PROOF: PASSWORD})
    assert answer.status_code == 302
    assert here.departments.get().name == "Cardiology"


def test_working_keeps_it_open_and_watching_does_not(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    for _ in range(4):
        later(minutes=6)
        assert client.post("/session/seen/").status_code == 204
    seconds = []
    for _ in range(3):
        later(minutes=6)
        answer = client.get("/session/left/")
        seconds.append(int(answer.content) if answer.status_code == 200 else answer.status_code)
    assert seconds == [pytest.approx(9 * 60, abs=5), pytest.approx(3 * 60, abs=5), 403]


def test_polling_with_any_parameter_does_not_keep_it_open(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    for query in ("?seen=1", "?watches=0", "?poll=0&_method=POST"):
        later(minutes=6)
        answer = client.get(f"/session/left/{query}")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "minutes"), [("administrator", 11), ("auditor", 11), ("nurse", 16)]
)
def test_who_can_do_most_is_asked_soonest(client, here, later, role, minutes):
    signed_in(client, role, here)
    client.get("/")
    later(minutes=minutes - 2)
    assert client.get("/session/left/").status_code == 200
    later(minutes=2)
    assert client.get("/session/left/").status_code == 403


def test_one_can_lock_before_leaving_the_desk(client, here):
    signed_in(client, "nurse", here)
    answer = client.post("/session/lock/", headers={"referer": "http://testserver/wards/"})
    assert answer["Location"] == "http://testserver/wards/"
    assert client.get("/wards/").status_code == 403


def test_somebody_else_can_sign_in_instead(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    later(minutes=16)
    client.post("/accounts/logout/")
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_over_an_open_page_the_form_comes_alone_and_goes_without_a_page(client, here, later):
    signed_in(client, "nurse", here)
    client.get("/")
    later(minutes=16)
    part = client.get("/session/left/")
    assert "<html" not in part.content.decode()
    answer = send(client, form_on(part, having=PROOF), "/session/unlock/", **{PROOF: "wrong"})
    assert (answer.status_code, "<html" in answer.content.decode()) == (403, False)
    answer = send(client, form_on(part, having=PROOF), "/session/unlock/", **{PROOF: PASSWORD})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_disabled_person_cannot_unlock(client, here, later):
    user = employ("nurse", here)
    client.force_login(user)
    client.get("/")
    later(minutes=16)
    client.get("/")
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    answer = client.post("/session/unlock/", {PROOF: PASSWORD, "next": "/"})
    assert answer["Location"].startswith("/accounts/login/")
