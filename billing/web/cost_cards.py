"""What the page of a treatment tells of money: its cost line by line, and the estimates written down."""

from typing import Any

from django.urls import reverse

from billing.models import Estimate
from billing.services import costs
from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.money import spoken
from hospital.kit.web import histories
from hospital.kit.web.asides import Aside
from hospital.web.texts import day_text, moment_text
from records.models import Treatment

from . import cost_rows

SHOWN = 20


def cost(actor: Actor, treatment: Treatment) -> dict[str, Any] | None:
    """What it costs, or would cost; what has no price instead of a sum. Nothing of what is not to be done."""
    if treatment.is_retired or treatment.status == Treatment.Status.CANCELLED:
        return None
    around = {"is_planned": treatment.is_planned, "write_url": _write_url(actor, treatment)}
    try:
        found = costs.of(actor, treatment)
    except costs.PriceMissing as exc:
        missing = [costs.name_of(row) for row in exc.rows]
        return {**around, "missing": missing, "day": day_text(costs.day_of(treatment))}
    return {
        **around,
        "day": day_text(found.priced_on),
        "lines": cost_rows.lines(found.lines, found.currency),
        "total": spoken(found.total, found.currency),
    }


def estimates(actor: Actor, treatment: Treatment) -> dict[str, Any] | None:
    """Those that were written down, the newest first."""
    rows: Any = Estimate.objects.visible_to(actor, "list").filter(treatment=treatment.pk)
    found = list(rows.order_by("-id")[:SHOWN])
    if not found:
        return None
    people = histories.names_of(row.made_by for row in found)
    return {
        "lines": [
            {
                "url": reverse("billing:estimate-detail", args=[row.pk]),
                "when": moment_text(row.created_at),
                "total": spoken(row.total, row.currency),
                "who": people.get(row.made_by, "") if row.made_by else "",
            }
            for row in found
        ]
    }


def _write_url(actor: Actor, treatment: Treatment) -> str:
    may = policy.allows(actor, "billing.estimate.create", treatment)
    return (
        reverse("billing:estimate-create", args=[treatment.pk])
        if may and treatment.is_planned
        else ""
    )


ASIDES = (
    Aside("records.treatment", "billing/costs/card.html", "billing.cost.read", cost, order=10),
    Aside(
        "records.treatment", "billing/estimates/card.html", "billing.estimate.list", estimates, order=20
    ),
)  # fmt: skip
