"""Acts on the catalogue of medications: an entry and its prices are written together."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hospital.kit import audit, facts, parts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from records.models import Medication, MedicationPrice


@act("records.medication.create")
def add(
    actor: Actor,
    *,
    medication: Medication,
    prices: Sequence[MedicationPrice] = (),
    external_id: str = "",
) -> Medication:
    """Store a new entry with its prices.

    ValidationError for broken facts, and on ``prices`` for broken ones and two on one day.
    """
    facts.create(actor, medication, external_id=external_id)
    parts.add(parts.prepare(medication, "prices", prices))
    return medication


@act("records.medication.update")
def update(
    actor: Actor,
    *,
    medication: Medication,
    prices: Sequence[MedicationPrice] | None = None,
    expected_version: int | None = None,
    forced: bool = False,
) -> Medication:
    """Store the changes made to an entry; a given list of prices replaces the whole list, None leaves it.

    The entry's version moves with its prices. StaleError when ``expected_version`` is not current.
    """
    policy.require(actor, "records.medication.update", medication)
    facts.refuse_stale(medication, expected_version)
    facts.refuse_retired(medication)
    rows = None if prices is None else parts.prepare(medication, "prices", prices)
    is_list_new = rows is not None and parts.differ(medication, "prices", rows)
    changed = medication.changed_fields() | ({"prices"} if is_list_new else set())
    policy.require(actor, "records.medication.update", medication, fields=changed)
    if not changed:
        return medication
    medication.full_clean()
    changed = medication.changed_fields() | (changed & {"prices"})
    if changed:
        facts.save(medication)
        audit.wrote(medication, changed=changed, forced=forced)
    if rows is not None and is_list_new:
        parts.replace(actor, medication, "prices", rows)
    return medication


@act("records.medication.update")
def set_price(
    actor: Actor,
    *,
    medication: Medication,
    amount: Any,
    valid_from: dt.date,
    expected_version: int | None = None,
) -> Medication:
    """Give an entry a new price from a day on, until further notice.

    The price of that day ends the day before, and those that were to come later are taken back.
    ValidationError for a broken amount or day.
    """
    new = MedicationPrice(medication=medication, amount=amount, valid_from=valid_from)
    new.full_clean(exclude={"medication"})
    prices = [
        MedicationPrice(
            amount=row.amount,
            valid_from=row.valid_from,
            valid_to=valid_from - dt.timedelta(1) if row.is_valid_on(valid_from) else row.valid_to,
        )
        for row in medication.prices.live()
        if row.valid_from < valid_from
    ]
    return update(
        actor, medication=medication, prices=[*prices, new], expected_version=expected_version
    )
