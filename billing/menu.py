"""What this app adds to the pages of the apps below it."""

from hospital.kit.web import asides


def register() -> None:
    from .web.cost_cards import ASIDES

    asides.add(*ASIDES)
