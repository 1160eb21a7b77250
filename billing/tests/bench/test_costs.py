"""What is measured is the same cost, and nothing of the measuring stays."""

import pytest

from billing.bench import costs
from records.bench import seeding
from records.models import Treatment

pytestmark = pytest.mark.django_db


def test_both_reckon_the_same_and_nothing_is_left():
    said = []
    found = costs.run(rounds=1, out=said.append)
    assert (found.product > 0, found.lazy > 0) == (True, True)
    assert "10 medications and 5 consumables" in said[0]
    assert not Treatment.objects.exists()


def test_the_two_agree_on_what_was_laid():
    actor, treatment = costs.lay(seeding.largest())
    total = costs.product(actor, treatment)
    assert total == costs.lazy(actor, Treatment.objects.get(pk=treatment.pk)) > 0
    assert treatment.medications.count() == costs.MEDICATIONS
