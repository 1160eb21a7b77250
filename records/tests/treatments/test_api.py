"""Treatments by the API: nested lists, acts, filters, and what a program may read."""

import datetime as dt

import pytest
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.api.test_docs import SHELL, pasted
from hospital.tests.factories import DoctorFactory, HospitalFactory, WardFactory, api, signed_in
from hospital.tests.filling import fill
from records.models import Treatment
from records.tests.encounter_factories import EncounterFactory, TreatmentFactory
from records.tests.factories import (
    ConsumableFactory,
    MedicationFactory,
    ProcedureFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/api/v1/treatments"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.fixture
def visit(here):
    return EncounterFactory(hospital=here, starts_at=clock.now() - 24 * HOUR)


@pytest.fixture
def body(here, visit):
    tablets, gloves = MedicationFactory(hospital=here), ConsumableFactory(hospital=here)
    return {
        "encounter_id": str(visit.pk),
        "procedure_id": str(ProcedureFactory(hospital=here).pk),
        "doctor_id": str(DoctorFactory(hospital=here).pk),
        "medications": [{"medication_id": str(tablets.pk), "quantity": "2.5"}],
        "consumables": [{"consumable_id": str(gloves.pk)}],
    }


def codes_of(answer):
    return {
        name: [error["code"] for error in errors]
        for name, errors in answer.json().get("errors", {}).items()
    }


def status_and_code(answer):
    return answer.status_code, answer.json()["code"]


def seen(made):
    return {"If-Match": made["ETag"]}


# ---- planned and changed


def test_it_is_planned_read_listed_and_sent_back(program, body, visit):
    made = program.post(LIST, body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["status"], shown["patient_id"]) == ("planned", str(visit.patient_id))
    assert shown["medications"] == [{**body["medications"][0], "unit": "tablet"}]
    assert shown["consumables"] == [{**body["consumables"][0], "quantity": "1", "unit": "piece"}]
    assert program.get(made["Location"]).json() == shown
    assert program.get(LIST).json()["results"] == [shown]
    same = program.put(made["Location"], shown, headers=seen(made))
    assert (same.status_code, same.json()) == (200, shown)


def test_the_same_key_plans_one(program, body):
    first, second = (program.post(LIST, body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")
    assert Treatment.objects.count() == 1


def test_a_list_sent_replaces_the_list_and_one_left_out_stays(program, body, here):
    made = program.post(LIST, body)
    other = {
        "medication_id": str(MedicationFactory(hospital=here).pk),
        "quantity": "1",
        "unit": "tablet",
    }
    changed = program.patch(made["Location"], {"medications": [other]}, headers=seen(made))
    assert (changed.json()["medications"], changed.json()["version"]) == ([other], 2)
    assert changed.json()["consumables"] == made.json()["consumables"]
    stale = program.patch(made["Location"], {"medications": []}, headers=seen(made))
    assert status_and_code(stale) == (412, "stale")
    assert program.get(made["Location"]).json() == changed.json()


@pytest.mark.parametrize(
    ("quantity", "codes"),
    [
        ("0", {"medications": ["quantity_positive"]}),
        ("1.0001", {"medications": ["quantity_decimals"]}),
        ("a lot", {"medications": ["quantity_invalid"]}),
        (2.5, {"medications.0.quantity": ["quantity_invalid"]}),
    ],
)
def test_a_quantity_that_is_none_is_told(program, body, quantity, codes):
    body["medications"][0]["quantity"] = quantity
    answer = program.post(LIST, body)
    assert (answer.status_code, codes_of(answer)) == (400, codes)
    assert not Treatment.objects.exists()


def test_a_unit_is_the_entrys_and_no_other(program, body):
    row = {**body["medications"][0], "unit": "ml"}
    answer = program.post(LIST, body | {"medications": [row]})
    assert codes_of(answer) == {"medications.0.unit": ["read_only"]}
    answer = program.post(LIST, body | {"medications": [{**row, "unit": "tablet", "price": "1"}]})
    assert codes_of(answer) == {"medications.0.price": ["unknown_field"]}


def test_a_unit_that_was_shown_may_come_back_after_the_entrys_has_changed(program, body):
    made = program.post(LIST, body)
    entry = Treatment.objects.get().medications.get().medication
    type(entry).objects.filter(pk=entry.pk).update(unit="ml")
    row = {**made.json()["medications"][0], "quantity": "3"}
    changed = program.patch(made["Location"], {"medications": [row]}, headers=seen(made))
    assert changed.json()["medications"][0]["unit"] == "ml"


def test_what_is_listed_twice_or_not_of_this_hospital_is_refused(program, body):
    row = body["medications"][0]
    answer = program.post(LIST, body | {"medications": [row, row]})
    assert codes_of(answer) == {"medications": ["listed_twice"]}
    foreign = {"medication_id": str(MedicationFactory().pk)}
    answer = program.post(LIST, body | {"medications": [row, foreign]})
    assert codes_of(answer) == {"medications.1.medication_id": ["invalid_choice"]}
    for name, factory in (
        ("encounter_id", EncounterFactory), ("procedure_id", ProcedureFactory), ("doctor_id", DoctorFactory),
    ):  # fmt: skip
        assert codes_of(program.post(LIST, body | {name: str(factory().pk)})) == {
            name: ["invalid_choice"]
        }
    assert codes_of(program.post(LIST, {**body, "encounter_id": None})).keys() == {"encounter_id"}
    assert not Treatment.objects.exists()


# ---- acts


def test_another_status_is_left_to_the_act_that_leads_to_it(program, body):
    made = program.post(LIST, body)
    at = made.json()["id"]

    def told(status):
        row = program.get(made["Location"])
        answer = program.patch(made["Location"], {"status": status}, headers=seen(row))
        assert status_and_code(answer) == (409, "changed_by_act"), answer.content
        return answer.json()["detail"]

    assert f"/treatments/{at}/perform" in told("done")
    assert f"/treatments/{at}/cancel" in told("cancelled")
    program.post(f"{made['Location']}/perform", {})
    assert f"/treatments/{at}/undo" in told("planned")
    assert codes_of(program.post(LIST, body | {"status": "done"})) == {"status": ["read_only"]}


def test_it_is_performed_late_taken_back_and_cancelled(program, body):
    at = program.post(LIST, body)["Location"]
    when = (clock.now() - HOUR).isoformat()
    done = program.post(f"{at}/perform", {"at": when, "version": 1})
    assert (done.status_code, done.json()["status"], done["ETag"]) == (200, "done", '"2"')
    assert dt.datetime.fromisoformat(done.json()["done_at"]) == dt.datetime.fromisoformat(when)
    assert status_and_code(program.post(f"{at}/perform", {})) == (409, "treatment_step")
    fixed = program.patch(at, {"medications": []}, headers=seen(done))
    assert status_and_code(fixed) == (409, "treatment_fixed")
    noted = program.patch(at, {"note": "No complications"}, headers=seen(done))
    assert (noted.status_code, noted.json()["note"]) == (200, "No complications")
    assert program.post(f"{at}/undo", {}).json()["status"] == "planned"
    assert status_and_code(program.post(f"{at}/undo", {})) == (409, "nothing_to_undo")
    assert codes_of(program.post(f"{at}/cancel", {"reason": ""})).keys() == {"reason"}
    off = program.post(f"{at}/cancel", {"reason": "Feels better"}).json()
    assert (off["status"], off["cancel_reason"]) == ("cancelled", "Feels better")


def test_an_act_is_refused_with_its_code_and_changes_nothing(program, body):
    at = program.post(LIST, body | {"consent": "refused"})["Location"]
    assert status_and_code(program.post(f"{at}/perform", {})) == (409, "consent_refused")
    assert status_and_code(program.post(f"{at}/perform", {"version": 7})) == (412, "stale")
    early = (clock.now() - 30 * HOUR).isoformat()
    program.patch(at, {"consent": "given"}, headers={"If-Match": '"1"'})
    assert status_and_code(program.post(f"{at}/perform", {"at": early})) == (
        409,
        "before_encounter",
    )
    late = (clock.now() + HOUR).isoformat()
    assert codes_of(program.post(f"{at}/perform", {"at": late})) == {"at": ["time_to_come"]}
    assert (program.get(at).json()["status"], program.get(at)["ETag"]) == ("planned", '"2"')


def test_an_act_sent_twice_with_a_key_is_done_once(program, body):
    at = program.post(LIST, body)["Location"]
    first, second = (
        program.post(f"{at}/perform", {}, headers={"Idempotency-Key": "p"}) for _ in range(2)
    )
    assert (first.json(), second["Idempotent-Replay"]) == (second.json(), "true")


def test_entered_in_error_it_leaves_the_list_and_an_administrator_brings_it_back(
    program, body, here
):
    at = program.post(LIST, body)["Location"]
    assert program.delete(at, headers={"X-Reason": "Wrong patient"}).status_code == 204
    assert program.get(LIST).json()["results"] == []
    assert program.post(f"{at}/restore", {}).status_code == 403
    assert api("administrator", here).post(f"{at}/restore", {}).status_code == 200
    assert program.get(at).status_code == 200


# ---- who reads what


@pytest.mark.parametrize("name", ["patient", "encounter", "procedure", "doctor"])
def test_the_list_is_narrowed_by_what_it_is_of(program, here, name):
    wanted, _ = TreatmentFactory(hospital=here), TreatmentFactory(hospital=here)
    found = program.get(LIST, {f"{name}_id": str(getattr(wanted, f"{name}_id"))}).json()["results"]
    assert [row["id"] for row in found] == [str(wanted.pk)]


def test_the_list_is_narrowed_by_status_and_change(program, here):
    TreatmentFactory(hospital=here)
    since = clock.now()
    done = TreatmentFactory(hospital=here, status="done", done_at=clock.now())
    for asked in ({"status": "done"}, {"updated_since": since.isoformat()}):
        assert [row["id"] for row in program.get(LIST, asked).json()["results"]] == [str(done.pk)]
    assert program.get(LIST, {"status": "gone"}).status_code == 400


def test_another_hospitals_is_answered_like_one_that_never_was(program, body):
    foreign = TreatmentFactory()
    theirs, never = f"{LIST}/{foreign.pk}", f"{LIST}/{foreign.patient_id}"
    for act in ("", "/perform", "/cancel", "/undo"):
        send = program.post if act else program.get
        answers = [
            send(f"{at}{act}", {"reason": "x"} if act == "/cancel" else {})
            for at in (theirs, never)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_every_look_names_the_patient_in_the_audit(program, here):
    treatment = TreatmentFactory(hospital=here)
    for address, word in ((LIST, "list"), (f"{LIST}/{treatment.pk}", "read")):
        assert program.get(address).status_code == 200
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.treatment.{word}", treatment.patient_id)


def test_an_administrator_reads_that_it_was_and_not_what(here):
    treatment = TreatmentFactory(hospital=here, note="Zymotic")
    shown = api("administrator", here).get(f"{LIST}/{treatment.pk}")
    assert b"Zymotic" not in shown.content
    assert str(treatment.procedure_id) not in shown.content.decode()
    assert shown.json()["patient_id"] == str(treatment.patient_id)


def test_the_admin_shows_that_it_was_and_brings_it_back(client, here):
    treatment = TreatmentFactory(
        hospital=here, note="Zymotic", retired_at=clock.now(), retired_reason="Wrong patient"
    )
    signed_in(client, "administrator", here)
    for name, args in (("changelist", []), ("change", [treatment.pk]), ("history", [treatment.pk])):
        page = client.get(reverse(f"admin:records_treatment_{name}", args=args))
        assert (page.status_code, b"Zymotic" in page.content) == (200, False)
    assert client.get(reverse("admin:records_treatment_add")).status_code == 403
    fill(client, reverse("admin:records_treatment_restore", args=[treatment.pk]), having="version")
    treatment.refresh_from_db()
    assert not treatment.is_retired


# ---- the documentation


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_treatment_from_the_plan_to_the_bill_works_when_pasted(live_server, tmp_path):
    here = HospitalFactory(code="NORTH")
    WardFactory(hospital=here)
    DoctorFactory(hospital=here)
    token = api("integrator", here).token.secret
    first_lines = SHELL[0].partition("api $URL/api/v1/me")[0]
    (before,) = (block for block in SHELL if "/availability" in block)
    (told,) = (block for block in SHELL if "/treatments" in block)
    script = first_lines + before.partition("# What is free?")[0] + told
    answers, _ = pasted(script, live_server, tmp_path, token)
    planned, estimate, dearer, estimates, done, cost = answers
    assert len(planned["medications"]) == 3
    assert (estimate["total"], cost["total"]) == ("96.62", "96.83")
    assert [line["amount"] for line in estimate["lines"]] == ["80.00", "3.13", "0.99", "12.50"]
    assert [line["amount"] for line in cost["lines"]] == ["80.00", "3.13", "1.20", "12.50"]
    assert (dearer["price_today"], done["status"]) == ("0.40", "done")
    assert estimates["results"] == [estimate]
    assert (estimate["is_estimate"], cost["is_estimate"]) == (True, False)
