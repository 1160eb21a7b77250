"""The lowest layer of Openward: the place, its people, and the kit."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class HospitalConfig(AppConfig):
    name = "hospital"
    verbose_name = _("Hospital")

    def ready(self) -> None:
        from hospital.kit import checks, codes, database, policy  # noqa: F401

        from . import jobs, menu, words
        from .codes import CODES
        from .policy import RULES
        from .services import import_records
        from .web import signins  # noqa: F401

        connection_created.connect(database.assert_settings, dispatch_uid="openward_database")
        codes.register(*CODES)
        policy.register(RULES)
        menu.register()
        words.register()
        jobs.register()
        import_records.register()
