"""Which words of names are like a word, out of those that somebody is called by."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

import jellyfish
from django.db.models import Q, Value
from django.db.models.functions import Concat, Left

from records.likeness import OTHER, sound_of, word_level
from records.models import NameForm

# A letter is missed in the beginning of a word; how a longer one goes on does not tell it from others.
LOOKED_AT = 20
SHORTEST = 3
MOST_FORMS, MOST_LIKE, MOST_BEGUN = 2_000, 40, 500
SOUND, LETTERS = "=", "-"
# Above every character a word has.
LAST = "\x7f"


def learn(words: Iterable[str]) -> None:
    """Make words findable by what they are mistaken for."""
    wanted = set(words)
    itself = [LETTERS + word[:LOOKED_AT] for word in wanted]
    known = NameForm.objects.filter(form__in=itself, word__in=wanted).values_list("word", flat=True)
    new = wanted - set(known)
    # In one order everywhere: two who register at once would wait for each other.
    rows = sorted((form, word) for word in new for form in forms_of(word))
    NameForm.objects.bulk_create(
        (NameForm(form=form, word=word) for form, word in rows), ignore_conflicts=True
    )


def like(words: Iterable[str]) -> dict[str, list[str]]:
    """For each word those like it, itself first and then the likest; with one query."""
    asked = set(words)
    if not asked:
        return {}
    forms = {word: forms_of(word) for word in asked}
    rows = NameForm.objects.filter(form__in=set().union(*forms.values()))
    under = defaultdict(set)
    for form, word in rows.order_by("form", "word").values_list("form", "word")[:MOST_FORMS]:
        under[form].add(word)
    return {
        word: likest(word, set().union(*(under[form] for form in forms[word]))) for word in asked
    }


def like_many(words: Iterable[str]) -> dict[str, list[str]]:
    """The same for the words of many people."""
    forms = {word: forms_of(word) for word in words}
    under = defaultdict(set)
    wanted = sorted(set().union(*forms.values()))
    for start in range(0, len(wanted), MOST_FORMS):
        rows = NameForm.objects.filter(form__in=wanted[start : start + MOST_FORMS])
        for form, word in rows.values_list("form", "word"):
            under[form].add(word)
    return {
        word: likest(word, set().union(*(under[form] for form in theirs if form in under)))
        for word, theirs in forms.items()
    }


def begun(starts: Collection[str]) -> dict[str, list[str]]:
    """For each beginning the words that go on so; with one query. None at all when they are very many."""
    asked = sorted({start[:LOOKED_AT] for start in starts})
    if not asked:
        return {}
    ranges = (Q(form__gte=LETTERS + start, form__lt=LETTERS + start + LAST) for start in asked)
    itself = Q(form=Concat(Value(LETTERS), Left("word", LOOKED_AT)))
    rows = NameForm.objects.filter(reduce(or_, ranges), itself)
    words = sorted(rows.values_list("word", flat=True)[:MOST_BEGUN])
    if len(words) == MOST_BEGUN:
        return {}
    return {start: [word for word in words if word.startswith(start)] for start in starts}


def forms_of(word: str) -> set[str]:
    """What leads to a word: its sound, its beginning, and that with any one letter left out."""
    start = word[:LOOKED_AT]
    forms = {LETTERS + start}
    if len(word) >= SHORTEST:
        forms |= {f"{LETTERS}{start[:at]}{start[at + 1 :]}" for at in range(len(start))}
        if sound := sound_of(word):
            forms.add(SOUND + sound[: LOOKED_AT * 2])
    return forms


def likest(word: str, found: set[str]) -> list[str]:
    """A word itself, and those of ``found`` that are like it, the likest first."""
    ranked = [(word_level(word, each), each) for each in found - {word}]
    close = [
        (-level, -jellyfish.jaro_winkler_similarity(word, each), each)
        for level, each in ranked
        if level > OTHER
    ]
    return [word, *(each for *_, each in sorted(close)[: MOST_LIKE - 1])]
