"""What a search text says about a person: so that it can be looked for elsewhere, or be registered."""

from dataclasses import dataclass

from hospital.kit import phones, typeddates

FULL = len("1988-03-14")


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts of a text; "" for what was not in it. ``birth_date`` may be partly known."""

    family_name: str = ""
    given_names: str = ""
    birth_date: str = ""
    phone: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """The whole name in the order that lists sort by."""
        return f"{self.family_name} {self.given_names}".strip()

    @property
    def has_full_birth_date(self) -> bool:
        return len(self.birth_date) == FULL


def understood(text: str) -> Typed:
    """Take a text apart: "Müller, Ana 14.3.1988", "ana müller", "0170 5550142".

    Before a comma stands the family name; without one the last word is it.
    """
    words, birth_date = _without_date(text.split())
    numbers = " ".join(word for word in words if any(sign.isdigit() for sign in word))
    names = " ".join(word for word in words if not any(sign.isdigit() for sign in word))
    family, given = _names(names)
    is_phone = _is_phone(numbers)
    return Typed(
        family, given, birth_date, numbers if is_phone else "", "" if is_phone else numbers
    )


def _without_date(words: list[str]) -> tuple[list[str], str]:
    """The words that are not the date, and the date: the longest run of words that makes one."""
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            date = typeddates.partial(run)
            if date and _is_unmistakable(run, date):
                return words[:start] + words[start + length :], date
    return words, ""


def _is_unmistakable(run: str, date: str) -> bool:
    """A full date, or a month or year written out; "55" alone is a number."""
    return len(date) == FULL or date[:4] in run or "/" in run


def _names(text: str) -> tuple[str, str]:
    family, comma, given = text.partition(",")
    if comma:
        return family.strip(), given.replace(",", " ").strip()
    given, _space, family = text.strip().rpartition(" ")
    return family, given.strip()


def _is_phone(text: str) -> bool:
    """Whether a number is dialled as it stands: begins with + or 0, and is long enough."""
    if text[:1] not in {"+", "0"}:
        return False
    try:
        return bool(phones.e164(text))
    except ValueError:
        return False
