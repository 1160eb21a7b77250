"""Hospitals."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.fields import PhoneField
from hospital.kit.records import Record

code_validator = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]{1,15}\Z",
    _("A code has 2 to 16 capital letters, digits or hyphens."),
    "code_invalid",
)

mrn_prefix_validator = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]{0,5}\Z",
    _("Up to 6 capital letters, digits or hyphens, the first of them no hyphen."),
    "mrn_prefix_invalid",
)


class Weekday(models.TextChoices):
    """The days of the week by FHIR's codes, in their order."""

    MONDAY = "mon", _("Monday")
    TUESDAY = "tue", _("Tuesday")
    WEDNESDAY = "wed", _("Wednesday")
    THURSDAY = "thu", _("Thursday")
    FRIDAY = "fri", _("Friday")
    SATURDAY = "sat", _("Saturday")
    SUNDAY = "sun", _("Sunday")


class Hospital(Record):
    """A hospital: the tenant that staff, wards, appointments and money belong to."""

    errors_at = {"hospital_code_taken": "code", "out_of_range": "mrn_width"}

    code = models.CharField(_("code"), max_length=16, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)

    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    country = models.CharField(_("country"), max_length=2, default="DE")
    language = models.CharField(_("language"), max_length=10, default="en")
    first_weekday = models.CharField(
        _("first day of the week"), max_length=3, choices=Weekday.choices, blank=True,
        help_text=_("Empty: as is usual in the country."),
    )  # fmt: skip
    shows_allergies = models.BooleanField(
        _("show allergies in the banner to all staff"), default=False
    )

    # How the numbers of new charts look. What is usual is stored as nothing: the audit's hashes of what was there
    # before these columns stay as they were.
    MRN_DIGITS = 7
    mrn_prefix = models.CharField(
        _("MRN prefix"), max_length=6, blank=True, validators=[mrn_prefix_validator],
        help_text=_("What new MRNs begin with; up to 6 capital letters, digits or hyphens."),
    )  # fmt: skip
    mrn_width = models.PositiveSmallIntegerField(
        _("MRN digits"), null=True, blank=True,
        help_text=_("At least so many, without the check digit; 4 to 12. Empty: 7."),
    )  # fmt: skip
    mrn_without_check_digit = models.BooleanField(_("MRN without a check digit"), default=False)

    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("email"), blank=True)
    address_line = models.CharField(_("street and number"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("hospital")
        verbose_name_plural = _("hospitals")
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(retired_at__isnull=True),
                name="hospital_code_unique",
                violation_error_code="hospital_code_taken",
                violation_error_message=_(
                    "This code is already used by another hospital. Choose another."
                ),
            ),
            models.CheckConstraint(
                condition=Q(mrn_width__range=(4, 12)),
                name="hospital_mrn_width",
                violation_error_code="out_of_range",
                violation_error_message=_("Give a number of digits from 4 to 12."),
            ),
        ]
        indexes = [models.Index(fields=["code", "id"], name="hospital_code_order")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        checks = {
            "time_zone": (self.time_zone in available_timezones(), "time_zone_invalid"),
            "currency": (self.currency in known_currencies(), "currency_invalid"),
            "country": (self.country in known_countries(), "country_invalid"),
            "language": (is_language(self.language), "language_invalid"),
        }
        wrong = {
            name: ValidationError(sentence(code), code)
            for name, (is_right, code) in checks.items()
            if not is_right
        }
        if wrong:
            raise ValidationError(wrong)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def week_starts_on(self) -> Weekday:
        """The day a week begins with: the hospital's own choice, else what is usual in its country."""
        return Weekday(self.first_weekday or _usual_first_weekday(self.country))


@lru_cache
def known_currencies() -> dict[str, str]:
    """ISO 4217 code -> English name, from Unicode's tables."""
    return dict(Locale("en").currencies)


@lru_cache
def known_countries() -> dict[str, str]:
    """ISO 3166 code -> English name, from Unicode's tables."""
    return {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha()
    }


def is_language(code: str) -> bool:
    """Whether ``code`` is an IETF BCP 47 tag of a language that Unicode's tables know: "de", "pt-BR"."""
    try:
        return bool(Locale.parse(code, sep="-").english_name)
    except (ValueError, UnknownLocaleError):
        return False


def _usual_first_weekday(country: str) -> Weekday:
    try:
        return list(Weekday)[Locale.parse(f"und_{country}").first_week_day]
    except UnknownLocaleError:  # nobody lives there, or too few for a language of its own
        return Weekday.MONDAY
