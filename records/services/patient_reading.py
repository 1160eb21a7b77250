"""A row of somebody's table as the patient it describes."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hospital.kit import typeddates
from hospital.kit.errors import errors_of
from hospital.kit.sortkeys import fold
from hospital.models.hospitals import known_countries
from hospital.services.import_kinds import Field
from records.models import Patient, PatientIdentifier
from records.models.identifiers import key_of
from records.models.patients import BloodGroup, Sex

from . import mrns

NUMBERS = {
    "national_id": PatientIdentifier.Kind.NATIONAL,
    "passport": PatientIdentifier.Kind.PASSPORT,
    "insurance": PatientIdentifier.Kind.INSURANCE,
    "driving_licence": PatientIdentifier.Kind.DRIVING,
    "other_number": PatientIdentifier.Kind.OTHER,
}
FIELDS = (
    Field("mrn", _("MRN"), ("patient_number", "patient_no", "patient_id", "file_number",
          "hospital_number", "chart_number")),
    Field("family_name", _("Family name"), ("surname", "last_name", "lastname", "nachname", "family", "nom")),
    Field("given_names", _("Given names"), ("given_name", "first_name", "firstname", "forename", "forenames",
          "vorname", "given", "prenom", "middle_name"), joins=True),
    Field("full_name", _("Whole name"), ("name", "patient_name", "patient")),
    Field("sex", _("Sex"), ("gender", "geschlecht", "sexe")),
    Field("birth_date", _("Birth date"), ("date_of_birth", "dob", "birthdate", "birthday", "born",
          "geburtsdatum"), is_date=True),
    Field("phone", _("Phone"), ("telephone", "phone_number", "mobile", "mobile_phone", "tel", "telefon")),
    Field("email", _("Email"), ("e_mail", "email_address", "mail")),
    Field("address_line", _("Street and number"), ("street_number", "house_number", "address", "address_1", "address_2",
          "address_line_1", "address_line_2", "street", "street_address", "strasse"), joins=True),
    Field("city", _("City"), ("suburb", "town", "place", "ort", "stadt", "ville")),
    Field("postal_code", _("Postal code"), ("postcode", "post_code", "zip", "zip_code", "zipcode", "plz")),
    Field("state", _("State or district"), ("district", "region", "province", "county")),
    Field("country", _("Country"), ("land", "country_code", "nation")),
    Field("blood_group", _("Blood group"), ("blood_type", "blutgruppe")),
    Field("deceased_on", _("Date of death"), ("death_date", "date_of_death", "died", "died_on"), is_date=True),
    Field("national_id", _("National id"), ("national_number", "nin", "citizen_id", "personal_id")),
    Field("passport", _("Passport"), ("passport_number", "passport_no")),
    # A social security number is one of an insurance in most countries, and in files often wrong: as a national id it
    # would keep the second chart out where somebody should look at the two.
    Field("insurance", _("Insurance number"), ("soc_sec_id", "social_security_number", "social_security_no", "ssn",
          "insurance_number", "insurance_no", "insurance_id", "medicare")),
    Field("driving_licence", _("Driving licence"), ("drivers", "drivers_license", "driving_license")),
    Field("other_number", _("Other number"), ("rec_id", "record_id", "external_id", "id", "reference")),
)  # fmt: skip
AS_THEY_ARE = ("family_name", "phone", "email", "address_line", "city", "postal_code", "state")
_SEXES = {
    Sex.FEMALE: ("f", "w", "female", "woman", "girl", "weiblich", "frau"),
    Sex.MALE: ("m", "male", "man", "boy", "mannlich", "mann"),
    Sex.OTHER: ("o", "x", "d", "other", "divers", "diverse", "intersex"),
    Sex.UNKNOWN: ("", "u", "unknown", "na", "n a", "not known"),
}
_SEX = {word: sex for sex, words in _SEXES.items() for word in words}

Problems = list[tuple[str, str]]


def patient_of(values: Mapping[str, str], order: str, problems: Problems) -> Patient:
    """The chart a row describes, not stored; what is wrong with it is added to ``problems`` as (field, code)."""
    facts: dict[str, Any] = {name: values[name] for name in AS_THEY_ARE if values.get(name)}
    facts["given_names"] = values.get("given_names", "")
    if whole := values.get("full_name"):
        facts |= _named(whole)
    readers = {"sex": _sex, "country": _country, "blood_group": _blood_group}
    readers |= dict.fromkeys(("birth_date", "deceased_on"), lambda text: _date(text, order))
    wrong: Problems = []
    for name, read in readers.items():
        try:
            facts |= {name: read(values[name])} if values.get(name) else {}
        except LookupError as exc:
            wrong.append((name, str(exc.args[0])))
    patient = Patient(**facts, is_deceased=bool(facts.get("deceased_on")))
    patient.mrn = _mrn(values.get("mrn", ""), wrong)
    wrong += _checked(patient, unless={name for name, _code in wrong})
    if patient.mrn == _NONE:
        patient.mrn = ""
    problems += wrong
    return patient


def numbers_of(
    values: Mapping[str, str], patient: Patient, problems: Problems
) -> list[PatientIdentifier]:
    """The numbers others know the patient by."""
    found = []
    for name, kind in NUMBERS.items():
        if not (value := values.get(name, "")):
            continue
        row = PatientIdentifier(
            patient=patient, kind=kind, value=value, value_key=key_of(value)[:60]
        )
        try:
            row.clean_fields(exclude={"patient", "hospital", "value_key"})
        except ValidationError as exc:
            problems += [(name, code) for rows in errors_of(exc).values() for code, _ in rows]
            continue
        if not row.value_key:
            problems.append((name, "identifier_empty"))
        found.append(row)
    return found


_NONE = "~"


def _mrn(text: str, wrong: Problems) -> str:
    try:
        return mrns.kept(text) if text else _NONE
    except ValueError:
        wrong.append(("mrn", "mrn_invalid"))
        return _NONE


def _checked(patient: Patient, unless: set[str]) -> Problems:
    """What the model says, but whether something is taken: that is asked for many rows at once."""
    try:
        patient.full_clean(exclude=unless, validate_unique=False)
    except ValidationError as exc:
        return [
            (name, code)
            for name, rows in errors_of(exc).items()
            for code, _ in rows
            if name not in unless
        ]
    return []


def _named(whole: str) -> dict[str, str]:
    """ "Müller, Ana" or "Ana Müller"."""
    family, comma, given = whole.partition(",")
    if not comma:
        given, _space, family = whole.rpartition(" ")
    return {"family_name": family.strip(), "given_names": given.strip()}


def _sex(text: str) -> str:
    if (word := fold(text)) not in _SEX:
        raise LookupError("sex_unknown")
    return _SEX[word]


def _date(text: str, order: str) -> str:
    if not (date := typeddates.ordered(text, order)):
        raise LookupError("date_invalid")
    return date


def _country(text: str) -> str:
    known = known_countries()
    if (code := text.upper()) in known:
        return code
    named = {name.casefold(): code for code, name in known.items()}
    if text.casefold() not in named:
        raise LookupError("country_invalid")
    return named[text.casefold()]


def _blood_group(text: str) -> str:
    group = text.upper().replace(" ", "").replace("−", "-").replace("POS", "+").replace("NEG", "-")
    if group not in BloodGroup.values:
        raise LookupError("invalid_choice")
    return group
