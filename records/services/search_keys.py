"""Writing the keys by which a registered patient is sorted and found."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

import phonenumbers

from hospital.kit import clock
from hospital.kit.sortkeys import fold, parts
from records import nameruns
from records.models import Patient, PatientIdentifier, Registration, SearchKey
from records.models.identifiers import key_of

from . import undivided, vocabulary

Kind = SearchKey.Kind
LONGEST_KEY, LONGEST_SORT_KEY = 100, 210


def sort_key(patient: Patient) -> str:
    """Where the patient stands in a list: family name, then given names, folded. Never empty."""
    return fold(f"{patient.family_name} {patient.given_names}")[:LONGEST_SORT_KEY] or "~"


def keys_of(patient: Patient, identifiers: Iterable[PatientIdentifier]) -> set[tuple[str, str]]:
    """Every (kind, key) the patient is found by."""
    found = names_of(patient)
    found.add((Kind.MRN, key_of(patient.mrn)))
    if patient.birth_date:
        found.add((Kind.BIRTH_DATE, patient.birth_date))
    if address := address_key(patient.postal_code, patient.address_line):
        found.add((Kind.ADDRESS, address))
    numbers = {key_of(row.value) for row in identifiers}
    found |= {(Kind.IDENTIFIER, number) for number in numbers}
    if patient.phone:
        # People type it with its country code or without.
        short = national(patient.phone)
        found |= {(Kind.PHONE, patient.phone.removeprefix("+")), (Kind.PHONE, short)}
        numbers.add(short)
    return found | {(Kind.ENDING, ending_key(number)) for number in numbers}


def names_of(patient: Patient) -> set[tuple[str, str]]:
    """Those of them that are of the name."""
    names = _names(f"{patient.family_name} {patient.given_names}")
    for each in (patient.family_name, patient.given_names):
        names |= nameruns.together(each)
    return {(Kind.NAME, name[:LONGEST_KEY]) for name in names}


def _names(text: str) -> set[str]:
    """The key of each word, and of a name without spaces all that it may be parted into; what no transliteration knows
    is kept by its code points.
    """
    words = [word for word in text.split() if any(letter.isalpha() for letter in word)]
    return {part for word in (text, *words, *undivided.endings(text)) for part in parts(word)}


def national(e164: str) -> str:
    """A number's digits without its country code."""
    return phonenumbers.national_significant_number(phonenumbers.parse(e164, None))


def ending_key(number: str) -> str:
    """The key under which a number is found by how it ends."""
    return number[::-1]


def address_key(postal_code: str, address_line: str) -> str:
    """Postal code, house number, street, folded: "3011 12b station road". "" without a postal code."""
    code = "".join(parts(postal_code))
    return f"{code} {street_key(address_line)}".strip()[:LONGEST_KEY] if code else ""


def street_key(address_line: str) -> str:
    """House number and street, folded: what has digits comes first, wherever it is written in the line."""
    return " ".join(sorted(parts(address_line), key=lambda word: not any(map(str.isdigit, word))))


def rewrite(patient: Patient) -> None:
    """Bring what lists and searches stand on in line at all the patient's hospitals.

    Keys are written where they differ; that something changed is noted everywhere.
    """
    identifiers = list(patient.identifiers.live())
    wanted, order = keys_of(patient, identifiers), sort_key(patient)
    for former in patient.merged.all():  # found by the old name and the old MRN as well
        wanted |= keys_of(former, ())
    patient.registrations.update(sex=patient.sex, changed_at=clock.now())
    for registration in patient.registrations.all():
        if registration.sort_key != order:
            registration.sort_key = order
            registration.save()
        write_keys(registration, wanted)


def write_keys(registration: Registration, wanted: set[tuple[str, str]]) -> None:
    """Make ``wanted`` the search keys of one registration; none while it is retired."""
    due = set() if registration.is_retired else set(with_shared(wanted))
    rows = {(row.kind, row.key, row.shared): row.pk for row in registration.search_keys.all()}
    gone = [pk for row, pk in rows.items() if row not in due]
    if gone:
        SearchKey.objects.filter(pk__in=gone).delete()
    _insert((registration, *row) for row in sorted(due - rows.keys()))


def add_keys(registration: Registration, wanted: set[tuple[str, str]]) -> None:
    """Write the search keys of a registration that has none yet."""
    add_all({registration: wanted})


def add_all(wanted: Mapping[Registration, set[tuple[str, str]]]) -> None:
    """The same for many registrations, with one statement for each table."""
    _insert((each, *row) for each, keys in wanted.items() for row in with_shared(keys))


def _insert(due: Iterable[tuple[Registration, str, str, int]]) -> None:
    rows = list(due)
    vocabulary.learn({key for _, kind, key, _shared in rows if kind == Kind.NAME})
    SearchKey.objects.bulk_create(
        SearchKey(
            registration=registration, hospital_id=registration.hospital_id,
            kind=kind, key=key, shared=shared,
        )
        for registration, kind, key, shared in rows
    )  # fmt: skip


def with_shared(wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """Every (kind, key) with the number of first letters it shares with an earlier key of its kind."""
    before = ("", "")
    for kind, key in sorted(wanted):
        yield kind, key, _same_letters(before[1], key) if before[0] == kind else 0
        before = (kind, key)


def _same_letters(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
