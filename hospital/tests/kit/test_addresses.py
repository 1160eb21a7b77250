"""Addresses of rows are those that Django gives."""

import pytest
from django.urls import reverse, set_script_prefix

from hospital.kit import addresses
from hospital.kit.ids import uuid7


@pytest.fixture(params=["/", "/hospital/"])
def prefix(request):
    set_script_prefix(request.param)
    yield request.param
    set_script_prefix("/")


@pytest.mark.parametrize(
    "name", ["records:patient-detail", "records:inpatient-transfer", "hospital:ward-detail"]
)
def test_it_is_the_address_that_django_gives(prefix, name):
    for pk in (uuid7(), uuid7()):
        assert addresses.of(name, pk) == reverse(name, args=[pk])
        assert addresses.of(name, pk).startswith(prefix)
