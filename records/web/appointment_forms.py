"""The forms by which an appointment gets its time, and what stands against a time on them."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, localtimes
from hospital.kit.codes import sentence
from hospital.kit.errors import RuleError
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.reasons import OTHER, words_of
from hospital.models import Resource
from records.models import Appointment
from records.services.clashes import TimeConflict
from records.web import appointment_slots as slots

from .appointment_reasons import LANE, OVERBOOK

# What may be stretched: by overbooking, and by a second lane for the patient.
STRETCHED = frozenset({"doctor_busy", "session_full", "outside_hours"})


class TimeField(forms.TimeField):
    """A time of day in one box: 09:20, 920, 9.20 or 9."""

    widget = forms.TextInput(
        {"dir": "ltr", "autocomplete": "off", "size": 6, "inputmode": "numeric"}
    )
    default_error_messages = {"invalid": _("This is no time. Write it like 09:20.")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            return slots.typed_time(value) or super().to_python(value)
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class TimeForm(RecordForm):
    """Where and with whom, and when: one of the free times that are shown, or a day and a time typed."""

    day = NearDateField(label=_("From day"), required=False)
    at = TimeField(
        label=_("Time"), required=False, help_text=_("Empty: choose one of the free times.")
    )
    # A free time: picked from the list, or taken by its own button when another one was gone.
    slot = forms.CharField(required=False, widget=forms.HiddenInput)
    take_slot = forms.CharField(required=False, widget=forms.HiddenInput)
    why_overbook = forms.ChoiceField(
        label=_("Why it is booked all the same"), required=False, widget=forms.RadioSelect
    )
    overbook_other = forms.CharField(label=_("Other reason"), required=False, max_length=200)
    why_lane = forms.ChoiceField(
        label=_("Why the patient has two appointments at once"), required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    lane_other = forms.CharField(label=_("Other reason"), required=False, max_length=200)

    zone: Any = None
    conflict: TimeConflict | None = None

    class Meta:
        model = Appointment
        fields: ClassVar[Any] = ("clinic", "doctor", "kind")

    def __init__(self, *args: Any, zone: Any, **options: Any):
        super().__init__(*args, **options)
        self.zone = zone
        for name, reasons in (("why_overbook", OVERBOOK), ("why_lane", LANE)):
            offered = [(str(words), words) for words in reasons]
            self.fields[name].choices = [*offered, (OTHER, _("Other"))]  # type: ignore[attr-defined]
        for name, label in (
            ("clinic", _("Any clinic")),
            ("doctor", _("Anyone")),
            ("kind", _("No kind")),
        ):
            if name in self.fields:
                self.fields[name].empty_label = label  # type: ignore[attr-defined]
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Put the time that was chosen or typed where the record has it."""
        found = super().clean() or self.cleaned_data
        if chosen := found.get("take_slot") or found.get("slot"):
            self._take_slot(found, chosen)
        elif found.get("day") and found.get("at"):
            self._take_typed(found)
        elif found.get("is_here"):
            self.instance.starts_at = clock.now().replace(second=0, microsecond=0)
        return found

    def _take_slot(self, found: dict[str, Any], value: str) -> None:
        chosen = slots.opened(value)
        bookable: Any = chosen and self._bookables().filter(pk=chosen.resource_id).first()
        clinic = chosen and self._clinics().filter(pk=chosen.clinic_id).first()
        if not chosen or not bookable or not clinic:
            raise ValidationError(sentence("invalid_choice"), "invalid_choice")
        found["clinic"], found["doctor"] = clinic, bookable.doctor
        self.beside = [] if bookable.doctor_id else [bookable]
        self.instance.starts_at, self.instance.ends_at = chosen.starts_at, chosen.ends_at

    def _take_typed(self, found: dict[str, Any]) -> None:
        try:
            starts_at = localtimes.refuse_doubtful(
                dt.datetime.combine(found["day"], found["at"]), self.zone
            )
        except ValidationError as exc:
            self.add_error("at", exc)
            return
        if starts_at != self.instance.starts_at:
            length = self._length(found)
            self.instance.starts_at = starts_at
            self.instance.ends_at = starts_at + length if length else None

    def _length(self, found: dict[str, Any]) -> dt.timedelta | None:
        """As long as it was; a new one as its kind says."""
        if self.instance.ends_at and self.instance.starts_at:
            return self.instance.ends_at - self.instance.starts_at
        return None

    def _bookables(self) -> Any:
        return (
            Resource.objects.live()
            .filter(hospital=self.instance.hospital_id)
            .select_related("doctor")
        )

    def _clinics(self) -> Any:
        return self.fields["clinic"].visible.live()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        # The service judges the time, and tells everything that stands against it at once.
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        if self.instance.starts_at is None and "at" not in self.errors:
            self.add_error(None, ValidationError(_("Choose a time."), "required"))
            return
        if self.errors:
            return
        try:
            self.instance.full_clean(
                exclude={"ends_at"} if self.instance.ends_at is None else None,
                validate_constraints=False,
            )
        except ValidationError as exc:
            self.take(exc)

    # ---- what the pages ask

    def said(self) -> dict[str, Any]:
        """What the form says so far of where, with whom and from which day; what makes no sense is left out."""
        return {name: self._so_far(name) for name in ("clinic", "doctor", "kind", "day")}

    def _so_far(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    beside: list[Resource] | None = None

    @property
    def resources(self) -> list[Resource] | None:
        """The rooms, devices and further doctors beside the doctor; None leaves what there is."""
        return self.beside

    @property
    def reasons(self) -> dict[str, str]:
        """Why hours or the patient's time are stretched, as the service takes it."""
        found = self.cleaned_data
        return {
            "overbook_reason": words_of(found.get("why_overbook"), found.get("overbook_other")),
            "lane_reason": words_of(found.get("why_lane"), found.get("lane_other")),
        }

    def refuse(self, exc: RuleError) -> None:
        """A taken time is told with everything that stands against it; the page offers the way on."""
        if isinstance(exc, TimeConflict):
            self.conflict = exc
        super().refuse(exc)

    @property
    def free_instead(self) -> list[Any]:
        """The free times offered instead of a taken one, day by day."""
        return slots.by_day(list(self.conflict.free), self.zone) if self.conflict else []

    @property
    def may_stretch(self) -> dict[str, bool]:
        """Which reasons would help: all that stands against the time can be stretched."""
        codes = {clash.code for clash in self.conflict.clashes} if self.conflict else set()
        is_enough = bool(codes) and codes <= STRETCHED | {"patient_busy"}
        return {
            "overbook": is_enough and bool(codes & STRETCHED),
            "lane": is_enough and "patient_busy" in codes,
        }


class BookingForm(TimeForm):
    """A new appointment: for a patient who was found, or for a caller without a chart."""

    rooms = forms.ModelMultipleChoiceField(
        Resource.objects.none(), label=_("Rooms and devices"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    second_doctor = forms.ModelChoiceField(
        Resource.objects.none(), label=_("Second doctor"), required=False,
        empty_label=_("Nobody"),
    )  # fmt: skip
    is_here = forms.BooleanField(label=_("Is here now, without an appointment"), required=False)

    class Meta(TimeForm.Meta):
        fields = ("clinic", "doctor", "kind", "caller_name", "caller_phone", "note")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.initial.setdefault("day", clock.today())
        here = Resource.objects.live().filter(hospital=self.instance.hospital_id)
        fields: Any = self.fields
        fields["rooms"].queryset = here.filter(doctor__isnull=True)
        doctors = here.filter(doctor__retired_at__isnull=True).exclude(doctor=None)
        fields["second_doctor"].queryset = doctors.select_related("doctor").order_by(
            "doctor__sort_key", "id"
        )

    def said(self) -> dict[str, Any]:
        """And what is needed as well."""
        also = _needed(self._so_far("rooms"), self._so_far("second_doctor"))
        return {**super().said(), "also": also}

    @property
    def resources(self) -> list[Resource]:
        found = self.cleaned_data
        return [*(self.beside or []), *_needed(found.get("rooms"), found.get("second_doctor"))]


def _needed(rooms: Any, second_doctor: Resource | None) -> list[Resource]:
    return [*(rooms or ()), *filter(None, [second_doctor])]


class MoveForm(TimeForm):
    """Another time, doctor or clinic for an appointment."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.instance.starts_at:
            local = self.instance.starts_at.astimezone(self.zone)
            self.initial.setdefault("day", max(local.date(), clock.today()))
            self.initial.setdefault("at", local.time())
