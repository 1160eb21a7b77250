"""Times on the wall of the hospital, as fields of a form: a time of day, and a moment as day and time."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, localtimes, typeddates, typedtimes

from .values import day_text

NO_DAY = _("This is no day. Write it like 27-Mar-2026, t for today or +3 for in three days.")
NO_TIME = _("This is no time. Write it like 09:30.")
TIME_LACKS = _("Say at what time.")


class WallTimeInput(forms.TimeInput):
    """Text, always left to right and by the 24-hour clock."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        usual = {"dir": "ltr", "autocomplete": "off", "size": 8}
        super().__init__({**usual, **(attrs or {})}, format="%H:%M")


class WallTimeField(forms.TimeField):
    """Takes what ``typedtimes`` understands; anything else is ``invalid`` and stays to be mended.

    Where something ``ends`` at that time it may be 24:00.
    """

    widget = WallTimeInput
    default_error_messages = {"invalid": NO_TIME}

    def __init__(self, *, ends: bool = False, **options: Any):
        self.ends = ends
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        after = typedtimes.minutes(value)
        if after is None or (after == typedtimes.DAY and not self.ends):
            raise ValidationError(NO_TIME, "invalid")
        return _at(after)


class MomentInput(forms.Widget):
    """A day and a time in two boxes. Its value is what stands in them: {"day", "time"}.

    With ``ends`` a time left empty is the end of the day, else its beginning. Where the day is left
    empty it is the one of the widget called ``day_of``, typed under ``other_day``.
    """

    template_name = "components/widgets/moment.html"
    use_fieldset = True
    boxes = ("day", "time")

    def __init__(
        self, *, ends: bool = False, day_of: str = "", exact: bool = False,
        attrs: dict[str, Any] | None = None,
    ):  # fmt: skip
        super().__init__(attrs)
        self.ends, self.day_of, self.exact = ends, day_of, exact

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if not any(f"{name}_{box}" in data for box in self.boxes):
            return data.get(name)
        typed = {box: data.get(f"{name}_{box}", "").strip() for box in self.boxes}
        if self.day_of and not typed["day"]:
            typed["other_day"] = data.get(f"{self.day_of}_day", "").strip()
        return typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and all(f"{name}_{box}" not in data for box in self.boxes)

    def format_value(self, value: Any) -> dict[str, str]:
        """What stands in the boxes for a moment, or for what was typed before."""
        if isinstance(value, dict):
            return value
        if not isinstance(value, dt.datetime):
            return {"day": str(value or ""), "time": ""}
        local = clock.local(value)
        day, at = local.date(), local.time()
        if at == dt.time(0) and not self.exact:
            return {"day": day_text(day - dt.timedelta(days=self.ends)), "time": ""}
        return {"day": day_text(day), "time": f"{at:%H:%M}"}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["typed"] = self.format_value(value)
        return context

    def id_for_label(self, id_: str | None, index: Any = None) -> str:
        return f"{id_}_day" if id_ else ""


class MomentField(forms.Field):
    """The moment that day and time mean on the wall of the hospital.

    ValidationError ``invalid`` for what is no day or no time, ``time_skipped`` and ``time_repeated``
    for a time that the day has not or has twice. Nothing typed is no moment. Of an ``exact`` one, when
    something happened, a time alone is of today, and a day alone is ``required`` to have a time.
    """

    def __init__(
        self, *, ends: bool = False, day_of: str = "", exact: bool = False, **options: Any
    ):
        self.ends, self.exact = ends, exact
        super().__init__(
            **{"widget": MomentInput(ends=ends, day_of=day_of, exact=exact), **options}
        )

    def to_python(self, value: Any) -> dt.datetime | None:
        if not isinstance(value, dict):
            return value if isinstance(value, dt.datetime) else None
        typed_day = value["day"] or value.get("other_day", "")
        if not typed_day and not value["time"]:
            return None
        day = typeddates.near(typed_day or "t") if self.exact else typeddates.near(typed_day)
        if day is None and not value["day"]:
            return None  # the other moment says what is wrong with its day
        try:
            return self._moment(day, value["time"]) if day else self._refuse_day()
        except OverflowError:  # the first and the last day there are
            return self._refuse_day()

    def _refuse_day(self) -> dt.datetime:
        raise ValidationError(NO_DAY, "invalid")

    def _moment(self, day: dt.date, typed: str) -> dt.datetime:
        if self.exact and not typed:
            raise ValidationError(TIME_LACKS, "required")
        zone: Any = timezone.get_current_timezone()
        bounds = localtimes.day_bounds(day, zone)
        after = typedtimes.minutes(typed) if typed else typedtimes.DAY * self.ends
        if after is None or (after == typedtimes.DAY and not self.ends):
            raise ValidationError(NO_TIME, "invalid")
        if after in {0, typedtimes.DAY}:
            return bounds[bool(after)]
        return localtimes.refuse_doubtful(dt.datetime.combine(day, _at(after)), zone)


class EndFollows(forms.BaseForm):
    """A form whose ``ends_at``, left empty, follows from ``starts_at``: what is wrong is told once, there."""

    def take(self, exc: ValidationError) -> None:
        """As RecordForm's."""
        typed = self["ends_at"].data if "ends_at" in self.fields else None
        is_empty = isinstance(typed, dict) and not typed["day"] and not typed["time"]
        wrong = getattr(exc, "error_dict", {})
        if is_empty and ("starts_at" in self.errors or "starts_at" in wrong):
            wrong.pop("ends_at", None)
        super().take(exc)  # type: ignore[misc]


def _at(after: int) -> dt.time:
    return dt.time(*divmod(after % typedtimes.DAY, 60))
