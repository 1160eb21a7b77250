"""Models for the kit's fields."""
# ruff: noqa: DJ008 (nobody looks at these rows)

from django.db import models

from hospital.kit.fields import MoneyField, PartialDateField, PhoneField, SortKeyField


class Note(models.Model):
    """A person's facts."""

    phone = PhoneField(blank=True)
    born = PartialDateField(blank=True)
    key = SortKeyField(blank=True)


class Quote(models.Model):
    """An amount in a currency of two decimals, of three, and of none."""

    amount = MoneyField()
    dinars = MoneyField(digits=3, null=True, blank=True)
    yen = MoneyField(digits=0, null=True, blank=True)
    pieces = models.IntegerField(default=1)
