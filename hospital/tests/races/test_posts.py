"""Twenty identical requests at once, and a button clicked in five windows: one patient each."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hospital.kit.actors import Actor
from hospital.kit.racing import line_up
from hospital.kit.web.submitting import new_token
from hospital.models import AuditEvent, IdempotencyKey
from hospital.tests.factories import ApiClient, HospitalFactory, api, signed_in
from records.models import Patient

from .harness import flat, in_threads, once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
PROCESSES, THREADS = 5, 4
ANA = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14"}


def prepare_token():
    return api("integrator", HospitalFactory()).token.secret


def post(secret, body, headers):
    """The same POST from several threads of this process: (status, id, code, replayed)."""

    def send(_place):
        client = ApiClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        answer = client.post("/api/v1/patients", body, headers=headers)
        found = answer.json()
        return answer.status_code, found.get("id"), found.get("code"), "Idempotent-Replay" in answer

    line_up()
    return in_threads(send, THREADS)


def look():
    return {
        "patients": Patient.objects.count(),
        "registered": AuditEvent.objects.filter(act="records.patient.create", resource="records.patient").count(),
        "keys": IdempotencyKey.objects.count(),
    }  # fmt: skip


def test_twenty_identical_posts_with_one_key_make_one_patient(race, count):
    secret = once(race, prepare_token)
    answers = flat(race(post, [(secret, ANA, {"Idempotency-Key": "load-1"})] * PROCESSES))
    assert len(answers) == PROCESSES * THREADS
    assert {status for status, *_ in answers} == {201}
    assert len({pk for _, pk, *_ in answers}) == 1
    assert sum(replayed for *_, replayed in answers) == len(answers) - 1
    assert once(race, look) == {"patients": 1, "registered": 1, "keys": 1}
    other = {**ANA, "given_names": "Anna"}
    answers = flat(race(post, [(secret, other, {"Idempotency-Key": "load-1"})]))
    assert {(status, code) for status, _, code, _ in answers} == {(422, "idempotency_mismatch")}
    assert once(race, look) == {"patients": 1, "registered": 1, "keys": 1}
    count("identical POSTs at once with one key", PROCESSES * THREADS)


def test_without_the_key_every_post_makes_a_patient(race):
    """The control: nothing else keeps the twenty apart."""
    secret = once(race, prepare_token)
    answers = flat(race(post, [(secret, ANA, {})] * PROCESSES))
    assert {status for status, *_ in answers} == {201}
    assert once(race, look)["patients"] == PROCESSES * THREADS


def test_one_external_id_is_taken_once_and_the_others_are_told_by_whom(race):
    secret = once(race, prepare_token)
    body = {**ANA, "external_id": "emr-77"}
    answers = flat(race(post, [(secret, body, {})] * PROCESSES))
    made = [pk for status, pk, *_ in answers if status == 201]
    assert len(made) == 1
    refused = {(status, code) for status, _, code, _ in answers if status != 201}
    assert refused == {(409, "external_id_taken")}
    assert once(race, look)["patients"] == 1


def prepare_desk():
    """A receptionist signed in, and a form opened twice: its token, and another form's."""
    client, hospital = Client(), HospitalFactory()
    user = signed_in(client, "receptionist", hospital)
    actor = Actor(user_id=user.pk, name=str(user), hospital_id=hospital.pk)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return session, [new_token(actor) for _ in range(PROCESSES * THREADS)]


def click(session, tokens):
    """Send the registration form once per token, all at once: (status, where to, how it was refused)."""

    def send(place):
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        # So little that nobody else is likely to be meant: it is not asked whether it is one of those.
        typed = {"family_name": "Müller", "given_names": "", "birth_date": "", "sex": "female"}
        url = reverse("records:patient-register")
        answer = client.post(url, {**typed, "form_token": tokens[place]})
        return answer.status_code, answer.get("Location", "")

    line_up()
    return in_threads(send, THREADS)


def test_a_form_sent_twenty_times_at_once_registers_one_patient(race, count):
    session, tokens = once(race, prepare_desk)
    answers = flat(race(click, [(session, tokens[:1] * THREADS)] * PROCESSES))
    assert {status for status, _ in answers} == {302}
    assert len({where for _, where in answers}) == 1
    assert once(race, look) == {"patients": 1, "registered": 1, "keys": 1}
    count("clicks at once on one form", len(answers))


def test_the_same_click_on_twenty_forms_registers_twenty(race):
    """The control: it is the form's token that makes them one."""
    session, tokens = once(race, prepare_desk)
    parts = [tokens[at * THREADS : (at + 1) * THREADS] for at in range(PROCESSES)]
    answers = flat(race(click, [(session, part) for part in parts]))
    assert {status for status, _ in answers} == {302}
    assert once(race, look)["patients"] == PROCESSES * THREADS
