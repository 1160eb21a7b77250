"""A name beside a date in words, and an MRN with its label: what the search understands of them."""

import pytest
from django.utils import timezone

from hospital.tests.factories import HospitalFactory, actor
from records import search
from records.models import Patient
from records.services import finding
from records.services.typed import Typed, understood
from records.tests.factories import IdentifierFactory, PatientFactory

from .desk import desk, elsewhere, here

__all__ = ["desk", "elsewhere", "here"]


@pytest.fixture
def found(here):
    """The ids of those who fit everything of a text."""
    receptionist = actor("receptionist", here)
    return lambda text: finding.exactly(receptionist, text).patient_ids


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Schneider 5 May 1977", Typed("Schneider", "", "1977-05-05")),
        ("Schneider, Eva May 5, 1977", Typed("Schneider", "Eva", "1977-05-05")),
        ("Schneider June 1966", Typed("Schneider", "", "1966-06")),
        ("Karl Neumann July 1990", Typed("Neumann", "Karl", "1990-07")),
        ("May Smith", Typed("Smith", "May")),
        ("April Jones", Typed("Jones", "April")),
        ("Jan Nowak", Typed("Nowak", "Jan")),
        ("June 1966", Typed(birth_date="1966-06")),
        ("Jan 4711", Typed("Jan", number="4711")),
        ("MRN 10000012", Typed(number="MRN 10000012")),
        ("MRN: 10000012", Typed(number="MRN: 10000012")),
    ],
)
def test_a_date_in_words_is_taken_from_a_text_and_a_name_stays(text, known):
    assert understood(text) == known


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "Schneider 05-May-1977", "Schneider 5 May 1977", "5th of May 1977 schneider",
        "5 may 1977 schneider", "eva schneider May 5, 1977",
        "Schneider May 1977", "may 1977 schn", "Schneider 1977 May", "5. May 1977 Schneider",
    ],
)  # fmt: skip
def test_a_name_with_a_date_in_words_fits_exactly(found, here, text):
    facts = {"family_name": "Schneider", "at": here}
    wanted = PatientFactory(given_names="Eva", birth_date="1977-05-05", **facts)
    PatientFactory(given_names="Eva", birth_date="1977-06-05", **facts)
    PatientFactory(given_names="May", birth_date="1978-05-05", **facts)
    assert found(text) == [wanted.pk]


@pytest.mark.django_db
def test_a_month_that_is_also_a_name_is_understood_as_both(found, here):
    named = PatientFactory(at=here, family_name="Nowak", given_names="Jan", birth_date="1988-07-01")
    born = PatientFactory(at=here, family_name="Nowak", given_names="Eva", birth_date="1988-01-20")
    PatientFactory(at=here, family_name="Nowak", given_names="Jan", birth_date="1989-01-20")
    PatientFactory(at=here, family_name="Nowak", given_names="Eva", birth_date="1988-02-20")
    assert set(found("Nowak Jan 1988")) == {named.pk, born.pk}
    assert found("Jan 1988") == [born.pk]
    assert found("Jan 1989 Nowak") == found("20 Jan 1989") == found("Jan 1989")
    assert found("Jul 1988") == [named.pk]


@pytest.mark.django_db
def test_names_that_are_months_are_names(found, here):
    for family, given in (("Smith", "May"), ("Jones", "April"), ("Nowak", "Jan")):
        wanted = PatientFactory(at=here, family_name=family, given_names=given)
        assert found(f"{given} {family}") == found(f"{family} {given}") == [wanted.pk]
    june = PatientFactory(
        at=here, family_name="June", given_names="Carter", birth_date="1966-02-01"
    )
    assert found("June 1966") == [june.pk]
    jan = PatientFactory(at=here, family_name="Jan", given_names="", mrn="4711-9")
    assert found("Jan 4711") == [jan.pk]


LABELLED = ["MRN {}", "MRN:{}", "mrn{}", "MRN#{}", "MRN: {}", " mrn  # {} ", "Mrn. {}"]


@pytest.mark.django_db
@pytest.mark.parametrize("written", LABELLED)
@pytest.mark.parametrize("mrn", ["", "BR-10012", "MRN20017"])
def test_an_mrn_with_its_label_is_that_mrn(found, desk, here, written, mrn):
    wanted = PatientFactory(at=here, **({"mrn": mrn} if mrn else {}))
    text = written.format(wanted.mrn.lower())
    PatientFactory(at=here, mrn=f"{wanted.mrn}9")
    assert found(text) == [wanted.pk]
    [hit] = search.find(actor("receptionist", here), text, 1)
    assert (hit.patient_id, hit.is_exact) == (wanted.pk, True)
    for box in ("/search/", "/patients/search/"):
        assert desk.post(box, {"q": text})["Location"] == f"/patients/{wanted.pk}/"


@pytest.mark.django_db
def test_the_beginning_of_an_mrn_with_its_label_lists_those_who_fit(found, here):
    two = [PatientFactory(at=here, mrn=f"7700001{end}") for end in "12"]
    assert found("MRN 77000") == found("mrn77000") == [patient.pk for patient in two]
    assert found("MRN 7") == []


@pytest.mark.django_db
@pytest.mark.parametrize("written", LABELLED)
def test_an_mrn_of_before_a_merge_is_known_with_its_label_too(here, written):
    stays = PatientFactory(at=here)
    gone = PatientFactory(at=here)
    Patient.objects.filter(pk=gone.pk).update(merged_into=stays, retired_at=timezone.now())
    assert search._former(written.format(gone.mrn)) == {stays.pk: gone.pk}


@pytest.mark.django_db
def test_who_has_an_identifier_that_looks_like_a_labelled_mrn_is_found(found, desk, here):
    wanted = PatientFactory(at=here)
    IdentifierFactory(patient=wanted, value="MRN12345")
    PatientFactory(at=here, mrn="1234567")
    assert found("MRN12345") == found("mrn 12345") == [wanted.pk]
    other = PatientFactory(at=here, mrn="12345")
    both = finding.find(actor("receptionist", here), "MRN12345")
    assert (both.patient_ids, both.alike) == ([other.pk], [wanted.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["xy17", "ab1cd", "<script>alert(1)</script>", "ab0001"])
def test_a_few_digits_in_a_word_list_nobody_by_phone(text):
    here = HospitalFactory()
    for phone in ("+491715550142", "+491705550142", "+4917012345"):
        PatientFactory(at=here, family_name="Okoro", phone=phone)
    assert finding.find(actor("receptionist", here), text).everybody == []
