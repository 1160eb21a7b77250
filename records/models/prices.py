"""What the entries of a hospital's catalogues cost, from which day to which."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from hospital.kit import money
from hospital.kit.codes import sentence
from hospital.kit.fields import MoneyField
from hospital.kit.guards import NoOverlap
from hospital.kit.parts import Part
from hospital.kit.records import RecordQuerySet

# A day, or the outer query's column that holds one.
Day = dt.date | OuterRef


class CatalogueQuerySet(RecordQuerySet):
    """Entries of a catalogue: records whose ``prices`` say what they cost."""

    def on_day(self, day: dt.date) -> Self:
        """Each with its price on ``day`` as ``price_today``; None when none is valid then."""
        return self.annotate(price_today=price_on(day, of=self.model))


class PriceQuerySet(RecordQuerySet):
    """Prices of one catalogue's entries."""

    def valid_on(self, day: Day) -> Self:
        """Those that count on ``day``."""
        is_open = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(is_open, valid_from__lte=day)


class Price(Part):
    """What one unit of an entry costs from a day to a day, both included; without an end until
    further notice. In the hospital's currency; a day has one price at most.

    ``ITEM`` is the key to the entry. Its model declares that key with the related name ``prices``,
    and its constraints by ``price_constraints``.
    """

    errors_at = {
        "price_overlap": "valid_from",
        "days_reversed": "valid_to",
        "out_of_range": "amount",
    }
    CONTENT = frozenset({"amount", "valid_from", "valid_to"})
    ITEM: ClassVar[str]

    amount = MoneyField(_("price of one unit"), digits=money.MOST_DECIMALS)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar[Any] = PriceQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["-valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.amount} ({self.valid_from} – {self.valid_to or ''})"

    @property
    def currency(self) -> str:
        """The hospital's currency."""
        return getattr(self, self.ITEM).hospital.currency

    def clean(self) -> None:
        super().clean()
        if getattr(self, f"{self.ITEM}_id") is None or not isinstance(self.amount, Decimal):
            return
        digits = money.decimals_of(self.currency)
        if self.amount != round(self.amount, digits):
            code = "money_decimals"
            raise ValidationError({"amount": ValidationError(sentence(code, digits=digits), code)})

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether it counts on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_over_by(self, day: dt.date) -> bool:
        """Whether it counted on days before ``day`` only."""
        return self.valid_to is not None and self.valid_to < day


def price_constraints(item: str) -> list[models.BaseConstraint]:
    """What the database keeps of the prices whose key to their entry is ``item``."""
    return [
        NoOverlap(
            name=f"{item}_price_no_overlap",
            same=[item],
            start="valid_from",
            end="valid_to",
            bounds="[]",
            condition=Q(retired_at__isnull=True),
            violation_error_code="price_overlap",
            violation_error_message=_(
                "Another price is valid on some of these days. End that one first, or "
                "choose other days."
            ),
        ),
        models.CheckConstraint(
            condition=Q(amount__gte=0),
            name=f"{item}_price_not_negative",
            violation_error_code="out_of_range",
            violation_error_message=_("A price is zero or more."),
        ),
    ]


def price_model(catalogue: type[models.Model]) -> type[Price]:
    """The model of the prices of a catalogue's entries."""
    relation: Any = catalogue._meta.get_field("prices")
    return relation.related_model


def price_on(day: Day, *, of: type[models.Model], key: str = "pk") -> Subquery:
    """What an entry of the catalogue ``of`` costs on ``day``; null when no price is valid then.

    For the rows of any query: ``key`` names their column with the entry's id, and the day may be a
    column of theirs too: ``price_on(OuterRef("done_on"), of=Procedure, key="procedure_id")``.
    """
    model = price_model(of)
    valid = model.objects.live().valid_on(day).filter(**{model.ITEM: OuterRef(key)})
    return Subquery(valid.values("amount")[:1])


def in_order(prices: Any) -> list[Any]:
    """The live ones among loaded prices, the latest first."""
    live = (price for price in prices if not price.is_retired)
    return sorted(live, key=lambda price: price.valid_from, reverse=True)
