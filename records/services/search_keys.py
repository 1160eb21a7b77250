"""Writing the keys by which a registered patient is sorted and found."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

import phonenumbers

from hospital.kit import clock
from hospital.kit.sortkeys import fold, parts
from records.models import Patient, PatientIdentifier, Registration, SearchKey
from records.models.identifiers import key_of

Kind = SearchKey.Kind


def sort_key(patient: Patient) -> str:
    """Where the patient stands in a list: family name, then given names, folded. Never empty."""
    return fold(f"{patient.family_name} {patient.given_names}")[:210] or "~"


def keys_of(patient: Patient, identifiers: Iterable[PatientIdentifier]) -> set[tuple[str, str]]:
    """Every (kind, key) the patient is found by."""
    names = _names(f"{patient.family_name} {patient.given_names}")
    found = {(Kind.NAME, name[:100]) for name in names}
    found.add((Kind.MRN, patient.mrn))
    if patient.birth_date:
        found.add((Kind.BIRTH_DATE, patient.birth_date))
    if patient.phone:
        found |= {(Kind.PHONE, digits) for digits in phone_keys(patient.phone)}
    return found | {(Kind.IDENTIFIER, key_of(row.value)) for row in identifiers}


def _names(text: str) -> set[str]:
    """The key of each word; one in letters that no transliteration knows is kept by their code points."""
    words = [word for word in text.split() if any(letter.isalpha() for letter in word)]
    return {part for word in (text, *words) for part in parts(word)}


def phone_keys(e164: str) -> set[str]:
    """A number's digits with and without its country code, as people type either."""
    number = phonenumbers.parse(e164, None)
    return {e164.removeprefix("+"), phonenumbers.national_significant_number(number)}


def rewrite(patient: Patient) -> None:
    """Bring what lists and searches stand on in line at all the patient's hospitals.

    Keys are written where they differ; that something changed is noted everywhere.
    """
    identifiers = list(patient.identifiers.live())
    wanted, order = keys_of(patient, identifiers), sort_key(patient)
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
    _insert(registration, due - rows.keys())


def add_keys(registration: Registration, wanted: set[tuple[str, str]]) -> None:
    """Write the search keys of a registration that has none yet."""
    _insert(registration, set(with_shared(wanted)))


def _insert(registration: Registration, due: set[tuple[str, str, int]]) -> None:
    SearchKey.objects.bulk_create(
        SearchKey(
            registration=registration, hospital_id=registration.hospital_id,
            kind=kind, key=key, shared=shared,
        )
        for kind, key, shared in sorted(due)
    )  # fmt: skip


def with_shared(wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """Every (kind, key) with the number of first letters it shares with an earlier key of its kind."""
    before = ("", "")
    for kind, key in sorted(wanted):
        yield kind, key, _same_letters(before[1], key) if before[0] == kind else 0
        before = (kind, key)


def _same_letters(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
