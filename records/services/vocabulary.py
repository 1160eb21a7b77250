"""Which words of names are like a word, out of those that somebody is called by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache, reduce
from operator import or_

import jellyfish
from django.db.models import Q, Value
from django.db.models.functions import Concat, Left

from hospital.kit.prepared import Prepared, some_text
from records import abjads
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


def like(words: Iterable[str], runs: Iterable[str] = ()) -> dict[str, list[str]]:
    """For each word those like it, itself first and then the likest; with one query.

    Of ``runs``, words written together, those alone that are a name of somebody.
    """
    asked = set(words)
    if not asked:
        return {}
    joined = {run: asked_by_run(run) for run in runs}
    forms = {word: asked_by(word) for word in asked}
    under = defaultdict(set)
    for form, word in _first_under().rows(list(set().union(*joined.values(), *forms.values()))):
        under[form].add(word)
    return _known(joined, under) | {
        word: likest(word, set().union(*(under[form] for form in forms[word]))) for word in asked
    }


def asked_by_run(run: str) -> set[str]:
    """What is looked for to find the words that words written together are, or are read as."""
    return {LETTERS + run[:LOOKED_AT]} | abjads.asked_under(run)


def read_as(run: str, words: Iterable[str]) -> list[str]:
    """These words out of some."""
    found = [word for word in sorted(words) if word == run or abjads.is_read_as(run, word)]
    return found[:MOST_LIKE]


def _known(runs: Mapping[str, set[str]], under: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Of each run that is a word of some name, or is read as one, these words."""
    found = {
        run: set().union(*(under.get(form, ()) for form in forms)) for run, forms in runs.items()
    }
    said = {run: read_as(run, words) for run, words in found.items()}
    return {run: words for run, words in said.items() if words}


@cache
def _first_under() -> Prepared:
    rows = NameForm.objects.filter(form__in=[some_text(1)]).order_by("form", "word")
    return Prepared(rows.values_list("form", "word")[:MOST_FORMS], [[some_text(1)]])


def like_many(words: Iterable[str], runs: Iterable[str] = ()) -> dict[str, list[str]]:
    """The same for the words of many people."""
    forms = {word: asked_by(word) for word in words}
    joined = {run: asked_by_run(run) for run in runs}
    under = defaultdict(set)
    wanted = sorted(set().union(*joined.values(), *forms.values()))
    for start in range(0, len(wanted), MOST_FORMS):
        rows = NameForm.objects.filter(form__in=wanted[start : start + MOST_FORMS])
        for form, word in rows.values_list("form", "word"):
            under[form].add(word)
    return _known(joined, under) | {
        word: likest(word, set().union(*(under[form] for form in theirs if form in under)))
        for word, theirs in forms.items()
    }


def begun(starts: Collection[str]) -> dict[str, list[str]]:
    """For each beginning the words that go on so; with one query. None at all when they are very many."""
    asked = sorted({start[:LOOKED_AT] for start in starts})
    if not asked:
        return {}
    bounds = (bound for start in asked for bound in (LETTERS + start, LETTERS + start + LAST))
    words = sorted(word for (word,) in _beginning(len(asked)).rows(*bounds))
    if len(words) == MOST_BEGUN:
        return {}
    return {start: [word for word in words if word.startswith(start)] for start in starts}


@cache
def _beginning(count: int) -> Prepared:
    """Words that begin in one of so many ways, as far as they are not very many."""
    bounds = [some_text(number) for number in range(2 * count)]
    ranges = (
        Q(form__gte=first, form__lt=last)
        for first, last in zip(bounds[::2], bounds[1::2], strict=True)
    )
    itself = Q(form=Concat(Value(LETTERS), Left("word", LOOKED_AT)))
    rows = NameForm.objects.filter(reduce(or_, ranges), itself)
    return Prepared(rows.values_list("word")[:MOST_BEGUN], bounds, keeps_plan=False)


def forms_of(word: str) -> set[str]:
    """What leads to a word: its sound, its beginning, that with any one letter left out, and its consonants."""
    return _mistaken(word) | abjads.stored_under(word)


def asked_by(word: str) -> set[str]:
    """What is looked for to find a word and those like it."""
    return _mistaken(word) | abjads.asked_under(word)


def _mistaken(word: str) -> set[str]:
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
