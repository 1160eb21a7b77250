"""Names in scripts that are written without a space between family name and given names: Chinese, Japanese, Korean."""

import re
import unicodedata

# What a chart may be found by from its middle on, in signs: longer names have few keys all the same.
LONGEST_ENDING = 8
# Han with its iteration mark, zero and radicals, kana of both widths, and Hangul with its single letters, in and
# beyond the first plane.
_SIGN = re.compile(
    "[\u2e80-\u2fd5\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb]"
)


def has_any(text: str) -> bool:
    """Whether a name has a sign of such a script."""
    return bool(_SIGN.search(text))


def endings(text: str) -> list[str]:
    """The signs of a whole name (family name first) written together, and each of its endings of eight signs at most.

    Whatever is typed from one sign of a short name to another is the beginning of one: 王小明, 小明, 明.
    """
    signs = _SIGN.findall(unicodedata.normalize("NFC", text))
    starts = {0, *range(max(len(signs) - LONGEST_ENDING, 0), len(signs))}
    return ["".join(signs[start:]) for start in sorted(starts) if signs]
