"""Names out of scripts that write no short vowels: one person's name in Arabic or Hebrew and in Latin letters."""

import pytest

from hospital.tests.factories import HospitalFactory, actor
from records import abjads
from records.likeness import CLOSE, LOOSE, OTHER, word_level
from records.models import Patient
from records.services import finding, matching
from records.tests.factories import PatientFactory

SPELLED = {
    "محمد": "mohammed muhammad mohamed mehmed", "أحمد": "ahmed ahmad ahmet", "محمود": "mahmoud mahmud",
    "فاطمة": "fatima fatma fatimah fatemeh", "الحسن": "alhassan elhasan hassan", "خديجة": "khadija khadijah kadija",
    "يوسف": "yusuf youssef yosef", "عبدالله": "abdullah abdallah", "عبدالرحمن": "abdulrahman abdelrahman",
    "إبراهيم": "ibrahim ebrahim", "ليلى": "leila layla laila", "عائشة": "aisha aicha ayesha", "حسين": "hussein husayn",
    "خالد": "khaled khalid", "عثمان": "uthman othman", "مريم": "maryam mariam meryem", "سارة": "sara sarah",
    "نور": "nour noor nur", "هدى": "huda hoda", "سعيد": "saeed said", "مصطفى": "mustafa mostafa mustapha",
    "طارق": "tarek tariq", "جمال": "jamal gamal djamal", "قاسم": "qasim kassem", "رشيد": "rashid rachid",
    "כהן": "cohen kohen", "דוד": "david", "לוי": "levi levy", "אברהם": "avraham", "יצחק": "yitzhak itzhak",
    "משה": "moshe", "שלמה": "shlomo", "יעקב": "yaakov yakov", "शर्मा": "sharma",
}  # fmt: skip
PAIRS = [(written, spelled) for written, each in SPELLED.items() for spelled in each.split()]


@pytest.mark.parametrize(("written", "spelled"), PAIRS)
def test_a_name_is_the_same_in_both_scripts_and_each_leads_to_the_other(written, spelled):
    (bare,) = abjads.words_of(written)
    assert word_level(bare, spelled) == word_level(spelled, bare) == CLOSE
    assert abjads.stored_under(bare) & abjads.asked_under(spelled)
    assert abjads.stored_under(spelled) & abjads.asked_under(bare)


@pytest.mark.parametrize(
    ("written", "other"),
    [("محمد", "ahmed"), ("محمود", "mohammed"), ("عمر", "mary"), ("عمر", "mario"), ("حسين", "hassan"),
     ("سارة", "serdar"), ("كريم", "karma"), ("نور", "nuria"), ("خالد", "khadija"), ("לוי", "leo"), ("יעקב", "jacques")],
)  # fmt: skip
def test_a_long_vowel_is_written_and_no_consonant_is_passed_over(written, other):
    (bare,) = abjads.words_of(written)
    assert word_level(bare, other) == OTHER


def test_what_has_two_letters_alone_says_less():
    assert word_level("ly", "ali") == LOOSE


@pytest.mark.parametrize(
    "word", ["schmidt", "marta", "kim", "smith", "hans", "singh", "li", "a", ""]
)
def test_a_name_with_its_vowels_is_none_of_these(word):
    assert not abjads.is_bare(word)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("family", "given", "typed"),
    [
        ("أحمد", "محمد", "mohammed ahmed"), ("أحمد", "محمد", "Ahmad, Muhammad"), ("الحسن", "فاطمة", "fatma al-hassan"),
        ("الحسن", "فاطمة", "al-hassan"), ("حسن", "علي", "ali hassan"), ("سعيد", "عائشة", "aisha saeed"),
        ("عبد الرحمن", "خالد", "khalid abdulrahman"), ("Abdulrahman", "Khalid", "خالد عبد الرحمن"),
        ("Hussein", "Maryam", "مريم حسين"), ("כהן", "דוד", "cohen david"), ("Levy", "Sarah", "שרה לוי"),
        ("शर्मा", "राजेश", "sharma rajesh"),
    ],
)  # fmt: skip
def test_who_is_registered_in_one_script_is_found_in_the_other(family, given, typed):
    here = HospitalFactory()
    patient = PatientFactory(at=here, family_name=family, given_names=given)
    PatientFactory(at=here, family_name="Amadi", given_names="Hamid")
    assert finding.find(actor("receptionist", here), typed).everybody[0] == patient.pk


@pytest.mark.django_db
def test_who_is_registered_again_in_the_other_script_is_asked_about():
    here = HospitalFactory()
    patient = PatientFactory(
        at=here, family_name="أحمد", given_names="محمد", birth_date="1988-03-14"
    )
    again = Patient(
        family_name="Ahmed", given_names="Mohamed", birth_date="1988-03-14", sex=patient.sex
    )
    (likely,) = matching.likely_here(actor("receptionist", here), again)
    assert (likely.patient.pk, likely.agrees) == (patient.pk, ["similar_name", "birth_date"])
