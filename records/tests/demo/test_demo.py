"""The demo comes whole, opens only for this installation, and never meets a real hospital."""

import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q

from hospital.kit import clock, guards
from hospital.models import AuditEvent, Hospital, Installation, User, Ward
from hospital.services import installation
from hospital.tests.factories import ROLES, ApiClient, HospitalFactory
from records.models import (
    Absence,
    Allergy,
    AllergyStatement,
    MedicalHistory,
    Patient,
    Registration,
    Session,
)

pytestmark = pytest.mark.django_db(transaction=True)
CHARTED = (Allergy, AllergyStatement, MedicalHistory)


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def hashed_inside(monkeypatch):
    """For each password hashed, whether that was inside a transaction."""
    inside = []
    real = User.set_password

    def set_password(user, password):
        inside.append(connection.in_atomic_block)
        real(user, password)

    monkeypatch.setattr(User, "set_password", set_password)
    return inside


def test_the_demo_has_two_hospitals_with_people_in_every_role(var, hashed_inside):
    call_command("demo", create=True, url="http://localhost:8123", verbosity=0)
    assert hashed_inside == [False] * 19, "a password was hashed inside a transaction"
    assert Installation.objects.get().is_demo
    assert sorted(Hospital.objects.values_list("code", flat=True)) == ["BRIGID", "COLUMBA"]
    for hospital in Hospital.objects.all():
        assert hospital.registrations.live().count() == 60
        assert hospital.wards.live().count() >= 7
        assert not hospital.wards.live().filter(beds=None).exists()
        assert hospital.clinics.count() >= 3
        catalogue = hospital.medications.on_day(clock.today())
        assert catalogue.filter(price_today__gt=0).exclude(atc_code="").count() >= 40
        for priced, least in ((hospital.procedures, 25), (hospital.consumables, 12)):
            assert priced.on_day(clock.today()).filter(price_today__gt=0).count() >= least
        assert hospital.departments.live().filter(procedures=None).count() == 0
        assert not hospital.doctors.filter(Q(phone="") | Q(email="")).exists()
        assert hospital.doctors.filter(placements__isnull=False, user__isnull=False).exists()
        sessions = Session.objects.filter(hospital=hospital)
        assert not hospital.doctors.exclude(as_resource__in=sessions.values("bookable")).exists()
        assert sessions.filter(slot_minutes=None).exists()
        assert sessions.values("weekday").distinct().count() == 7, "a day without anybody"
        assert hospital.appointment_kinds.count() >= 4
        kinds = hospital.resources.exclude(kind="doctor").values_list("kind", flat=True)
        assert sorted(kinds) == ["device", "room", "room"]
        assert hospital.holidays.filter(last_on__gte=clock.today()).count() == 1
        assert Absence.objects.filter(hospital=hospital, starts_at__gt=clock.now()).count() == 1
    shared = Patient.objects.filter(registrations__hospital__code="BRIGID")
    assert shared.filter(registrations__hospital__code="COLUMBA").count() == 4
    assert guards.missing(connection) == []

    path = var / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    known = json.loads(path.read_text("utf-8"))
    assert set(known) == {"url", "tokens", "sign_ins"}
    assert known["url"] == "http://localhost:8123"
    assert set(known["tokens"]) == {"BRIGID", "COLUMBA", "platform"}
    assert {row["role"] for row in known["sign_ins"]} == set(ROLES)
    assert len(known["sign_ins"]) == 19
    for row in known["sign_ins"]:
        assert set(row) == {"hospital", "role", "username", "password"}
        assert len(row["password"]) >= 15
        assert authenticate(username=row["username"], password=row["password"]) is not None
    for name, token in known["tokens"].items():
        client = ApiClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        me = client.get("/api/v1/me").json()
        assert (me["hospital"] or {"code": "platform"})["code"] == name
    # The work of the demo is booked on its people, not on nobody.
    patient_events = AuditEvent.objects.filter(resource="records.patient")
    assert patient_events.count() >= 118
    assert not patient_events.filter(user_id=None).exists()
    for hospital in Hospital.objects.all():
        entries = [model.objects.filter(hospital=hospital) for model in CHARTED]
        assert all(rows.live().count() >= 5 for rows in entries)
        assert not any(rows.filter(recorded_by=None).exists() for rows in entries)


def test_a_demo_made_again_is_the_same_except_for_what_opens_it_and_goes_without_a_trace(var):
    shown = []
    for _ in range(2):
        call_command("demo", reset=True, verbosity=0)
        people = Patient.objects.order_by("family_name", "given_names", "birth_date")
        facts = list(
            people.values_list("family_name", "given_names", "birth_date", "phone", "city")
        )
        said = Allergy.objects.order_by("id").values_list("substance", "onset", "clinical_status")
        facts += said
        shown.append((facts, json.loads((var / "demo.json").read_text("utf-8"))))
    (facts, known), (facts_again, known_again) = shown
    assert len(facts) > 118
    assert facts == facts_again
    pairs = zip(known["sign_ins"], known_again["sign_ins"], strict=True)
    assert all(one["password"] != other["password"] for one, other in pairs)
    assert not set(known["tokens"].values()) & set(known_again["tokens"].values())

    call_command("demo", remove=True, verbosity=0)
    for model in (
        Hospital, User, Ward, Patient, Registration, *CHARTED, AuditEvent, Installation,
    ):  # fmt: skip
        assert model.objects.count() == 0
    assert Patient.history.count() == 0
    assert guards.missing(connection) == []
    assert not (var / "demo.json").exists()


def test_a_demo_never_comes_near_a_real_hospital(var):
    HospitalFactory()
    installation.mark(is_demo=False)
    for word in ("create", "remove", "reset"):
        with pytest.raises(CommandError):
            call_command("demo", **{word: True}, verbosity=0)
    assert Hospital.objects.count() == 1
    assert not (var / "demo.json").exists()


def test_a_demo_that_cannot_be_finished_leaves_nothing(var, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("records.demo.making.patients.register_all", fail)
    with pytest.raises(OSError, match="disk full"):
        call_command("demo", create=True, verbosity=0)
    assert Hospital.objects.count() == 0
    assert AuditEvent.objects.count() == 0
