"""Hospitals on the web."""

import pytest
from django.urls import reverse

from hospital.models import Hospital
from hospital.tests.factories import DepartmentFactory, HospitalFactory, signed_in
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db


def at(hospital, page="detail"):
    return reverse(f"hospital:hospital-{page}", args=[hospital.pk])


def test_the_operator_adds_a_hospital(client):
    signed_in(client, "operator")
    fill(client, "/hospitals/new/", code="BRIGID", name="St Brigid's", time_zone="Europe/Berlin")
    hospital = Hospital.objects.get()
    assert (hospital.code, hospital.time_zone) == ("BRIGID", "Europe/Berlin")
    assert "St Brigid&#x27;s" in client.get("/").content.decode()


def test_a_time_zone_that_is_none_is_refused(client):
    signed_in(client, "operator")
    answer = fill(client, "/hospitals/new/", code="BRIGID", name="St Brigid's", time_zone="Berlin")
    assert answer.context["form"].errors.as_data()["time_zone"][0].code == "time_zone_invalid"
    assert not Hospital.objects.exists()


def test_a_hospital_with_departments_cannot_be_retired(client):
    hospital = DepartmentFactory().hospital
    signed_in(client, "operator")
    answer = fill(client, at(hospital, "retire"), having="version", reason="Closed")
    hospital.refresh_from_db()
    assert (answer.status_code, hospital.is_retired) == (409, False)


def test_an_administrator_changes_the_own_hospital_and_no_other(client):
    own, other = HospitalFactory(), HospitalFactory()
    signed_in(client, "administrator", own)
    assert client.get("/hospitals/own/")["Location"] == at(own)
    fill(client, at(own, "edit"), city="Berlin")
    own.refresh_from_db()
    assert own.city == "Berlin"
    assert client.get(at(other)).status_code == client.get(at(other, "edit")).status_code == 404
    assert (
        client.get(at(own, "retire")).status_code
        == client.get("/hospitals/new/").status_code
        == 403
    )
    assert str(other.pk) not in client.get("/hospitals/").content.decode()


def test_a_receptionist_may_only_look_at_it(client):
    own = HospitalFactory()
    signed_in(client, "receptionist", own)
    assert client.get(at(own)).status_code == 200
    assert client.get(at(own, "edit")).status_code == 403
