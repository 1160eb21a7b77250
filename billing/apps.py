"""Money: the layer above the records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from hospital.kit import codes, policy

        from . import menu
        from .codes import CODES
        from .policy import RULES

        codes.register(*CODES)
        policy.register(RULES)
        menu.register()
