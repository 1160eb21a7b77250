"""In which order the dates of a file are written, and what to say of it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hospital.kit import typeddates
from hospital.kit.typeddates import Seen
from hospital.models import ImportBatch

from . import imports
from .import_kinds import Kind

LOOKED_AT = 2_000
# How a person is told of doubt.
DIFFERS = _(
    "Some dates of this file have the day first and others the month. Those that do not fit the order chosen are told "
    "as broken; others may be read as another day."
)
UNTOLD = _("Nothing in this file tells whether the day or the month comes first. Say which it is.")


def has_dates(kind: Kind) -> bool:
    return any(each.is_date for each in kind.fields)


def seen(batch: ImportBatch, kind: Kind, fields: Sequence[str]) -> Seen:
    """How the dates of the first rows seem to be written; of the columns without a field when none holds dates."""
    dates = {each.name for each in kind.fields if each.is_date}
    columns = [at for at, name in enumerate(fields) if name in dates]
    columns = columns or [at for at, name in enumerate(fields) if not name]
    rows = imports.first_rows(batch, LOOKED_AT) if dates and columns else []
    return typeddates.order_of(row[at] for row in rows for at in columns)


def doubt(seen: Seen) -> str:
    """What to tell a person who can say better; "" where the dates leave no doubt."""
    if seen.differs:
        return str(DIFFERS)
    return "" if seen.tells else str(UNTOLD)
