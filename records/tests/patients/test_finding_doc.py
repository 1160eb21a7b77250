"""What docs/finding.md says may be typed does find the patient."""

import re
from pathlib import Path

import pytest

from hospital.kit import phones
from hospital.tests.factories import HospitalFactory, actor
from records.services import finding
from records.tests.factories import IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db
DOC = Path(__file__).parents[3] / "docs" / "finding.md"
MULLER = {"family_name": "Müller", "given_names": "Ana", "birth_date": "1988-03-14"}
PEOPLE = {
    "müller": MULLER, "mül": MULLER, "1988": MULLER, "3/88": MULLER, "lukasik": {"family_name": "Łukasik"},
    "shevchenko": {"family_name": "Шевченко"}, "vandijk": {"family_name": "van Dijk"},
    "mohammed al-hassan": {"family_name": "الحسن", "given_names": "محمد"},
    "سارة حداد": {"family_name": "Haddad", "given_names": "Sarah"},
    "obrien": {"family_name": "O'Brien"}, "hans-peter": {"given_names": "Hanspeter"},
    "王小明": {"family_name": "王", "given_names": "小明"}, "okoro": {"family_name": "Okoro"},
    "山田さくら": {"family_name": "山田", "given_names": "さくら"},
    "김민준": {"family_name": "김", "given_names": "민준"},
}  # fmt: skip
CALLED = {"phone": "+491705550142"}


def examples():
    """What stands in code beside each kind in the table."""
    lines = DOC.read_text().partition("## What may be typed")[2].partition("Days stand")[0]
    cells = [line.split("|")[2] for line in lines.splitlines() if line.startswith("|")]
    return [text for cell in cells for text in re.findall("`([^`]+)`", cell)]


@pytest.mark.parametrize("text", examples())
def test_an_example_finds_who_is_meant(text):
    here = HospitalFactory()
    named = next((who for word, who in PEOPLE.items() if word in text.lower()), MULLER)
    wanted = PatientFactory(at=here, mrn="10000012", **named, **CALLED)
    IdentifierFactory(patient=wanted, value="C01X0006H")
    for other in ("Nowak", "Ngata"):
        PatientFactory(at=here, family_name=other, birth_date="1941-02-28")
    with phones.activated("DE"):
        assert finding.find(actor("receptionist", here), text).everybody == [wanted.pk]


def test_all_examples_are_tried():
    assert len(examples()) >= 25
