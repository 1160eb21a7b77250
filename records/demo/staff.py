"""The invented hospitals' staff, one for each role, with passwords made for this installation."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection

from hospital.models import Role, User
from hospital.services import accounts

OPERATOR = ("ingrid.solberg", "Ingrid Solberg", Role.OPERATOR)

STAFF = {
    "BRIGID": (
        ("petra.lang", "Petra Lang", Role.ADMINISTRATOR),
        ("amina.yusuf", "Amina Yusuf", Role.RECEPTIONIST),
        ("martin.vogel", "Dr Martin Vogel", Role.DOCTOR),
        ("elif.kaya", "Elif Kaya", Role.NURSE),
        ("jonas.brandt", "Jonas Brandt", Role.PHARMACIST),
        ("mei.lin", "Mei Lin", Role.LAB),
        ("sabine.roth", "Sabine Roth", Role.CASHIER),
        ("oskar.friedrich", "Oskar Friedrich", Role.AUDITOR),
        ("tomas.novak", "Tomáš Novák", Role.INTEGRATOR),
    ),
    "COLUMBA": (
        ("helen.marsh", "Helen Marsh", Role.ADMINISTRATOR),
        ("kwame.boateng", "Kwame Boateng", Role.RECEPTIONIST),
        ("asha.rao", "Dr Asha Rao", Role.DOCTOR),
        ("niamh.byrne", "Niamh Byrne", Role.NURSE),
        ("george.ellis", "George Ellis", Role.PHARMACIST),
        ("yuki.mori", "Yuki Mori", Role.LAB),
        ("dawn.porter", "Dawn Porter", Role.CASHIER),
        ("ruth.abelson", "Ruth Abelson", Role.AUDITOR),
        ("idris.bello", "Idris Bello", Role.INTEGRATOR),
    ),
}

WORDS = """
    amber anchor apple arrow aspen autumn badger bamboo basil beacon birch breeze bridge bronze
    butter cabin candle canyon carbon cedar cherry cider cliff clover cobalt comet copper coral
    cotton cricket crystal daisy dawn delta desert dragon eagle ember engine falcon feather fern
    forest fossil garden ginger glacier granite harbor harvest hazel heron honey indigo island
    ivory jasper juniper kettle lagoon lantern lemon linen lotus magnet maple marble meadow melon
    mirror morning nectar noble nutmeg oasis ocean olive onyx orbit orchid otter paper pebble
    pepper pine planet plum pollen poplar prairie puzzle quartz rabbit raven ribbon river rocket
    saddle saffron salmon scarlet shadow silver sparrow spruce summer sunset thistle thunder
    timber topaz tulip tundra valley velvet violet walnut willow winter yellow zephyr
""".split()  # noqa: SIM905 (so that they read as words)


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in: the account, not stored yet, and what opens it."""

    user: User
    role: str
    password: str


def sign_ins() -> dict[str, list[SignIn]]:
    """Everybody by hospital code ("" for the operator), each with a password made and hashed just now.

    Hashing is slow by design, so it happens here, side by side, before any transaction is opened.
    """
    rows = [("", *OPERATOR), *((code, *row) for code, people in STAFF.items() for row in people)]
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(_apart, rows))
    found: dict[str, list[SignIn]] = {}
    for row, sign_in in zip(rows, made, strict=True):
        found.setdefault(row[0], []).append(sign_in)
    return found


def _apart(row: tuple[str, str, str, Role]) -> SignIn:
    """One of them in a thread, which leaves no connection of its own behind."""
    try:
        return _sign_in(*row[1:])
    finally:
        connection.close()


def _sign_in(username: str, full_name: str, role: Role) -> SignIn:
    user = User(username=username, full_name=full_name, email=f"{username}@example.org")
    while True:
        password = _passphrase()
        try:
            accounts.set_password(user, password)
        except ValidationError:  # too much like the person's own name
            continue
        return SignIn(user, role, password)


def _passphrase() -> str:
    """Four words and two digits, easy to read out: about 34 bits, for a demo on one machine."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(4)), f"{secrets.randbelow(90) + 10}"])
