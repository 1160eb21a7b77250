"""A row of beds in the administration."""

import pytest
from django.urls import reverse

from hospital.models import Bed
from hospital.tests.factories import WardFactory, signed_in
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db


def test_the_admin_adds_a_row_with_the_wards_button(client):
    ward = WardFactory()
    signed_in(client, "administrator", ward.hospital)
    page = reverse("admin:hospital_ward_beds", args=[ward.pk])
    change = client.get(reverse("admin:hospital_ward_change", args=[ward.pk])).content.decode()
    assert page in change
    assert fill(client, page, first="1", last="3").status_code in {302, 303}
    assert Bed.objects.count() == 3
    again = fill(client, page, before="", first="3", last="5")
    assert again.status_code == 409
    assert "3" in again.content.decode()
    assert Bed.objects.count() == 3
