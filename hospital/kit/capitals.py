"""Names in capital letters, as their languages write them."""

# Unicode gives Georgian capitals that no name is written in, and ß those of two other letters.
_GEORGIAN = range(ord("ა"), ord("ჿ") + 1)
_OWN = {"ß": "ẞ"}


def in_capitals(name: str) -> str:
    """A name in capitals: "Weiß" is WEIẞ; what knows none stays as it is, as ბერიძე does."""
    return "".join(
        sign if ord(sign) in _GEORGIAN else _OWN.get(sign, sign.upper()) for sign in name
    )
