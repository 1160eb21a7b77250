"""Patients and what happens to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from hospital.kit import codes, policy
        from hospital.services import import_kinds

        from . import jobs, menu, policy_duplicates, search, words
        from .codes import CODES
        from .policy import RULES
        from .services.medication_imports import medications
        from .services.patient_imports import PatientKind

        codes.register(*CODES)
        policy.register(RULES)
        policy.register(policy_duplicates.RULES)
        jobs.register()
        menu.register()
        search.register()
        words.register()
        import_kinds.add(PatientKind(), medications())
