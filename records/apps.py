"""Patients and what happens to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from hospital.kit import codes, policy

        from . import menu, search, words
        from .codes import CODES
        from .policy import RULES

        codes.register(*CODES)
        policy.register(RULES)
        menu.register()
        search.register()
        words.register()
