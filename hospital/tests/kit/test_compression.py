"""Pages travel compressed, data as it is."""

import gzip

import pytest

from hospital.tests.factories import HospitalFactory, api, signed_in

pytestmark = pytest.mark.django_db

TAKES_GZIP = {"accept-encoding": "gzip, deflate, br"}


def test_a_page_is_compressed_for_a_browser_that_takes_it(client):
    signed_in(client, "receptionist", HospitalFactory())
    answer = client.get("/patients/", headers=TAKES_GZIP)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert len(answer.content) < len(gzip.decompress(answer.content)) / 2
    assert b"<h1" in gzip.decompress(answer.content)


def test_a_page_is_plain_for_a_client_that_does_not(client):
    signed_in(client, "receptionist", HospitalFactory())
    answer = client.get("/patients/")
    assert "Content-Encoding" not in answer
    assert b"<h1" in answer.content


def test_the_length_of_the_same_page_varies_so_that_it_tells_nothing(client):
    signed_in(client, "receptionist", HospitalFactory())
    lengths = {len(client.get("/account/", headers=TAKES_GZIP).content) for _ in range(8)}
    assert len(lengths) > 1


def test_an_answer_of_the_api_stays_as_it_is_with_its_strong_etag():
    hospital = HospitalFactory()
    answer = api(hospital=hospital).get(f"/api/v1/hospitals/{hospital.pk}", headers=TAKES_GZIP)
    assert "Content-Encoding" not in answer
    assert answer["ETag"].startswith('"')
