"""Names out of scripts that write hardly any vowel, such as the Arabic and the Hebrew: their letters are mhmd and ywsf,
which others spell Mohammed, Muhammad, Youssef, Yusuf.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from hospital.kit.sortkeys import parts

# Hebrew, Arabic with Persian, Urdu and others, and both once more in the forms of old encodings.
_SIGN = re.compile(
    "[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
)
# Folded from such a script: at most a vowel at the end is left. Others than these are rare: Lynn, Krystyna.
_BARE = re.compile(r"[b-df-hj-np-tv-z]{2,}a?")
# The article, which may be written or not: al-Hassan, Hassan.
_ARTICLE = re.compile(r"l(?=[b-df-hj-np-tz])")
# How a letter, as ``kit.sortkeys`` transliterates it, is spelled in Latin; the longer ones first.
_SPELLED = {
    letter: tuple(spelled.split(" "))
    for letter, spelled in {
        "kh": "kh ch k h c x", "gh": "gh g", "th": "th t s", "dh": "dh d z th", "sh": "sh sch ch s",
        "ch": "ch tch tsch c", "zh": "zh j g", "ts": "ts tz z c", "w": "w ou oo u o v", "y": "y i ee ei ie e j",
        "v": "v w ou oo u o b", "q": "q k g c", "k": "k ck c q ch", "j": "j dj g dsch", "f": "f ph p", "b": "b v p",
        "t": "t th", "z": "z s", "s": "s ss sh c z", "h": "h ch ", "g": "g j", "d": "d t",
    }.items()
}  # fmt: skip
_LETTER = re.compile("|".join([*_SPELLED, "."]))
_ONE = {
    "sch": "s", "sh": "s", "ch": "s", "kh": "k", "gh": "g", "dj": "g", "ph": "f", "ck": "k", "c": "k", "q": "k",
    "j": "g", "z": "s", "p": "f", "d": "t",
}  # fmt: skip
_CONSONANT = re.compile("|".join([*_ONE, "[bdfgklmnrstx]"]))
VOWELS, MOST_VOWELS = frozenset("aeiou"), 2
# What may follow the last letter.
_ENDINGS = ("", "a", "e", "o", "ah", "eh", "oh")
_ARTICLES = ("", "al", "el", "ul", "l", "all", "ell")
BARE, FULL = "!", "~"
LOOKED_AT, LONGEST = 20, 40


def words_of(name: str) -> list[str]:
    """The words of a name, folded. One of such a script stays one, though a sign within it is no letter elsewhere."""
    if not _SIGN.search(name):
        return parts(name)
    return [
        part
        for word in name.split()
        for part in (["".join(parts(word))] if _SIGN.search(word) else parts(word))
        if part
    ]


@lru_cache(maxsize=65_536)
def is_bare(word: str) -> bool:
    """Whether a folded word looks as if it came out of such a script."""
    return _BARE.fullmatch(word) is not None


def stored_under(word: str) -> set[str]:
    """Under what a word is found: its consonants, apart for words with their vowels and for those without."""
    return {f"{BARE if is_bare(word) else FULL}{bones}" for bones in _bones(word)}


def asked_under(word: str) -> set[str]:
    """What leads from a word to those of the other sort."""
    return {f"{FULL if is_bare(word) else BARE}{bones}" for bones in _bones(word)}


@lru_cache(maxsize=65_536)
def is_read_as(one: str, other: str) -> bool:
    """Whether one of two folded words is bare, and the other a way to spell it with its vowels."""
    if is_bare(one) == is_bare(other) or max(len(one), len(other)) > LONGEST:
        return False
    bare, full = (one, other) if is_bare(one) else (other, one)
    if not _bones(bare) & _bones(full):
        return False
    article = _ARTICLE.match(bare)
    letters = _LETTER.findall(bare[1:] if article else bare)
    places = _after(full, {0}, _ARTICLES if article else ("",))
    for letter in letters:
        spelled = _SPELLED.get(letter, (letter,))
        once = _after(full, _after_vowels(full, places), spelled)
        places = once | _after(full, once, spelled)
    return any(full[place:] in _ENDINGS for place in places)


def _after(word: str, places: set[int], spelled: Iterable[str]) -> set[int]:
    """Where one may be in a word when one of these has been read from one of these places."""
    return {
        place + len(text) for text in spelled for place in places if word.startswith(text, place)
    }


def _after_vowels(word: str, places: set[int]) -> set[int]:
    """The same for vowels that are not written."""
    found, last = set(places), places
    for _ in range(MOST_VOWELS):
        last = _after(word, last, VOWELS)
        found |= last
    return found


def _bones(word: str) -> set[str]:
    """The consonants that every spelling has in common, also without the article."""
    found = {_consonants(word)}
    if is_bare(word) and _ARTICLE.match(word):
        found.add(_consonants(word[1:]))
    return {bones[:LOOKED_AT] for bones in found if bones}


def _consonants(word: str) -> str:
    sounds = (_ONE.get(sound, sound) for sound in _CONSONANT.findall(word))
    return "".join(sound for sound, _again in groupby(sounds))
