"""Fields keep a value in one form: through a form, a serializer, a save and a search."""

import datetime as dt

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.serializers import ModelSerializer

from hospital.kit import phones
from hospital.kit.fields import (
    MoneyField,
    OrderKeyField,
    PartialDateField,
    PhoneField,
    SortKeyField,
)
from hospital.tests.kitapp.models import Note


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["phone", "born", "key"]


class NoteSerializer(ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "phone", "born", "key"]


def through_form(**data) -> tuple[Note | None, dict]:
    form = NoteForm(data)
    if not form.is_valid():
        return None, {
            name: [e.code for e in errors] for name, errors in form.errors.as_data().items()
        }
    return form.save(), {}


def through_serializer(**data) -> tuple[Note | None, dict]:
    serializer = NoteSerializer(data=data)
    if not serializer.is_valid():
        return None, {name: [e.code for e in errors] for name, errors in serializer.errors.items()}
    return serializer.save(), {}


DOORS = pytest.mark.parametrize("door", [through_form, through_serializer])

GERMAN = [
    "+49 30 123456",
    "030 123456",
    "(030) 12-34-56",
    "0049 30 123456",
    "tel:+49-30-123456",
    "  +4930123456 ",
    "٠٣٠ ١٢٣٤٥٦",
]


@pytest.mark.django_db
@DOORS
@pytest.mark.parametrize("typed", GERMAN)
def test_a_phone_number_in_any_style_is_kept_in_e164(door, typed):
    with phones.activated("DE"):
        note, errors = door(phone=typed)

    assert errors == {}
    note.refresh_from_db()
    assert note.phone == "+4930123456"


@pytest.mark.django_db
@DOORS
@pytest.mark.parametrize(
    "typed",
    ["abc", "12", "+49", "+999 123456", "+1 555 01", "+49 30 123456 ext. 7", "0" * 31, "1" * 90],
)
def test_what_cannot_be_dialled_is_refused_with_its_code(door, typed):
    with phones.activated("DE"):
        note, errors = door(phone=typed)

    assert note is None
    assert "phone_invalid" in errors["phone"]


@pytest.mark.parametrize(
    ("region", "typed", "kept"),
    [
        ("DE", "491711234567", "+491711234567"),
        ("DE", "49 171 1234567", "+491711234567"),
        ("DE", "49 (171) 123-45.67", "+491711234567"),
        ("DE", "49 21 234567", "+494921234567"),
        ("DE", "4915112345678", "+4915112345678"),
        ("AT", "436641234567", "+436641234567"),
        ("DE", "4921234567", "+494921234567"),
        ("DE", "049 21234567", "+494921234567"),
        ("DE", "1711234567", "+491711234567"),
        ("DE", "436641234567", "+49436641234567"),
        ("DE", "+491711234567", "+491711234567"),
        ("US", "12125551234", "+12125551234"),
        ("IT", "3931234567", "+393931234567"),
        ("BR", "55991234567", "+5555991234567"),
    ],
)
def test_digits_alone_are_a_mobile_number_with_its_country_code_or_one_of_the_country(
    region, typed, kept
):
    with phones.activated(region):
        assert phones.e164(typed) == kept


@pytest.mark.django_db
@DOORS
def test_a_national_number_needs_a_region(door):
    note, errors = door(phone="030 123456")

    assert (note, errors) == (None, {"phone": ["phone_invalid"]})


@pytest.mark.django_db
def test_a_number_is_found_however_it_is_typed_and_by_its_beginning():
    note = Note.objects.create(phone="+49 30 123456")
    with phones.activated("de"):
        found = Note.objects.filter(phone="030/123456")

        assert (note.phone, list(found)) == ("+4930123456", [note])
        assert list(Note.objects.filter(phone__startswith="+4930")) == [note]
        assert not Note.objects.filter(phone="nothing").exists()


def test_a_region_ends_with_its_block_and_starts_again_in_the_next():
    assert phones.region() is None
    with phones.activated("de"), phones.activated("us"):
        assert phones.region() == "US"
    phones.activate("gb")
    assert phones.region() == "GB"
    phones.activate(None)
    assert phones.region() is None


@pytest.mark.parametrize(
    ("number", "spaced"),
    [("+4930123456", "+49 30 123456"), ("+12025550143", "+1 202-555-0143"), ("", ""), ("x", "x")],
)
def test_a_number_is_shown_as_people_read_it(number, spaced):
    assert phones.spaced(number) == spaced


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text):
    try:
        with phones.activated("DE"):
            number = phones.e164(text)
            assert phones.e164(number) == number
            assert phones.e164(phones.spaced(number)) == number
    except ValueError:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert len(number) <= 20


@pytest.mark.django_db
@DOORS
@pytest.mark.parametrize("given", ["", "1988", "1988-03", "1988-03-14", "1850", "2024-02-29"])
def test_a_date_may_be_partly_known(door, given):
    note, errors = door(born=given)

    assert errors == {}
    note.refresh_from_db()
    assert note.born == given


@pytest.mark.django_db
@DOORS
@pytest.mark.parametrize(
    "given",
    ["1849", "88", "1988-13", "1988-00", "1988-3", "2023-02-29", "1988-03-00", "14.3.1988",
     "1988-03-14T00:00", "0000", "１９８８", "1988-03-14-01", "1988-"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_its_code(door, given):
    note, errors = door(born=given)

    assert note is None
    assert "date_invalid" in errors["born"]


@pytest.mark.django_db
def test_a_date_is_kept_as_text_and_found_as_date_or_text():
    note = Note.objects.create(born=dt.date(1988, 3, 14))

    assert note.born == "1988-03-14"
    assert Note.objects.get(born=dt.date(1988, 3, 14)) == note
    assert Note.objects.get(born__startswith="1988") == note
    with pytest.raises(ValidationError):
        Note(born=dt.datetime(1988, 3, 14)).save()


@pytest.mark.django_db
def test_sort_keys_sort_by_bytes_and_find_by_prefix_range():
    keys = ["a b", "a", "ab", "b", "a-b", "Z", "a1"]
    Note.objects.bulk_create([Note(key=key) for key in keys])

    assert list(Note.objects.order_by("key").values_list("key", flat=True)) == sorted(keys)
    within = Note.objects.filter(key__gte="a", key__lt="b").order_by("key")
    assert [note.key for note in within] == sorted(key for key in keys if key[0] == "a")


@pytest.mark.django_db
def test_a_sort_key_uses_the_collation_of_its_engine():
    collation = {"postgresql": "C", "sqlite": "BINARY"}[connection.vendor]

    field = Note._meta.get_field("key")
    assert field.db_parameters(connection)["collation"] == collation
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "kitapp_note")
    [found] = [column.collation for column in columns if column.name == "key"]
    assert found in (collation, None)
    assert found == "C" or connection.vendor == "sqlite"


@pytest.mark.django_db
def test_a_sort_key_that_is_too_long_is_cut_and_still_found():
    note = Note.objects.create(key="x" * 400)
    note.full_clean()
    note.refresh_from_db()

    assert note.key == "x" * 255
    assert Note.objects.get(key="x" * 400) == note


def test_a_sort_key_is_never_null():
    with pytest.raises(TypeError, match="never null"):
        SortKeyField(null=True)


@pytest.mark.parametrize(
    ("field", "kwargs"),
    [
        (PhoneField(), {}),
        (PhoneField(blank=True, max_length=20), {"blank": True, "max_length": 20}),
        (PartialDateField(), {}),
        (SortKeyField(), {}),
        (SortKeyField(max_length=80), {"max_length": 80}),
        (OrderKeyField(of=["name"]), {"of": ("name",), "editable": False}),
        (MoneyField(), {}),
        (MoneyField(digits=0, null=True), {"digits": 0, "null": True}),
    ],
)
def test_a_field_says_no_more_in_a_migration_than_its_declaration(field, kwargs):
    _name, path, args, found = field.deconstruct()

    assert (path, args, found) == (f"hospital.kit.fields.{type(field).__name__}", [], kwargs)
    assert field.clone().deconstruct() == field.deconstruct()
    assert isinstance(field, models.Field)
