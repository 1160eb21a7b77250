"""Acts on the hospital's catalogues, the same for each: an entry and its prices are written together."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import transaction

from hospital.kit import audit, facts, parts, policy
from hospital.kit.actors import Actor, acting
from hospital.kit.records import Record
from records.models.prices import Price, price_model

E = TypeVar("E", bound=Record)


def add(actor: Actor, *, entry: E, prices: Sequence[Price] = (), external_id: str = "") -> E:
    """Store a new entry with its prices.

    ValidationError for broken facts, and on ``prices`` for broken ones and two on one day.
    """
    with transaction.atomic(), acting(actor, f"{entry.resource}.create"):
        facts.create(actor, entry, external_id=external_id)
        parts.add(parts.prepare(entry, "prices", prices))
    return entry


def update(
    actor: Actor,
    *,
    entry: E,
    prices: Sequence[Price] | None = None,
    expected_version: int | None = None,
    forced: bool = False,
) -> E:
    """Store the changes made to an entry; a given list of prices replaces the whole list, None leaves it.

    The entry's version moves with its prices. StaleError when ``expected_version`` is not current.
    """
    permission = f"{entry.resource}.update"
    policy.require(actor, permission, entry)
    with transaction.atomic(), acting(actor, permission):
        facts.refuse_stale(entry, expected_version)
        facts.refuse_retired(entry)
        rows = None if prices is None else parts.prepare(entry, "prices", prices)
        is_list_new = rows is not None and parts.differ(entry, "prices", rows)
        changed = entry.changed_fields() | ({"prices"} if is_list_new else set())
        policy.require(actor, permission, entry, fields=changed)
        if not changed:
            return entry
        facts.hold_parents(entry)
        entry.full_clean()
        changed = entry.changed_fields() | (changed & {"prices"})
        if changed:
            facts.save(entry)
            audit.wrote(entry, changed=changed, forced=forced)
        if rows is not None and is_list_new:
            parts.replace(actor, entry, "prices", rows)
    return entry


def set_price(
    actor: Actor,
    *,
    entry: E,
    amount: Any,
    valid_from: dt.date,
    expected_version: int | None = None,
) -> E:
    """Give an entry a new price from a day on, until further notice.

    The price of that day ends the day before, and those that were to come later are taken back.
    ValidationError for a broken amount or day.
    """
    policy.require(actor, f"{entry.resource}.update", entry)
    model = price_model(type(entry))
    new = model(**{model.ITEM: entry}, amount=amount, valid_from=valid_from)
    new.full_clean(exclude={model.ITEM})
    prices = [
        model(
            amount=row.amount,
            valid_from=row.valid_from,
            valid_to=valid_from - dt.timedelta(1) if row.is_valid_on(valid_from) else row.valid_to,
        )
        for row in entry.prices.live()  # type: ignore[attr-defined]
        if row.valid_from < valid_from
    ]
    return update(actor, entry=entry, prices=[*prices, new], expected_version=expected_version)
