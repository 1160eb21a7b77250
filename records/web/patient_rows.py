"""How a patient reads on a page: in the banner, in a list, among the facts of the chart."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, partialdates, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.masks import masked
from records.models import Patient, PatientContact, PatientIdentifier
from records.models.patients import Sex
from records.services.briefs import Brief

from .languages import country_name, language_name

RESOURCE = "records.patient"
NOBODY = UUID(int=0)
COLUMNS = [
    {"label": _("Name")},
    {"label": _("Born")},
    {"label": _("Sex"), "is_wide_only": True},
    {"label": _("MRN"), "is_wide_only": True},
    {"label": _("Phone"), "is_wide_only": True},
]


class Lines:
    """Writes patients as ``actor`` may see them; what is the same on every line is looked up once."""

    def __init__(self, actor: Actor):
        self.hidden = policy.masked_of(actor, RESOURCE)
        self.sexes = {value: str(label) for value, label in Sex.choices}
        self.today = clock.today()
        self.address = reverse("records:patient-detail", args=[NOBODY])

    def line(self, patient: Patient) -> dict[str, Any]:
        """One line of a list, everything formatted; hidden fields by their last characters."""
        date_and_age, sex = born(patient, self.today), self.sexes.get(patient.sex, patient.sex)
        return {
            "id": patient.pk,
            "url": self.address.replace(str(NOBODY), str(patient.pk)),
            "name": patient.display_name,
            "born": date_and_age,
            "sex": sex,
            "mrn": patient.shown_mrn,
            "phone": shown_phone(patient.phone, "phone" in self.hidden),
            "is_deceased": patient.is_deceased,
            "is_retired": patient.here_retired_at is not None,
            "registered_at": patient.registered_at,
            "detail": " · ".join(
                part for part in (date_and_age, _alone(sex), patient.shown_mrn) if part
            ),
        }


def rows(actor: Actor, patients: Iterable[Patient]) -> list[dict[str, Any]]:
    """The lines of a list."""
    lines = Lines(actor)
    return [lines.line(patient) for patient in patients]


def banner(actor: Actor, patient: Patient, brief: Brief, *, retired: str = "") -> dict[str, Any]:
    """Whose page it is: the input of components/banner.html."""
    died = partialdates.spoken(patient.deceased_on) or patient.is_deceased
    line = Lines(actor).line(patient)
    return {
        **line,
        "sex": _alone(line["sex"]),
        "died": died,
        "retired": retired,
        "allergies": brief.allergies,
        "standing": brief.standing,
    }


def _alone(sex: str) -> str:
    """The sex where no label says what it is."""
    return gettext("Sex unknown") if sex == str(Sex.UNKNOWN.label) else sex


def born(patient: Patient, today: date | None = None) -> str:
    """14-Mar-1988 (38y); "about 1988 (37–38y)" for an estimate; the age at death of who has died."""
    if not patient.birth_date:
        return ""
    text = partialdates.spoken(patient.birth_date)
    if patient.is_birth_date_estimated:
        text = gettext("about %(date)s") % {"date": text}
    day = _last_day(patient, today or clock.today())
    return f"{text} ({age(patient.birth_date, day)})" if day else text


def _last_day(patient: Patient, today: date) -> date | None:
    """The day on which the age counts: today, or the day of death when it is known."""
    if patient.deceased_on:
        return partialdates.latest(patient.deceased_on)
    return None if patient.is_deceased else today


def age(birth_date: str, day: date) -> str:
    """An age as clinicians write it: 38y, 37–38y when the day is not known, 14m under two years, 9d."""
    least, most = partialdates.age_range(birth_date, day)
    if len(birth_date) == 10 and most < 2:
        return _of_an_infant(date.fromisoformat(birth_date), day)
    years = str(most) if least == most else f"{least}–{most}"
    return gettext("%(years)sy") % {"years": years}


def age_and_sex(patient: Patient, today: date) -> str:
    """54y Male, as far as either is known."""
    years = age(patient.birth_date, today) if patient.birth_date else ""
    return " ".join(filter(None, (years, str(patient.get_sex_display()))))


def _of_an_infant(birth: date, day: date) -> str:
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    if months < 1:
        return gettext("%(days)sd") % {"days": max((day - birth).days, 0)}
    return gettext("%(months)sm") % {"months": months}


def shown_phone(number: str, is_hidden: bool) -> str:
    """A number spaced for reading, or its last digits."""
    return masked(number) if is_hidden else phones.spaced(number)


def identifier_row(identifier: PatientIdentifier, *, is_revealed: bool) -> dict[str, Any]:
    """A number others know the patient by: its last characters until somebody asks for the whole."""
    value = identifier.value if is_revealed else masked(identifier.value)
    return {"kind": identifier.get_kind_display(), "system": identifier.system, "value": value}


def contact_row(contact: PatientContact, hidden: frozenset[str]) -> dict[str, Any]:
    """Somebody to call."""
    return {
        "name": contact.name,
        "relationship": contact.get_relationship_display(),
        "phone": shown_phone(contact.phone, "contacts.phone" in hidden),
        "tel": "" if "contacts.phone" in hidden else contact.phone,
        "email": masked(contact.email) if "contacts.email" in hidden else contact.email,
    }


def facts_of(patient: Patient, hidden: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """The chart's own facts by card, as components/facts.html takes them."""
    line = masked(patient.address_line) if "address_line" in hidden else patient.address_line
    email = masked(patient.email) if "email" in hidden else patient.email
    phone = shown_phone(patient.phone, "phone" in hidden)
    return {
        "who": [
            _fact(_("Family name"), patient.family_name, is_name=True),
            _fact(_("Given names"), patient.given_names, is_name=True),
            _fact(_("Born"), born(patient)),
            _fact(_("Sex"), patient.get_sex_display()),
            _fact(_("Blood group"), patient.get_blood_group_display(), is_code=True),
            _fact(_("Language"), language_name(patient.language)),
        ],
        "where": [
            _fact(_("Phone"), phone, is_code=True),
            _fact(_("Email"), email, is_code=True),
            _fact(_("Street and number"), line),
            _fact(_("Postal code"), patient.postal_code, is_code=True),
            _fact(_("City"), patient.city),
            _fact(_("State or district"), patient.state),
            _fact(_("Country"), country_name(patient.country)),
        ],
    }


def _fact(
    label: Any, value: Any, *, is_code: bool = False, is_name: bool = False
) -> dict[str, Any]:
    return {"label": label, "value": value, "is_code": is_code and bool(value), "is_name": is_name}
