"""Chinese, Japanese and Korean names are typed without a space, and are found so, however they were entered."""

import unicodedata

import pytest

from hospital.tests.factories import HospitalFactory, actor
from records.models import Patient, SearchKey
from records.services import finding, matching, search_keys, undivided
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


def found(here, text):
    return finding.exactly(actor("receptionist", here), text).patient_ids


@pytest.mark.parametrize(
    ("family_name", "given_names", "texts"),
    [
        (
            "王",
            "小明",
            [
                "王小明",
                "王 小明",
                "小明 王",
                "王",
                "小明",
                "王小",
                "明",
                "wang xiaoming",
                "wangxiaom",
            ],
        ),
        ("王小红", "", ["王小红", "王 小红", "小红", "王", "红", "xiaohong wang"]),
        ("", "王小红", ["王小红", "王 小红", "小红"]),
        ("김", "민준", ["김민준", "김 민준", "민준 김", "민준", "김민", "gim minjun"]),
        ("남궁", "민", ["남궁민", "남궁 민"]),
        ("佐々木", "希", ["佐々木希", "佐々木 希"]),
        ("山田", "さくら", ["山田さくら", "山田 さくら", "さくら", "田さく"]),
        ("たなか", "たろう", ["たなかたろう", "たなか たろう", "tanaka taro", "tanakataro"]),
        ("ヤマダ", "タロウ", ["ヤマダタロウ", "ﾔﾏﾀﾞﾀﾛｳ", "タロウ"]),
        ("王", "小明 David", ["王小明", "王小明 david", "David 王"]),
        ("王", "ACBDFGHI小明", ["王小明"]),
        ("爱新觉罗", "一二三四五六七八", ["爱新觉罗一二三四五六七八", "七八"]),
    ],
)
def test_a_name_is_found_with_its_spaces_and_without(here, family_name, given_names, texts):
    wanted = PatientFactory(at=here, family_name=family_name, given_names=given_names)
    PatientFactory(at=here, family_name="李", given_names="四光")
    for text in texts:
        assert found(here, text) == [wanted.pk], text


@pytest.mark.parametrize(
    ("born", "turned"), [("1988-03-14", False), ("1988-03-14", True), ("", True)]
)
def test_in_one_box_or_in_two_it_is_the_same_name(here, born, turned):
    for family_name, given_names in (("王", "小明"), ("김", "민준")):
        parted = {"family_name": family_name, "given_names": given_names, "birth_date": born}
        joined = parted | {"family_name": family_name + given_names, "given_names": ""}
        stored, asked = (joined, parted) if turned else (parted, joined)
        chart = PatientFactory(at=here, **stored)
        [likely] = matching.likely_here(actor("receptionist", here), Patient(**asked))
        assert (likely.patient.pk, likely.agrees[0]) == (chart.pk, "name")


def test_composed_and_decomposed_hangul_are_one(here):
    written, typed = ("김민준", unicodedata.normalize("NFD", "김민준"))
    wanted = [
        PatientFactory(at=here, family_name=each, given_names="") for each in (written, typed)
    ]
    for text in (written, typed, "민준", unicodedata.normalize("NFD", "민준")):
        assert set(found(here, text)) == {chart.pk for chart in wanted}


def test_a_name_in_letters_gets_no_keys_but_its_words(here):
    chart = PatientFactory(at=here, family_name="Müller", given_names="Joanna Беатриче Анна")
    keys = SearchKey.objects.filter(registration__patient=chart, kind="n").values_list(
        "key", flat=True
    )
    assert sorted(keys) == ["anna", "beatriche", "joanna", "muller"]


def test_a_long_name_has_few_keys(here):
    chart = PatientFactory(at=here, family_name="一" * 60, given_names="二三四五六七八九十" * 5)
    names = [key for kind, key in search_keys.keys_of(chart, ()) if kind == "n"]
    assert len(names) <= 2 + undivided.LONGEST_ENDING + 1
