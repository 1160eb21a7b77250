"""Amounts are exact on both engines, in and out of every door."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.models import F, Sum, Value
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer

from hospital.kit.fields import MoneyField
from hospital.tests.kitapp.models import Quote

MOST = 10**18 - 1


class QuoteForm(forms.ModelForm):
    class Meta:
        model = Quote
        fields = ["amount", "dinars", "yen"]


class QuoteSerializer(ModelSerializer):
    class Meta:
        model = Quote
        fields = ["amount", "dinars", "yen"]


def code_of(act) -> str:
    with pytest.raises(ValidationError) as refusal:
        act()
    return refusal.value.code


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["12.50", " 12.5", Decimal("12.5"), Decimal("12.500000")])
def test_an_amount_is_a_whole_number_in_the_database_and_a_decimal_in_python(amount):
    quote = Quote.objects.create(amount=amount, dinars="1.234", yen=1200)

    quote.refresh_from_db()
    assert (quote.amount, quote.dinars, quote.yen) == (
        Decimal("12.50"), Decimal("1.234"), Decimal(1200),
    )  # fmt: skip
    assert [str(quote.amount), str(quote.yen)] == ["12.50", "1200"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount, dinars, yen FROM kitapp_quote")
        assert cursor.fetchone() == (1250, 1234, 1200)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.1, "money_invalid"),
        (1.0, "money_invalid"),
        (True, "money_invalid"),
        ("", "money_invalid"),
        ("12,50", "money_invalid"),
        ("1e3", "money_invalid"),
        ("1_000", "money_invalid"),
        ("１２", "money_invalid"),
        ("NaN", "money_invalid"),
        ("--1", "money_invalid"),
        ([1], "money_invalid"),
        (Decimal("Infinity"), "money_invalid"),
        (Decimal("1e-9999999"), "money_invalid"),
        ("0" * 61, "money_invalid"),
        ("0.001", "money_decimals"),
        (Decimal("0.1") + Decimal("1e-28"), "money_decimals"),
        ("0." + "1" * 50, "money_decimals"),
        (Decimal("1e999999"), "money_too_large"),
        ("1" + "0" * 16, "money_too_large"),
        (10**30, "money_too_large"),
    ],
)
def test_what_is_no_exact_amount_is_refused_with_its_code(value, code):
    assert code_of(lambda: MoneyField().to_python(value)) == code


@pytest.mark.django_db
def test_code_that_saves_a_float_fails():
    with pytest.raises(TypeError, match="never a float"):
        Quote(amount=0.1).save()
    with pytest.raises(TypeError, match="never a float"):
        Quote.objects.filter(amount=0.1).exists()


@pytest.mark.django_db
def test_the_form_and_the_serializer_refuse_alike():
    form = QuoteForm({"amount": "0.001", "yen": "0.5"})
    serializer = QuoteSerializer(data={"amount": "0.001", "yen": 0.5})

    assert {name: e[0].code for name, e in form.errors.as_data().items()} == {
        "amount": "money_decimals", "yen": "money_decimals",
    }  # fmt: skip
    assert not serializer.is_valid()
    assert {name: e[0].code for name, e in serializer.errors.items()} == {
        "amount": "money_decimals", "yen": "money_invalid",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_form_and_the_serializer_accept_alike():
    from_form = QuoteForm({"amount": "3.10", "dinars": ""}).save()
    serializer = QuoteSerializer(data={"amount": "3.10", "dinars": None, "yen": "7"})
    assert serializer.is_valid(), serializer.errors
    from_serializer = serializer.save()

    for quote in (from_form, from_serializer):
        quote.refresh_from_db()
        assert (quote.amount, quote.dinars) == (Decimal("3.10"), None)
    json = JSONRenderer().render(QuoteSerializer(from_serializer).data)
    assert json == b'{"amount":"3.10","dinars":null,"yen":"7"}'
    assert not QuoteForm({"amount": "3.10"}, instance=from_form).has_changed()
    assert 'value="3.10"' in str(QuoteForm(instance=from_form)["amount"])


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("2,5", "2.50"), ("-0,05", "-0.05"), ("1,20", "1.20"), ("1,200", None), ("1,2,3", None), (",5", None)],
)  # fmt: skip
def test_a_comma_is_a_decimal_point_in_a_form_unless_it_may_part_thousands(typed, amount):
    form = QuoteForm({"amount": typed})
    codes = [error.code for error in form.errors.as_data().get("amount", ())]
    assert codes == ([] if amount else ["money_invalid"])
    assert not amount or form.instance.amount == Decimal(amount)


@pytest.mark.django_db
def test_sums_and_comparisons_are_exact():
    for amount in ("0.10", "0.20", "-0.30"):
        Quote.objects.create(amount=amount, pieces=3)

    total = Quote.objects.aggregate(total=Sum("amount"))["total"]
    assert (total, str(total)) == (Decimal(0), "0.00")
    assert Quote.objects.filter(amount__gt=Decimal("0.1")).count() == 1
    assert Quote.objects.filter(amount__in=["0.1", Decimal("0.2")]).count() == 2
    assert Quote.objects.order_by("-amount").values_list("amount", flat=True)[0] == Decimal("0.20")


@pytest.mark.django_db
def test_amounts_are_added_in_queries_and_multiplied_by_whole_numbers():
    Quote.objects.create(amount="0.10", pieces=3)
    fee = Value(Decimal("1.00"), output_field=MoneyField())

    row = Quote.objects.values_list(F("amount") * F("pieces"), F("amount") + fee, F("amount") - fee)
    assert row.get() == (Decimal("0.30"), Decimal("1.10"), Decimal("-0.90"))
    Quote.objects.update(amount=F("amount") + fee)
    assert Quote.objects.get().amount == Decimal("1.10")


@pytest.mark.django_db
def test_a_bare_decimal_beside_an_amount_is_refused_instead_of_taken_for_minor_units():
    with pytest.raises(FieldError):
        Quote.objects.values_list(F("amount") + Decimal("1.00")).first()


class EveryAmount(TestCase):
    @given(st.integers(min_value=-MOST, max_value=MOST))
    def test_comes_back_as_it_was(self, minor):
        amount = Decimal(minor).scaleb(-2)
        quote = Quote.objects.create(amount=str(amount))

        assert quote.amount == amount
        assert Quote.objects.filter(amount=amount).get(pk=quote.pk).amount == amount
