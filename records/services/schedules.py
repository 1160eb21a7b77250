"""Hours, absences and holidays, and the appointments that a change of them leaves without their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.errors import errors_of
from hospital.models import Resource
from records.models import Absence, Holiday, Session

from . import placing, settling
from .affected import AppointmentsAffected
from .hours import ONE_DAY

R = TypeVar("R", Session, Absence, Holiday)
T = TypeVar("T")


def save(
    actor: Actor,
    record: R,
    *,
    accepts_affected: bool = False,
    external_id: str = "",
    **expectation: Any,
) -> R:
    """Store new or changed hours, an absence or a holiday.

    AppointmentsAffected when appointments would lose their time. With ``accepts_affected`` it is
    stored and they go on the list of those that have to be moved: none is ever lost on the way.
    """
    if record._state.adding:
        return _settled(
            actor, [record], "create", accepts_affected,
            lambda: facts.create(actor, record, external_id=external_id),
        )  # fmt: skip
    return _settled(
        actor, [record], "update", accepts_affected,
        lambda: facts.change(actor, record, **expectation),
    )  # fmt: skip


def add_week(
    actor: Actor, session: Session, *, weekdays: Sequence[str], accepts_affected: bool = False
) -> list[Session]:
    """Add the hours of ``session`` on each of ``weekdays``: all of them, or none.

    ValidationError names the weekday of those that break a rule; AppointmentsAffected as ``save``.
    """
    if not weekdays:
        raise ValidationError({"weekday": ValidationError(sentence("required"), "required")})
    days = [_on_weekday(session, weekday) for weekday in weekdays]

    def write() -> list[Session]:
        for day in days:
            with _naming(day, is_one_of_many=len(days) > 1):
                facts.create(actor, day)
        return days

    return _settled(actor, days[:1], "create", accepts_affected, write)


def change_from(
    actor: Actor,
    session: Session,
    *,
    new: Session,
    accepts_affected: bool = False,
    expected_version: int | None = None,
) -> Session:
    """End the hours on the day before ``new`` begins, and keep ``new`` from then on, in one act.

    Appointments go over to the new hours where these have a place for them; AppointmentsAffected as
    ``save``. ValidationError ``hours_not_begun`` when there would be nothing left to end.
    """
    if new.valid_from is not None and new.valid_from <= session.valid_from:
        code = "hours_not_begun"
        raise ValidationError({"valid_from": ValidationError(sentence(code), code)})

    def write() -> Session:
        session.valid_to = new.valid_from - ONE_DAY
        facts.change(actor, session, expected_version=expected_version)
        return facts.create(actor, new)

    return _settled(actor, [session, new], "update", accepts_affected, write)


def retire(
    actor: Actor,
    record: R,
    *,
    reason: str,
    accepts_affected: bool = False,
    expected_version: int | None = None,
) -> R:
    """Take hours, an absence or a holiday away, in the same way."""
    return _settled(
        actor, [record], "retire", accepts_affected,
        lambda: facts.retire(actor, record, reason=reason, expected_version=expected_version),
    )  # fmt: skip


def restore(
    actor: Actor, record: R, *, accepts_affected: bool = False, expected_version: int | None = None
) -> R:
    """Bring one back, in the same way."""
    return _settled(
        actor, [record], "restore", accepts_affected,
        lambda: facts.restore(actor, record, expected_version=expected_version),
    )  # fmt: skip


def affected_by(record: Session | Absence | Holiday) -> list[Resource]:
    """The resources whose appointments a change of ``record`` may touch, before and after it."""
    if isinstance(record, Holiday):
        rows = Resource.objects.filter(hospital=record.hospital_id)
    else:
        before = (record._loaded or {}).get("bookable_id")
        rows = Resource.objects.filter(pk__in=[pk for pk in (record.bookable_id, before) if pk])
    return list(rows.select_related("doctor").order_by("pk"))


def _settled(
    actor: Actor,
    records: Sequence[Session | Absence | Holiday],
    word: str,
    accepts_affected: bool,
    write: Callable[[], T],
) -> T:
    """Write, and judge every appointment that ``records`` may touch by what then is."""

    @act(f"{records[0].resource}.{word}")
    def run(actor: Actor) -> T:
        resources = affected_by(records[0])
        for record in records:
            facts.hold_parents(record)
        placing.lock_rows(Resource, [row.pk for row in resources])
        written = write()
        stranded = settling.settle(actor, resources)
        if stranded and not accepts_affected:
            raise AppointmentsAffected(stranded, word)
        return written

    return run(actor)


def _on_weekday(session: Session, weekday: str) -> Session:
    """The same hours on that weekday, as a row of its own."""
    facts_of_it = {
        field.attname: getattr(session, field.attname)
        for field in Session._meta.concrete_fields
        if field.name not in Session.SERVER_FIELDS
    }
    return Session(**{**facts_of_it, "weekday": weekday})


@contextmanager
def _naming(session: Session, *, is_one_of_many: bool) -> Iterator[None]:
    """Name the weekday in what is wrong with the hours of one of several."""
    try:
        yield
    except ValidationError as exc:
        if not is_one_of_many:
            raise
        day = session.get_weekday_display()
        raise ValidationError(
            {
                name: [ValidationError(f"{day}: {text}", code) for code, text in rows]
                for name, rows in errors_of(exc).items()
            }
        ) from exc
